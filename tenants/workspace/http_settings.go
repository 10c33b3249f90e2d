package workspace

import (
	"context"
	"errors"
	"net/url"

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
	"acvdata/web/layout"
)

// settings shows what the town decides for itself.
func (w *Workspace) settings(c *fiber.Ctx) error {
	return w.showSettings(c, fiber.StatusOK, directory.ChoicesOf(httpd.Scope(c).Town), nil)
}

func (w *Workspace) showSettings(c *fiber.Ctx, status int, shown directory.Choices, f *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Settings{
		Shell: shell(c, "workspace.settings.title"), Town: town, Here: town.Path("espace/parametres"), Seen: version(town.Changed),
		Texts: views.Texts{Tagline: shown.Tagline, Experiment: shown.Experiment, Welcome: shown.Welcome, Contact: shown.Contact, Accent: shown.Accent},
	}
	for _, accent := range layout.Accents {
		view.Texts.Accents = append(view.Texts.Accents, components.Choice{Value: accent, Label: i18n.T(ctx, "workspace.accent."+accent)})
	}
	if f != nil {
		view.Texts.Errors, view.Texts.Summary = httpd.FieldMessages(c, f), summary(c, f)
	}
	for _, m := range w.trades(town, false) {
		view.Modules = append(view.Modules, views.Module{
			Code: m.Code, Title: i18n.T(ctx, m.Title), Summary: i18n.T(ctx, m.Summary), Icon: m.Icon,
			On: town.Has(m.Code), HasSettings: len(m.Settings.Fields) > 0 && town.Has(m.Code),
		})
	}
	return httpd.Render(c, status, views.SettingsPage(view))
}

// saveTexts writes the public texts and the accent.
func (w *Workspace) saveTexts(c *fiber.Ctx) error {
	values, err := form(c)
	if err != nil {
		return err
	}
	typed := directory.ChoicesOf(httpd.Scope(c).Town)
	if err := readTexts(values, &typed); err != nil {
		f, again := correct(err)
		if !again {
			return err
		}
		return w.showSettings(c, fiber.StatusUnprocessableEntity, typed, f)
	}
	return w.settle(c, values, "workspace.settings.saved", func(ctx context.Context, tx *db.Tx, choices *directory.Choices) error {
		before := *choices
		if err := readTexts(values, choices); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "workspace.texts", subject(c), map[string]any{"texts": changedTexts(before, *choices)})
	})
}

// settle changes the town if it is still as the form's page showed it.
func (w *Workspace) settle(c *fiber.Ctx, values url.Values, said string, change directory.Change) error {
	seen, err := seenAt(values)
	if err != nil {
		return err
	}
	if err := w.deps.Towns.Settle(c.UserContext(), httpd.Scope(c).Town.ID, seen, change); err != nil {
		return err
	}
	return done(c, "parametres", said)
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

// switchModule turns a module on or off. Asking for what is already so changes
// nothing, however often.
func (w *Workspace) switchModule(c *fiber.Ctx) error {
	m, err := w.trade(c)
	if err != nil {
		return err
	}
	values, err := form(c)
	if err != nil {
		return err
	}
	town, on := httpd.Scope(c).Town, values.Get("on") == "oui"
	action, said := "workspace.module_off", "workspace.settings.module_off"
	if on {
		action, said = "workspace.module_on", "workspace.settings.module_on"
	}
	if town.Has(m.Code) == on {
		return done(c, "parametres", said)
	}
	err = w.settle(c, values, said, func(ctx context.Context, tx *db.Tx, choices *directory.Choices) error {
		if err := w.switchOn(choices, m, on); err != nil {
			return err
		}
		return audit.Record(ctx, tx, action, subject(c), map[string]any{"module": i18n.T(ctx, m.Title)})
	})
	return w.refuseSwitch(c, err)
}

func (w *Workspace) refuseSwitch(c *fiber.Ctx, err error) error {
	var lack *missing
	if !errors.As(err, &lack) {
		return err
	}
	ctx := c.UserContext()
	return fault.New(fault.Conflict, "workspace.fault.needs", fault.Because(err), fault.With(fault.Args{
		"Needy": i18n.T(ctx, lack.needy.Title), "Needed": i18n.T(ctx, lack.needed.Title),
	}))
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
	for _, s := range m.Settings.Fields {
		value, on := shownField(town.Modules[m.Code].Settings, s)
		if typed != nil {
			given := typed[s.Name]
			value, on = "", len(given) > 0
			if len(given) > 0 {
				value = given[0]
			}
		}
		field := components.Field{Name: s.Name, Label: i18n.T(ctx, s.Label), Value: value, Checked: on, Error: messages[s.Name]}
		if s.Hint != "" {
			field.Hint = i18n.T(ctx, s.Hint)
		}
		for _, choice := range s.Choices {
			field.Choices = append(field.Choices, components.Choice{Value: choice, Label: choiceName(ctx, s, choice)})
		}
		view.Fields = append(view.Fields, views.SettingField{Kind: s.Kind, Field: field})
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
	return w.settle(c, values, "workspace.settings.saved", func(ctx context.Context, tx *db.Tx, choices *directory.Choices) error {
		state := choices.Modules[m.Code]
		state.Settings = settings
		choices.Modules[m.Code] = state
		return audit.Record(ctx, tx, "workspace.module_settings", subject(c), map[string]any{"module": i18n.T(ctx, m.Title)})
	})
}

// choiceName is a choice's message, "<label>_<choice>", or the choice itself.
func choiceName(ctx context.Context, s module.SettingField, choice string) string {
	if name, err := i18n.Lookup(ctx, s.Label+"_"+choice); err == nil {
		return name
	}
	return choice
}
