package contributions

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/jobs"
	"acvdata/services/mail"
	"acvdata/tenants"
)

const (
	// SweepEvery is how often authors are told and old things erased.
	SweepEvery = 2 * time.Minute
	// reprieve is how long a decision can be undone before its author is told.
	reprieve = 5 * time.Minute
	// Personal data goes a year after the last change; what was refused or
	// withdrawn goes whole after thirty days.
	personalDays = 365
	refusedDays  = 30
	tellAtOnce   = 200
)

// SweepJob tells authors what became of their contributions, and erases what is
// old, in every town.
type SweepJob struct{}

// Kind implements db.Job.
func (SweepJob) Kind() string { return "contributions.sweep" }

// Workers are the service's jobs.
func (s *Service) Workers() []jobs.Kind {
	return []jobs.Kind{jobs.Define(jobs.Options{Timeout: 5 * time.Minute}, s.sweep)}
}

// sweep goes through the towns; one that fails does not keep the others waiting.
func (s *Service) sweep(ctx context.Context, _ *jobs.Task, _ SweepJob) error {
	all, err := s.Towns.All(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, town := range all {
		if err := errors.Join(s.Tell(ctx, town), s.Forget(ctx, town)); err != nil {
			failed = append(failed, fault.Wrap(err, "sweep contributions", town.Slug))
		}
	}
	return errors.Join(failed...)
}

// Tell writes to the authors whose time has come: the message leaves if and only
// if it is noted as sent.
func (s *Service) Tell(ctx context.Context, town *tenants.Tenant) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		due, err := takeDue(ctx, tx, s.Now(), tellAtOnce)
		if err != nil {
			return err
		}
		for _, n := range due {
			k, err := s.kind(town, n.contribution.Kind)
			if err != nil || n.contribution.Email == "" {
				continue // its module was switched off meanwhile
			}
			if _, err := tx.Enqueue(ctx, s.message(ctx, town, k, &n)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Forget erases what is old.
func (s *Service) Forget(ctx context.Context, town *tenants.Tenant) error {
	var photos []uuid.UUID
	err := s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		now := s.Now()
		if err := forgetPeople(ctx, tx, now.AddDate(0, 0, -personalDays)); err != nil {
			return err
		}
		photos, err = deleteOver(ctx, tx, now.AddDate(0, 0, -refusedDays))
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range photos {
		s.dropPhoto(ctx, town.ID, id)
	}
	return nil
}

// receipt is the first message, with the private link.
func (s *Service) receipt(ctx context.Context, town *tenants.Tenant, k *Kind, c *Contribution, token string) mail.Message {
	words := s.words(ctx, town, k, c)
	words["Link"] = s.linkOf(town, token)
	return mail.Message{
		To: c.Email, Subject: i18n.T(ctx, "contributions.mail.received_subject", words),
		Text: i18n.T(ctx, "contributions.mail.received", words),
	}
}

// message says what became of a contribution.
func (s *Service) message(ctx context.Context, town *tenants.Tenant, k *Kind, n *notice) mail.Message {
	c := &n.contribution
	words := s.words(ctx, town, k, c)
	words["Reason"], words["Note"], words["Answer"] = "", c.Note, c.Answer
	words["UsedIn"], words["UsedHref"], words["Who"] = c.UsedIn, c.UsedHref, c.AnsweredAs
	if key := labelOf(Reasons(), c.Reason); key != "" {
		words["Reason"] = i18n.T(ctx, key)
	}
	words["Outcome"] = ""
	if key := labelOf(k.Outcomes, c.Outcome); key != "" {
		words["Outcome"] = i18n.T(ctx, key)
	}
	foot := "contributions.mail.foot"
	if token := s.opened(town, c); token != "" {
		words["Link"], foot = s.linkOf(town, token), "contributions.mail.foot_link"
	}
	return mail.Message{
		To: c.Email, Subject: i18n.T(ctx, "contributions.mail.news_subject", words),
		Text: aired(i18n.T(ctx, "contributions.mail."+n.tell, words) + "\n\n" + i18n.T(ctx, foot, words)),
	}
}

// aired leaves one empty line where several stand: what a message lacks leaves no
// hole in it.
func aired(text string) string {
	for strings.Contains(text, "\n\n\n") {
		text = strings.ReplaceAll(text, "\n\n\n", "\n\n")
	}
	return text
}

// sealed keeps the secret of a private link for the messages to come; nil where
// there is nobody to write to or the installation has no key.
func (s *Service) sealed(town *tenants.Tenant, c *Contribution, token string) []byte {
	if c.Email == "" || !s.Box.Ready() {
		return nil
	}
	sealed, err := s.Box.Seal(token, linkPurpose(town, c))
	if err != nil {
		return nil // the first message has the link
	}
	return sealed
}

// opened is the secret of a private link, "" when it was not kept or the
// installation's key changed since.
func (s *Service) opened(town *tenants.Tenant, c *Contribution) string {
	token, err := s.Box.Open(c.link, linkPurpose(town, c))
	if err != nil {
		return ""
	}
	return token
}

func linkPurpose(town *tenants.Tenant, c *Contribution) string {
	return "contributions/" + town.ID.String() + "/" + c.ID.String()
}

// linkOf is a private link.
func (s *Service) linkOf(town *tenants.Tenant, token string) string {
	return s.BaseURL + town.Path("contribution/"+token)
}

func (s *Service) words(ctx context.Context, town *tenants.Tenant, k *Kind, c *Contribution) i18n.V {
	return i18n.V{
		"Town": town.Name, "Kind": i18n.T(ctx, k.Title), "Title": c.About.Title, "Date": i18n.Date(c.CreatedAt),
		"Page": s.BaseURL + town.Path(c.About.Href),
	}
}
