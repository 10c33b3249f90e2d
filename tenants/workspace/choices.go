package workspace

import (
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"acvdata/services/fault"
	"acvdata/tenants/directory"
	"acvdata/web/layout"
)

// Longest public texts, in characters.
const (
	longestName       = 60
	longestTagline    = 120
	longestExperiment = 1500
	longestWelcome    = 2000
	longestContact    = 200
	longestPhone      = 40
	longestPostal     = 300
	longestLegal      = 8000
)

// asked reads texts from a form and gathers what is wrong with them.
type asked struct {
	values url.Values
	wrong  []fault.Option
}

// text reads one; a control character other than a line end is dropped.
func (a *asked) text(name string, longest int) string {
	value := strings.ReplaceAll(a.values.Get(name), "\r\n", "\n")
	value = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, value))
	if utf8.RuneCountInString(value) > longest {
		a.refuse(name, "too_long", fault.Args{"Max": longest})
	}
	return value
}

// line is a text of one line.
func (a *asked) line(name string, longest int) string {
	return strings.Join(strings.Fields(a.text(name, longest)), " ")
}

func (a *asked) refuse(name, key string, args fault.Args) {
	a.wrong = append(a.wrong, fault.On(name, "workspace.fault."+key, args))
}

func (a *asked) err() error {
	if len(a.wrong) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "workspace.fault.form", a.wrong...)
}

// readPortal changes what residents read first to what a form says.
func readPortal(values url.Values, c *directory.Choices) error {
	a := &asked{values: values}
	c.PublicName = a.line("public_name", longestName)
	c.Tagline = a.line("tagline", longestTagline)
	c.Welcome = a.text("welcome", longestWelcome)
	c.Experiment = a.text("experiment", longestExperiment)
	c.Accent = values.Get("accent")
	if !slices.Contains(layout.Accents, c.Accent) {
		a.refuse("accent", "accent", nil)
	}
	return a.err()
}

// phone is a number as people write it: "+33 (0)4 66 56 11 00".
var phone = regexp.MustCompile(`^\+?[0-9][0-9 .()/-]{3,}$`)

// readContacts changes how to reach the town and what its legal pages add.
func readContacts(values url.Values, c *directory.Choices) error {
	a := &asked{values: values}
	c.Contact = a.line("contact", longestContact)
	c.Phone = a.line("phone", longestPhone)
	c.Postal = a.text("postal", longestPostal)
	c.Legal = a.text("legal", longestLegal)
	c.Privacy = a.text("privacy", longestLegal)
	if address, err := mail.ParseAddress(c.Contact); c.Contact != "" && (err != nil || address.Address != c.Contact) {
		a.refuse("contact", "contact", nil)
	}
	if c.Phone != "" && !phone.MatchString(strings.ReplaceAll(c.Phone, "\u00a0", " ")) {
		a.refuse("phone", "phone", nil)
	}
	return a.err()
}

// changedTexts names what differs, for the log.
func changedTexts(before, after directory.Choices) []string {
	var names []string
	for _, t := range []struct {
		name    string
		was, is string
	}{
		{"accent", before.Accent, after.Accent},
		{"contact", before.Contact, after.Contact},
		{"experiment", before.Experiment, after.Experiment},
		{"legal", before.Legal, after.Legal},
		{"logo", before.Logo, after.Logo},
		{"phone", before.Phone, after.Phone},
		{"postal", before.Postal, after.Postal},
		{"privacy", before.Privacy, after.Privacy},
		{"public_name", before.PublicName, after.PublicName},
		{"tagline", before.Tagline, after.Tagline},
		{"welcome", before.Welcome, after.Welcome},
	} {
		if t.was != t.is {
			names = append(names, t.name)
		}
	}
	return names
}
