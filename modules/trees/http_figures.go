package trees

import (
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/trees/taxa"
	"acvdata/modules/trees/views"
	"acvdata/services/authz"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
)

const figuresPath = "arbres/chiffres"

// mountFigures comes before the addresses of single trees, which would take
// "chiffres" for a number.
func (m *Module) mountFigures(r module.Router) {
	r.Public.Get("/"+figuresPath, authz.Public(), m.figuresPage)
}

func (m *Module) figuresPage(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	figures, err := m.service.Figures(ctx, town.ID)
	if err != nil {
		return err
	}
	register, err := m.service.Register(ctx, town.ID)
	if err != nil {
		return err
	}
	b := board{ctx: ctx, town: town, figures: figures.Against(marksOf(town)), register: register}
	view := b.view()
	view.Shell = httpd.Shell(c, b.t("trees.figures.title"))
	view.Shell.Description = b.t("trees.figures.description", i18n.V{"Of": i18n.Of(town.Name)})
	view.Shell.Crumbs = []components.Crumb{{Label: b.t("trees.module.title"), Href: town.Path("arbres")}, {Label: view.Shell.Title}}
	if view.Empty && httpd.Allowed(c, PermissionImport) {
		view.Import = town.Path("espace/imports")
	}
	return httpd.Render(c, fiber.StatusOK, views.FiguresPage(view))
}

// board puts a town's figures into words.
type board struct {
	ctx      context.Context //nolint:containedctx // lives as long as one request
	town     *tenants.Tenant
	figures  Figures
	register *taxa.Register
}

func (b board) t(key string, args ...i18n.Arg) string { return i18n.T(b.ctx, key, args...) }

func (b board) view() views.Figures {
	f := b.figures
	v := views.Figures{Town: b.town.Name, List: b.town.Path("arbres"), Empty: f.Total == 0}
	if v.Empty {
		return v
	}
	v.Changed, v.Machine = i18n.Date(f.Changed), f.Changed.UTC().Format(time.RFC3339)
	v.Stats, v.Status = b.stats(), b.statusChart()
	if v.Standing = f.Standing > 0; !v.Standing {
		return v
	}
	v.Species, v.Ranking = b.speciesChart(), b.ranking()
	v.Verdict, v.Rules, v.Diversity = b.verdict(), b.rules(), b.diversity()
	v.Method = b.t("trees.figures.diversity.method", i18n.N(f.Species.N))
	if left := f.Standing - f.Species.N; left > 0 {
		v.Method += " " + b.t("trees.figures.left_out", i18n.N(left))
	}
	v.Structure = []views.Basis{b.agesChart(), b.diametersChart(), b.stagesChart()}
	return v
}

// list is the address of a selection of the list.
func (b board) list(f Filter) string {
	return (&url.URL{Path: b.town.Path("arbres"), RawQuery: f.Values().Encode()}).String()
}

// standingWith is the list of the standing trees of a selection: figures are
// about no others.
func (b board) standingWith(f Filter) string {
	f.Status = Standing
	return b.list(f)
}

// stats are the figures to keep from the page.
func (b board) stats() []components.StatProps {
	f := b.figures
	list := []components.StatProps{{
		Label: b.t("trees.figures.stat.standing", i18n.N(f.Standing)), Value: i18n.Number(f.Standing), Icon: "trees", Tone: components.Brand,
		Href: b.standingWith(Filter{}), Sentence: b.t("trees.figures.stat.inventoried", i18n.N(f.Total)),
	}}
	if f.Species.Groups > 0 {
		list = append(list, components.StatProps{
			Label: b.t("trees.figures.stat.species", i18n.N(f.Species.Groups)), Value: i18n.Number(f.Species.Groups),
			Icon: "leaf", Sentence: b.t("trees.figures.stat.species_text"),
		})
	}
	if known := f.Standing - f.Ageless; known > 0 {
		list = append(list, components.StatProps{
			Label: b.t("trees.figures.stat.young"), Value: i18n.Percent(share(f.Ages[0], known), 0), Icon: "sprout",
			Sentence: b.t("trees.figures.stat.young_text", i18n.N(known)),
		})
	}
	if f.Remarkable > 0 {
		list = append(list, components.StatProps{
			Label: b.t("trees.figures.stat.remarkable", i18n.N(f.Remarkable)), Value: i18n.Number(f.Remarkable), Icon: "star",
			Href: b.standingWith(Filter{Remarkable: true}),
		})
	}
	return list
}

// chart prepares what all charts of the page share.
func (b board) chart(name string) components.Chart {
	return components.Chart{
		ID: name, Title: b.t("trees.figures.chart." + name), Heading: b.t("trees.figures.heading." + name),
		Measure: b.t("trees.figures.measure"), Source: b.t("trees.figures.source"), Tone: components.Nature,
		Empty: b.t("trees.figures.none." + name),
	}
}

func (b board) statusChart() components.Chart {
	f, c := b.figures, b.chart("status")
	c.Finding = b.t("trees.figures.finding.status", i18n.V{"Share": i18n.Percent(share(f.Standing, f.Total), 1)}, i18n.N(f.Total))
	for _, facet := range f.ByStatus {
		status := Status(facet.Value)
		c.Data = append(c.Data, datum(b.t(status.LabelKey()), facet.N, b.list(Filter{Status: status})))
	}
	return c
}

func datum(label string, n int64, href string) components.Datum {
	return components.Datum{Label: label, Value: float64(n), Shown: i18n.Number(n), Href: href}
}

// share is a part of a whole, 0 of nothing.
func share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
