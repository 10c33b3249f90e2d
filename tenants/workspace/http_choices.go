package workspace

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants/directory"
	"acvdata/tenants/workspace/views"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// The pages of the settings, below the town's workspace.
const (
	settingsPath = "parametres"
	portalPath   = "parametres/portail"
	contactsPath = "parametres/contacts"
)

// settingsTabs leads from one page of the settings to the others.
func settingsTabs(c *fiber.Ctx, current string) []components.Tab {
	town, t := httpd.Scope(c).Town, func(key string) string { return i18n.T(c.UserContext(), "workspace.settings."+key) }
	tabs := []components.Tab{
		{Label: t("modules"), Href: settingsPath, Icon: "blocks"},
		{Label: t("portal"), Href: portalPath, Icon: "globe"},
		{Label: t("contacts"), Href: contactsPath, Icon: "scale"},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].Href == current
		tabs[i].Href = town.Path("espace/" + tabs[i].Href)
	}
	return tabs
}

// portal shows what residents read first, as a form.
func (w *Workspace) portal(c *fiber.Ctx) error {
	return w.showPortal(c, fiber.StatusOK, directory.ChoicesOf(httpd.Scope(c).Town), nil)
}

func (w *Workspace) showPortal(c *fiber.Ctx, status int, shown directory.Choices, f *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Portal{
		Shell: shell(c, "workspace.settings.title"), Tabs: settingsTabs(c, portalPath), Town: town,
		Here: town.Path("espace/" + portalPath), Seen: version(town.Changed), Public: town.Path(""),
		PublicName: shown.PublicName, Tagline: shown.Tagline, Experiment: shown.Experiment, Welcome: shown.Welcome, Accent: shown.Accent,
	}
	for _, accent := range layout.Accents {
		view.Accents = append(view.Accents, components.Choice{Value: accent, Label: i18n.T(ctx, "workspace.accent."+accent)})
	}
	if f != nil {
		view.Errors, view.Summary = httpd.FieldMessages(c, f), summary(c, f)
		if len(f.Fields) == 0 { // the logo's own form
			view.Errors = map[string]string{"file": httpd.Message(c, f)}
		}
	}
	return httpd.Render(c, status, views.PortalPage(view))
}

// savePortal writes what residents read first.
func (w *Workspace) savePortal(c *fiber.Ctx) error {
	return w.saveChoices(c, readPortal, w.showPortal, portalPath)
}

// contacts shows how to reach the town, and what its legal pages add.
func (w *Workspace) contacts(c *fiber.Ctx) error {
	return w.showContacts(c, fiber.StatusOK, directory.ChoicesOf(httpd.Scope(c).Town), nil)
}

func (w *Workspace) showContacts(c *fiber.Ctx, status int, shown directory.Choices, f *fault.Fault) error {
	town := httpd.Scope(c).Town
	view := views.Contacts{
		Shell: shell(c, "workspace.settings.title"), Tabs: settingsTabs(c, contactsPath),
		Here: town.Path("espace/" + contactsPath), Seen: version(town.Changed),
		LegalHref: town.Path("mentions-legales"), PrivacyHref: town.Path("donnees-personnelles"),
		Contact: shown.Contact, Phone: shown.Phone, Postal: shown.Postal, Legal: shown.Legal, Privacy: shown.Privacy,
	}
	if f != nil {
		view.Errors, view.Summary = httpd.FieldMessages(c, f), summary(c, f)
	}
	return httpd.Render(c, status, views.ContactsPage(view))
}

// saveContacts writes how to reach the town.
func (w *Workspace) saveContacts(c *fiber.Ctx) error {
	return w.saveChoices(c, readContacts, w.showContacts, contactsPath)
}

type (
	reading func(url.Values, *directory.Choices) error
	showing func(c *fiber.Ctx, status int, shown directory.Choices, f *fault.Fault) error
)

// saveChoices writes the choices of one form, or shows it again with what is
// wrong. The others stay as they are.
func (w *Workspace) saveChoices(c *fiber.Ctx, read reading, show showing, back string) error {
	values, err := form(c)
	if err != nil {
		return err
	}
	typed := directory.ChoicesOf(httpd.Scope(c).Town)
	if err := read(values, &typed); err != nil {
		f, again := correct(err)
		if !again {
			return err
		}
		return show(c, fiber.StatusUnprocessableEntity, typed, f)
	}
	return w.settle(c, values, back, "workspace.settings.saved", func(ctx context.Context, tx *db.Tx, choices *directory.Choices) error {
		before := *choices
		if err := read(values, choices); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "workspace.texts", subject(c), map[string]any{"texts": changedTexts(before, *choices)})
	})
}
