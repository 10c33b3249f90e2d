package opendata

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/privacy"
	"acvdata/tenants"
	"acvdata/web/components"
)

// personal shows the columns that look like personal data, with what was decided
// of each; nil when there are none.
func (m *Module) personal(c *fiber.Ctx, d *datasets.Dataset) (*views.Personal, error) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	list, err := m.Datasets.Personal(ctx, town, d)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	labels, err := m.labelsOf(ctx, town, d)
	if err != nil {
		return nil, err
	}
	v := &views.Personal{}
	if httpd.Allowed(c, PublishPermission) {
		v.Action = publishAddress(town, d) + "/colonnes"
	}
	waiting := 0
	for _, p := range list {
		if p.Blocks() {
			waiting++
		}
		v.Columns = append(v.Columns, personalColumn(ctx, p, labels[p.Field]))
	}
	// What waits comes first.
	slices.SortStableFunc(v.Columns, func(a, b views.PersonalColumn) int { return order(a.Waiting) - order(b.Waiting) })
	switch {
	case waiting == 0:
		v.Alert = components.AlertProps{Tone: components.OK, Message: i18n.T(ctx, "opendata.personal.settled")}
	case d.Open():
		v.Alert = components.AlertProps{Tone: components.Warning, Title: i18n.T(ctx, "opendata.personal.waiting", i18n.N(waiting)), Message: i18n.T(ctx, "opendata.personal.held")}
	default:
		v.Alert = components.AlertProps{Tone: components.Warning, Title: i18n.T(ctx, "opendata.personal.waiting", i18n.N(waiting)), Message: i18n.T(ctx, "opendata.personal.blocked")}
	}
	return v, nil
}

func order(waiting bool) int {
	if waiting {
		return 0
	}
	return 1
}

// labelsOf gives what people call the columns, those that nobody is shown too.
func (m *Module) labelsOf(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) (map[string]string, error) {
	source, err := m.Datasets.Source(ctx, town, d.Slug())
	if err != nil {
		return nil, err
	}
	if reduced, is := source.(interface{ Whole() datasets.Source }); is {
		source = reduced.Whole()
	}
	labels := map[string]string{}
	for _, f := range source.Describe().Fields {
		labels[f.Name] = i18n.T(ctx, f.Label)
	}
	return labels, nil
}

func personalColumn(ctx context.Context, p datasets.PersonalColumn, label string) views.PersonalColumn {
	kinds := make([]string, len(p.Kinds))
	for i, k := range p.Kinds {
		kinds[i] = i18n.T(ctx, k.Key())
	}
	v := views.PersonalColumn{
		Field: p.Field, Label: label, Kinds: strings.Join(kinds, ", "), Waiting: p.Blocks(), Examples: strings.Join(p.Examples, " · "),
		Cells: i18n.T(ctx, "opendata.personal.cells", i18n.N(p.Cells), i18n.V{"Filled": i18n.Number(p.Filled)}),
		State: i18n.T(ctx, "opendata.personal.undecided"), Tone: components.Warning,
	}
	if label == "" {
		v.Label = p.Field
	}
	who := i18n.V{"Name": p.By, "Date": i18n.DateTime(p.At)}
	switch {
	case p.Decision == datasets.Public:
		v.State, v.Tone, v.Decided = i18n.T(ctx, "opendata.personal.public"), components.OK, i18n.T(ctx, "opendata.personal.decided", who)
	case p.Decision == datasets.Withheld:
		v.State, v.Tone, v.Decided = i18n.T(ctx, "opendata.personal.withheld"), components.Neutral, i18n.T(ctx, "opendata.personal.decided", who)
	case !p.Blocks():
		v.State, v.Tone = i18n.T(ctx, "opendata.personal.told"), components.Neutral
	}
	v.Withhold = p.Decision != datasets.Withheld
	v.Clear = p.Decision != datasets.Public && slices.ContainsFunc(p.Kinds, privacy.Kind.Blocks)
	v.Clear = v.Clear || p.Decision == datasets.Withheld
	return v
}

// decide takes a person's decision on a column.
func (m *Module) decide(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err == nil {
		err = m.Datasets.Decide(ctx, town, d.Slug(), c.FormValue("column"), datasets.Decision(c.FormValue("decision")))
	}
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.Invalid {
		return m.renderPublication(c, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, publishAddress(town, d)+"#donnees-personnelles", components.OK, "opendata.personal.saved")
}

// apiPersonal lists the columns that look like personal data.
func (m *Module) apiPersonal(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	list, err := m.Datasets.Personal(ctx, town, d)
	if err != nil {
		return err
	}
	columns := []fiber.Map{}
	for _, p := range list {
		one := fiber.Map{
			"column": p.Field, "kinds": p.Kinds, "cells": p.Cells, "filled": p.Filled, "examples": p.Examples,
			"decision": p.Decision, "blocks": p.Blocks(),
		}
		if p.Decision != datasets.Undecided {
			one["decided_by"], one["decided_at"] = p.By, p.At.UTC()
		}
		columns = append(columns, one)
	}
	return c.JSON(fiber.Map{"columns": columns})
}

// apiDecide takes a decision on a column: {"column": "mail", "decision": "withheld"}.
func (m *Module) apiDecide(c *fiber.Ctx) error {
	var in struct{ Column, Decision string }
	if err := json.Unmarshal(c.Body(), &in); err != nil {
		return fault.New(fault.Invalid, "opendata.fault.json", fault.Because(err))
	}
	err := m.Datasets.Decide(c.UserContext(), httpd.Scope(c).Town, c.Params("dataset"), in.Column, datasets.Decision(in.Decision))
	if err != nil {
		return err
	}
	return m.apiPersonal(c)
}
