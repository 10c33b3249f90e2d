package cql

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a piece of text is.
type kind int

const (
	ends   kind = iota
	word        // a name or a keyword
	quoted      // "name"
	text        // 'text'
	number
	sign // operators and punctuation
)

// token is a piece of an expression with where it starts.
type token struct {
	kind kind
	text string // without quotes
	at   int
}

// is reports whether the token is a keyword, in any case, or a sign.
func (t token) is(what string) bool {
	return t.kind == sign && t.text == what || t.kind == word && strings.EqualFold(t.text, what)
}

// lex cuts an expression into tokens.
func lex(s string) (list []token, err error) {
	for at := 0; at < len(s); {
		r, size := utf8.DecodeRuneInString(s[at:])
		if unicode.IsSpace(r) {
			at += size
			continue
		}
		t, next, err := next(s, at, r)
		if err != nil {
			return nil, err
		}
		list, at = append(list, t), next
	}
	return append(list, token{kind: ends, at: len(s)}), nil
}

func next(s string, at int, r rune) (t token, end int, err error) {
	switch {
	case r == '\'' || r == '"':
		return quote(s, at, byte(r))
	case isDigit(r) || r == '.' && at+1 < len(s) && isDigit(rune(s[at+1])):
		end = at + numberLength(s[at:])
		return token{number, s[at:end], at}, end, nil
	case startsName(r):
		end = at
		for end < len(s) {
			r, size := utf8.DecodeRuneInString(s[end:])
			if !startsName(r) && !isDigit(r) && r != '.' && !unicode.Is(unicode.Mn, r) {
				break
			}
			end += size
		}
		return token{word, s[at:end], at}, end, nil
	}
	for _, two := range []string{"<>", "<=", ">="} {
		if strings.HasPrefix(s[at:], two) {
			return token{sign, two, at}, at + 2, nil
		}
	}
	if strings.ContainsRune("=<>+-*/%^(),[]", r) {
		return token{sign, string(r), at}, at + 1, nil
	}
	return t, 0, failed("cql.fault.character", map[string]any{"Found": string(r)})
}

// quote reads a text between quotes; the quote is doubled or follows a backslash
// inside.
func quote(s string, at int, mark byte) (token, int, error) {
	var b strings.Builder
	for i := at + 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == mark,
			s[i] == mark && i+1 < len(s) && s[i+1] == mark:
			i++
			b.WriteByte(mark)
		case s[i] == mark:
			k := text
			if mark == '"' {
				k = quoted
			}
			return token{k, b.String(), at}, i + 1, nil
		default:
			b.WriteByte(s[i])
		}
	}
	return token{}, 0, failed("cql.fault.string", nil)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func startsName(r rune) bool { return r == '_' || r == ':' || unicode.IsLetter(r) }

// numberLength is how long the number at the start of s is: digits, a fraction,
// an exponent.
func numberLength(s string) int {
	n := digits(s, 0)
	if n < len(s) && s[n] == '.' {
		n = digits(s, n+1)
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		from := n + 1
		if from < len(s) && (s[from] == '+' || s[from] == '-') {
			from++
		}
		if end := digits(s, from); end > from {
			n = end
		}
	}
	return n
}

func digits(s string, from int) int {
	for from < len(s) && isDigit(rune(s[from])) {
		from++
	}
	return from
}
