package tableschema

import (
	"encoding/base64"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

func readText(cell string) (value, bool) {
	return value{text: cell, length: utf8.RuneCountInString(cell)}, true
}

var uuidForm = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// stringKind reads a text of a format. One that nobody knows is a text: that is
// what frictionless does with it.
func stringKind(format string) *kind {
	checked := func(key string, good func(string) bool) *kind {
		return &kind{key: key, read: func(cell string) (value, bool) {
			v, _ := readText(cell)
			return v, good(cell)
		}}
	}
	switch format {
	case "email":
		return checked("tableschema.type.email", isEmail)
	case "uri":
		return checked("tableschema.type.uri", isURI)
	case "uuid":
		return checked("tableschema.type.uuid", uuidForm.MatchString)
	case "binary":
		return checked("tableschema.type.binary", func(s string) bool {
			_, err := base64.StdEncoding.DecodeString(s)
			return err == nil
		})
	}
	return &kind{read: readText, key: "tableschema.type.string"}
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && !strings.ContainsAny(s, " <>")
}

// isURI wants a scheme, and nothing that RFC 3986 has no place for.
func isURI(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("<>\"{}|\\^`", r) }) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "" || u.Path != "")
}
