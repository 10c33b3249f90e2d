package ogc

import (
	"cmp"
	"context"
	"slices"

	"acvdata/services/fault"
	"acvdata/services/geo/qk"
	"acvdata/tenants"
)

// Spot is how many points of a layer lie in one square of the web Mercator grid.
// Lon and Lat are its middle, in degrees (WGS 84).
type Spot struct {
	Lon, Lat float64
	Count    int64
}

// finestSpots is the zoom whose tiles are the smallest squares that are counted:
// about 50 m wide in France.
var finestSpots = qk.Zoom - uint32(finestShift)/2

// Spots counts the points of a layer in a box as everybody may see them, in the
// smallest squares of which at most most hold something: for drawings made on the
// server. It reads what tiles are cut from, so that many drawings ask the database
// once. Whether everybody may have the layer's dataset is the caller's to ask.
func (s *Tileset) Spots(ctx context.Context, tenant tenants.ID, id string, box tenants.Bounds, most int) ([]Spot, error) {
	layer, err := s.LayerOf(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	if layer == nil {
		return nil, fault.New(fault.NotFound, "ogc.fault.no_tile")
	}
	version, err := s.version(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	counts := map[int64]int64{}
	for _, place := range tilesOf(box) {
		r := TileRequest{Tenant: tenant, Layer: id, Z: blockCells, X: place[0], Y: place[1]}
		b, err := s.block(ctx, layer, r, version)
		if err != nil {
			return nil, err
		}
		b.count(r, box, counts)
	}
	return spotsOf(counts, most), nil
}

// tilesOf are the tiles, column and row, that hold a box.
func tilesOf(box tenants.Bounds) (list [][2]uint32) {
	shift := qk.Zoom - blockCells
	x1, y1, err := qk.Cell(box.West, box.North)
	if err != nil {
		return nil
	}
	x2, y2, err := qk.Cell(box.East, box.South)
	if err != nil {
		return nil
	}
	for y := y1 >> shift; y <= y2>>shift; y++ {
		for x := x1 >> shift; x <= x2>>shift; x++ {
			list = append(list, [2]uint32{x, y})
		}
	}
	return list
}

// count adds up the cells of a tile whose middle lies in the box.
func (b *block) count(r TileRequest, box tenants.Bounds, counts map[int64]int64) {
	lo, hi := qk.TileRange(r.Z, r.X, r.Y)
	from, to := b.between(lo>>finestShift, hi>>finestShift)
	for i := from; i < to; i++ {
		if box.Contains(middle(b.codes[i], finestSpots), 0) {
			counts[b.codes[i]] += int64(b.marks[i])
		}
	}
}

// middle is the centre of a square of the grid of a zoom.
func middle(cell int64, zoom uint32) (p tenants.Point) {
	x, y := qk.Split(cell)
	bits := qk.Zoom - zoom
	half := uint32(1) << bits >> 1
	p.Lon, p.Lat = qk.Decode(qk.Join(x<<bits|half, y<<bits|half))
	return p
}

// spotsOf gathers cells until few enough are left, largest counts first so that
// small ones are drawn over them.
func spotsOf(counts map[int64]int64, most int) []Spot {
	zoom := finestSpots
	for len(counts) > most && zoom > 1 {
		coarser := make(map[int64]int64, len(counts)/2)
		for cell, n := range counts {
			coarser[cell>>2] += n
		}
		counts, zoom = coarser, zoom-1
	}
	spots := make([]Spot, 0, len(counts))
	for cell, n := range counts {
		at := middle(cell, zoom)
		spots = append(spots, Spot{Lon: at.Lon, Lat: at.Lat, Count: n})
	}
	slices.SortFunc(spots, func(a, b Spot) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Lon, b.Lon), cmp.Compare(a.Lat, b.Lat))
	})
	return spots
}
