package cql

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// folding is CASEI, which drops capitals, and ACCENTI, which drops accents.
func folding(op string, args []node) (node, error) {
	n := args[0]
	if n.is != Text && n.is != nothing {
		return node{}, wrongType(op, "cql.word.text")
	}
	fold := strings.ToLower
	if op == "accenti" {
		fold = unaccented
	}
	return node{is: Text, literal: n.literal, eval: func(r Row) any {
		if s, known := n.eval(r).(string); known {
			return fold(s)
		}
		return nil
	}}, nil
}

// unaccented drops accents and parts ligatures: "Œuvré" gives "OEuvre".
func unaccented(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return ligatures.Replace(strings.Map(func(r rune) rune {
				if unicode.Is(unicode.Mn, r) {
					return -1
				}
				return r
			}, norm.NFD.String(s)))
		}
	}
	return s
}

var ligatures = strings.NewReplacer("œ", "oe", "Œ", "OE", "æ", "ae", "Æ", "AE")

// like matches a text with a pattern: % stands for any letters, _ for one, \
// takes the next as it is.
func like(op string, args []node) (node, error) {
	a, pattern := args[0], args[1]
	if a.is != Text && a.is != nothing || pattern.is != Text || !pattern.literal {
		return node{}, wrongType(op, "cql.word.text")
	}
	said, _ := pattern.eval(nil).(string)
	match, err := regexp.Compile(wildcards(said))
	if err != nil {
		return node{}, failed("cql.fault.deep", nil) // longer than the library takes
	}
	return node{is: Boolean, eval: func(r Row) any {
		if s, known := a.eval(r).(string); known {
			return match.MatchString(s)
		}
		return nil
	}}, nil
}

func wildcards(pattern string) string {
	var b strings.Builder
	b.WriteString("(?s)^")
	taken := false
	for _, r := range pattern {
		switch {
		case taken:
			b.WriteString(regexp.QuoteMeta(string(r)))
			taken = false
		case r == '\\':
			taken = true
		case r == '%':
			b.WriteString(".*")
		case r == '_':
			b.WriteByte('.')
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	b.WriteByte('$')
	return b.String()
}
