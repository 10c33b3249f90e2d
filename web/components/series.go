package components

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"acvdata/services/i18n"
)

// Lines is a picture of values over time or over an ordered scale.
type Lines struct {
	ID      string
	Title   string
	Finding string
	Labels  []string // of the horizontal axis, one per value
	Series  []Series // six at most
	Heading string   // what Labels are: "Mois"
	Unit    string
	Source  string
	CSV     string
	Empty   string
	Level   int // heading level of the title, 3 when 0
}

// Series is one line; NaN is a gap.
type Series struct {
	Label  string
	Values []float64
}

// bounds of all values; the axis starts at 0 unless values are negative.
func (l Lines) bounds() (low, high float64, any bool) {
	for _, s := range l.Series {
		for _, v := range s.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			low, high, any = math.Min(low, v), math.Max(high, v), true
		}
	}
	return low, high, any
}

func (l Lines) hasData() bool {
	_, _, any := l.bounds()
	return any && len(l.Labels) > 1
}

type line struct {
	path   string // in a 100 × 100 box that stretches with the plot
	class  string
	label  string
	last   string // its last value in words
	marker string // shape repeated in the legend, so that colour is not alone
}

// dashes tell lines apart without colour.
var dashes = [...]string{"line-solid", "line-dash", "line-dot", "line-dashdot", "line-long", "line-fine"}

func (l Lines) lines() []line {
	low, high := l.axis()
	out := make([]line, 0, len(l.Series))
	for i, s := range l.Series {
		out = append(out, line{
			path: linePath(s.Values, low, high), label: s.Label, last: lastValue(s.Values),
			class: fmt.Sprintf("cat-%d", i%maxSegments+1), marker: dashes[i%len(dashes)],
		})
	}
	return out
}

func (l Lines) axis() (low, high float64) {
	low, high, _ = l.bounds()
	step := niceStep(math.Max(high-low, 1e-9))
	return math.Floor(low/step) * step, math.Max(math.Ceil(high/step-1e-9)*step, low+step)
}

func (l Lines) marks() []gridline {
	low, high := l.axis()
	step := niceStep(high - low)
	var out []gridline
	for v := low; v <= high+step/1000; v += step {
		y := plotTop + plotHeight*(high-v)/(high-low)
		out = append(out, gridline{y: num(y), labelY: num(y + 4), label: i18n.Decimal(v, -1)})
	}
	return out
}

type tick struct {
	x, label, anchor string
	minor            bool // left out when there is little room
}

// longLabel is from how many letters five labels no longer fit on a phone.
const longLabel = 9

// ticks keeps five labels at most, the first and the last among them; of long
// ones a phone shows these two and the one nearest the middle.
func (l Lines) ticks() []tick {
	last := len(l.Labels) - 1
	keep := max(1, int(math.Ceil(float64(last)/4)))
	middle := (last/2 + keep/2) / keep * keep
	var out []tick
	for i := 0; i <= last; i += keep {
		if last-i < keep {
			i = last
		}
		anchor := "middle"
		switch i {
		case 0:
			anchor = "start"
		case last:
			anchor = "end"
		}
		out = append(out, tick{
			x: pct(float64(i), float64(last)), label: l.Labels[i], anchor: anchor,
			minor: i != 0 && i != last && i != middle && utf8.RuneCountInString(l.Labels[i]) >= longLabel,
		})
	}
	return out
}

// linePath draws values from left to right of a 100 × 100 box; a gap lifts the pen.
func linePath(values []float64, low, high float64) string {
	var b strings.Builder
	pen := "M"
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			pen = "M"
			continue
		}
		x := float64(i) / math.Max(1, float64(len(values)-1)) * 100
		y := (high - v) / math.Max(high-low, 1e-9) * 100
		fmt.Fprintf(&b, "%s%s %s", pen, num(x), num(y))
		pen = "L"
	}
	return b.String()
}

func lastValue(values []float64) string {
	for _, v := range slices.Backward(values) {
		if !math.IsNaN(v) {
			return i18n.Decimal(v, -1)
		}
	}
	return "–"
}

// at gives the value of a series in words, a dash for a gap.
func (s Series) at(i int) string {
	if i >= len(s.Values) {
		return "–"
	}
	return i18n.Decimal(s.Values[i], -1)
}

// sparkPaths gives the line of a sparkline and the area under it.
func sparkPaths(values []float64) (lineTo, area string) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	pad := math.Max((high-low)*0.12, 1e-9)
	lineTo = linePath(values, low-pad, high+pad)
	return lineTo, lineTo + "L100 100L0 100Z"
}
