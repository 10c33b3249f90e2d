package components

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// Size of the drawing of crowns, in its own units.
const (
	canopyWidth  = 640
	canopyHeight = 420
	canopyShapes = 5
)

// crown is a tree seen from above.
type crown struct {
	x, y, size float64
	shape      int // one of the outlines
	tone       int // 1 to 4
}

// crowns scatters trees, larger ones first, denser to the right and none where
// the words are; always the same for the same seed.
func crowns(seed string) []crown {
	random := newRandom(seed)
	var out []crown
	for _, size := range []float64{84, 70, 70, 56, 56, 56, 46, 46, 46, 46, 36, 36, 36, 36, 36, 36, 26, 26, 26, 26, 26, 26, 26, 26, 18, 18, 18, 18, 18, 18} {
		for range 24 {
			c := crown{
				x: canopyWidth * (0.22 + 0.8*math.Sqrt(random.Float64())), y: canopyHeight * random.Float64(),
				size: size * (0.85 + 0.3*random.Float64()), shape: random.IntN(canopyShapes), tone: 1 + random.IntN(4),
			}
			if !crowded(c, out) {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// Size of a town's drawing, as OutlinePath gives it.
const townSize = 100

// townShaded is the crown size from which light and shadow can be seen.
const townShaded = 6

// townCrowns cover a town's square evenly; its boundary cuts them out.
func townCrowns(seed string) []crown {
	random := newRandom(seed + "/commune")
	var out []crown
	for _, size := range townSizes {
		for range 40 {
			c := crown{
				x: townSize * random.Float64(), y: townSize * random.Float64(),
				size: size * (0.85 + 0.3*random.Float64()), shape: random.IntN(canopyShapes), tone: 1 + random.IntN(4),
			}
			if !crowded(c, out) {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// townSizes are the crowns of a town's drawing, large ones first.
var townSizes = slices.Concat(
	slices.Repeat([]float64{11}, 6), slices.Repeat([]float64{8.5}, 12),
	slices.Repeat([]float64{6.2}, 16), slices.Repeat([]float64{4}, 30),
)

// clearingCrowns stand in a ring around the clearing.
func clearingCrowns() []crown {
	const trees = 8
	sizes := [trees]float64{44, 34, 42, 33, 40, 36, 44, 34}
	out := make([]crown, 0, trees)
	for i, size := range sizes {
		angle := 2 * math.Pi * float64(i) / trees
		out = append(out, crown{
			x: 118 + 76*math.Cos(angle), y: 118 + 76*math.Sin(angle), size: size, shape: i % canopyShapes, tone: 1 + i%4,
		})
	}
	return out
}

// crowded reports whether a crown would cover another more than trees do.
func crowded(c crown, others []crown) bool {
	for _, o := range others {
		if math.Hypot(c.x-o.x, c.y-o.y) < (c.size+o.size)*0.88 {
			return true
		}
	}
	return false
}

// outlines are the leafy contours crowns share, around 0,0 with radius 100.
func outlines(seed string) []string {
	random := newRandom(seed + "/contours")
	out := make([]string, 0, canopyShapes)
	for range canopyShapes {
		out = append(out, outline(random))
	}
	return out
}

// outline is a closed curve through lobes: a scalloped round.
func outline(random *rand.Rand) string {
	const lobes = 9
	turn := random.Float64() * 2 * math.Pi
	var b strings.Builder
	at := func(i int, radius float64) (float64, float64) {
		angle := turn + 2*math.Pi*float64(i%lobes)/lobes
		return radius * math.Cos(angle), radius * math.Sin(angle)
	}
	x, y := at(0, 88)
	fmt.Fprintf(&b, "M%.0f %.0f", x, y)
	for i := range lobes {
		x, y := at(i+1, 88)
		bulge := 44 + 10*random.Float64()
		fmt.Fprintf(&b, "A%.0f %.0f 0 0 1 %.0f %.0f", bulge, bulge, x, y)
	}
	return b.String() + "Z"
}

func newRandom(seed string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(seed))                                // a hash never fails
	return rand.New(rand.NewPCG(h.Sum64(), 0x9e3779b97f4a7c15)) //nolint:gosec // a drawing, not a secret
}

func (c crown) transform() string {
	return fmt.Sprintf("translate(%.3g %.3g) scale(%.3g)", c.x, c.y, c.size/100)
}

func (c crown) shadow() string {
	return fmt.Sprintf("translate(%.3g %.3g) scale(%.3g)", c.x+c.size*0.14, c.y+c.size*0.2, c.size/100)
}

// light is the sunlit part of the crown.
func (c crown) light() string {
	return fmt.Sprintf("translate(%.3g %.3g) scale(%.3g)", c.x-c.size*0.14, c.y-c.size*0.16, c.size*0.0062)
}
