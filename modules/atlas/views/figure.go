package views

import (
	"fmt"
	"math"
	"strconv"
)

// Figure names the drawing of a group of taxa: a group's code.
type Figure string

// stroke is a part of a drawing in a box of 48: a shape filled with the tone, a
// lighter one, or a line.
type stroke struct {
	class string
	d     string
}

const (
	solid = "figure-solid"
	light = "figure-light"
	thin  = "figure-thin"
)

// figures are our own drawings, one a group; unknown groups get a magnifier.
var figures = map[Figure][]stroke{
	"bird": {
		{solid, "M7 27c4 1 6-1 8-5 2-5 6-8 12-8 3-4 8-4 10 0l5 2-5 2c0 9-6 16-15 17-7 1-12-2-15-8Z"},
		{light, "M18 24c5-1 10 0 14 3-4 5-10 6-15 3Z"},
		{thin, "M24 35l-2 7M29 34l1 7M19 42h6M27 41h6"},
	},
	"mammal": {
		{solid, "M6 33c0-11 8-18 18-18 7 0 12 4 15 9l5 6c-1 3-4 4-7 4H12c-3 0-6-1-6-1Z"},
		{light, "M12 22l2-6 3 4 3-7 3 6 4-6 2 6 5-4v7c-6-4-15-4-22 0Z"},
		{thin, "M15 34v4M21 34v4M31 34v4M37 27h.5"},
	},
	"amphibian": {
		{solid, "M9 34c0-9 6-15 15-15s15 6 15 15c-4 4-26 4-30 0Z"},
		{light, "M15 19a5 5 0 1 1 9 1 5 5 0 1 1 9-1c-5-3-13-3-18 0Z"},
		{thin, "M8 35c-3 1-4 3-4 5h8M40 35c3 1 4 3 4 5h-8M18 29c4 3 8 3 12 0"},
	},
	"reptile": {
		{solid, "M5 15c5-4 11-3 14 1l9 7c6 4 11 4 15 0-1 9-10 12-18 8l-9-6c-5-3-9-5-11-10Z"},
		{light, "M20 22l8 6c-3 1-6 0-8-2Z"},
		{thin, "M17 24l-5 6h-4M25 30l-3 8h-4M29 23l6-6h4M20 17l3-7h4M10 15h.5"},
	},
	"fish": {
		{solid, "M5 24c6-9 18-11 28-2l9-7c-1 6-1 12 0 18l-9-7C23 35 11 33 5 24Z"},
		{light, "M17 18c3 4 3 8 0 12 5 1 9 0 13-4-3-5-8-8-13-8Z"},
		{thin, "M12 22h.5"},
	},
	"butterfly": {
		{solid, "M23 24C19 13 10 8 5 11c-1 8 5 14 13 14-6 1-9 6-7 12 6 1 11-4 12-11Z"},
		{solid, "M25 24c4-11 13-16 18-13 1 8-5 14-13 14 6 1 9 6 7 12-6 1-11-4-12-11Z"},
		{light, "M11 15c3 0 6 2 8 5-4 0-7-1-8-5ZM37 15c-3 0-6 2-8 5 4 0 7-1 8-5Z"},
		{thin, "M24 19v20M24 19l-4-8M24 19l4-8"},
	},
	"dragonfly": {
		{light, "M22 17C14 10 6 9 3 12c2 6 11 8 19 7ZM26 17c8-7 16-8 19-5-2 6-11 8-19 7ZM22 21c-8 0-15 4-16 8 4 3 12 0 17-6ZM26 21c8 0 15 4 16 8-4 3-12 0-17-6Z"},
		{solid, "M24 10a4 4 0 0 1 3 7l-1 26h-4l-1-26a4 4 0 0 1 3-7Z"},
	},
	"insect": {
		{solid, "M24 13c8 0 13 6 13 14s-5 14-13 14-13-6-13-14 5-14 13-14Z"},
		{light, "M18 22a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM30 22a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM19 32a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5ZM29 32a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5Z"},
		{thin, "M24 14v27M20 13l-4-6M28 13l4-6M11 24H5M11 31l-5 3M37 24h6M37 31l5 3"},
	},
	"spider": {
		{solid, "M24 19a9 10 0 1 1 0 20 9 10 0 0 1 0-20ZM24 11a5 5 0 1 1 0 10 5 5 0 0 1 0-10Z"},
		{light, "M24 24l4 5-4 6-4-6Z"},
		{thin, "M19 17L8 9 4 15M19 21l-12-1-4 6M17 28L6 31l-1 7M29 17l11-8 4 6M29 21l12-1 4 6M31 28l11 3 1 7"},
	},
	"mollusc": {
		{solid, "M4 36c6 3 30 4 38-1 3-2 3-7 1-12l-4 6c-3 4-7 3-9 1Z"},
		{light, "M20 12c8 0 13 6 13 12s-5 11-12 11S9 30 9 24s4-12 11-12Z"},
		{thin, "M21 24a3 3 0 1 0-3 3c4 0 7-3 7-6 0-4-3-6-7-6-5 0-7 4-7 9M43 23l-2-7M43 23l3-6"},
	},
	"animal": {
		{solid, "M24 8a16 16 0 1 1 0 32 16 16 0 0 1 0-32Z"},
		{light, "M15 26c0-5 4-9 9-9s9 4 9 9-4 8-9 8-9-3-9-8Z"},
		{thin, "M20 24h.5M28 24h.5M20 29c3 2 5 2 8 0"},
	},
	"plant": {
		{solid, "M24 20c-2-8 1-13 0-15 6 3 8 8 5 15 6-4 11-3 14-2-2 6-8 8-14 6 4 5 3 10 2 12-5-1-8-5-7-12-1 7-4 11-9 12-1-4 0-9 4-12-6 2-12 0-14-6 5-2 10-1 14 2-3-5-1-11 3-15"},
		{light, "M24 17a5 5 0 1 1 0 10 5 5 0 0 1 0-10Z"},
		{thin, "M24 28v16M24 38c3-4 6-4 9-4"},
	},
	"fern": {
		{solid, "M24 5c3 4 3 6 0 9-3-3-3-5 0-9ZM23 16c-5-3-9-3-12 0 4 3 8 3 12 1ZM25 16c5-3 9-3 12 0-4 3-8 3-12 1ZM23 24c-6-3-12-3-16 1 5 3 11 3 16 0ZM25 24c6-3 12-3 16 1-5 3-11 3-16 0Z"},
		{light, "M23 32c-5-3-10-2-13 1 4 3 9 3 13 0ZM25 32c5-3 10-2 13 1-4 3-9 3-13 0Z"},
		{thin, "M24 10v34"},
	},
	"moss": {
		{solid, "M4 40c2-8 8-10 12-8 3-6 11-6 15 0 6-2 11 2 13 8Z"},
		{light, "M12 40c2-4 6-4 8 0ZM26 40c2-5 8-5 10 0Z"},
		{thin, "M16 31l-2-12M14 19l3-3M24 28V14M24 14l3-3M33 31l3-12M36 19l-3-3"},
	},
	"lichen": {
		{solid, "M24 7c5 0 6 5 10 6s8 4 7 9-1 6-1 10-5 7-9 6-5 4-9 3-5-5-9-6-6-6-4-10-3-6-1-10 7-3 9-6 4-2 7-2Z"},
		{light, "M19 17a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM31 21a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7ZM23 30a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z"},
	},
	"fungus": {
		{solid, "M5 25C7 13 15 7 24 7s17 6 19 18c-8 4-30 4-38 0Z"},
		{light, "M20 27c3 1 5 1 8 0 0 5 1 9 3 13-4 2-10 2-14 0 2-4 3-8 3-13Z"},
		{thin, "M16 17h.5M26 13h.5M33 19h.5"},
	},
}

var unknownFigure = []stroke{
	{light, "M21 9a12 12 0 1 1 0 24 12 12 0 0 1 0-24Z"},
	{thin, "M21 9a12 12 0 1 1 0 24 12 12 0 0 1 0-24ZM30 30l11 11M21 16c4 0 5 4 2 6-2 1-2 2-2 3M21 28h.1"},
}

func (f Figure) strokes() []stroke {
	if s, ok := figures[f]; ok {
		return s
	}
	return unknownFigure
}

// Ring is a year in twelve petals ("anneau des saisons"): how often a species is
// met each month.
type Ring struct {
	Title  string // for those who do not see it: says the best months
	Months [12]string
	Shares [12]float64 // of the fullest month, 0 to 1
	Known  [12]bool    // somebody looked
	Center string      // in the middle: "mai"
	Note   string      // under it
}

const (
	ringInner = 34.0
	ringOuter = 96.0
	ringText  = 108.0
)

// petal is the sector of a month whose length is its share.
func (r Ring) petal(month int) string {
	return sector(month, ringInner+2, ringInner+2+(ringOuter-ringInner-2)*r.Shares[month])
}

// ground is the whole sector of a month.
func (r Ring) ground(month int) string { return sector(month, ringInner+2, ringOuter) }

func sector(month int, inner, outer float64) string {
	from, to := angle(float64(month)+0.04), angle(float64(month)+0.96)
	x1, y1 := polar(from, inner)
	x2, y2 := polar(from, outer)
	x3, y3 := polar(to, outer)
	x4, y4 := polar(to, inner)
	return fmt.Sprintf("M%s %sL%s %sA%s %s 0 0 1 %s %sL%s %sA%s %s 0 0 0 %s %sZ", n(x1), n(y1), n(x2), n(y2), n(outer), n(outer),
		n(x3), n(y3), n(x4), n(y4), n(inner), n(inner), n(x1), n(y1))
}

// at is where the name of a month is written.
func (r Ring) at(month int) (x, y string) {
	px, py := polar(angle(float64(month)+0.5), ringText)
	return n(px), n(py + 3.5)
}

// angle is in radians from the top, clockwise.
func angle(months float64) float64 { return months / 12 * 2 * math.Pi }

func polar(a, radius float64) (x, y float64) {
	return 120 + radius*math.Sin(a), 120 - radius*math.Cos(a)
}

func n(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
