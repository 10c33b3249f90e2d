package components

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"acvdata/services/i18n"
)

// Datum is one bar, column or segment.
type Datum struct {
	Label string
	Value float64
	Shown string // the value in words; written in French when ""
	Href  string // the filtered list behind it, linked from the table
	Latin bool   // Label is a scientific name
	Tone  Tone   // of its segment, where colours mean something; the next of the palette when neutral
}

// Chart is a picture of a few values with the sentence it proves. BarChart,
// ColumnChart and ShareBar take it.
type Chart struct {
	ID      string // unique on the page
	Title   string
	Finding string // one sentence: what the reader should keep
	Data    []Datum
	Unit    string // "arbres", after values in the table's heading
	Heading string // what labels are: "Essence"
	Measure string // what values are: "Nombre d’arbres"
	Source  string
	CSV     string // address of the data as CSV
	NoShare bool   // values are no parts of a whole: averages, extremes
	Empty   string // why there is nothing to show; a standard sentence when ""
	Tone    Tone
	Level   int // heading level of the title, 3 when 0
}

func (d Datum) shown() string {
	if d.Shown != "" {
		return d.Shown
	}
	return i18n.Decimal(d.Value, -1)
}

// usable drops what cannot be drawn.
func (c Chart) usable() []Datum {
	return slices.DeleteFunc(slices.Clone(c.Data), func(d Datum) bool {
		return math.IsNaN(d.Value) || math.IsInf(d.Value, 0) || d.Value < 0
	})
}

func (c Chart) total() float64 {
	sum := 0.0
	for _, d := range c.usable() {
		sum += d.Value
	}
	return sum
}

func (c Chart) max() float64 {
	top := 0.0
	for _, d := range c.usable() {
		top = math.Max(top, d.Value)
	}
	return top
}

func (c Chart) hasData() bool { return c.max() > 0 }

func (c Chart) share(d Datum) string {
	if c.total() == 0 {
		return "–"
	}
	return i18n.Percent(d.Value/c.total(), 1)
}

// pct writes a share of 100 for an SVG attribute.
func pct(part, whole float64) string {
	if whole == 0 {
		return "0%"
	}
	return num(part/whole*100) + "%"
}

// num writes a coordinate without useless decimals.
func num(x float64) string { return strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64) }

// Geometry of a horizontal bar chart, in pixels: texts do not scale, bars are
// in percent of the width.
const (
	barRow    = 46.0
	barHeight = 12.0
	barMargin = 4.0
)

type bar struct {
	Datum
	labelY, barY string
	width        string
}

func (c Chart) bars() []bar {
	var out []bar
	for i, d := range c.usable() {
		top := float64(i) * barRow
		out = append(out, bar{Datum: d, labelY: num(top + 20), barY: num(top + 28), width: pct(d.Value, c.max())})
	}
	return out
}

func (c Chart) barsHeight() string { return num(float64(len(c.usable()))*barRow + barMargin) }

// shorten keeps a label on one line of a phone; the table has it in full.
func shorten(label string, most int) string {
	r := []rune(label)
	if len(r) <= most {
		return label
	}
	return string(r[:most-1]) + "…"
}

// Geometry of a column chart, in pixels for heights, percent for widths.
const (
	plotTop    = 22.0
	plotHeight = 190.0
	plotBottom = 30.0
)

type column struct {
	Datum
	x, width, center string
	y, height        string
	valueY           string
	minor            bool // label left out when there is little room
}

// ceiling is the value at the top of the axis.
func (c Chart) ceiling() float64 {
	step := c.step()
	return math.Max(step, math.Ceil(c.max()/step-1e-9)*step)
}

// step is between two marks of the axis; counts are not cut in fractions.
func (c Chart) step() float64 {
	step := niceStep(c.max())
	if slices.ContainsFunc(c.usable(), func(d Datum) bool { return d.Value != math.Trunc(d.Value) }) {
		return step
	}
	return math.Max(step, 1)
}

func (c Chart) columns() []column {
	data := c.usable()
	slot := 100 / math.Max(1, float64(len(data)))
	keep := int(math.Ceil(float64(len(data)) / 6))
	out := make([]column, 0, len(data))
	for i, d := range data {
		h := d.Value / c.ceiling() * plotHeight
		top := plotTop + plotHeight - h
		out = append(out, column{
			Datum: d, minor: i%keep != 0,
			x: num(slot*(float64(i)+0.14)) + "%", width: num(slot*0.72) + "%", center: num(slot*(float64(i)+0.5)) + "%",
			y: num(top), height: num(h), valueY: num(top - 6),
		})
	}
	return out
}

// gridline is a value of the axis and where it is.
type gridline struct{ y, labelY, label string }

// gridlines are the marks of an axis from 0 to its ceiling.
func gridlines(ceiling, step float64) []gridline {
	var out []gridline
	for v := 0.0; v <= ceiling+step/1000; v += step {
		y := plotTop + plotHeight*(1-v/ceiling)
		out = append(out, gridline{y: num(y), labelY: num(y + 4), label: i18n.Decimal(v, -1)})
	}
	return out
}

// niceStep is the 1, 2 or 5 × 10ⁿ that cuts the axis in 3 to 5 parts.
func niceStep(top float64) float64 {
	if top <= 0 {
		return 1
	}
	magnitude := math.Pow(10, math.Floor(math.Log10(top/4)))
	for _, m := range []float64{1, 2, 5, 10} {
		if top/(m*magnitude) <= 5 {
			return m * magnitude
		}
	}
	return 10 * magnitude
}

// The palette has six colours; more segments than that make no sense.
const maxSegments = 6

type segment struct {
	Datum
	x, width, center string
	class, share     string
	wide             bool // there is room for the share inside
}

// segments puts what exceeds the palette into a last segment, named rest.
func (c Chart) segments(rest string) []segment {
	data := c.grouped(rest)
	out := make([]segment, 0, len(data))
	at := 0.0
	for i, d := range data {
		class := fmt.Sprintf("cat-%d", i+1)
		if d.Tone != Neutral {
			class = "tone-" + string(d.Tone)
		}
		out = append(out, segment{
			Datum: d, class: class, share: c.share(d),
			x: pct(at, c.total()), width: pct(d.Value, c.total()), center: pct(at+d.Value/2, c.total()),
			wide: d.Value/c.total() >= 0.1,
		})
		at += d.Value
	}
	return out
}

func (c Chart) grouped(rest string) []Datum {
	data := c.usable()
	if len(data) <= maxSegments {
		return data
	}
	other := Datum{Label: rest}
	for _, d := range data[maxSegments-1:] {
		other.Value += d.Value
	}
	return append(data[:maxSegments-1:maxSegments-1], other)
}
