package contributions

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/tenants"
)

// Takes reports whether the town takes a kind in now: what a page asks before it
// shows the way to the form.
func (s *Service) Takes(ctx context.Context, town *tenants.Tenant, code string) bool {
	k, err := s.kind(town, code)
	if err != nil {
		return false
	}
	mode, err := s.Mode(ctx, town, k)
	return err == nil && mode != Closed // the page lives without the way
}

// QueueAddress is the moderation queue narrowed to a kind ("" for all) and a subject.
func QueueAddress(town *tenants.Tenant, code, subject string) string {
	query := url.Values{paramSubject: {subject}}
	if code != "" {
		query.Set("type", code)
	}
	return town.Path("espace/contributions") + "?" + query.Encode()
}

// Shown lists what everybody may see of a kind, newest first; of one subject, or
// of all when it is "".
func (s *Service) Shown(ctx context.Context, town *tenants.Tenant, code, subject string, limit int) (list []Contribution, err error) {
	k, err := s.kind(town, code)
	if err != nil || !k.Public {
		return nil, err
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = selectShown(ctx, tx, code, subject, limit)
		return err
	})
	return list, err
}

// shownOne reads a contribution everybody may see.
func (s *Service) shownOne(ctx context.Context, town *tenants.Tenant, id uuid.UUID) (c *Contribution, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		c, err = readOne(ctx, tx, id, false)
		return err
	})
	if err != nil {
		return nil, err
	}
	if k, err := s.kind(town, c.Kind); err != nil || !k.Public || c.State != Accepted {
		return nil, unknown()
	}
	return c, nil
}

// OpenCount counts what the town still has to do, by kind, about a subject ("" for
// all).
func (s *Service) OpenCount(ctx context.Context, town *tenants.Tenant, subject string) (counts map[string]int, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		counts, err = countOpen(ctx, tx, subject)
		return err
	})
	return counts, err
}

// Answered counts what was asked of the town and what it answered, about a subject
// or, with "", in all. What waits to be read counts as asked: a town that reads
// nothing does not look as if it answered everything. What was refused, withdrawn
// or erased does not count.
func (s *Service) Answered(ctx context.Context, town *tenants.Tenant, code, subject string) (asked, answered int, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		asked, answered, err = countAnswered(ctx, tx, code, subject)
		return err
	})
	return asked, answered, err
}

// leastAnswers is how many answers it takes to speak of a habit.
const leastAnswers = 5

// Pace is the median time to answer a kind about a subject ("" for all), over the last year;
// false when there are too few answers to tell.
func (s *Service) Pace(ctx context.Context, town *tenants.Tenant, code, subject string) (pace time.Duration, known bool, err error) {
	var times []time.Duration
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		times, err = answerTimes(ctx, tx, code, subject, s.Now().AddDate(-1, 0, 0))
		return err
	})
	if err != nil || len(times) < leastAnswers {
		return 0, false, err
	}
	slices.Sort(times)
	return times[len(times)/2], true, nil
}
