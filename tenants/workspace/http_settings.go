package workspace

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants/directory"
	"acvdata/tenants/workspace/views"
	"acvdata/web/components"
)

// settings shows the modules that the town may switch and set.
func (w *Workspace) settings(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Settings{
		Shell: shell(c, "workspace.settings.title"), Tabs: settingsTabs(c, settingsPath), Here: town.Path("espace/" + settingsPath),
	}
	for _, m := range w.trades(town, false) {
		view.Modules = append(view.Modules, views.Module{
			Code: m.Code, Title: i18n.T(ctx, m.Title), Summary: i18n.T(ctx, m.Summary), Icon: m.Icon,
			On: town.Has(m.Code), HasSettings: len(m.Settings.Fields) > 0 && town.Has(m.Code),
		})
	}
	return httpd.Render(c, fiber.StatusOK, views.SettingsPage(view))
}

// settle changes the town if it is still as the form's page showed it.
func (w *Workspace) settle(c *fiber.Ctx, values url.Values, back, said string, change directory.Change) error {
	seen, err := seenAt(values)
	if err != nil {
		return err
	}
	if err := w.deps.Towns.Settle(c.UserContext(), httpd.Scope(c).Town.ID, seen, change); err != nil {
		return err
	}
	return done(c, back, said)
}

func subject(c *fiber.Ctx) string { return "town/" + httpd.Scope(c).Town.Slug }

// trade finds the module of the address.
func (w *Workspace) trade(c *fiber.Ctx) (module.Manifest, error) {
	m, known := w.deps.Registry().Manifest(c.Params("module"))
	if !known || m.Core {
		return m, fault.New(fault.NotFound, "workspace.fault.no_module")
	}
	return m, nil
}

// moduleSettings shows a module's settings as a form made from its manifest.
func (w *Workspace) moduleSettings(c *fiber.Ctx) error {
	m, err := w.trade(c)
	if err != nil {
		return err
	}
	return w.showModule(c, fiber.StatusOK, m, nil, nil)
}

func (w *Workspace) showModule(c *fiber.Ctx, status int, m module.Manifest, typed map[string][]string, f *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	if len(m.Settings.Fields) == 0 || !town.Has(m.Code) {
		return fault.New(fault.NotFound, "workspace.fault.no_settings")
	}
	above := components.Crumb{Label: i18n.T(ctx, "workspace.settings.title"), Href: town.Path("espace/parametres")}
	view := views.ModuleForm{
		Shell: titled(c, i18n.T(ctx, m.Title), above), Title: i18n.T(ctx, m.Title), Icon: m.Icon, Seen: version(town.Changed),
		Action: town.Path("espace/parametres/modules/" + m.Code + "/reglages"), Back: town.Path("espace/parametres"),
	}
	messages := map[string]string{}
	if f != nil {
		messages, view.Summary = httpd.FieldMessages(c, f), summary(c, f)
	}
	set := m.Settings.Of(town, m.Code)
	for _, field := range m.Settings.Fields {
		value, on := shownField(set, field)
		if typed != nil {
			value, on = first(typed[field.Name])
		}
		view.Fields = append(view.Fields, views.SettingField{Kind: field.Kind, Field: components.Field{
			Name: field.Name, Label: i18n.T(ctx, field.Label), Hint: hint(ctx, field), Value: value, Checked: on, Error: messages[field.Name],
			Type: field.Input, Suffix: field.Unit, Choices: choices(ctx, field), Rows: field.Rows,
		}})
	}
	return httpd.Render(c, status, views.ModulePage(view))
}

// saveModuleSettings writes a module's settings.
func (w *Workspace) saveModuleSettings(c *fiber.Ctx) error {
	m, err := w.trade(c)
	if err != nil {
		return err
	}
	values, err := form(c)
	if err != nil {
		return err
	}
	settings, err := readModule(values, m.Settings)
	if f, again := correct(err); again {
		return w.showModule(c, fiber.StatusUnprocessableEntity, m, values, f)
	}
	if err != nil {
		return err
	}
	if !httpd.Scope(c).Town.Has(m.Code) {
		return fault.New(fault.NotFound, "workspace.fault.no_settings")
	}
	return w.settle(c, values, settingsPath, "workspace.settings.saved", func(ctx context.Context, tx *db.Tx, choices *directory.Choices) error {
		state := choices.Modules[m.Code]
		state.Settings = settings
		choices.Modules[m.Code] = state
		return audit.Record(ctx, tx, "workspace.module_settings", subject(c), map[string]any{"module": i18n.T(ctx, m.Title)})
	})
}

// first is what a form sent of one field; a switch that is off sends nothing.
func first(given []string) (value string, on bool) {
	if len(given) == 0 {
		return "", false
	}
	return given[0], true
}

// hint is the field's own, and the bounds of a number.
func hint(ctx context.Context, s module.SettingField) string {
	var parts []string
	if s.Hint != "" {
		parts = append(parts, i18n.T(ctx, s.Hint))
	}
	if s.Kind == module.SettingNumber && s.Max > s.Min {
		parts = append(parts, i18n.T(ctx, "workspace.settings.bounds", i18n.V{"Min": i18n.Decimal(s.Min, -1), "Max": i18n.Decimal(s.Max, -1)}))
	}
	return strings.Join(parts, " ")
}

// choices are a choice's messages, "<label>_<choice>", or the choices themselves.
func choices(ctx context.Context, s module.SettingField) []components.Choice {
	list := make([]components.Choice, len(s.Choices))
	for i, choice := range s.Choices {
		list[i] = components.Choice{Value: choice, Label: choice}
		if name, err := i18n.Lookup(ctx, s.Label+"_"+choice); err == nil {
			list[i].Label = name
		}
	}
	return list
}
