package contributions

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Sample is a contribution of a demonstration, with what the town decided.
type Sample struct {
	Kind  string // code
	About Subject
	Sent  Sent
	At    time.Time
	Steps []SampleStep
}

// SampleStep is a decision, by whom, and how long after the contribution came.
type SampleStep struct {
	Decision

	By    string
	After time.Duration
}

// Load fills a town that never received anything with what samples gives; another
// one stays as it is.
// What is loaded went the ways of real contributions, except for the form: nobody
// has its private link.
func (s *Service) Load(ctx context.Context, town *tenants.Tenant, samples func() ([]Sample, error)) error {
	known := false
	err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		known, err = anyReceived(ctx, tx)
		return err
	})
	if err != nil || known {
		return err
	}
	list, err := samples()
	if err != nil {
		return err
	}
	for i := range list {
		if err := s.load(ctx, town, &list[i]); err != nil {
			return fault.Wrap(err, "load contribution about", list[i].About.Title)
		}
	}
	return nil
}

func (s *Service) load(ctx context.Context, town *tenants.Tenant, sample *Sample) error {
	now := sample.At
	parts := s.Parts
	parts.Now = func() time.Time { return now }
	then := New(parts)
	then.kinds = s.kinds
	k, err := then.kind(town, sample.Kind)
	if err != nil {
		return err
	}
	var others []Other // not published yet while a demonstration is made
	for _, subject := range sample.Sent.Also {
		others = append(others, Other{Subject: subject})
	}
	if err := sample.Sent.clean(k, others); err != nil {
		return err
	}
	c := sample.Sent.contribution(k, sample.About, false)
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program instead
	if err := then.keep(ctx, town, k, c, base64.RawURLEncoding.EncodeToString(secret), nil); err != nil {
		return err
	}
	for _, step := range sample.Steps {
		now = sample.At.Add(step.After)
		by := authz.With(ctx, authz.Actor{Name: step.By})
		if _, _, err := then.Decide(by, town, []string{k.Code}, []uuid.UUID{c.ID}, step.Decision); err != nil {
			return err
		}
	}
	return nil
}
