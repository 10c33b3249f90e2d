package components_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/web/components"
)

func band(n int) components.Band {
	b := components.Band{
		ID: "b", Title: "Température", Finding: "Au plus haut 36 °C.", Unit: "°C", Tone: components.Heat,
		Limits: []components.BandLimit{{Value: 30, Label: "Jour chaud"}, {Value: 90, Label: "Hors de l’axe"}},
	}
	for i := range n {
		v := 10 + float64(i%27)
		b.Points = append(b.Points, components.BandPoint{
			X: float64(i) / float64(max(n-1, 1)), Low: v - 1, High: v, Mean: v - 0.5, Label: fmt.Sprint("jour ", i+1),
		})
	}
	return b
}

func TestALongBandHasATableThatCanBeRead(t *testing.T) {
	t.Parallel()
	short := render(t, components.BandChart(band(60)))
	require.Equal(t, 60, short.Find("tbody tr").Length())
	year := render(t, components.BandChart(band(365)))
	rows := year.Find("tbody tr")
	require.Equal(t, 53, rows.Length(), "weeks")
	require.Equal(t, "jour 1 – jour 7", text(rows.First().Find("th")))
	require.Equal(t, "9,0", text(rows.First().Find("td").First()), "the lowest of the week")
	require.Equal(t, "16,0", text(rows.First().Find("td").Last()), "the highest of the week")
	require.Equal(t, "12,5", text(rows.First().Find("td").Eq(1)))
}

func TestALimitIsDrawnWhereTheAxisHoldsIt(t *testing.T) {
	t.Parallel()
	doc := render(t, components.BandChart(band(60)))
	require.Equal(t, 1, doc.Find("line.band-limit").Length())
	require.Equal(t, "Jour chaud", text(doc.Find("text.band-limit-label")))
	empty := band(0)
	require.Zero(t, render(t, components.BandChart(empty)).Find("svg[role=img]").Length(), "a chart without data says so")
}
