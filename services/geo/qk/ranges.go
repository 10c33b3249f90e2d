package qk

import (
	"slices"

	"acvdata/tenants"
)

// MaxRanges is the number of ranges that Ranges returns at most: each is one
// index scan.
const MaxRanges = 8

// boxCells bounds the cells a box is cut into before ranges are joined. More
// cells cover the box more tightly and cost more to sort.
const boxCells = 256

// Range is the half-open interval of codes [Lo, Hi).
type Range struct{ Lo, Hi int64 }

// Contains reports whether a code lies in the range.
func (r Range) Contains(code int64) bool { return code >= r.Lo && code < r.Hi }

// ValidTile reports whether z/x/y is a tile: z at most Zoom, x and y below 2^z.
func ValidTile(z, x, y uint32) bool { return z <= Zoom && x < 1<<z && y < 1<<z }

// TileRange returns the codes of a tile: lo <= qk < hi. What is not a tile has
// the empty range 0, 0.
func TileRange(z, x, y uint32) (lo, hi int64) {
	if !ValidTile(z, x, y) {
		return 0, 0
	}
	shift := 2 * (Zoom - z)
	code := Join(x, y)
	return code << shift, (code + 1) << shift
}

// Ranges covers a box with at most MaxRanges ranges, sorted and apart. They
// also hold codes outside the box (half as many again on average for a
// town-sized box, more for long thin ones): recheck each position. Parts of the box beyond
// the world are ignored. The box must have West <= East and South <= North; one
// that is not finite or upside down is refused with ErrNotAPosition.
func Ranges(box tenants.Bounds) ([]Range, error) { return Cover(box, MaxRanges) }

// Cover is Ranges with at most so many ranges, 2 or more: the more there are, the
// fewer codes outside the box they hold.
func Cover(box tenants.Bounds, most int) ([]Range, error) {
	if !(box.West <= box.East && box.South <= box.North) {
		return nil, ErrNotAPosition
	}
	x1, y1, err := Cell(clamp(box.West, 180), clamp(box.North, 90))
	if err != nil {
		return nil, err
	}
	x2, y2, err := Cell(clamp(box.East, 180), clamp(box.South, 90))
	if err != nil {
		return nil, err
	}
	return join(cut(x1, y1, x2, y2), most), nil
}

func clamp(v, limit float64) float64 { return max(-limit, min(v, limit)) }

// cut returns the codes ranges of the cells that cover the box at the finest
// level where there are few of them, in order, contiguous ones together.
func cut(x1, y1, x2, y2 uint32) []Range {
	shift := uint32(0)
	for count(x1>>shift, x2>>shift)*count(y1>>shift, y2>>shift) > boxCells {
		shift++
	}
	codes := make([]int64, 0, boxCells)
	for y := y1 >> shift; y <= y2>>shift; y++ {
		for x := x1 >> shift; x <= x2>>shift; x++ {
			codes = append(codes, Join(x, y))
		}
	}
	slices.Sort(codes)
	ranges := make([]Range, 0, len(codes))
	for _, c := range codes {
		lo, hi := c<<(2*shift), (c+1)<<(2*shift)
		if n := len(ranges); n > 0 && ranges[n-1].Hi == lo {
			ranges[n-1].Hi = hi
			continue
		}
		ranges = append(ranges, Range{lo, hi})
	}
	return ranges
}

func count(from, to uint32) uint64 { return uint64(to-from) + 1 }

// join closes the smallest gaps until at most so many ranges are left.
func join(ranges []Range, most int) []Range {
	if len(ranges) <= most {
		return ranges
	}
	gaps := make([]int64, 0, len(ranges)-1)
	for i := 1; i < len(ranges); i++ {
		gaps = append(gaps, ranges[i].Lo-ranges[i-1].Hi)
	}
	slices.Sort(gaps)
	kept := most - 1
	smallest := gaps[len(gaps)-kept] // gaps from this size on may stay open
	wider := 0
	for _, g := range gaps {
		if g > smallest {
			wider++
		}
	}
	equal := kept - wider // gaps of exactly that size that may stay open
	joined := ranges[:1]
	for _, r := range ranges[1:] {
		last := &joined[len(joined)-1]
		gap := r.Lo - last.Hi
		if gap == smallest && equal > 0 {
			equal--
			joined = append(joined, r)
			continue
		}
		if gap > smallest {
			joined = append(joined, r)
			continue
		}
		last.Hi = r.Hi
	}
	return joined
}
