package contributions

import (
	"context"
	"io"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Longest texts, in characters.
const (
	longestTitle = 120
	longestBody  = 3000
	longestName  = 80
	longestEmail = 200
	longestURL   = 500
	mostLinks    = 2 // more are read by the town before anybody sees them
)

// Form is what a page needs to ask somebody.
type Form struct {
	Kind    *Kind
	About   Subject
	Others  []Other // to choose among too
	Ticket  string
	Bits    int // of the proof
	Minimum int // seconds before it may be sent without one
}

// Sent is a filled form.
type Sent struct {
	Subject, Part            string
	Also                     []string
	Ticket, Proof            string
	Trap                     string // a field people do not see
	Choice, Title, URL, Body string
	Name                     string
	NamePublic               bool
	Email                    string
	Trusted                  bool // by the town: shown at once
}

// Ask prepares a form about a subject for somebody on a network.
func (s *Service) Ask(ctx context.Context, town *tenants.Tenant, path, subject, part, address string) (f Form, err error) {
	k, err := s.kindAt(town, path)
	if err != nil {
		return f, err
	}
	if err := s.taken(ctx, town, k); err != nil {
		return f, err
	}
	about, err := k.Find(ctx, town, subject, part)
	if err != nil {
		return f, err
	}
	others, err := k.others(ctx, town, subject)
	if err != nil {
		return f, err
	}
	secret, err := s.secret(ctx, town.ID)
	if err != nil {
		return f, err
	}
	t := newTicket(s.Now(), s.meters.cost(town.ID, networkOf(address)))
	text := t.write(secret, place{town.ID, k.Code, subject, part})
	return Form{Kind: k, About: about, Others: others, Ticket: text, Bits: t.bits, Minimum: int(leastSlowly.Seconds())}, nil
}

// taken refuses a kind the town takes no more of.
func (s *Service) taken(ctx context.Context, town *tenants.Tenant, k *Kind) error {
	mode, err := s.Mode(ctx, town, k)
	if err == nil && mode == Closed {
		err = fault.New(fault.NotFound, "contributions.fault.closed", fault.With(fault.Args{"Town": town.Name}))
	}
	return err
}

// Receive takes a form in and gives the token of its private link. photo is nil
// for none. A form sent twice gives the same token and changes nothing. Faults:
// invalid ones of the whole form can be mended by sending it again, those of
// fields name them; too_many when the network or the town sent a lot; too_large
// and invalid ones of the photograph name the field file.
func (s *Service) Receive(ctx context.Context, town *tenants.Tenant, path string, sent Sent, address string, photo io.Reader) (token string, err error) {
	k, err := s.kindAt(town, path)
	if err == nil {
		err = s.taken(ctx, town, k)
	}
	if err != nil {
		return "", err
	}
	secret, err := s.secret(ctx, town.ID)
	if err != nil {
		return "", err
	}
	network := networkOf(address)
	pass, err := s.check(secret, place{town.ID, k.Code, sent.Subject, sent.Part}, &sent, network)
	if err != nil {
		return "", err
	}
	token = pass.ticket.token(secret)
	if known, err := s.known(ctx, town, token); err != nil || known {
		return token, err
	}
	about, err := k.Find(ctx, town, sent.Subject, sent.Part)
	if err != nil {
		return "", err
	}
	others, err := k.others(ctx, town, sent.Subject)
	if err != nil {
		return "", err
	}
	if err := sent.clean(k, others); err != nil {
		return "", err
	}
	if err := s.meters.spend(town.ID, network, pass.slow); err != nil {
		return "", err
	}
	c := sent.contribution(k, about, pass.slow)
	if sent.Trusted && k.Public {
		c.Moderation = accepted(k)
	}
	return token, s.keep(ctx, town, k, c, token, photo)
}

// known reports whether the form's ticket made a contribution already.
func (s *Service) known(ctx context.Context, town *tenants.Tenant, token string) (known bool, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		c, err := readByToken(ctx, tx, hashOf(token))
		known = c != nil
		return err
	})
	return known, err
}

// keep writes a contribution: its photograph first, which nothing names should
// the rest fail.
func (s *Service) keep(ctx context.Context, town *tenants.Tenant, k *Kind, c *Contribution, token string, photo io.Reader) (err error) {
	if c.ID, err = uuid.NewV7(); err != nil {
		return err
	}
	if photo != nil && k.PhotoAsk != "" {
		if err := s.addPhoto(ctx, town.ID, c, photo); err != nil {
			return err
		}
	}
	written := false
	err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		mode, err := modeOf(ctx, tx, k)
		if err != nil {
			return err
		}
		c.CreatedAt = s.Now()
		c.ChangedAt, c.Revision, c.link = c.CreatedAt, 1, s.sealed(town, c, token)
		switch {
		case c.State == Accepted: // by who sent it
		case mode == After && k.Public && !c.Slow && strings.Count(c.Body, "://") <= mostLinks:
			c.State = Accepted
		default:
			c.State = Waiting
		}
		if written, err = insert(ctx, tx, c, hashOf(token)); err != nil || !written {
			return err
		}
		if c.State == Accepted && k.Accepted != nil {
			if err := k.Accepted(ctx, tx, c); err != nil {
				return err
			}
		}
		if err := s.arrived(ctx, tx, c); err != nil || c.Email == "" {
			return err
		}
		_, err = tx.Enqueue(ctx, s.receipt(ctx, town, k, c, token))
		return err
	})
	if (err != nil || !written) && c.Photo != uuid.Nil {
		s.dropPhoto(ctx, town.ID, c.Photo)
	}
	return err
}

// arrived begins the history of a contribution.
func (s *Service) arrived(ctx context.Context, tx *db.Tx, c *Contribution) error {
	if err := s.note(ctx, tx, c, "received", uuid.New(), Moderation{}, ""); err != nil || !c.Reviewed {
		return err
	}
	details := map[string]any{"decision": string(Accept), "kind": c.Kind}
	return audit.Record(ctx, tx, "contributions.decide", "contribution/"+c.ID.String(), details)
}

func (p *Sent) contribution(k *Kind, about Subject, slow bool) *Contribution {
	return &Contribution{
		Kind: k.Code, Subject: p.Subject, Part: p.Part, Also: p.Also, About: about, Choice: p.Choice, Title: p.Title, URL: p.URL, Body: p.Body,
		Name: p.Name, NamePublic: p.NamePublic && p.Name != "", Email: p.Email, Slow: slow,
	}
}

// clean makes texts plain and refuses what a field cannot hold; others are the
// subjects that can be chosen too.
func (p *Sent) clean(k *Kind, others []Other) error {
	f := fault.New(fault.Invalid, "contributions.fault.form")
	refuse := func(field, key string, most int) {
		fault.On(field, key, fault.Args{"Most": most})(f)
	}
	p.Title, p.Name, p.Email, p.URL = plain(p.Title, false), plain(p.Name, false), plain(p.Email, false), plain(p.URL, false)
	p.Body = plain(p.Body, true)
	if k.Choice != "" && labelOf(k.Choices, p.Choice) == "" {
		refuse("choice", "contributions.fault.choice", 0)
	}
	if k.TitleAsk != "" && !within(p.Title, longestTitle) {
		refuse("title", "contributions.fault.title", longestTitle)
	}
	if k.URLAsk != "" && !isAddress(p.URL) {
		refuse("url", "contributions.fault.url", 0)
	}
	if !within(p.Body, longestBody) {
		refuse("body", "contributions.fault.body", longestBody)
	}
	if k.NameAsk != "" && p.Name == "" || utf8.RuneCountInString(p.Name) > longestName {
		refuse("name", "contributions.fault.name", longestName)
	}
	if p.Email != "" && !isEmail(p.Email) {
		refuse("email", "contributions.fault.email", 0)
	}
	p.Also = chosen(p.Also, others)
	if k.AlsoAsk != "" && p.Subject == "" && len(p.Also) == 0 {
		refuse("also", "contributions.fault.also", 0)
	}
	if len(f.Fields) > 0 {
		return f
	}
	p.drop(k)
	return nil
}

// others are the subjects that can be chosen too.
func (k *Kind) others(ctx context.Context, town *tenants.Tenant, subject string) ([]Other, error) {
	if k.AlsoAsk == "" {
		return nil, nil
	}
	return k.Others(ctx, town, subject)
}

// chosen keeps what can be chosen, once.
func chosen(asked []string, others []Other) (kept []string) {
	for _, o := range others {
		if slices.Contains(asked, o.Subject) {
			kept = append(kept, o.Subject)
		}
	}
	return kept
}

// drop forgets what the kind did not ask.
func (p *Sent) drop(k *Kind) {
	if k.Choice == "" {
		p.Choice = ""
	}
	if k.TitleAsk == "" {
		p.Title = ""
	}
	if k.URLAsk == "" {
		p.URL = ""
	}
	if k.NameAsk != "" {
		p.NamePublic = true
	}
}

func within(text string, most int) bool {
	n := utf8.RuneCountInString(text)
	return n > 0 && n <= most
}

// plain takes out what no keyboard writes: control and direction characters,
// which can make a text read otherwise than it is.
func plain(text string, lines bool) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n', r == '\t', r == '\r':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u200b', r == '\ufeff':
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && len(text) <= longestEmail && strings.Contains(text[strings.LastIndexByte(text, '@'):], ".")
}

func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && len(text) <= longestURL
}
