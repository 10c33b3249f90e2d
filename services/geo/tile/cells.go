package tile

import "acvdata/services/geo/qk"

// CellsLayer is the name of the layer of counts, CountKey its attribute.
const (
	CellsLayer = "cells"
	CountKey   = "count"
)

// cellBits is the side of the grid of counts in a tile: 2^6 = 64.
const cellBits = 6

// CountZoom is the last zoom that shows counts instead of points.
const CountZoom = 13

// CellShift is the k for which "qk >> k" numbers the cells of counts of a tile
// of zoom z, at most CountZoom.
func CellShift(z uint32) uint { return uint(2 * (qk.Zoom - cellBits - z)) }

// Cells encodes a tile of counts. Build it with NewCells.
type Cells struct {
	points *Points
	bits   uint // of the code grid under one cell's side
}

// NewCells starts the tile of counts z/x/y, z at most CountZoom.
func NewCells(z, x, y uint32) *Cells {
	return &Cells{points: newLayer(CellsLayer, z, x, y, []string{CountKey}), bits: CellShift(z) / 2}
}

// Add draws a count at the middle of its cell, given as "qk >> CellShift(z)".
// A count of zero or less is not drawn.
func (c *Cells) Add(cell, count int64) {
	if count <= 0 {
		return
	}
	x, y := qk.Split(cell)
	half := uint32(1) << (c.bits - 1)
	c.points.Add(0, qk.Join(x<<c.bits|half, y<<c.bits|half), Int(count))
}

// Len is the number of counts drawn.
func (c *Cells) Len() int { return c.points.Len() }

// Encode returns the tile, empty when nothing was drawn.
func (c *Cells) Encode() []byte { return c.points.Encode() }
