package geopackage

import (
	"encoding/binary"
	"math"

	"acvdata/services/geo/rtree"
)

// cell is a row's place in the index, or a node's in its parent: 24 bytes, so that
// a million of them are kept until Close.
type cell struct {
	id  int64
	box rtree.Box
}

// nodeCells is how many cells SQLite puts in a node of two dimensions.
const nodeCells = 51

// nodeBytes is a node's size: depth and count, then cells of 24 bytes.
const nodeBytes = 4 + nodeCells*24

// The tables that SQLite keeps an R-tree in, by what follows its name
// (https://www.sqlite.org/rtree.html, section 5.1): the nodes, the leaf of each row,
// the parent of each node.
const (
	nodeTable   = "_node"
	rowTable    = "_rowid"
	parentTable = "_parent"
)

// index fills the R-tree, its rows packed along a curve.
func (w *Writer) index() error {
	if len(w.cells) == 0 {
		return nil // the empty root that SQLite made
	}
	x := newPacked(w.cells)
	name := w.indexName()
	for _, part := range []struct {
		table string
		fill  func(*tree, *record) error
	}{{nodeTable, x.nodes}, {rowTable, x.rows}, {parentTable, x.parents}} {
		t := newTree(w.pages, w.roots[name+part.table])
		if err := part.fill(t, &w.record); err != nil {
			return err
		}
		if err := t.finish(); err != nil {
			return err
		}
	}
	return nil
}

// packed is an R-tree whose nodes are full. They are numbered from the leaves up,
// from 2 on; the root is 1.
type packed struct {
	cells  []cell
	order  []uint32 // of the cells, along the curve
	levels [][]cell // the nodes at each height, as cells of their parents
}

func newPacked(cells []cell) *packed {
	x := &packed{cells: cells, order: rtree.Along(len(cells), func(i int) rtree.Box { return cells[i].box })}
	next := int64(2)
	for count, depth := len(cells), 0; ; count, depth = len(x.levels[depth]), depth+1 {
		var level []cell
		for from := 0; from < count; from += nodeCells {
			n := cell{id: next, box: rtree.Nowhere}
			for i := from; i < min(from+nodeCells, count); i++ {
				n.box = n.box.Union(x.below(depth, i).box)
			}
			level = append(level, n)
			next++
		}
		x.levels = append(x.levels, level)
		if len(level) == 1 {
			level[0].id = 1
			return x
		}
	}
}

// below is a cell of the nodes at a height.
func (x *packed) below(depth, i int) cell {
	if depth == 0 {
		return x.cells[x.order[i]]
	}
	return x.levels[depth-1][i]
}

// nodes fills the table of nodes, the root first.
func (x *packed) nodes(t *tree, r *record) error {
	top := len(x.levels) - 1
	if err := x.node(t, r, top, 0); err != nil {
		return err
	}
	for depth, level := range x.levels[:top] {
		for i := range level {
			if err := x.node(t, r, depth, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// node writes one as SQLite keeps it; its height is read in the root alone.
func (x *packed) node(t *tree, r *record, depth, i int) error {
	count := len(x.cells)
	if depth > 0 {
		count = len(x.levels[depth-1])
	}
	from, to := i*nodeCells, min((i+1)*nodeCells, count)
	var b [nodeBytes]byte
	n := b[:0]
	if depth == len(x.levels)-1 {
		n = binary.BigEndian.AppendUint16(n, uint16(depth))
	} else {
		n = binary.BigEndian.AppendUint16(n, 0)
	}
	n = binary.BigEndian.AppendUint16(n, uint16(to-from))
	for at := from; at < to; at++ {
		c := x.below(depth, at)
		n = binary.BigEndian.AppendUint64(n, uint64(c.id))
		for _, edge := range [4]float32{c.box[0], c.box[2], c.box[1], c.box[3]} {
			n = binary.BigEndian.AppendUint32(n, math.Float32bits(edge))
		}
	}
	r.reset()
	r.null() // the key stands beside the record
	r.blob(b[:])
	return t.add(x.levels[depth][i].id, r.bytes())
}

// rows fills the table of the leaf that each row is in.
func (x *packed) rows(t *tree, r *record) error {
	leaves := make([]uint32, len(x.cells))
	for i, place := range x.order {
		leaves[place] = uint32(x.levels[0][i/nodeCells].id)
	}
	for place, leaf := range leaves {
		if err := link(t, r, x.cells[place].id, int64(leaf)); err != nil {
			return err
		}
	}
	return nil
}

// parents fills the table of each node's parent.
func (x *packed) parents(t *tree, r *record) error {
	for depth, level := range x.levels[:len(x.levels)-1] {
		for i, n := range level {
			if err := link(t, r, n.id, x.levels[depth+1][i/nodeCells].id); err != nil {
				return err
			}
		}
	}
	return nil
}

func link(t *tree, r *record, from, to int64) error {
	r.reset()
	r.null()
	r.integer(to)
	return t.add(from, r.bytes())
}

func (w *Writer) indexName() string { return "rtree_" + w.layer.Name + "_" + w.geom }

// triggers keep the index true when somebody edits the layer (extension "RTree
// Spatial Indexes" of the format).
func (w *Writer) triggers() []string {
	index := w.indexName()
	t, g, key := quoted(w.layer.Name), quoted(w.geom), quoted(free("fid", w.layer.Columns))
	i := quoted(index)
	values := "NEW." + key + ", ST_MinX(NEW." + g + "), ST_MaxX(NEW." + g + "), ST_MinY(NEW." + g + "), ST_MaxY(NEW." + g + ")"
	full := "NEW." + g + " NOTNULL AND NOT ST_IsEmpty(NEW." + g + ")"
	empty := "(NEW." + g + " ISNULL OR ST_IsEmpty(NEW." + g + "))"
	same, other := "OLD."+key+" = NEW."+key, "OLD."+key+" != NEW."+key
	put := "INSERT OR REPLACE INTO " + i + " VALUES (" + values + ");"
	drop := "DELETE FROM " + i + " WHERE id = OLD." + key + ";"
	trigger := func(name, when, condition, do string) string {
		return "CREATE TRIGGER " + quoted(index+"_"+name) + " " + when + " ON " + t + " WHEN (" + condition + ") BEGIN " + do + " END"
	}
	return []string{
		trigger("insert", "AFTER INSERT", full, put),
		trigger("update6", "AFTER UPDATE OF "+g, same+" AND "+full+" AND OLD."+g+" NOTNULL", put),
		trigger("update7", "AFTER UPDATE OF "+g, same+" AND "+full+" AND OLD."+g+" ISNULL", put),
		trigger("update2", "AFTER UPDATE OF "+g, same+" AND "+empty, drop),
		trigger("update5", "AFTER UPDATE", other+" AND "+full, drop+" "+put),
		trigger("update4", "AFTER UPDATE", other+" AND "+empty, "DELETE FROM "+i+" WHERE id IN (OLD."+key+", NEW."+key+");"),
		trigger("delete", "AFTER DELETE", "OLD."+g+" NOTNULL", drop),
	}
}
