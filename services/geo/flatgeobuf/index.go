package flatgeobuf

import (
	"bufio"
	"encoding/binary"
	"math"
	"slices"

	"acvdata/services/geo/rtree"
)

// writeIndex writes the packed tree from its root to the features' own boxes,
// nothing when there is no feature. A node says where its first child is among the
// nodes, a feature's box where the feature is among the features.
func (w *Writer) writeIndex(out *bufio.Writer, order []uint32) error {
	if len(order) == 0 {
		return nil
	}
	levels := w.levels(order)
	first := uint64(1) // of the children of the level that is written
	for level, boxes := range slices.Backward(levels) {
		for i, box := range boxes {
			if err := writeNode(out, box, first+uint64(i)*nodeSize); err != nil {
				return err
			}
		}
		below := uint64(len(order))
		if level > 0 {
			below = uint64(len(levels[level-1]))
		}
		first += below
	}
	var at uint64
	for _, place := range order {
		if err := writeNode(out, w.items[place].box, at); err != nil {
			return err
		}
		at += w.length(place)
	}
	return nil
}

// levels are the boxes of the nodes, those around the features first, the root's
// alone last.
func (w *Writer) levels(order []uint32) [][]rtree.Box {
	boxes := make([]rtree.Box, 0, len(order)/nodeSize+1)
	for i, place := range order {
		if i%nodeSize == 0 {
			boxes = append(boxes, rtree.Nowhere)
		}
		boxes[len(boxes)-1] = boxes[len(boxes)-1].Union(w.items[place].box)
	}
	levels := [][]rtree.Box{boxes}
	for len(boxes) > 1 {
		var above []rtree.Box
		for i, box := range boxes {
			if i%nodeSize == 0 {
				above = append(above, rtree.Nowhere)
			}
			above[len(above)-1] = above[len(above)-1].Union(box)
		}
		levels, boxes = append(levels, above), above
	}
	return levels
}

func writeNode(out *bufio.Writer, box rtree.Box, offset uint64) error {
	b := out.AvailableBuffer()
	for _, edge := range box {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(edge)))
	}
	_, err := out.Write(binary.LittleEndian.AppendUint64(b, offset))
	return err
}
