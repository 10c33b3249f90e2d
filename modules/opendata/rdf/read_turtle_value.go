package rdf

import (
	"strconv"
	"strings"
)

// Numbers and texts of Turtle.

func (r *turtleReader) number() Term {
	start, kind := r.at, "integer"
	for r.at < len(r.text) {
		c := r.text[r.at]
		switch {
		case c >= '0' && c <= '9', (c == '+' || c == '-') && (r.at == start || strings.ContainsRune("eE", rune(r.text[r.at-1]))):
		case c == 'e' || c == 'E':
			kind = "double"
		case c == '.' && r.at+1 < len(r.text) && strings.ContainsRune("0123456789eE", rune(r.text[r.at+1])):
			if kind == "integer" {
				kind = "decimal"
			}
		default:
			return Typed(xsdNS+kind, r.text[start:r.at])
		}
		r.at++
	}
	return Typed(xsdNS+kind, r.text[start:])
}

func (r *turtleReader) literal() (Term, error) {
	quote := r.text[r.at : r.at+1]
	if long := strings.Repeat(quote, 3); strings.HasPrefix(r.text[r.at:], long) {
		quote = long
	}
	r.at += len(quote)
	start := r.at
	for {
		if r.at >= len(r.text) || len(quote) == 1 && r.text[r.at] == '\n' {
			return Term{}, r.wrong("a text is not closed")
		}
		if r.text[r.at] == '\\' {
			r.at += 2
			continue
		}
		if strings.HasPrefix(r.text[r.at:], quote) {
			break
		}
		r.at++
	}
	for len(quote) == 3 && strings.HasPrefix(r.text[r.at+1:], quote) {
		r.at++ // the text itself ends in a quote
	}
	value, err := r.unescape(r.text[start:r.at])
	if err != nil {
		return Term{}, err
	}
	r.at += len(quote)
	return r.typed(value)
}

func (r *turtleReader) typed(value string) (Term, error) {
	switch {
	case r.peek() == '@':
		r.at++
		language := strings.TrimRight(r.word(), ".")
		if language == "" {
			return Term{}, r.wrong("a language without a name")
		}
		return In(language, value), nil
	case strings.HasPrefix(r.text[r.at:], "^^"):
		r.at += 2
		datatype, err := r.resource()
		return Typed(datatype.value, value), err
	}
	return Text(value), nil
}

var escapes = map[byte]string{'t': "\t", 'b': "\b", 'n': "\n", 'r': "\r", 'f': "\f", '"': `"`, '\'': "'", '\\': `\`}

func (r *turtleReader) unescape(raw string) (string, error) {
	if !strings.Contains(raw, `\`) {
		return raw, nil
	}
	var out strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out.WriteByte(raw[i])
			continue
		}
		if i++; i >= len(raw) {
			return "", r.wrong("an escape without its letter")
		}
		if text, known := escapes[raw[i]]; known {
			out.WriteString(text)
			continue
		}
		digits := map[byte]int{'u': 4, 'U': 8}[raw[i]]
		if digits == 0 || i+digits >= len(raw) {
			return "", r.wrong("an unknown escape")
		}
		code, err := strconv.ParseUint(raw[i+1:i+1+digits], 16, 32)
		if err != nil {
			return "", r.wrong("an unknown escape")
		}
		out.WriteRune(rune(code)) // which refuses what is no character
		i += digits
	}
	return out.String(), nil
}
