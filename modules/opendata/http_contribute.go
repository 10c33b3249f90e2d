package opendata

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/desks"
	"acvdata/modules/opendata/views"
	"acvdata/services/contributions"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/follow"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// flagColumn is the heading over the ways to report a row.
func flagColumn(ctx context.Context) components.Column {
	return components.Column{Label: i18n.T(ctx, "opendata.report.title"), Hidden: true}
}

// flagCell leads to the report of a row.
func flagCell(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, row string) components.Cell {
	href := contributions.FormAddress(town, errorPath, d.Slug(), row)
	return components.Cell{Node: views.Flag(href, i18n.T(ctx, "opendata.report.of_row", i18n.V{"Row": row}))} //nolint:contextcheck // the page gives its own when it renders
}

// flagged adds to each row of a table the way to report it, where the town takes
// reports.
func (m *Module) flagged(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, t *components.TableProps, rows []datasets.Row) {
	if !m.Contribute.Takes(ctx, town, errorKind) {
		return
	}
	t.Columns = append(t.Columns, flagColumn(ctx))
	for i := range t.Rows {
		t.Rows[i].Cells = append(t.Rows[i].Cells, flagCell(ctx, town, d, rows[i].ID))
	}
}

// takePart are the ways for residents to say something of a dataset.
func (m *Module) takePart(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, desk desks.Desk) (links []components.LinkProps) {
	if m.Contribute.Takes(ctx, town, errorKind) {
		links = append(links, components.LinkProps{
			Label: i18n.T(ctx, "opendata.report.title"), Href: contributions.FormAddress(town, errorPath, d.Slug(), ""), Icon: "flag",
		})
	}
	if m.Contribute.Takes(ctx, town, questionKind) && !desk.Closed {
		links = append(links, components.LinkProps{
			Label: i18n.T(ctx, "opendata.question.ask"), Href: contributions.FormAddress(town, questionPath, d.Slug(), ""), Icon: "message-circle-question-mark",
		})
	}
	if m.Contribute.Takes(ctx, town, useKind) {
		links = append(links, components.LinkProps{
			Label: i18n.T(ctx, "opendata.use.declare"), Href: contributions.FormAddress(town, usePath, d.Slug(), ""), Icon: "puzzle",
		})
	}
	return append(links, followLink(ctx, town, topicDataset+d.Slug()))
}

// followLink leads to the form that follows a topic.
func followLink(ctx context.Context, town *tenants.Tenant, topic string) components.LinkProps {
	return components.LinkProps{Label: i18n.T(ctx, "opendata.follow.link"), Href: follow.FormAddress(town, topic), Icon: "bell"}
}

// shown are the newest contributions of a kind that everybody may see, of a
// dataset or, with "", of all; none where the portal takes no contributions.
func (m *Module) shown(ctx context.Context, town *tenants.Tenant, kind, slug string, most int) ([]contributions.Contribution, error) {
	list, err := m.Contribute.Shown(ctx, town, kind, slug, most)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return list, err
}

// rowCard shows one row of a town's table: what the map opens on a point.
func (m *Module) rowCard(c *fiber.Ctx) error {
	d, err := m.dataset(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	found, err := m.rowsOf(ctx, town, d, datasets.Filter{ID: c.Params("row"), Limit: 1})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fault.New(fault.NotFound, "opendata.fault.no_row")
	}
	view := views.RowCard{Title: i18n.T(ctx, "opendata.report.row_title", i18n.V{"Row": found[0].ID})}
	for _, f := range factsOf(ctx, d, found[0]) {
		view.Values = append(view.Values, components.Definition{Term: f.Label, Value: f.Value})
	}
	if m.Contribute.Takes(ctx, town, errorKind) {
		view.Report = contributions.FormAddress(town, errorPath, d.Slug(), found[0].ID)
	}
	return httpd.Render(c, fiber.StatusOK, views.RowCardPart(view))
}

// toDo are the open contributions about a dataset, for its page in the workspace.
func (m *Module) toDo(c *fiber.Ctx, d *datasets.Dataset) ([]components.Definition, error) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	if !httpd.Allowed(c, ModeratePermission) || !httpd.Allowed(c, contributions.ModeratePermission) {
		return nil, nil
	}
	counts, err := m.Contribute.OpenCount(ctx, town, d.Slug())
	if err != nil {
		return nil, err
	}
	line := func(kind, term, value string) components.Definition {
		return components.Definition{
			Term: i18n.T(ctx, term), Value: i18n.T(ctx, value, i18n.N(counts[kind])), Href: contributions.QueueAddress(town, kind, d.Slug()),
		}
	}
	return []components.Definition{
		line(errorKind, "opendata.report.open", "opendata.report.count"),
		line(questionKind, "opendata.question.open", "opendata.question.count"),
		line(useKind, "opendata.use.open", "opendata.use.count"),
	}, nil
}
