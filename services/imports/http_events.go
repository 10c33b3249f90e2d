package imports

import (
	"bytes"
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports/views"
	"acvdata/services/jobs"
	"acvdata/web/components"
)

// lastEvent is the one the page closes its stream on.
const lastEvent = "fin"

// events follows the import's job: the bar anew at each step, then the last
// event, on which the page shows itself again.
func (p *pages) events(c *fiber.Ctx) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	who := caller(c)
	if _, err := p.service.Get(c.UserContext(), who, id); err != nil {
		return err
	}
	first := true
	return httpd.Events(c, func(ctx context.Context) (*httpd.Event, bool) {
		if !first {
			p.service.nextChange(ctx, who, id)
		}
		first = false
		if ctx.Err() != nil {
			return nil, true
		}
		return p.service.event(ctx, who, id)
	})
}

// nextChange waits for news of an import's job, a second at most: nothing is
// held between two events, so a browser that leaves leaves nothing behind.
func (s *Service) nextChange(ctx context.Context, who Caller, id uuid.UUID) {
	changed, stop := s.Jobs.Watch(who.Town.ID, subject(id)) //nolint:contextcheck // the listener outlives whoever came first
	defer stop()
	select {
	case <-changed:
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
}

// event draws how far the import is; false when no job works on it any more.
// While the database is away it says so and goes on: so will the job.
func (s *Service) event(ctx context.Context, who Caller, id uuid.UUID) (*httpd.Event, bool) {
	i, err := s.Get(ctx, who, id)
	switch {
	case db.Away(err):
		return drawn(ctx, components.ProgressProps{Label: i18n.T(ctx, "imports.follow.title"), Message: i18n.T(ctx, "imports.follow.away")})
	case err != nil && ctx.Err() != nil:
		return nil, true // the heartbeat's time was up
	case err != nil || !i.State.Working():
		return &httpd.Event{Name: lastEvent, Data: " "}, false
	}
	return drawn(ctx, s.progressBar(ctx, i))
}

func drawn(ctx context.Context, bar components.ProgressProps) (*httpd.Event, bool) {
	var html bytes.Buffer
	if err := views.Progress(bar).Render(ctx, &html); err != nil { //nolint:contextcheck // templ takes it in Render
		return nil, true
	}
	return &httpd.Event{Data: html.String()}, true
}

// progressBar says how far the import's job is.
func (s *Service) progressBar(ctx context.Context, i *Import) components.ProgressProps {
	bar := components.ProgressProps{Label: i18n.T(ctx, "imports.follow."+string(i.State)), Message: i18n.T(ctx, "imports.phase.queued")}
	p, err := s.Jobs.Progress(ctx, i.Tenant, i.Subject())
	if err != nil || p.Over() {
		return bar
	}
	bar.Message, bar.Done, bar.Total = i18n.T(ctx, phaseKey(p.Phase)), p.Done, p.Total
	if p.Rate >= 1 {
		bar.Rate = i18n.T(ctx, "imports.follow.rate", i18n.N(int64(p.Rate)))
	}
	bar.Left = timeLeft(ctx, p)
	return bar
}

func timeLeft(ctx context.Context, p *jobs.Progress) string {
	switch seconds := int64(p.Left.Seconds() + 0.5); {
	case p.Left == 0:
		return ""
	case seconds < 60:
		return i18n.T(ctx, "imports.follow.seconds_left", i18n.N(max(seconds, 1)))
	default:
		return i18n.T(ctx, "imports.follow.minutes_left", i18n.N((seconds+30)/60))
	}
}
