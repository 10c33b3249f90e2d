package france

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
)

// The drawing's size in its own units, margins included.
const (
	Width  = 100.0
	Height = 99.0
	margin = 4.0
)

// Corners of the country in degrees, and the parallel whose proportions are kept.
const (
	west, east   = -4.79, 9.56
	south, north = 41.37, 51.09
	parallel     = 46.5
)

// dotStep is the distance between two dots of the drawing.
const dotStep = 2.1

type point struct{ x, y float64 }

// Place gives the position of a place in the drawing. ok is false outside
// metropolitan France and its surroundings, where nothing is drawn.
func Place(lon, lat float64) (x, y float64, ok bool) {
	p := project(lon, lat)
	return p.x, p.y, p.x >= 0 && p.x <= Width && p.y >= 0 && p.y <= Height
}

func project(lon, lat float64) point {
	shrink := math.Cos(parallel * math.Pi / 180) // a degree of longitude is shorter than one of latitude
	scale := (Width - 2*margin) / ((east - west) * shrink)
	return point{margin + (lon-west)*shrink*scale, margin + (north-lat)*scale}
}

// Outline is the contour as the d of one SVG path.
func Outline() string { return drawing().outline }

// Dots fills the contour with dots, as the d of one SVG path of segments
// without length: draw it with a round line cap.
func Dots() string { return drawing().dots }

type shapes struct{ outline, dots string }

var drawing = sync.OnceValue(func() shapes {
	rings := [][]point{ring(mainland), ring(corsica)}
	return shapes{outline: path(rings), dots: dots(rings)}
})

// ring reads "longitude latitude" pairs; the constants of this package are
// well formed, which a test says.
func ring(places string) []point {
	var out []point
	for pair := range strings.SplitSeq(places, ",") {
		lon, lat, _ := strings.Cut(strings.TrimSpace(pair), " ")
		x, _ := strconv.ParseFloat(lon, 64)
		y, _ := strconv.ParseFloat(lat, 64)
		out = append(out, project(x, y))
	}
	return out
}

func path(rings [][]point) string {
	var b strings.Builder
	for _, r := range rings {
		command := "M"
		for _, p := range r {
			fmt.Fprintf(&b, "%s%.1f %.1f", command, p.x, p.y)
			command = "L"
		}
		b.WriteString("Z")
	}
	return b.String()
}

// dots lays a honeycomb over the drawing and keeps what falls inside.
func dots(rings [][]point) string {
	var b strings.Builder
	shift := 0.0
	for y := margin / 2; y < Height; y += dotStep * math.Sqrt(3) / 2 {
		for x := margin/2 + shift; x < Width; x += dotStep {
			if inside(point{x, y}, rings) {
				fmt.Fprintf(&b, "M%.1f %.1fh0", x, y)
			}
		}
		shift = dotStep/2 - shift
	}
	return b.String()
}

// inside counts the crossings of a ray going east.
func inside(p point, rings [][]point) bool {
	in := false
	for _, r := range rings {
		for i, j := 0, len(r)-1; i < len(r); j, i = i, i+1 {
			a, b := r[i], r[j]
			if (a.y > p.y) != (b.y > p.y) && p.x < (b.x-a.x)*(p.y-a.y)/(b.y-a.y)+a.x {
				in = !in
			}
		}
	}
	return in
}
