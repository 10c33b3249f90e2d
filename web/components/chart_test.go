package components_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"acvdata/web/components"
)

func sample() components.Chart {
	return components.Chart{
		ID: "c", Title: "Essences", Finding: "Le platane domine.", Unit: "arbres", Heading: "Essence", Measure: "Nombre",
		Data: []components.Datum{
			{Label: "Platane", Value: 1500, Href: "/ales/arbres?essence=platane"},
			{Label: "Celtis australis", Value: 400, Latin: true},
			{Label: "Tilleul", Value: 100},
		},
		CSV: "/ales/essences.csv", Source: "inventaire",
	}
}

func TestEveryChartSaysInWordsWhatItDraws(t *testing.T) {
	t.Parallel()
	for name, draw := range map[string]func(components.Chart) templ.Component{
		"bars": components.BarChart, "columns": components.ColumnChart, "shares": components.ShareBar,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := render(t, draw(sample()))
			require.Equal(t, "c-titre", doc.Find("figure").AttrOr("aria-labelledby", ""))
			require.Contains(t, text(doc.Find("figcaption")), "Le platane domine.")
			require.Equal(t, 1, doc.Find("svg[role=img]").Length())
			require.Equal(t, "Essences. Le platane domine.", doc.Find("svg[role=img]").AttrOr("aria-label", ""))
			rows := doc.Find("details tbody tr")
			require.Equal(t, 3, rows.Length())
			require.Equal(t, "Platane", text(rows.First().Find("th")))
			require.Equal(t, "1 500", text(rows.First().Find("td").First()))
			require.Equal(t, "75,0 %", text(rows.First().Find("td").Last()))
			require.Equal(t, "/ales/arbres?essence=platane", rows.First().Find("a").AttrOr("href", ""))
			require.Equal(t, "Celtis australis", rows.Eq(1).Find("i[lang=la]").Text())
			require.Equal(t, "Nombre (arbres)", text(doc.Find("thead th").Eq(1)))
			require.Equal(t, "/ales/essences.csv", doc.Find(".chart-source a").AttrOr("href", ""))
			require.Zero(t, doc.Find("[style]").Length())
		})
	}
}

func TestAChartWithoutDataSaysSo(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]components.Datum{
		"nothing": nil, "noughts": {{Label: "a"}}, "not numbers": {{Label: "a", Value: math.NaN()}, {Label: "b", Value: math.Inf(1)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := render(t, components.BarChart(components.Chart{Title: "Essences", Data: data}))
			require.Zero(t, doc.Find("svg[role=img]").Length())
			require.Contains(t, doc.Find(".chart-empty").Text(), "pas encore de données")
		})
	}
}

func TestBarsAreInProportion(t *testing.T) {
	t.Parallel()
	doc := render(t, components.BarChart(sample()))
	var widths []string
	doc.Find(".chart-bar").Each(func(_ int, s *goquery.Selection) { widths = append(widths, s.AttrOr("width", "")) })
	require.Equal(t, []string{"100%", "26.67%", "6.67%"}, widths)
}

func TestColumnsStayInsideThePlot(t *testing.T) {
	t.Parallel()
	doc := render(t, components.ColumnChart(sample()))
	doc.Find(".chart-bar").Each(func(_ int, s *goquery.Selection) {
		top, err := strconv.ParseFloat(s.AttrOr("y", ""), 64)
		require.NoError(t, err)
		height, err := strconv.ParseFloat(s.AttrOr("height", ""), 64)
		require.NoError(t, err)
		require.GreaterOrEqual(t, top, 22.0)
		require.InDelta(t, 212, top+height, 0.02, "every column stands on the axis")
	})
	require.Equal(t, "1 500", text(doc.Find(".chart-axis text").Last()), "the axis ends on a round value above the highest column")
}

func TestSharesFillTheBarAndTheRestIsGrouped(t *testing.T) {
	t.Parallel()
	c := sample()
	c.Data = nil
	for i := range 9 {
		c.Data = append(c.Data, components.Datum{Label: "Groupe " + strconv.Itoa(i), Value: 10})
	}
	doc := render(t, components.ShareBar(c))
	require.Equal(t, 6, doc.Find("rect.chart-segment").Length())
	require.Contains(t, text(doc.Find(".legend li").Last()), "Autres 40 (44,4 %)")
	total := 0.0
	doc.Find("rect.chart-segment").Each(func(_ int, s *goquery.Selection) {
		w, err := strconv.ParseFloat(strings.TrimSuffix(s.AttrOr("width", ""), "%"), 64)
		require.NoError(t, err)
		total += w
	})
	require.InDelta(t, 100, total, 0.05)
	require.Equal(t, 9, doc.Find("details tbody tr").Length(), "the table keeps every group")
}

func TestLongLabelsAreShortenedInTheDrawingOnly(t *testing.T) {
	t.Parallel()
	long := "Érable sycomore à feuilles pourpres du parc de la Prairie"
	doc := render(t, components.BarChart(components.Chart{Title: "t", Data: []components.Datum{{Label: long, Value: 1}}}))
	require.True(t, strings.HasSuffix(doc.Find(".chart-label").Text(), "…"))
	require.Equal(t, long, text(doc.Find("details tbody th")))
}

func TestLineChart(t *testing.T) {
	t.Parallel()
	lines := components.Lines{
		ID: "n", Title: "Nuits", Finding: "Il fait plus chaud au centre.", Unit: "°C", Labels: []string{"1", "2", "3", "4"},
		Series: []components.Series{
			{Label: "Centre", Values: []float64{20, 22, 21, 24}}, {Label: "Campagne", Values: []float64{-2, math.NaN(), 18, 19.5}},
		},
	}
	doc := render(t, components.LineChart(lines))
	require.Equal(t, 2, strings.Count(doc.Find("path.chart-line.cat-2").First().AttrOr("d", ""), "M"), "a gap lifts the pen")
	require.Equal(t, "−10", text(doc.Find(".chart-axis text").First()), "an axis with frost goes below nought")
	cells := doc.Find("details tbody tr").Eq(1).Find("td")
	require.Equal(t, "22", text(cells.First()))
	require.Equal(t, "–", text(cells.Last()))
	first, second := doc.Find(".legend path").First(), doc.Find(".legend path").Last()
	require.NotEqual(t, first.AttrOr("class", ""), second.AttrOr("class", ""), "lines differ by dash as well as colour")

	lines.Labels = lines.Labels[:1]
	require.Contains(t, render(t, components.LineChart(lines)).Text(), "pas encore de données")
}

// Five dates of ten letters do not fit on a phone.
func TestLongLabelsLeaveRoomForOneAnother(t *testing.T) {
	t.Parallel()
	for label, shown := range map[string]int{"14/01/2023": 3, "janv.": 5} {
		lines := components.Lines{Title: "t", Series: []components.Series{{Label: "s"}}}
		for i := range 37 {
			lines.Labels = append(lines.Labels, label)
			lines.Series[0].Values = append(lines.Series[0].Values, float64(i))
		}
		doc := render(t, components.LineChart(lines))
		ticks := doc.Find("svg .chart-tick[y='232']")
		require.Equal(t, 5, ticks.Length())
		require.Equal(t, shown, ticks.Not(".chart-minor").Length(), label)
	}
}

func TestFlatSeriesAreDrawn(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][]float64{"noughts": {0, 0, 0}, "equal": {7, 7, 7}, "tiny": {1e-12, 2e-12}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := render(t, components.LineChart(components.Lines{Title: "t", Labels: []string{"a", "b", "c"}, Series: []components.Series{{Label: "s", Values: values}}}))
			d := doc.Find("path.chart-line").First().AttrOr("d", "")
			require.NotEmpty(t, d)
			require.NotContains(t, d, "NaN")
			require.NotContains(t, d, "Inf")
		})
	}
}
