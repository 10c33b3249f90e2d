package imports

import (
	"context"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/imports/views"
	"acvdata/tenants"
	"acvdata/web/components"
)

func watchesAt(t *tenants.Tenant) string { return t.Path("espace/imports/suivis") }

func watchAt(t *tenants.Tenant, id uuid.UUID) string { return watchesAt(t) + "/" + id.String() }

// watchID reads the watch of the address.
func watchID(c *fiber.Ctx) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Params("watch"))
	if err != nil {
		return id, fault.New(fault.NotFound, "imports.watch.fault.not_found", fault.Because(err))
	}
	return id, nil
}

func (p *pages) watches(c *fiber.Ctx) error {
	list, err := p.service.Watches(c.UserContext(), caller(c))
	if err != nil {
		return err
	}
	d := drawer{c: c, service: p.service}
	return httpd.Render(c, fiber.StatusOK, views.WatchesPage(d.watches(list)))
}

func (p *pages) watch(c *fiber.Ctx) error { return p.renderWatch(c, Schedule{}, nil) }

// renderWatch shows a watch; given is the schedule that was just refused.
func (p *pages) renderWatch(c *fiber.Ctx, given Schedule, refused *fault.Fault) error {
	id, err := watchID(c)
	if err != nil {
		return err
	}
	w, checks, err := p.service.Watch(c.UserContext(), caller(c), id)
	if err != nil {
		return err
	}
	status, shown := fiber.StatusOK, w.Schedule
	if refused != nil {
		status, shown = httpd.Status(refused), given
	}
	view, err := (&drawer{c: c, service: p.service}).watch(w, checks, shown, refused)
	if err != nil {
		return err
	}
	return httpd.Render(c, status, views.WatchPage(*view))
}

// scheduleOf reads the fields of a schedule. One that was not sent is the usual
// one: the browser may hide what the rhythm does not need.
func scheduleOf(c *fiber.Ctx) Schedule {
	number := func(name string, usual int) int {
		text := c.FormValue(name)
		if text == "" {
			return usual
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return -1
		}
		return n
	}
	return Schedule{
		Every: Rhythm(c.FormValue("every")), Hour: number("hour", usualSchedule.Hour),
		Weekday: number("weekday", usualSchedule.Weekday), MonthDay: number("month_day", usualSchedule.MonthDay),
	}
}

// usualSchedule is what is offered first: before the office opens.
var usualSchedule = Schedule{Every: Daily, Hour: 6, Weekday: 1, MonthDay: 1}

// follow has the address of an import followed.
func (p *pages) follow(c *fiber.Ctx) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	who := caller(c)
	w, err := p.service.Follow(c.UserContext(), who, id, scheduleOf(c))
	var refused *fault.Fault
	if errors.As(err, &refused) && (refused.Code == fault.Invalid || refused.Code == fault.Conflict) {
		i, err := p.service.Get(c.UserContext(), who, id)
		if err != nil {
			return err
		}
		return p.render(c, httpd.Status(refused), i, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, watchAt(who.Town, w.ID), components.OK, "imports.watch.followed")
}

func (p *pages) reschedule(c *fiber.Ctx) error {
	id, err := watchID(c)
	if err != nil {
		return err
	}
	schedule := scheduleOf(c)
	err = p.service.Reschedule(c.UserContext(), caller(c), id, schedule)
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.Invalid && len(refused.Fields) > 0 {
		return p.renderWatch(c, schedule, refused)
	}
	return p.backToWatch(c, err, "imports.watch.rescheduled")
}

func (p *pages) checkWatch(c *fiber.Ctx) error {
	return p.doWatch(c, p.service.CheckNow, "")
}

func (p *pages) pauseWatch(c *fiber.Ctx) error {
	return p.doWatch(c, p.service.PauseWatch, "imports.watch.paused")
}

func (p *pages) resumeWatch(c *fiber.Ctx) error {
	return p.doWatch(c, p.service.ResumeWatch, "imports.watch.resumed")
}

func (p *pages) doWatch(c *fiber.Ctx, do func(context.Context, Caller, uuid.UUID) error, done string) error {
	id, err := watchID(c)
	if err != nil {
		return err
	}
	return p.backToWatch(c, do(c.UserContext(), caller(c), id), done)
}

// backToWatch returns to the page of the watch with a word.
func (p *pages) backToWatch(c *fiber.Ctx, err error, key string) error {
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.Conflict {
		return httpd.Redirect(c, watchesAt(caller(c).Town)+"/"+c.Params("watch"), components.Warning, refused.Key)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, watchesAt(caller(c).Town)+"/"+c.Params("watch"), components.OK, key)
}

func (p *pages) unfollow(c *fiber.Ctx) error {
	id, err := watchID(c)
	if err != nil {
		return err
	}
	if err := p.service.Unfollow(c.UserContext(), caller(c), id); err != nil {
		return err
	}
	return httpd.Redirect(c, watchesAt(caller(c).Town), components.OK, "imports.watch.unfollowed")
}
