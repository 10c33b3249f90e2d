package datasets

import (
	"context"
	"errors"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Limits of what a town may write.
const (
	maxTitle    = 200
	maxSummary  = 10_000
	maxName     = 200
	maxMethod   = 2_000
	maxKeywords = 20
	maxKeyword  = 60
	maxReason   = 500
	maxNote     = 500
)

// Describe saves what the town says of a dataset. Texts that say what the module
// says are kept empty, so that they follow the module. An invalid fault names
// each field that cannot be accepted.
func (s *Service) Describe(ctx context.Context, town *tenants.Tenant, slug string, m Metadata) error {
	o, err := s.Source(ctx, town, slug)
	if err != nil {
		return err
	}
	m = m.tidy(s.defaults(ctx, town, o.Describe()))
	if err := m.check(); err != nil {
		return err
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		r, err := s.store.claim(ctx, tx, o.Describe().ID, m.Licence)
		if err != nil {
			return err
		}
		if err := s.store.describe(ctx, tx, r.id, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "datasets.describe", Subject(r.id), map[string]any{"dataset": slug})
	})
}

// Try gives the dataset as it would be if the town said m of it: what Describe
// would refuse is left unsaid. Nothing is kept.
func (s *Service) Try(ctx context.Context, town *tenants.Tenant, d *Dataset, m Metadata) *Dataset {
	m = m.tidy(s.defaults(ctx, town, d.Source))
	refused, _ := errors.AsType[*fault.Fault](m.check())
	if refused != nil {
		for _, f := range refused.Fields {
			m.unsay(f.Name)
		}
	}
	r := row{
		id: d.ID, state: d.State, own: m, latest: d.Latest, reason: d.Reason, withdrawn: d.Withdrawn, issued: d.Issued, modified: d.Modified,
	}
	tried := s.present(ctx, town, d.Source, r, d.Version)
	return &tried
}

// unsay empties a field, by its name in faults.
func (m *Metadata) unsay(field string) {
	switch field {
	case "title":
		m.Title = ""
	case "summary":
		m.Summary = ""
	case "producer":
		m.Producer = ""
	case "contact_name":
		m.ContactName = ""
	case "contact_email":
		m.ContactEmail = ""
	case "contact_url":
		m.ContactURL = ""
	case "licence":
		m.Licence = ""
	case "frequency":
		m.Frequency = ""
	case "themes":
		m.Themes = nil
	case "keywords":
		m.Keywords = nil
	case "temporal_end":
		m.TemporalEnd = time.Time{}
	case "method":
		m.Method = ""
	case "documentation":
		m.Documentation = ""
	case "high_value":
		m.HighValue = ""
	}
}

// tidy trims, drops doubles, and forgets what the module says too.
func (m Metadata) tidy(said Metadata) Metadata {
	for _, text := range []*string{&m.Title, &m.Summary, &m.Producer, &m.ContactName, &m.ContactEmail, &m.ContactURL, &m.Method, &m.Documentation} {
		*text = strings.TrimSpace(*text)
	}
	m.Summary = strings.ReplaceAll(m.Summary, "\r\n", "\n")
	m.Method = strings.ReplaceAll(m.Method, "\r\n", "\n")
	m.Keywords = distinct(m.Keywords)
	slices.Sort(m.Themes)
	m.Themes = slices.Compact(m.Themes)
	forget(&m.Title, said.Title)
	forget(&m.Summary, said.Summary)
	forget(&m.Producer, said.Producer)
	forget(&m.ContactEmail, said.ContactEmail)
	forget(&m.Frequency, said.Frequency)
	if slices.Equal(m.Themes, said.Themes) {
		m.Themes = nil
	}
	if slices.Equal(m.Keywords, said.Keywords) {
		m.Keywords = nil
	}
	return m
}

func forget[T comparable](own *T, said T) {
	if *own == said {
		var zero T
		*own = zero
	}
}

func distinct(words []string) []string {
	var out []string
	for _, w := range words {
		w = strings.Join(strings.Fields(w), " ")
		same := func(o string) bool { return strings.EqualFold(o, w) }
		if w != "" && !slices.ContainsFunc(out, same) {
			out = append(out, w)
		}
	}
	return out
}

func (m Metadata) check() error {
	f := fault.New(fault.Invalid, "datasets.fault.metadata")
	refuse := func(bad bool, field, key string, args fault.Args) {
		if bad {
			fault.On(field, key, args)(f)
		}
	}
	tooLong := func(field, text string, most int) {
		refuse(utf8.RuneCountInString(text) > most, field, "datasets.fault.too_long", fault.Args{"Most": most})
	}
	tooLong("title", m.Title, maxTitle)
	tooLong("summary", m.Summary, maxSummary)
	tooLong("producer", m.Producer, maxName)
	tooLong("contact_name", m.ContactName, maxName)
	tooLong("method", m.Method, maxMethod)
	refuse(!m.Licence.Known(), "licence", "datasets.fault.licence", nil)
	refuse(m.Frequency != "" && !m.Frequency.Known(), "frequency", "datasets.fault.choice", nil)
	refuse(slices.ContainsFunc(m.Themes, func(t Theme) bool { return !t.Known() }), "themes", "datasets.fault.choice", nil)
	refuse(len(m.Keywords) > maxKeywords, "keywords", "datasets.fault.too_many_keywords", fault.Args{"Most": maxKeywords})
	long := func(k string) bool { return utf8.RuneCountInString(k) > maxKeyword }
	refuse(slices.ContainsFunc(m.Keywords, long), "keywords", "datasets.fault.too_long", fault.Args{"Most": maxKeyword})
	refuse(m.ContactEmail != "" && !isMailbox(m.ContactEmail), "contact_email", "datasets.fault.email", nil)
	refuse(m.ContactURL != "" && !isWebAddress(m.ContactURL), "contact_url", "datasets.fault.url", nil)
	refuse(m.Documentation != "" && !isWebAddress(m.Documentation), "documentation", "datasets.fault.url", nil)
	refuse(m.HighValue != "" && !m.HighValue.Known(), "high_value", "datasets.fault.choice", nil)
	upsideDown := !m.TemporalStart.IsZero() && !m.TemporalEnd.IsZero() && m.TemporalEnd.Before(m.TemporalStart)
	refuse(upsideDown, "temporal_end", "datasets.fault.period", nil)
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func isMailbox(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && strings.Contains(s, ".")
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// Withdraw takes a published dataset back: its page and every file answer "gone"
// with the reason from now on. Versions are kept for the day it is published
// again.
func (s *Service) Withdraw(ctx context.Context, town *tenants.Tenant, slug, reason string) error {
	o, err := s.Source(ctx, town, slug)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return fault.New(fault.Invalid, "datasets.fault.reason",
			fault.On("reason", "datasets.fault.reason_field", fault.Args{"Most": maxReason}))
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		r, err := s.store.claim(ctx, tx, o.Describe().ID, s.words(town).Licence)
		if err != nil {
			return err
		}
		if r.state != Published {
			return fault.New(fault.Conflict, "datasets.fault.not_published")
		}
		if err := s.store.withdraw(ctx, tx, r.id, reason); err != nil {
			return err
		}
		if err := s.announce(ctx, tx, EventWithdrawn, slug, nil); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "datasets.withdraw", Subject(r.id), map[string]any{"dataset": slug, "reason": reason})
	})
}
