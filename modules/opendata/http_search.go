package opendata

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/services/words"
	"acvdata/web/components"
)

// searchOf reads the address.
func searchOf(c *fiber.Ctx) search {
	return search{
		Text: c.Query("q"), Theme: datasets.Theme(c.Query("theme")), Format: c.Query("format"),
		Producer: c.Query("producteur"), Fresh: c.Query("fraicheur"), Keyword: words.Fold(c.Query("mot")),
	}
}

// mostKeywords is how many keywords a facet offers: the most used ones.
const mostKeywords = 40

// answers are those of a facet: what people read, and how many datasets give it.
type answers map[string]*answer

type answer struct {
	label string
	count int
}

func (a answers) add(value, label string) {
	if value == "" {
		return
	}
	if a[value] == nil {
		a[value] = &answer{label: label}
	}
	a[value].count++
}

// facets narrow the catalogue by format, producer, keyword and age, each answer
// with how many datasets give it; a facet with a single answer is not asked.
func facets(ctx context.Context, all []datasets.Dataset, asked search) []components.Field {
	formats, producers, keywords, ages := answers{}, answers{}, answers{}, answers{}
	month, year := search{Fresh: "030"}, search{Fresh: "365"}
	for i := range all {
		d := &all[i]
		producers.add(d.Producer, d.Producer)
		for _, f := range d.Version.Files {
			formats.add(f.Format.Name, f.Format.Label)
		}
		for _, k := range unlike(d.Keywords) {
			keywords.add(words.Fold(k), k)
		}
		if !month.stale(d.Modified) {
			ages.add(month.Fresh, i18n.T(ctx, "opendata.facet.month"))
		}
		if !year.stale(d.Modified) {
			ages.add(year.Fresh, i18n.T(ctx, "opendata.facet.year"))
		}
	}
	list := []components.Field{
		choiceOf(ctx, "mot", keywords.most(mostKeywords, asked.Keyword), asked.Keyword),
		choiceOf(ctx, "format", formats, asked.Format), choiceOf(ctx, "producteur", producers, asked.Producer),
		choiceOf(ctx, "fraicheur", ages, asked.Fresh),
	}
	return slices.DeleteFunc(list, func(f components.Field) bool { return len(f.Choices) < 2 })
}

// unlike drops the keywords that another one of the dataset says already.
func unlike(keywords []string) (list []string) {
	for i, k := range keywords {
		if !slices.ContainsFunc(keywords[:i], func(other string) bool { return words.Fold(other) == words.Fold(k) }) {
			list = append(list, k)
		}
	}
	return list
}

// most keeps the answers that most datasets give, and the one that was chosen.
func (a answers) most(n int, chosen string) answers {
	values := slices.SortedFunc(maps.Keys(a), func(x, y string) int {
		return cmp.Or(cmp.Compare(a[y].count, a[x].count), cmp.Compare(x, y))
	})
	kept := answers{}
	for i, value := range values {
		if i < n || value == chosen {
			kept[value] = a[value]
		}
	}
	return kept
}

func choiceOf(ctx context.Context, name string, list answers, chosen string) components.Field {
	f := components.Field{Name: name, Label: i18n.T(ctx, "opendata.facet."+name), Blank: i18n.T(ctx, "opendata.facet.any")}
	for value, a := range list {
		label := i18n.T(ctx, "opendata.facet.count", i18n.V{"Label": a.label, "Number": a.count})
		f.Choices = append(f.Choices, components.Choice{Value: value, Label: label, Selected: value == chosen})
	}
	slices.SortFunc(f.Choices, func(a, b components.Choice) int { return compare(a.Label, b.Label) })
	return f
}

func compare(a, b string) int {
	switch a, b = words.Fold(a), words.Fold(b); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
