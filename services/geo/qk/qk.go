package qk

import (
	"errors"
	"math"

	"acvdata/tenants"
)

// Zoom is the level of the grid whose cells are numbered.
const Zoom = 29

// MaxLatitude is where the square web Mercator world ends. Positions nearer a
// pole are put in the last row of cells.
const MaxLatitude = 85.05112877980659

// ErrNotAPosition is returned for coordinates that are not finite or not
// degrees: beyond 180 in longitude or 90 in latitude.
var ErrNotAPosition = errors.New("qk: not a longitude and latitude in degrees")

const (
	side = 1 << Zoom       // cells on a side of the world
	end  = 1 << (2 * Zoom) // one past the last code
	even = 0x5555555555555555
)

// Encode numbers the cell that holds a position in degrees (WGS 84).
func Encode(lon, lat float64) (int64, error) {
	x, y, err := Cell(lon, lat)
	if err != nil {
		return 0, err
	}
	return Join(x, y), nil
}

// Cell returns the column and row, from the north-west, of a position's cell.
func Cell(lon, lat float64) (x, y uint32, err error) {
	// Written so that NaN fails too.
	if !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90) {
		return 0, 0, ErrNotAPosition
	}
	sin := math.Sin(max(-MaxLatitude, min(lat, MaxLatitude)) * math.Pi / 180)
	return cellOf((lon + 180) / 360), cellOf(0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)), nil
}

func cellOf(part float64) uint32 {
	return uint32(max(0, min(math.Floor(part*side), side-1)))
}

// Decode returns the centre of a cell in degrees.
func Decode(code int64) (lon, lat float64) {
	x, y := Split(code)
	return longitude((float64(x) + 0.5) / side), latitude((float64(y) + 0.5) / side)
}

// Join numbers the cell in column x and row y.
func Join(x, y uint32) int64 { return int64(spread(x) | spread(y)<<1) }

// Split gives back the column and row of a cell.
func Split(code int64) (x, y uint32) { return gather(uint64(code)), gather(uint64(code) >> 1) }

func longitude(part float64) float64 { return part*360 - 180 }

func latitude(part float64) float64 {
	return math.Atan(math.Sinh(math.Pi*(1-2*part))) * 180 / math.Pi
}

// Bounds returns the box of the tile z/x/y, in degrees.
func Bounds(z, x, y uint32) tenants.Bounds {
	n := math.Exp2(float64(z))
	return tenants.Bounds{
		West: longitude(float64(x) / n), East: longitude(float64(x+1) / n),
		North: latitude(float64(y) / n), South: latitude(float64(y+1) / n),
	}
}

// spread puts the bits of v on the even places.
func spread(v uint32) uint64 {
	w := uint64(v)
	w = (w | w<<16) & 0x0000ffff0000ffff
	w = (w | w<<8) & 0x00ff00ff00ff00ff
	w = (w | w<<4) & 0x0f0f0f0f0f0f0f0f
	w = (w | w<<2) & 0x3333333333333333
	return (w | w<<1) & even
}

// gather takes the bits on the even places back together.
func gather(w uint64) uint32 {
	w &= even
	w = (w | w>>1) & 0x3333333333333333
	w = (w | w>>2) & 0x0f0f0f0f0f0f0f0f
	w = (w | w>>4) & 0x00ff00ff00ff00ff
	w = (w | w>>8) & 0x0000ffff0000ffff
	return uint32(w | w>>16)
}
