package opendata

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/views"
	"acvdata/services/contributions"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

const usesAtOnce = 24

// uses is what was made with the town's data.
func (m *Module) uses(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	sort, slug := c.Query("type"), c.Query("jeu")
	all, err := m.useCards(ctx, town, slug, manyUses)
	if err != nil {
		return err
	}
	if sort != "" {
		all = slices.DeleteFunc(all, func(u views.UseCard) bool { return u.Sort != sort })
	}
	view := views.Uses{
		Shell: m.shell(c, i18n.T(ctx, "opendata.use.title")), Declare: m.declareUse(ctx, town), Filtered: sort != "" || slug != "",
		Found: i18n.T(ctx, "opendata.use.found", i18n.N(len(all))),
	}
	view.Shell.Description = i18n.T(ctx, "opendata.use.page_lead", i18n.V{"Town": town.Name})
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")}, {Label: i18n.T(ctx, "opendata.use.title")}}
	if httpd.Allowed(c, ModeratePermission) && httpd.Allowed(c, contributions.ModeratePermission) {
		view.Queue = contributions.QueueAddress(town, useKind, "")
	}
	if view.Sort, view.Dataset, err = m.useFilters(ctx, town, sort, slug); err != nil {
		return err
	}
	view.Filter = components.FilterProps{
		Label: i18n.T(ctx, "opendata.use.filter"), Action: town.Path(usesPath), Target: "#reutilisations", Results: view.Found,
	}
	if view.Filtered {
		view.Filter.Reset, view.Filter.Active = view.Filter.Action, 1
	}
	start, end, pages := paged(ctx, c, len(all), usesAtOnce, usesPath, "")
	view.Cards, view.Pages = all[start:end], pages
	return httpd.Render(c, fiber.StatusOK, views.UsesPage(view))
}

// useFilters narrow to a sort of réutilisation and to a dataset.
func (m *Module) useFilters(ctx context.Context, town *tenants.Tenant, sort, slug string) (sorts, sets components.Field, err error) {
	sorts = components.Field{Name: "type", Label: i18n.T(ctx, "opendata.use.sort"), Blank: i18n.T(ctx, "opendata.use.all_sorts"), Value: sort}
	for _, o := range useSorts {
		sorts.Choices = append(sorts.Choices, components.Choice{Value: o.Value, Label: i18n.T(ctx, o.Label)})
	}
	sets = components.Field{Name: "jeu", Label: i18n.T(ctx, "opendata.use.dataset"), Blank: i18n.T(ctx, "opendata.use.all_datasets"), Value: slug}
	others, err := m.otherDatasets(ctx, town, "")
	for _, o := range others {
		sets.Choices = append(sets.Choices, components.Choice{Value: o.Subject, Label: o.Title})
	}
	return sorts, sets, err
}
