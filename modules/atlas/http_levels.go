package atlas

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/atlas/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/web/components"
)

// mountLevels registers the page where a town decides how coarsely it shows
// taxa.
func (m *Module) mountLevels(r module.Router) {
	r.Workspace.Get("/"+LayerID+"/sensibilite", authz.Can(PermissionLevels), m.levelsPage)
	r.Workspace.Post("/"+LayerID+"/sensibilite", authz.Can(PermissionLevels), m.saveLevel)
}

func (m *Module) levelsPage(c *fiber.Ctx) error { return m.showLevels(c, nil) }

// showLevels draws the rules, with the form as it was sent when it was refused.
func (m *Module) showLevels(c *fiber.Ctx, refused *fault.Fault) error {
	g := newGuide(c)
	rules, err := m.service.Rules(g.ctx, g.town.ID)
	if err != nil {
		return err
	}
	v := views.Levels{Shell: httpd.Shell(c, g.t("atlas.levels.title")), Action: g.desk("/sensibilite"), Suggest: g.desk("/taxons")}
	v.Shell.Crumbs = []components.Crumb{{Label: g.t("atlas.nav"), Href: g.desk("")}, {Label: v.Shell.Title}}
	wrong := map[string]string{}
	if refused != nil {
		wrong = httpd.FieldMessages(c, refused)
		for field, message := range wrong {
			v.Faults = append(v.Faults, components.FieldError{ID: field, Message: message})
		}
	}
	v.Taxon = components.Field{
		Name: fieldTaxon, Label: g.t("atlas.column.species"), Hint: g.t("atlas.form.taxon_hint"), Value: c.FormValue(fieldTaxon), Error: wrong[fieldTaxon],
		Required: true, Attrs: map[string]any{"autocomplete": "off"}, Suggestions: []string{c.FormValue(fieldTaxon)},
	}
	v.Level = components.Field{Name: paramLevel, Label: g.t("atlas.desk.level"), Error: wrong[paramLevel]}
	for _, l := range Levels()[1:] {
		v.Level.Choices = append(v.Level.Choices, components.Choice{Value: itoa(int(l)), Label: g.t(l.LabelKey()), Selected: c.FormValue(paramLevel) == itoa(int(l))})
	}
	v.Reason = components.Field{Name: "motif", Label: g.t("atlas.levels.reason"), Optional: true, Value: c.FormValue("motif")}
	for _, r := range rules {
		v.Rules = append(v.Rules, views.Rule{
			Figure: views.Figure(r.Taxon.Group), Name: r.Taxon.Title(), Latin: r.Taxon.Name, Level: g.t(r.Level.LabelKey()), Reason: r.Reason,
			Decided: g.t("atlas.levels.decided", i18n.V{"Name": orDash(r.DecidedBy), "Date": i18n.Date(r.DecidedAt)}),
			Records: g.t("atlas.records", i18n.N(r.Records)), Taxon: itoa(r.TaxonID),
		})
	}
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
	}
	return httpd.Render(c, status, views.LevelsPage(v))
}

func (m *Module) saveLevel(c *fiber.Ctx) error {
	g := newGuide(c)
	level, ok := parseLevel(c.FormValue(paramLevel))
	if !ok {
		level = -1
	}
	r := Rule{Level: level, Reason: strings.TrimSpace(strings.Clone(c.FormValue("motif")))}
	id, found, err := m.service.Name(g.ctx, g.town.ID, cut(strings.Clone(c.FormValue(fieldTaxon)), maxName))
	if err != nil {
		return err
	}
	if number, ok := parseNumber(c.FormValue("numero")); ok && level == Precise {
		id, found = number, true
	}
	if r.TaxonID = id; !found {
		return m.showLevels(c, fault.New(fault.Invalid, "atlas.fault.rule", fault.On(fieldTaxon, "atlas.fault.field_taxon", nil)))
	}
	err = m.service.SetRule(g.ctx, g.town.ID, r)
	if refused := fault.From(err); refused != nil && refused.Code == fault.Invalid {
		return m.showLevels(c, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, g.desk("/sensibilite"), components.OK, "atlas.levels.saved")
}
