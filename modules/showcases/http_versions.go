package showcases

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/showcases/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// versionsPage lists the saves of a piece.
func (m *Module) versionsPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p, err := m.asked(c)
	if err != nil {
		return err
	}
	_, saves, err := m.History(ctx, p.ID)
	if err != nil {
		return err
	}
	v := views.Versions{Shell: httpd.Shell(c, i18n.T(ctx, "showcases.versions.title")), Title: i18n.Typography(p.Content.Title), Back: deskOf(p)}
	v.Shell.Head.NoIndex = true
	for _, s := range saves {
		row := views.Save{
			Number: i18n.T(ctx, "showcases.version", i18n.V{"Number": s.Number}), Href: deskOf(p) + "/versions/" + strconv.Itoa(s.Number),
			Date: i18n.DateTime(s.At), Author: s.By.Name,
		}
		if p.Public != nil && s.Number == p.PublicVersion {
			row.Note = i18n.T(ctx, "showcases.versions.public")
		}
		v.Saves = append(v.Saves, row)
	}
	return httpd.Render(c, fiber.StatusOK, views.VersionsPage(v))
}

// difference compares a version with the one before it.
func (m *Module) difference(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p, err := m.asked(c)
	if err != nil {
		return err
	}
	_, saves, err := m.History(ctx, p.ID)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(c.Params("number"))
	at := slices.IndexFunc(saves, func(s Version) bool { return s.Number == number })
	if err != nil || at < 0 {
		return fault.New(fault.NotFound, "showcases.fault.no_version", fault.With(fault.Args{"Number": c.Params("number")}))
	}
	before := &Content{}
	if at+1 < len(saves) {
		before = &saves[at+1].Content
	}
	title := i18n.T(ctx, "showcases.version", i18n.V{"Number": number})
	v := views.Difference{
		Shell: httpd.Shell(c, title), Title: title, Back: deskOf(p) + "/versions",
		Lead: i18n.T(ctx, "showcases.diff.lead", i18n.V{"Name": saves[at].By.Name, "Date": i18n.DateTime(saves[at].At)}),
	}
	v.Shell.Head.NoIndex = true
	for _, one := range compare(before, &saves[at].Content) {
		v.Changes = append(v.Changes, changeView(ctx, one))
	}
	return httpd.Render(c, fiber.StatusOK, views.DifferencePage(v))
}

func changeView(ctx context.Context, one change) views.Change {
	v := views.Change{Label: i18n.T(ctx, "showcases.diff.changed"), Tone: components.Data}
	if one.Place != "" {
		v.Title = i18n.T(ctx, one.Place)
	} else {
		v.Title = i18n.T(ctx, "showcases.block."+string(one.Kind))
	}
	switch {
	case one.Sign > 0:
		v.Label, v.Tone = i18n.T(ctx, "showcases.diff.added"), components.OK
	case one.Sign < 0:
		v.Label, v.Tone = i18n.T(ctx, "showcases.diff.removed"), components.Danger
	case one.Moved:
		v.Label = i18n.T(ctx, "showcases.diff.moved")
	}
	for _, s := range one.Spans {
		v.Spans = append(v.Spans, views.Span{Text: s.Text, Sign: s.Sign})
	}
	return v
}
