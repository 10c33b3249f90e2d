package geopackage

import (
	"context"
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

// index makes the R-tree. Adding rows one by one through SQLite's own table costs
// more than all the rest, so its three tables of nodes are filled at once, packed
// along a curve (https://www.sqlite.org/rtree.html, section 5.1).
func (w *Writer) index() error {
	name := "rtree_" + w.layer.Name + "_" + w.geom
	exec := func(query string, values ...any) error {
		_, err := w.tx.ExecContext(context.Background(), query, values...)
		return err
	}
	err := exec("CREATE VIRTUAL TABLE " + quoted(name) + " USING rtree(id, minx, maxx, miny, maxy)")
	if err == nil {
		err = exec(`INSERT INTO gpkg_extensions VALUES (?, ?, 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')`,
			w.layer.Name, w.geom)
	}
	for _, trigger := range w.triggers(name) {
		if err == nil {
			err = exec(trigger)
		}
	}
	if err != nil || len(w.cells) == 0 {
		return err
	}
	return w.fill(name, w.cells)
}

func (w *Writer) fill(name string, rows []cell) error {
	ctx := context.Background()
	nodeRow, err := w.tx.PrepareContext(ctx, "INSERT OR REPLACE INTO "+quoted(name+"_node")+" VALUES (?, ?)") //nolint:gosec // a quoted name
	if err != nil {
		return err
	}
	parentRow, err := w.tx.PrepareContext(ctx, "INSERT INTO "+quoted(name+"_parent")+" VALUES (?, ?)") //nolint:gosec // a quoted name
	if err != nil {
		return err
	}
	rowRow, err := w.tx.PrepareContext(ctx, "INSERT INTO "+quoted(name+"_rowid")+" VALUES (?, ?)") //nolint:gosec // a quoted name
	if err != nil {
		return err
	}
	return packed(rows, func(n node) error {
		if _, err := nodeRow.ExecContext(ctx, n.number, n.append(nil)); err != nil {
			return err
		}
		statement := rowRow
		if n.depth > 0 {
			statement = parentRow
		}
		for _, c := range n.cells {
			if _, err := statement.ExecContext(ctx, c.id, n.number); err != nil {
				return err
			}
		}
		return nil
	})
}

// node holds cells: rows at depth 0, nodes above.
type node struct {
	number int64
	depth  int // above the leaves
	cells  []cell
}

func (n node) box() rtree.Box {
	all := rtree.Nowhere
	for _, c := range n.cells {
		all = all.Union(c.box)
	}
	return all
}

// packed gives the nodes of a tree, the root, number 1, last.
func packed(rows []cell, yield func(node) error) error {
	order := rtree.Along(len(rows), func(i int) rtree.Box { return rows[i].box })
	next := int64(2)
	level := func(i int) cell { return rows[order[i]] }
	count := len(rows)
	for depth := 0; ; depth++ {
		var parents []cell
		for from := 0; from < count; from += nodeCells {
			n := node{number: next, depth: depth}
			for i := from; i < min(from+nodeCells, count); i++ {
				n.cells = append(n.cells, level(i))
			}
			if count <= nodeCells {
				n.number = 1
			}
			if err := yield(n); err != nil {
				return err
			}
			parents = append(parents, cell{id: next, box: n.box()})
			next++
		}
		if count <= nodeCells {
			return nil
		}
		count, level = len(parents), func(i int) cell { return parents[i] }
	}
}

// append writes a node as SQLite keeps it; the depth is read in the root alone.
func (n node) append(b []byte) []byte {
	order := binary.BigEndian
	depth := 0
	if n.number == 1 {
		depth = n.depth
	}
	b = order.AppendUint16(b, uint16(depth))
	b = order.AppendUint16(b, uint16(len(n.cells)))
	for _, c := range n.cells {
		b = order.AppendUint64(b, uint64(c.id))
		for _, edge := range [4]float32{c.box[0], c.box[2], c.box[1], c.box[3]} {
			b = order.AppendUint32(b, math.Float32bits(edge))
		}
	}
	return append(b, make([]byte, nodeBytes-len(b))...)
}

// triggers keep the index true when somebody edits the layer (extension "RTree
// Spatial Indexes" of the format).
func (w *Writer) triggers(index string) []string {
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
