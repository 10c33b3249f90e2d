package atlas

import (
	"fmt"
	"math"

	"acvdata/services/geo/crs"
	"acvdata/tenants"
)

// Cell is a square of CellSize metres in Lambert-93 (EPSG:2154), numbered
// ⌊E/500⌋ × 100,000 + ⌊N/500⌋ as the database does.
type Cell int32

// CellSize is the side of a cell, in metres: four make a cell of the 1 km grid.
const CellSize = 500

const rows = 100_000

func cellAt(column, row int32) Cell { return Cell(column*rows + row) }

func (c Cell) column() int32 { return int32(c) / rows }

func (c Cell) row() int32 { return int32(c) % rows }

// Code names the cell like the national grids of 1 km and 5 km, with a suffix of
// our own at 500 m: "500mL93E01712N12455", columns and rows in half kilometres.
func (c Cell) Code() string { return fmt.Sprintf("500mL93E%05dN%05d", c.column(), c.row()) }

// Kilometre is the cell of the 1 km grid the cell is in.
func (c Cell) Kilometre() Cell { return cellAt(c.column()/2, c.row()/2) }

// Ring is the cell's outline in degrees (WGS 84), closed, counter-clockwise. An
// error means a number that is no cell of metropolitan France.
func (c Cell) Ring() ([][2]float64, error) {
	convert, err := crs.Between(crs.Lambert93, crs.WGS84)
	if err != nil {
		return nil, err
	}
	west, south := float64(c.column())*CellSize, float64(c.row())*CellSize
	corners := [5][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}
	ring := make([][2]float64, 0, len(corners))
	for _, k := range corners {
		lon, lat, err := convert(west+k[0]*CellSize, south+k[1]*CellSize)
		if err != nil {
			return nil, fmt.Errorf("cell %d: %w", c, err)
		}
		ring = append(ring, [2]float64{degrees(lon), degrees(lat)})
	}
	return ring, nil
}

// degrees keeps six decimals, about ten centimetres.
func degrees(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// around is the smallest box that holds the rings, in degrees.
func around(rings [][][2]float64) tenants.Bounds {
	b := tenants.Bounds{West: 180, South: 90, East: -180, North: -90}
	for _, ring := range rings {
		for _, p := range ring {
			b.West, b.East = min(b.West, p[0]), max(b.East, p[0])
			b.South, b.North = min(b.South, p[1]), max(b.North, p[1])
		}
	}
	return b
}
