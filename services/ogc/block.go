package ogc

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"

	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
	"acvdata/tenants"
)

// block is what a layer holds in one square of the map, in order of place, so
// that every tile inside is cut from it without asking the database again: a
// map of twelve tiles asks once or twice.
type block struct {
	codes []int64  // of points: qk; of cells: qk >> finestShift
	marks []uint64 // of points: their id; of cells: their count
	// Points of the same attributes share a look: places in words, one an
	// attribute.
	looks []uint32
	sets  [][]uint32
	words []tile.Value
}

// blockKey names a block: nothing is shared between towns, permissions, filters
// or versions.
type blockKey struct {
	tenant         tenants.ID
	layer, scope   string
	filter         string
	version        int64
	points         bool
	zoom, col, row uint32
}

const (
	// blockCells is the last zoom at which cells are read: closer tiles are cut
	// from the block around them.
	blockCells = 11
	// pointsZoom is the first zoom of points.
	pointsZoom = tile.CountZoom + 1
)

// finestShift numbers the cells of blocks: those of the closest zoom of counts,
// from which those of all others are added up.
var finestShift = tile.CellShift(tile.CountZoom)

// blockBytes is about what a block takes.
func blockBytes(b *block) int {
	size := 20 * len(b.codes)
	for _, set := range b.sets {
		size += 24 + 4*len(set)
	}
	return size + 64*len(b.words)
}

// blockZoom is the zoom of the block read for a tile: points with the three
// neighbours a map shows beside it, counts of the surroundings.
func blockZoom(z uint32) uint32 {
	if z <= tile.CountZoom {
		return min(z, blockCells)
	}
	return max(z-1, pointsZoom)
}

func (r TileRequest) blockKey(version int64, zoom uint32) blockKey {
	return blockKey{
		tenant: r.Tenant, layer: r.Layer, scope: r.Scope, filter: r.Filter.Encode(), version: version,
		points: r.Z > tile.CountZoom, zoom: zoom, col: r.X >> (r.Z - zoom), row: r.Y >> (r.Z - zoom),
	}
}

// block finds the smallest block kept around a tile, or reads one.
func (s *Tileset) block(ctx context.Context, layer Layer, r TileRequest, version int64) (*block, error) {
	first := uint32(0)
	if r.Z > tile.CountZoom {
		first = pointsZoom
	}
	key := r.blockKey(version, r.Z)
	for zoom := r.Z; ; zoom-- {
		key.zoom, key.col, key.row = zoom, r.X>>(r.Z-zoom), r.Y>>(r.Z-zoom)
		if b, ok := s.blocks.Get(key); ok {
			return b, nil
		}
		if zoom == first {
			break
		}
	}
	zoom := blockZoom(r.Z)
	key.zoom, key.col, key.row = zoom, r.X>>(r.Z-zoom), r.Y>>(r.Z-zoom)
	b, err := read(ctx, layer, r, key)
	if err == nil {
		s.blocks.Put(key, b)
	}
	return b, err
}

func read(ctx context.Context, layer Layer, r TileRequest, key blockKey) (*block, error) {
	lo, hi := qk.TileRange(key.zoom, key.col, key.row)
	w := Window{Tenant: r.Tenant, Lo: lo, Hi: hi, Filter: r.Filter}
	b := &block{}
	if !key.points {
		err := layer.Cells(ctx, w, finestShift, func(cell, count int64) {
			b.codes, b.marks = append(b.codes, cell), append(b.marks, uint64(max(count, 0)))
		})
		b.sort()
		return b, err
	}
	known := looks{block: b, ranks: map[string]uint32{}, words: map[tile.Value]uint32{}}
	err := layer.Points(ctx, w, func(id uint64, code int64, values ...tile.Value) {
		b.codes, b.marks, b.looks = append(b.codes, code), append(b.marks, id), append(b.looks, known.of(values))
	})
	b.sort()
	return b, err
}

// looks gives each distinct set of values one number.
type looks struct {
	*block
	ranks map[string]uint32     // of sets
	words map[tile.Value]uint32 // of single values
	set   []uint32
	key   []byte
}

func (l *looks) of(values []tile.Value) uint32 {
	l.set, l.key = l.set[:0], l.key[:0]
	for _, v := range values {
		word, ok := l.words[v]
		if !ok {
			word = uint32(len(l.block.words))
			l.words[v], l.block.words = word, append(l.block.words, v)
		}
		l.set, l.key = append(l.set, word), binary.LittleEndian.AppendUint32(l.key, word)
	}
	rank, ok := l.ranks[string(l.key)]
	if !ok {
		rank = uint32(len(l.sets))
		l.ranks[string(l.key)], l.sets = rank, append(l.sets, slices.Clone(l.set))
	}
	return rank
}

// sort puts the block in order of place; an index usually gave it so.
func (b *block) sort() {
	if slices.IsSorted(b.codes) {
		return
	}
	order := make([]int, len(b.codes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(b.codes[i], b.codes[j]) })
	b.codes, b.marks, b.looks = arranged(b.codes, order), arranged(b.marks, order), arranged(b.looks, order)
}

func arranged[T any](list []T, order []int) []T {
	if list == nil {
		return nil
	}
	sorted := make([]T, len(list))
	for to, from := range order {
		sorted[to] = list[from]
	}
	return sorted
}

// between gives the places of the codes lo <= code < hi.
func (b *block) between(lo, hi int64) (from, to int) {
	from, _ = slices.BinarySearch(b.codes, lo)
	to, _ = slices.BinarySearch(b.codes, hi)
	return from, to
}

// points draws the tile z/x/y of a block of points.
func (b *block) points(r TileRequest, keys []string) []byte {
	drawn := tile.NewPoints(r.Z, r.X, r.Y, keys...)
	from, to := b.between(qk.TileRange(r.Z, r.X, r.Y))
	drawn.Grow(to - from)
	defined := make([]uint32, len(b.words)) // rank + 1 in the tile
	var tags tile.Tags
	for i := from; i < to; i++ {
		tags = tags[:0]
		for key, word := range b.sets[b.looks[i]] {
			if defined[word] == 0 {
				if !b.words[word].Given() {
					continue
				}
				defined[word] = drawn.Define(b.words[word]) + 1
			}
			tags = tags.With(key, defined[word]-1)
		}
		drawn.Draw(b.marks[i], b.codes[i], tags)
	}
	return drawn.Encode()
}

// cells draws the counts of the tile z/x/y of a block of cells.
func (b *block) cells(r TileRequest) []byte {
	drawn := tile.NewCells(r.Z, r.X, r.Y)
	lo, hi := qk.TileRange(r.Z, r.X, r.Y)
	from, to := b.between(lo>>finestShift, hi>>finestShift)
	coarser := tile.CellShift(r.Z) - finestShift
	for i := from; i < to; {
		cell, count := b.codes[i]>>coarser, uint64(0)
		for ; i < to && b.codes[i]>>coarser == cell; i++ {
			count += b.marks[i]
		}
		drawn.Add(cell, int64(count))
	}
	return drawn.Encode()
}
