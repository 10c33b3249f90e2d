package contributions

import (
	"context"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Own reads a contribution by the token of its private link; a not_found fault
// when it opens nothing in this town.
func (s *Service) Own(ctx context.Context, town *tenants.Tenant, token string) (c *Contribution, history []Deed, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if c, err = ofToken(ctx, tx, town, s, token); err != nil {
			return err
		}
		history, err = deedsOf(ctx, tx, c.ID)
		return err
	})
	return c, history, err
}

func ofToken(ctx context.Context, tx *db.Tx, town *tenants.Tenant, s *Service, token string) (*Contribution, error) {
	c, err := readByToken(ctx, tx, hashOf(token))
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, fault.New(fault.NotFound, "contributions.fault.no_link")
	}
	if _, err := s.kind(town, c.Kind); err != nil {
		return nil, err
	}
	return c, nil
}

// own changes a contribution as its author.
func (s *Service) own(ctx context.Context, town *tenants.Tenant, token, deed string, change func(context.Context, *Kind, *Contribution) error) error {
	var lost uuid.UUID
	err := s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		c, err := ofToken(ctx, tx, town, s, token)
		if err != nil {
			return err
		}
		k, err := s.kind(town, c.Kind)
		if err != nil {
			return err
		}
		before, photo := c.Moderation, c.Photo
		if err := change(ctx, k, c); err != nil {
			return err
		}
		if photo != c.Photo {
			lost = photo
		}
		if err := s.effects(ctx, tx, k, c, before.State); err != nil {
			return err
		}
		if err := s.write(ctx, tx, c, ""); err != nil {
			return err
		}
		return s.note(ctx, tx, c, deed, uuid.New(), before, "")
	})
	if err == nil {
		s.dropPhoto(ctx, town.ID, lost)
	}
	return err
}

// effects makes what acceptance does follow the state.
func (s *Service) effects(ctx context.Context, tx *db.Tx, k *Kind, c *Contribution, before State) error {
	switch {
	case before != Accepted && c.State == Accepted && k.Accepted != nil:
		return k.Accepted(ctx, tx, c)
	case before == Accepted && c.State != Accepted && k.Undone != nil:
		return k.Undone(ctx, tx, c)
	}
	return nil
}

// Correct changes what its author wrote, as long as the town has not closed it.
// What everybody saw is read again before they see the correction.
func (s *Service) Correct(ctx context.Context, town *tenants.Tenant, token string, sent Sent) error {
	return s.own(ctx, town, token, "corrected", func(ctx context.Context, k *Kind, c *Contribution) error {
		if !c.Mutable() {
			return fault.New(fault.Conflict, "contributions.fault.settled")
		}
		others, err := k.others(ctx, town, c.Subject)
		if err != nil {
			return err
		}
		sent.Subject = c.Subject
		if err := sent.clean(k, others); err != nil {
			return err
		}
		c.Choice, c.Title, c.URL, c.Body, c.Also = sent.Choice, sent.Title, sent.URL, sent.Body, sent.Also
		c.Name, c.NamePublic, c.Email = sent.Name, sent.NamePublic && sent.Name != "", sent.Email
		c.State, c.Reviewed, c.Outcome, c.link = Waiting, false, "", s.sealed(town, c, token)
		return nil
	})
}

// Withdraw takes a contribution back.
func (s *Service) Withdraw(ctx context.Context, town *tenants.Tenant, token string) error {
	return s.own(ctx, town, token, "withdrawn", func(_ context.Context, _ *Kind, c *Contribution) error {
		if c.State == Withdrawn || c.State == Erased {
			return fault.New(fault.Conflict, "contributions.fault.settled")
		}
		c.State = Withdrawn
		return nil
	})
}

// Erase leaves of a contribution nothing but that there was one, and of which
// subject; an answer goes too: it may quote.
func (s *Service) Erase(ctx context.Context, town *tenants.Tenant, token string) error {
	return s.own(ctx, town, token, "erased", func(_ context.Context, _ *Kind, c *Contribution) error {
		if c.State == Erased {
			return fault.New(fault.Conflict, "contributions.fault.settled")
		}
		*c = Contribution{
			ID: c.ID, Kind: c.Kind, Subject: c.Subject, Part: c.Part, Slow: c.Slow, CreatedAt: c.CreatedAt, Revision: c.Revision,
			About:      Subject{Title: c.About.Title, Href: c.About.Href},
			Moderation: Moderation{State: Erased, Reviewed: true},
		}
		return nil
	})
}
