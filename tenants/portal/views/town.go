package views

import (
	"context"
	"strings"
	"time"

	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Town is a town's home page.
type Town struct {
	Shell        layout.Shell
	Town         *tenants.Tenant
	Welcome      string // HTML, "" for none
	Figures      []module.Figures
	Map          *components.MapProps // nil when no module has anything to draw
	Doors        []Door
	Datasets     []Dataset // newest first
	AllDatasets  int
	DatasetsHref string // the town's catalogue, "" when its module is off
}

// Door leads to a module's pages.
type Door struct{ Title, Text, Href, Icon string }

// Dataset is one published dataset, in words.
type Dataset struct {
	Title   string
	Summary string // one sentence, may be ""
	Href    string
	Updated time.Time
	Formats []string // "CSV", "GeoJSON"
}

// maxStats keeps the home page to what can be taken in at a glance.
const maxStats = 4

// empty reports whether the town has nothing to show yet.
func (t Town) empty() bool { return len(t.Figures) == 0 && t.AllDatasets == 0 }

// stats turns the modules' figures into tiles: the best of each module first.
func (t Town) stats() []components.StatProps {
	var tiles []components.StatProps
	for rank := 0; len(tiles) < maxStats; rank++ {
		more := false
		for _, f := range t.Figures {
			if rank >= len(f.Highlights) || len(tiles) == maxStats {
				continue
			}
			more = true
			tiles = append(tiles, stat(f.Highlights[rank], f.Module.Icon))
		}
		if !more {
			break
		}
	}
	return tiles
}

func stat(h module.Highlight, icon string) components.StatProps {
	return components.StatProps{
		Label: upperFirst(h.Label), Value: h.Value, Sentence: h.Detail, Href: h.Href, Source: h.Source,
		Date: i18n.Date(h.At), Icon: icon, Tone: components.Brand,
	}
}

// upperFirst opens a label that modules write to stand in a sentence.
func upperFirst(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}

func (d Dataset) meta(updated string) string {
	return strings.Join(append([]string{updated}, d.Formats...), " · ")
}

// firstDoors are the actions of the hero.
func firstDoors(all []Door) []Door { return all[:min(3, len(all))] }

func doorKind(i int) components.Kind {
	if i == 0 {
		return components.Primary
	}
	return components.Secondary
}

// contacts are the ways to reach the town that it gives.
func contacts(ctx context.Context, t *tenants.Tenant) []components.Definition {
	var list []components.Definition
	if t.Contact != "" {
		list = append(list, components.Definition{Term: i18n.T(ctx, "portal.town.write"), Value: t.Contact, Href: "mailto:" + t.Contact})
	}
	if t.Phone != "" {
		list = append(list, components.Definition{Term: i18n.T(ctx, "portal.town.call"), Value: t.Phone, Href: "tel:" + dialled(t.Phone)})
	}
	if t.Postal != "" {
		list = append(list, components.Definition{Term: i18n.T(ctx, "portal.town.visit"), Value: strings.ReplaceAll(t.Postal, "\n", ", ")})
	}
	return list
}

// dialled keeps of a number what a telephone needs: the "(0)" of an
// international number is not dialled.
func dialled(phone string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ReplaceAll(phone, "(0)", ""))
}

// facts is the town's identity card.
func facts(ctx context.Context, t *tenants.Tenant) []components.Definition {
	list := []components.Definition{
		{Term: i18n.T(ctx, "portal.town.fact.epci"), Value: t.EPCI},
		{Term: i18n.T(ctx, "portal.town.fact.insee"), Value: t.INSEE},
	}
	if t.Population > 0 {
		list = append([]components.Definition{{
			Term:  i18n.T(ctx, "portal.town.fact.population"),
			Value: i18n.T(ctx, "portal.town.fact.inhabitants", i18n.N(t.Population)),
			Note:  i18n.T(ctx, "portal.town.fact.population_year", i18n.V{"Year": i18n.Text(t.PopulationYear)}),
		}}, list...)
	}
	return list
}
