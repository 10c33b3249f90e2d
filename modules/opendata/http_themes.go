package opendata

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/indicators"
	"acvdata/tenants"
	"acvdata/web/components"
)

// mostCharts keeps a theme's page readable.
const mostCharts = 6

// theme is a theme's dashboard: what all modules know of it.
func (m *Module) theme(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	code := datasets.Theme(c.Params("theme"))
	themes, err := m.figures.Themes(ctx, town)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(themes, func(t figures.Theme) bool { return t.Code == code && t.Shown })
	if at < 0 {
		return fault.New(fault.NotFound, "opendata.fault.no_theme")
	}
	open, err := m.Datasets.Open(ctx, town)
	if err != nil {
		return err
	}
	mine := slices.DeleteFunc(open, func(d datasets.Dataset) bool { return !slices.Contains(d.Themes, code) })
	title := i18n.T(ctx, code.LabelKey())
	view := views.ThemeView{
		Shell: m.shell(c, title), Town: town.Name, Title: title, Icon: looks[code].Icon, Summary: themeSummary(ctx, themes[at]),
		Follow: followLink(ctx, town, topicTheme+string(code)),
	}
	view.Figures, view.Embeds = m.figuresOf(ctx, town, code)
	view.Shell.Description = shorten(view.Summary, 160)
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")}, {Label: title}}
	for i := range mine {
		view.Cards = append(view.Cards, card(ctx, town, &mine[i]))
	}
	view.Map = m.themeMap(ctx, town, title, mine)
	if view.Charts, err = m.themeCharts(ctx, town, mine); err != nil {
		return err
	}
	if view.Stories, err = m.storyCards(ctx, town, code); err != nil {
		return err
	}
	if view.Debates, err = m.debateCards(ctx, town, code); err != nil {
		return err
	}
	view.Empty = len(view.Debates)+len(view.Cards)+len(view.Figures)+len(view.Stories) == 0
	return httpd.Render(c, fiber.StatusOK, views.ThemePage(view))
}

func themeSummary(ctx context.Context, t figures.Theme) string {
	if t.Summary != "" {
		return t.Summary
	}
	return i18n.T(ctx, "opendata.theme_summary."+string(t.Code))
}

// themeMap draws every dataset of the theme that has a place.
func (m *Module) themeMap(ctx context.Context, town *tenants.Tenant, title string, list []datasets.Dataset) *components.MapProps {
	var all *components.MapProps
	for i := range list {
		one := m.mapOf(ctx, town, &list[i])
		switch {
		case one == nil:
		case all == nil:
			all = one
			all.Title, all.ListHref, all.ListLabel = title, "#jeux", i18n.T(ctx, "opendata.themes.list")
		default:
			all.Layers = append(all.Layers, one.Layers...)
		}
	}
	return all
}

func (m *Module) themeCharts(ctx context.Context, town *tenants.Tenant, list []datasets.Dataset) (charts []views.ChartView, err error) {
	for i := range list {
		t, err := m.Tables.Find(ctx, town, list[i].Slug())
		if err != nil {
			return nil, err
		}
		if t == nil || len(charts) >= mostCharts {
			continue
		}
		drawn, err := m.charts(ctx, town, t)
		if err != nil {
			return nil, err
		}
		charts = append(charts, drawn...)
	}
	return charts[:min(len(charts), mostCharts)], nil
}

// figuresOf reads the indicators of a theme, the town's own first, then those of
// other modules, with the HTML that shows each elsewhere; all of the town's for the
// theme "". One that cannot be read is left out and logged.
func (m *Module) figuresOf(ctx context.Context, town *tenants.Tenant, theme datasets.Theme) (stats []components.StatProps, codes []components.EmbedProps) {
	own, err := m.figures.List(ctx, town, true)
	if err != nil {
		slog.WarnContext(ctx, "no indicators", "tenant", town.Slug, "error", err.Error())
	}
	for i := range own {
		if theme != "" && own[i].Theme != theme {
			continue
		}
		stat, known, err := m.statOf(ctx, town, &own[i])
		if err == nil && known {
			stats, codes = append(stats, stat), append(codes, m.figureEmbed(ctx, town, own[i].Key(), stat))
		}
	}
	if theme == "" {
		return stats, codes
	}
	all, err := m.Live.Of(ctx, town)
	if err != nil {
		slog.WarnContext(ctx, "no figures of other modules", "tenant", town.Slug, "error", err.Error())
		return stats, codes
	}
	for _, i := range all {
		if i.Theme != string(theme) || ownKey(i.Key) {
			continue
		}
		if value, err := i.Read(ctx); err == nil && value.Known {
			stat := liveStat(indicators.Reading{Indicator: i, Value: value})
			stats, codes = append(stats, stat), append(codes, m.figureEmbed(ctx, town, i.Key, stat))
		}
	}
	return stats, codes
}

// liveStat is another module's figure as a tile.
func liveStat(r indicators.Reading) components.StatProps {
	stat := components.StatProps{Label: r.Title, Value: i18n.Decimal(r.Number, r.Decimals), Unit: r.Unit, Source: r.Source, Href: r.Href}
	if !r.At.IsZero() {
		stat.Date = i18n.Date(r.At)
	}
	return stat
}

// tiles are the themes that have something to show, as cards.
func (m *Module) tiles(ctx context.Context, town *tenants.Tenant, open []datasets.Dataset) ([]components.CardProps, error) {
	themes, err := m.figures.Themes(ctx, town)
	if err != nil {
		return nil, err
	}
	_, count := themesOf(open)
	var list []components.CardProps
	for _, t := range themes {
		if !t.Shown || count[t.Code] == 0 {
			continue
		}
		list = append(list, components.CardProps{
			Title: i18n.T(ctx, t.Code.LabelKey()), Href: town.Path("donnees/themes/" + string(t.Code)), Text: shorten(themeSummary(ctx, t), 110),
			Icon: looks[t.Code].Icon, Tone: looks[t.Code].Tone, Meta: i18n.T(ctx, "opendata.found", i18n.N(count[t.Code])),
		})
	}
	return list, nil
}

// themes shows the workspace's form about themes.
func (m *Module) themes(c *fiber.Ctx) error {
	list, err := m.figures.Themes(c.UserContext(), httpd.Scope(c).Town)
	if err != nil {
		return err
	}
	return m.renderThemes(c, list, nil)
}

func (m *Module) renderThemes(c *fiber.Ctx, list []figures.Theme, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.ThemesForm{Shell: httpd.Shell(c, i18n.T(ctx, "opendata.themes.title")), Action: town.Path("espace/donnees/themes"), Tabs: m.workspaceTabs(c, "themes")}
	messages := map[string]string{}
	if refused != nil {
		messages = httpd.FieldMessages(c, refused)
	}
	for i, t := range list {
		code := string(t.Code)
		f := views.ThemeFields{ID: "theme-" + code, Label: i18n.T(ctx, t.Code.LabelKey()), Icon: looks[t.Code].Icon}
		f.Shown = components.Field{Name: "shown." + code, Label: i18n.T(ctx, "opendata.themes.shown"), Checked: t.Shown}
		f.Position = components.Field{Name: "position." + code, Label: i18n.T(ctx, "opendata.themes.position"), Value: strconv.Itoa(i + 1), InputMode: "numeric"}
		f.Summary = components.Field{
			Name: "summary." + code, Label: i18n.T(ctx, "opendata.themes.summary"), Hint: i18n.T(ctx, "opendata.theme_summary."+code),
			Value: t.Summary, Rows: 3, Optional: true, Error: messages["summary."+code],
		}
		if f.Summary.Error != "" {
			view.Errors = append(view.Errors, components.FieldError{ID: f.Summary.Name, Message: f.Summary.Error})
		}
		view.Themes = append(view.Themes, f)
	}
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
	}
	return httpd.Render(c, status, views.ThemesFormPage(view))
}

func (m *Module) saveThemes(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	var list []figures.Theme
	for _, code := range datasets.Themes() {
		position, err := strconv.Atoi(c.FormValue("position." + string(code)))
		if err != nil {
			position = len(datasets.Themes())
		}
		list = append(list, figures.Theme{
			Code: code, Shown: c.FormValue("shown."+string(code)) != "", Position: position, Summary: c.FormValue("summary." + string(code)),
		})
	}
	err := m.figures.SaveThemes(c.UserContext(), town, list)
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.Invalid {
		return m.renderThemes(c, list, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/donnees/themes"), components.OK, "opendata.themes.saved")
}

// workspaceTabs lead between the module's pages of the workspace.
func (m *Module) workspaceTabs(c *fiber.Ctx, current string) (tabs []components.Tab) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	for _, t := range []struct{ key, path, icon string }{
		{"datasets", "", "database"},                   // icon
		{"themes", "/themes", "layers"},                // icon
		{"indicators", "/indicateurs", "target"},       // icon
		{"stories", "/recits", "book-open"},            // icon
		{"debates", "/questions-collectives", "scale"}, // icon
		{"catalogues", "/catalogues", "wheat"},         // icon
		{"push", "/data-gouv", "send"},                 // icon
	} {
		tabs = append(tabs, components.Tab{
			Label: i18n.T(ctx, "opendata.workspace."+t.key), Href: town.Path("espace/donnees" + t.path), Icon: t.icon, Current: t.key == current,
		})
	}
	return tabs
}
