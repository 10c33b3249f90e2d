package tile

import (
	"slices"

	"acvdata/services/geo/qk"
)

// Extent is the number of units on a side of a tile.
const Extent = 1 << extentBits

const extentBits = 12

// PointsLayer is the name of the layer of points.
const PointsLayer = "points"

// Points encodes a tile of points. Build it with NewPoints.
type Points struct {
	layer    string
	keys     []string
	x0, y0   int64 // the tile's first column and row in the grid of codes
	zoom     uint32
	features []byte // fields "features" of the layer
	values   values
	recent   []recent // last value of each key, often the next one too
	tags     Tags     // of the point being added
	count    int
}

type recent struct {
	value Value
	rank  uint32
}

// NewPoints starts the tile z/x/y (see qk.ValidTile) of points whose attributes
// are named keys, in the order in which Add takes their values.
func NewPoints(z, x, y uint32, keys ...string) *Points {
	return newLayer(PointsLayer, z, x, y, keys)
}

func newLayer(name string, z, x, y uint32, keys []string) *Points {
	return &Points{
		layer: name, keys: keys, zoom: z,
		x0: int64(x) << (qk.Zoom - z), y0: int64(y) << (qk.Zoom - z),
		recent: make([]recent, len(keys)),
	}
}

// Add draws one point. id 0 is no id. Values follow the keys; missing ones and
// those beyond the keys are left out. Positions outside the tile may be given
// for its margin; those further than a tile's width away are not drawn.
func (p *Points) Add(id uint64, code int64, attributes ...Value) {
	p.tags = p.tags[:0]
	for i, v := range attributes[:min(len(attributes), len(p.keys))] {
		if v.Given() {
			p.tags = p.tags.With(i, p.rank(i, v))
		}
	}
	p.Draw(id, code, p.tags)
}

// Tags are the attributes of a point, as ranks of Define.
type Tags []byte

// With adds the attribute of a key, given by its place in the keys.
func (t Tags) With(key int, rank uint32) Tags {
	return appendVarint(appendVarint(t, uint64(key)), uint64(rank))
}

// Define writes a value that points refer to by the rank it returns. Whoever
// keeps values once, under numbers of their own, spares Add's search for each;
// None has no rank and must not be defined.
func (p *Points) Define(v Value) uint32 { return p.values.add(v) }

// Grow makes room for n more points.
func (p *Points) Grow(n int) { p.features = slices.Grow(p.features, n*featureRoom) }

// featureRoom is about what a point takes.
const featureRoom = 28

// Draw is Add with attributes of Define. It keeps nothing of tags.
func (p *Points) Draw(id uint64, code int64, tags Tags) {
	x, y := qk.Split(code)
	px, py := p.units(int64(x)-p.x0), p.units(int64(y)-p.y0)
	if px < -Extent || px >= 2*Extent || py < -Extent || py >= 2*Extent {
		return
	}
	p.append(id, zigzag(px), zigzag(py), tags)
	p.count++
}

// units turns cells of the code grid into units of the tile.
func (p *Points) units(cells int64) int64 {
	if p.zoom+extentBits <= qk.Zoom {
		return cells >> (qk.Zoom - extentBits - p.zoom)
	}
	return cells << (p.zoom + extentBits - qk.Zoom)
}

func (p *Points) rank(key int, v Value) uint32 {
	if last := &p.recent[key]; last.value == v {
		return last.rank
	}
	rank := p.values.rank(v)
	p.recent[key] = recent{v, rank}
	return rank
}

// append writes a feature.
func (p *Points) append(id, x, y uint64, tags Tags) {
	geometry := 1 + varintLen(x) + varintLen(y)
	size := 2 + 2 + geometry
	if id != 0 {
		size += 1 + varintLen(id)
	}
	if n := len(tags); n > 0 {
		size += 1 + varintLen(uint64(n)) + n
	}
	b := appendVarint(append(p.features, layerFeature), uint64(size))
	if id != 0 {
		b = appendVarint(append(b, featureID), id)
	}
	if n := len(tags); n > 0 {
		b = append(appendVarint(append(b, featureTags), uint64(n)), tags...)
	}
	b = append(b, featureType, typePoint, featureGeometry, byte(geometry), moveToOnce)
	p.features = appendVarint(appendVarint(b, x), y)
}

// Len is the number of points drawn.
func (p *Points) Len() int { return p.count }

// Encode returns the tile, empty when nothing was drawn. More points may be
// added afterwards and the tile encoded again.
func (p *Points) Encode() []byte {
	if p.count == 0 {
		return nil
	}
	head := appendText([]byte{layerName}, p.layer)
	var tail []byte
	for _, k := range p.keys {
		tail = appendText(append(tail, layerKey), k)
	}
	end := appendVarint([]byte{layerExtent}, Extent)
	end = append(end, layerVersion, version)
	size := len(head) + len(p.features) + len(tail) + len(p.values.written) + len(end)
	b := make([]byte, 0, size+6)
	b = appendVarint(append(b, tileLayer), uint64(size))
	for _, part := range [][]byte{head, p.features, tail, p.values.written, end} {
		b = append(b, part...)
	}
	return b
}
