package components_test

import (
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"acvdata/web/components"
)

func TestFieldTiesLabelHintAndErrorToItsControl(t *testing.T) {
	t.Parallel()
	f := components.Field{Name: "hauteur", Label: "Hauteur", Hint: "En mètres", Error: "Un nombre, par exemple 18,5", Required: true}
	cases := map[string]struct {
		control func(components.Field) templ.Component
		element string
	}{
		"text":     {components.TextField, "input"},
		"textarea": {components.TextAreaField, "textarea"},
		"select":   {components.SelectField, "select"},
		"file":     {components.FileField, "input[type=file]"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := render(t, c.control(f))
			control := doc.Find(c.element)
			require.Equal(t, "hauteur", control.AttrOr("id", ""))
			require.Equal(t, "hauteur", doc.Find("label").First().AttrOr("for", ""))
			require.Equal(t, "hauteur-aide hauteur-erreur", control.AttrOr("aria-describedby", ""))
			require.Equal(t, "true", control.AttrOr("aria-invalid", ""))
			require.Equal(t, "En mètres", doc.Find("#hauteur-aide").Text())
			require.Contains(t, doc.Find("#hauteur-erreur").Text(), "18,5")
			_, required := control.Attr("required")
			require.True(t, required)
			_, placeholder := control.Attr("placeholder")
			require.False(t, placeholder, "a placeholder is no label")
		})
	}
}

func TestFieldWithoutErrorSaysNothingOfErrors(t *testing.T) {
	t.Parallel()
	doc := render(t, components.TextField(components.Field{Name: "nom", Label: "Nom", Optional: true}))
	input := doc.Find("input")
	for _, attribute := range []string{"aria-describedby", "aria-invalid", "required", "disabled"} {
		_, has := input.Attr(attribute)
		require.False(t, has, attribute)
	}
	require.Equal(t, "Nom (facultatif)", text(doc.Find("label")))
}

func TestTextFieldOffersSuggestions(t *testing.T) {
	t.Parallel()
	doc := render(t, components.TextField(components.Field{Name: "rue", Label: "Rue", Suggestions: []string{`Rue "Neuve"`, "Quai"}}))
	list := doc.Find("input").AttrOr("list", "")
	require.Equal(t, 2, doc.Find("#"+list+" option").Length())
	require.Equal(t, `Rue "Neuve"`, doc.Find("option").First().AttrOr("value", ""))
}

func TestChoicesHaveALegendAndIdsOfTheirOwn(t *testing.T) {
	t.Parallel()
	f := components.Field{Name: "mode", Label: "Mode", Value: "b", Error: "Choisissez", Choices: []components.Choice{
		{Value: "a", Label: "A"}, {Value: "b", Label: "B", Hint: "détail"}, {Label: "Aucun"},
	}}
	doc := render(t, components.RadioField(f))
	require.Contains(t, text(doc.Find("fieldset > legend")), "Mode")
	require.Equal(t, "mode-erreur", doc.Find("fieldset").AttrOr("aria-describedby", ""))
	require.Equal(t, 1, doc.Find("input[checked]").Length())
	require.Equal(t, "b", doc.Find("input[checked]").AttrOr("value", ""))
	seen := map[string]bool{}
	doc.Find("input").Each(func(i int, _ *goquery.Selection) {
		id := doc.Find("input").Eq(i).AttrOr("id", "")
		require.False(t, seen[id], "id %q twice", id)
		seen[id] = true
		require.Equal(t, 1, doc.Find("label > #"+id).Length(), "the label holds its control")
	})
	require.Len(t, seen, 3)
}

func TestErrorSummaryLeadsToEachField(t *testing.T) {
	t.Parallel()
	doc := render(t, components.ErrorSummary([]components.FieldError{{ID: "nom", Message: "Indiquez un nom"}, {Message: "Réessayez"}}))
	require.Contains(t, doc.Find("[role=alert]").Text(), "2 réponses sont à corriger")
	require.Equal(t, "#nom", doc.Find("a").AttrOr("href", ""))
	require.Equal(t, 1, doc.Find("a").Length())
	require.Zero(t, render(t, components.ErrorSummary(nil)).Find("div").Length())
}

func TestFilterBarKeepsTheAddressAsState(t *testing.T) {
	t.Parallel()
	doc := render(t, components.FilterBar(components.FilterProps{
		Label: "Filtrer", Action: "/ales/arbres", Target: "#resultats", Active: 2, Reset: "/ales/arbres", Results: "56 arbres",
		Hidden: components.Hidden{"vue": "carte", "ordre": "nom"},
	}), components.TextField(components.Field{Name: "rue", Label: "Rue"}))
	form := doc.Find("form")
	require.Equal(t, "get", form.AttrOr("method", ""))
	require.Equal(t, "/ales/arbres", form.AttrOr("action", ""))
	require.Equal(t, "true", form.AttrOr("data-hx-push-url", ""))
	require.Equal(t, "ordre", form.Find("input[type=hidden]").First().AttrOr("name", ""), "in a stable order")
	require.Contains(t, form.Find("button[type=submit]").Text(), "Voir 56 arbres")
	require.Contains(t, doc.Find("summary").Text(), "2 filtres actifs")
	plain := render(t, components.FilterBar(components.FilterProps{Label: "Filtrer", Action: "/x"}))
	_, has := plain.Find("form").Attr("data-hx-get")
	require.False(t, has, "without a target the form reloads the page")
}
