package components

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"acvdata/services/i18n"
)

// Band is a picture of a measure over time: its mean as a line, its lowest and
// highest of each step as a band around it. The axis starts where values do.
type Band struct {
	ID      string
	Title   string
	Finding string
	Points  []BandPoint // in time's order
	Ticks   []BandTick
	Limits  []BandLimit // values worth a line of their own, drawn where the axis holds them
	Unit    string
	Heading string // what labels are: "Jour"
	Source  string
	CSV     string
	Empty   string
	Tone    Tone
	Level   int // heading level of the title, 3 when 0
}

// BandPoint is one step. Low and High equal Mean for a single value.
type BandPoint struct {
	X               float64 // 0 at the left of the plot, 1 at its right
	Low, High, Mean float64
	Label           string // in the table
	Gap             bool   // nothing is known between the one before and this one
	Doubtful        bool   // drawn apart and left out of the line
}

// BandTick is a mark of the horizontal axis.
type BandTick struct {
	X     float64
	Label string
	Minor bool // left out where there is little room
}

// BandLimit is a value that means something: "jour chaud".
type BandLimit struct {
	Value float64
	Label string
}

// limits are those within the axis.
func (b Band) limits() []gridline {
	low, high, _ := b.axis()
	var out []gridline
	for _, l := range b.Limits {
		if l.Value > low && l.Value < high {
			y := plotTop + plotHeight*(high-l.Value)/(high-low)
			out = append(out, gridline{y: num(y), labelY: num(y - 5), label: l.Label})
		}
	}
	return out
}

func (b Band) hasData() bool {
	low, high := b.extent()
	return low <= high
}

// extent is the lowest and highest value drawn; low exceeds high without any.
func (b Band) extent() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range b.Points {
		if !p.Doubtful {
			low, high = math.Min(low, p.Low), math.Max(high, p.High)
		}
	}
	return low, high
}

// axis is what the vertical axis covers, and the distance of its marks.
func (b Band) axis() (low, high, step float64) {
	low, high = b.extent()
	step = niceStep(math.Max(high-low, 1))
	low, high = math.Floor(low/step)*step, math.Ceil(high/step-1e-9)*step
	return low, math.Max(high, low+step), step
}

func (b Band) marks() []gridline {
	low, high, step := b.axis()
	var out []gridline
	for v := low; v <= high+step/1000; v += step {
		y := plotTop + plotHeight*(high-v)/(high-low)
		out = append(out, gridline{y: num(y), labelY: num(y + 4), label: i18n.Decimal(v, -1)})
	}
	return out
}

// runs cuts the points where something is missing.
func (b Band) runs() [][]BandPoint {
	var out [][]BandPoint
	for _, p := range b.Points {
		if p.Doubtful {
			continue
		}
		if len(out) == 0 || p.Gap {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], p)
	}
	return out
}

// paths give the line and the band in a 100 × 100 box that stretches.
func (b Band) paths() (line, area string) {
	low, high, _ := b.axis()
	y := func(v float64) string { return num((high - v) / (high - low) * 100) }
	var l, a strings.Builder
	for _, run := range b.runs() {
		pen := "M"
		for _, p := range run {
			fmt.Fprintf(&l, "%s%s %s", pen, num(p.X*100), y(p.Mean))
			fmt.Fprintf(&a, "%s%s %s", pen, num(p.X*100), y(p.High))
			pen = "L"
		}
		for _, p := range slices.Backward(run) {
			fmt.Fprintf(&a, "L%s %s", num(p.X*100), y(p.Low))
		}
		a.WriteString("Z")
	}
	return l.String(), a.String()
}

// longestBandTable is how many rows a person still reads; beyond, neighbours are
// put together, which also keeps the page of a year light.
const longestBandTable = 120

// rows are the points as the table lists them: means of means, which weigh each
// step the same.
func (b Band) rows() []BandPoint {
	size := (len(b.Points) + longestBandTable - 1) / longestBandTable
	if size < 2 {
		return b.Points
	}
	if size = (size + 6) / 7 * 7; len(b.Points) < 2*size { // whole weeks, when points are days
		return b.Points
	}
	var out []BandPoint
	for group := range slices.Chunk(b.Points, size) {
		one := group[0]
		sum := 0.0
		for _, p := range group {
			one.Doubtful = one.Doubtful || p.Doubtful
			one.Low, one.High = math.Min(one.Low, p.Low), math.Max(one.High, p.High)
			sum += p.Mean
		}
		one.Mean = sum / float64(len(group))
		if last := group[len(group)-1].Label; last != one.Label {
			one.Label += " – " + last
		}
		out = append(out, one)
	}
	return out
}

type bandDot struct{ x, y string }

// dots are the doubtful values that fit the axis, as crosses.
func (b Band) dots() []bandDot {
	low, high, _ := b.axis()
	var out []bandDot
	for _, p := range b.Points {
		if p.Doubtful {
			v := math.Min(math.Max(p.Mean, low), high)
			out = append(out, bandDot{x: pct(p.X, 1), y: num(plotTop + plotHeight*(high-v)/(high-low))})
		}
	}
	return out
}

// banded reports whether steps hold more than one value.
func (b Band) banded() bool {
	for _, p := range b.Points {
		if p.Low != p.High {
			return true
		}
	}
	return false
}

func (t BandTick) class() string {
	if t.Minor {
		return "chart-tick chart-minor"
	}
	return "chart-tick"
}

func (t BandTick) anchor() string {
	switch {
	case t.X < 0.05:
		return "start"
	case t.X > 0.95:
		return "end"
	}
	return "middle"
}
