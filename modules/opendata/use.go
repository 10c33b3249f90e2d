package opendata

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"acvdata/modules/opendata/views"
	"acvdata/services/contributions"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// The kind of a réutilisation: what somebody made with the town's data. Its
// subject is a dataset's slug, or "" for one declared on the page of all; it names
// the other datasets too.
const (
	useKind  = "opendata.use"
	usePath  = "reutilisation"
	usesPath = "donnees/reutilisations"
)

// useSorts are what can be made with data.
var useSorts = []contributions.Option{
	option("app", "opendata.use.app"), option("map", "opendata.use.map"), option("chart", "opendata.use.chart"),
	option("article", "opendata.use.article"), option("study", "opendata.use.study"), option("teaching", "opendata.use.teaching"),
	option("art", "opendata.use.art"), option("other", "opendata.use.other"),
}

// useIcons draw them.
var useIcons = map[string]string{
	"app":      "smartphone",     // icon
	"map":      "map",            // icon
	"chart":    "chart-column",   // icon
	"article":  "newspaper",      // icon
	"study":    "flask-conical",  // icon
	"teaching": "graduation-cap", // icon
	"art":      "palette",        // icon
	"other":    "puzzle",         // icon
}

// declaring is the kind of réutilisations: read by the town, then shown with a link
// that nobody here follows.
func (m *Module) declaring() contributions.Kind {
	return contributions.Kind{
		Code: useKind, Path: usePath, Icon: "puzzle", Permission: ModeratePermission,
		Title: "opendata.use.declare", Lead: "opendata.use.lead", Public: true,
		Choice: "opendata.use.sort", Choices: useSorts, TitleAsk: "opendata.use.name", URLAsk: "opendata.use.url",
		BodyAsk: "opendata.use.body", BodyHint: "opendata.use.body_hint", PhotoAsk: "opendata.use.picture", NameAsk: "opendata.use.who",
		AlsoAsk: "opendata.use.also", AloneAsk: "opendata.use.alone", Others: m.otherDatasets, Find: m.findUsed,
	}
}

// findUsed finds a dataset everybody may have, or the portal as a whole.
func (m *Module) findUsed(ctx context.Context, town *tenants.Tenant, slug, part string) (s contributions.Subject, err error) {
	if slug == "" {
		return contributions.Subject{Title: i18n.T(ctx, "opendata.use.portal", i18n.V{"Town": town.Name}), Href: usesPath}, nil
	}
	d, err := m.Datasets.GetOpen(ctx, town, slug)
	if err != nil {
		return s, err
	}
	return contributions.Subject{Title: d.Title, Href: "donnees/" + slug}, nil
}

// otherDatasets are those everybody may have, one left out.
func (m *Module) otherDatasets(ctx context.Context, town *tenants.Tenant, slug string) (list []contributions.Other, err error) {
	open, err := m.Datasets.Open(ctx, town)
	for i := range open {
		if open[i].Slug() != slug {
			list = append(list, contributions.Other{Subject: open[i].Slug(), Title: open[i].Title})
		}
	}
	slices.SortFunc(list, func(a, b contributions.Other) int { return cmp.Compare(a.Title, b.Title) })
	return list, err
}

// declareUse is the form that declares one, "" when the town takes none in.
func (m *Module) declareUse(ctx context.Context, town *tenants.Tenant) string {
	if !m.Contribute.Takes(ctx, town, useKind) {
		return ""
	}
	return contributions.FormAddress(town, usePath, "", "")
}

// manyUses bounds what is read of a town's réutilisations.
const manyUses = 1000

// useCards are the newest réutilisations of a dataset, or of all with "". One all
// of whose datasets were withdrawn is not shown.
func (m *Module) useCards(ctx context.Context, town *tenants.Tenant, slug string, most int) (cards []views.UseCard, err error) {
	list, err := m.shown(ctx, town, useKind, slug, manyUses)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	open, err := m.Datasets.Open(ctx, town)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if card := useCard(ctx, town, &list[i], open); len(card.Datasets) > 0 && len(cards) < most {
			cards = append(cards, card)
		}
	}
	return cards, nil
}

func useCard(ctx context.Context, town *tenants.Tenant, c *contributions.Contribution, open []datasets.Dataset) views.UseCard {
	card := views.UseCard{
		ID: "reutilisation-" + c.ID.String(), Title: i18n.Typography(c.Title), Href: c.URL, Host: hostOf(c.URL), Sort: c.Choice, Icon: useIcons[c.Choice],
		Text: i18n.Typography(c.Body), Who: c.Signature(), Date: i18n.Date(c.CreatedAt), UsedIn: c.UsedIn, UsedHref: c.UsedHref,
	}
	for _, o := range useSorts {
		if o.Value == c.Choice {
			card.SortLabel = i18n.T(ctx, o.Label)
		}
	}
	for i := range open {
		if d := &open[i]; d.Slug() == c.Subject || slices.Contains(c.Also, d.Slug()) {
			card.Datasets = append(card.Datasets, views.Link{Label: d.Title, Href: pageAddress(town, d)})
		}
	}
	if c.Photo != uuid.Nil {
		card.Photo = town.Path("contributions/" + c.ID.String() + "/photo?petite=1")
	}
	return card
}
