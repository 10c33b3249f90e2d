package imports

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/httpd"
	"acvdata/tenants"
)

// watchDocument is a followed address as programs see it. The address is without
// what may be a key.
type watchDocument struct {
	ID       uuid.UUID        `json:"id"`
	URL      string           `json:"url"`
	Page     string           `json:"page"`
	Target   string           `json:"target"`
	Address  string           `json:"address"`
	State    WatchState       `json:"state"`
	Message  string           `json:"message,omitempty"` // why a person has to look
	Owner    string           `json:"owner"`
	Next     string           `json:"next,omitempty"`
	Schedule scheduleDocument `json:"schedule"`
	Checks   []checkDocument  `json:"checks"` // the last ones, the newest first
}

type scheduleDocument struct {
	Every    Rhythm `json:"every"`
	Hour     int    `json:"hour"`
	Weekday  int    `json:"weekday"`
	MonthDay int    `json:"month_day"`
}

type checkDocument struct {
	At      string     `json:"at"`
	State   CheckState `json:"state"`
	Message string     `json:"message,omitempty"`
	Import  string     `json:"import,omitempty"` // address of what it brought
}

func (a *api) watches(c *fiber.Ctx) error {
	list, err := a.service.Watches(c.UserContext(), caller(c))
	if err != nil {
		return err
	}
	out := struct {
		Watches []watchDocument `json:"watches"`
	}{Watches: []watchDocument{}}
	for _, w := range list {
		var last []*WatchCheck
		if w.Last != nil {
			last = []*WatchCheck{w.Last}
		}
		out.Watches = append(out.Watches, a.watchDocument(c, w, last))
	}
	return c.JSON(out)
}

func (a *api) watch(c *fiber.Ctx) error {
	id, err := watchID(c)
	if err != nil {
		return err
	}
	w, checks, err := a.service.Watch(c.UserContext(), caller(c), id)
	if err != nil {
		return err
	}
	return c.JSON(a.watchDocument(c, w, checks))
}

func (a *api) checkWatch(c *fiber.Ctx) error {
	return a.doWatch(c, fiber.StatusAccepted, a.service.CheckNow)
}

func (a *api) pauseWatch(c *fiber.Ctx) error {
	return a.doWatch(c, fiber.StatusOK, a.service.PauseWatch)
}

func (a *api) resumeWatch(c *fiber.Ctx) error {
	return a.doWatch(c, fiber.StatusOK, a.service.ResumeWatch)
}

func (a *api) doWatch(c *fiber.Ctx, status int, do func(context.Context, Caller, uuid.UUID) error) error {
	id, err := watchID(c)
	if err != nil {
		return err
	}
	if err := do(c.UserContext(), caller(c), id); err != nil {
		return err
	}
	c.Status(status)
	return a.watch(c)
}

func (a *api) watchDocument(c *fiber.Ctx, w *Watch, checks []*WatchCheck) watchDocument {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	doc := watchDocument{
		ID: w.ID, URL: addressOfWatches(town) + "/" + w.ID.String(), Page: watchAt(town, w.ID), Target: w.Target, Address: Shown(w.Address),
		State: w.State, Message: a.service.say(ctx, w.Note), Owner: w.Owner.Name, Checks: []checkDocument{},
		Schedule: scheduleDocument(w.Schedule),
	}
	if !w.Next.IsZero() {
		doc.Next = w.Next.UTC().Format(time.RFC3339)
	}
	for _, check := range checks {
		one := checkDocument{At: check.Began.UTC().Format(time.RFC3339), State: check.State, Message: a.service.say(ctx, check.Note)}
		if check.Import != uuid.Nil {
			one.Import = address(town, check.Import)
		}
		doc.Checks = append(doc.Checks, one)
	}
	return doc
}

func addressOfWatches(t *tenants.Tenant) string { return addressOfList(t) + "/watches" }
