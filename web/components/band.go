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

func (b Band) axis() (low, high float64) {
	low, high = b.extent()
	step := niceStep(math.Max(high-low, 1))
	low, high = math.Floor(low/step)*step, math.Ceil(high/step-1e-9)*step
	return low, math.Max(high, low+step)
}

func (b Band) marks() []gridline {
	low, high := b.axis()
	step := niceStep(high - low)
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
	low, high := b.axis()
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

type bandDot struct{ x, y string }

// dots are the doubtful values that fit the axis, as crosses.
func (b Band) dots() []bandDot {
	low, high := b.axis()
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

func (t BandTick) anchor() string {
	switch {
	case t.X < 0.05:
		return "start"
	case t.X > 0.95:
		return "end"
	}
	return "middle"
}
