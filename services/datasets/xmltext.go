package datasets

import "unicode/utf8"

// xmlEscapes is how XML writes the characters of ASCII that may not stand as they
// are; a character that it cannot hold is written as nothing.
var xmlEscapes = func() (escapes [utf8.RuneSelf]struct {
	asItIs bool
	text   string
},
) {
	for c := range escapes {
		escapes[c].asItIs = c >= ' ' || c == '\t' || c == '\n' || c == '\r'
	}
	for c, text := range map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;"} {
		escapes[c].asItIs, escapes[c].text = false, text
	}
	return escapes
}()

// appendXMLText writes a text without what XML cannot hold.
func appendXMLText[T string | []byte](b []byte, s T) []byte {
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if e := &xmlEscapes[c]; !e.asItIs {
				b = append(append(b, s[from:i]...), e.text...)
				from = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
		if r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			b = append(b, s[from:i]...)
			from = i + size
		}
		i += size
	}
	return append(b, s[from:]...)
}
