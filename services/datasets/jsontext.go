package datasets

import "unicode/utf8"

// escapeOf is how JSON writes an ASCII character that may not stand as it is,
// "" for the others.
func escapeOf(c byte) string {
	switch {
	case c == '"':
		return `\"`
	case c == '\\':
		return `\\`
	case c == '\n':
		return `\n`
	case c == '\r':
		return `\r`
	case c == '\t':
		return `\t`
	case c < 0x20, c == '<', c == '>', c == '&', c == 0x7f:
		return `\u00` + hexDigits[c>>4:c>>4+1] + hexDigits[c&15:c&15+1]
	}
	return ""
}

// wide reads a character beyond ASCII and gives its escape where it needs one.
func wide(s string) (size int, escape string) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size == 1:
		return size, `\ufffd`
	case r == 0x2028:
		return size, `\u2028`
	case r == 0x2029:
		return size, `\u2029`
	}
	return size, ""
}
