package opendata

import (
	"context"
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
		Producer: c.Query("producteur"), Fresh: c.Query("fraicheur"),
	}
}

// facets narrow the catalogue by format, producer and age; one with a single
// answer is not asked.
func facets(ctx context.Context, all []datasets.Dataset, asked search) []components.Field {
	formats, producers := map[string]string{}, map[string]string{}
	for _, d := range all {
		producers[d.Producer] = d.Producer
		for _, f := range d.Version.Files {
			formats[f.Format.Name] = f.Format.Label
		}
	}
	list := []components.Field{
		choiceOf(ctx, "format", formats, asked.Format), choiceOf(ctx, "producteur", producers, asked.Producer),
		choiceOf(ctx, "fraicheur", map[string]string{
			"030": i18n.T(ctx, "opendata.facet.month"), "365": i18n.T(ctx, "opendata.facet.year"),
		}, asked.Fresh),
	}
	return slices.DeleteFunc(list, func(f components.Field) bool { return len(f.Choices) < 2 })
}

func choiceOf(ctx context.Context, name string, labels map[string]string, chosen string) components.Field {
	f := components.Field{Name: name, Label: i18n.T(ctx, "opendata.facet."+name), Blank: i18n.T(ctx, "opendata.facet.any")}
	for value, label := range labels {
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
