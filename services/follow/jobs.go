package follow

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/jobs"
	message "acvdata/services/mail"
	"acvdata/tenants"
)

const (
	// SweepEvery is how often the service looks whether there is something to tell.
	SweepEvery = 15 * time.Minute
	// settle is how long news wait before they count.
	settle = 10 * time.Minute
	// wakeHour is when the day's messages may start, in Paris.
	wakeHour = 7
	atOnce   = 200 // addresses in one transaction
	mostNews = 40  // in one message
)

// SweepJob tells followers what is new and erases what nobody confirmed, in every
// town.
type SweepJob struct{}

// Kind implements db.Job.
func (SweepJob) Kind() string { return "follow.sweep" }

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
		if err := errors.Join(s.Tell(tenants.With(ctx, town), town), s.Forget(ctx, town)); err != nil {
			failed = append(failed, fault.Wrap(err, "sweep followers", town.Slug))
		}
	}
	return errors.Join(failed...)
}

// Forget erases what nobody confirmed in time.
func (s *Service) Forget(ctx context.Context, town *tenants.Tenant) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		now := s.Now()
		return forget(ctx, tx, now.Add(-ConfirmDays*day), now.Add(-2*day))
	})
}

// Tell writes to those who follow something that has news, once a day: a message
// is queued if and only if its news are noted as told.
func (s *Service) Tell(ctx context.Context, town *tenants.Tenant) error {
	now := s.Now().In(i18n.Paris)
	if now.Hour() < wakeHour {
		return nil
	}
	until, today := now.Add(-settle).Truncate(time.Microsecond), time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, i18n.Paris)
	var since time.Time
	waiting := false
	err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		since, waiting, err = oldestDue(ctx, tx, until, today)
		return err
	})
	if err != nil || !waiting {
		return err
	}
	news, err := s.news(ctx, town, since, until)
	if err != nil {
		return err
	}
	for more := true; more; {
		err := s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
			batch, err := takeDue(ctx, tx, until, today, atOnce)
			more = len(batch) == atOnce
			for i := 0; i < len(batch) && err == nil; i++ {
				err = s.tellOne(ctx, tx, town, &batch[i], news, until)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// news gathers what happened, oldest first.
func (s *Service) news(ctx context.Context, town *tenants.Tenant, since, until time.Time) (all []News, err error) {
	for code, p := range s.providers {
		if !town.Has(code) {
			continue
		}
		list, err := p.News(ctx, town, since, until)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	slices.SortStableFunc(all, func(a, b News) int { return a.At.Compare(b.At) })
	return all, nil
}

// tellOne queues the message of one address, when there is something for it.
func (s *Service) tellOne(ctx context.Context, tx *db.Tx, town *tenants.Tenant, d *due, news []News, until time.Time) error {
	theirs := slices.DeleteFunc(slices.Clone(news), func(n News) bool { return !d.wants(n, until) })
	if len(theirs) == 0 {
		return noteTold(ctx, tx, d.id, until, nil)
	}
	now := s.Now()
	if err := noteTold(ctx, tx, d.id, until, &now); err != nil {
		return err
	}
	link, err := s.link(ctx, town, d.id)
	if err != nil {
		return err
	}
	_, err = tx.Enqueue(ctx, message.Message{
		To: d.email, ID: "follow-" + d.id.String() + "-" + strconv.FormatInt(until.UnixMicro(), 36), Unsubscribe: link,
		Subject: i18n.T(ctx, "follow.mail.news_subject", i18n.N(len(theirs)), i18n.V{"Town": town.Name}),
		Text:    s.text(ctx, town, theirs, link),
	})
	return err
}

// wants reports whether news are new to an address, and of what it follows.
func (d *due) wants(n News, until time.Time) bool {
	if !n.At.After(d.until) || n.At.After(until) {
		return false
	}
	return slices.ContainsFunc(n.Topics, func(topic string) bool {
		since, follows := d.topics[topic]
		return follows && n.At.After(since)
	})
}

// text is a message with news.
func (s *Service) text(ctx context.Context, town *tenants.Tenant, news []News, link string) string {
	var b strings.Builder
	b.WriteString(i18n.T(ctx, "follow.mail.hello", i18n.V{"Town": town.Name}))
	for _, n := range news[:min(len(news), mostNews)] {
		b.WriteString("\n\n" + i18n.T(ctx, "follow.mail.item", i18n.V{"Kind": n.Kind, "Title": i18n.Typography(n.Title), "Date": i18n.Date(n.At)}))
		if n.Text != "" {
			b.WriteString("\n" + i18n.Typography(n.Text))
		}
		b.WriteString("\n" + s.BaseURL + town.Path(n.Href))
	}
	if more := len(news) - mostNews; more > 0 {
		b.WriteString("\n\n" + i18n.T(ctx, "follow.mail.more", i18n.N(more)))
	}
	b.WriteString("\n\n" + i18n.T(ctx, "follow.mail.foot", i18n.V{"Town": town.Name, "Link": link}))
	return b.String()
}
