package trees

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"acvdata/modules/trees/taxa"
	"acvdata/services/geo/tile"
	"acvdata/services/ogc"
)

// layer draws a town's trees.
type layer struct{ service *Service }

var _ ogc.Layer = layer{}

// Attributes of a point, in the order of layer.Points. Kind is one of the
// constants below; diameter is the class of tree.diameter_class.
const (
	attributeKind     = "kind"
	attributeGenus    = "genus"
	attributeStatus   = "status"
	attributeDiameter = "diameter"
)

// What the map tells apart, by shape and colour.
const (
	kindBroadleaf = "broadleaf"
	kindConifer   = "conifer"
	kindUnknown   = "unknown" // nobody knows the species
	kindGone      = "gone"    // felled, removed, replaced
)

// Layers implements ogc.Provider.
func (m *Module) Layers() []ogc.Layer { return []ogc.Layer{layer{m.service}} }

// Describe implements ogc.Layer. A tree's place is no secret: the map is public
// before the dataset is.
func (layer) Describe() ogc.Description {
	return ogc.Description{
		ID: LayerID, Module: Code, Title: "trees.layer.title",
		Attributes: []string{attributeKind, attributeGenus, attributeStatus, attributeDiameter},
		Filters:    slices.DeleteFunc(filterParams(), func(p string) bool { return p == paramBox }),
		Public:     true, Permission: PermissionRead,
	}
}

// window starts the conditions of a window: the range that tree_qk_ix serves,
// then the selection.
func (l layer) window(ctx context.Context, w ogc.Window) (*conditions, *taxa.Register, error) {
	register, err := l.service.Register(ctx, w.Tenant)
	if err != nil {
		return nil, nil, err
	}
	filter, err := ParseFilter(w.Filter, register)
	if err != nil {
		return nil, nil, err
	}
	if err := l.service.understand(ctx, w.Tenant, &filter, register); err != nil {
		return nil, nil, err
	}
	c := newConditions(w.Tenant)
	c.add("t.qk >= %s AND t.qk < %s", w.Lo, w.Hi)
	return c, register, c.selected(filter, register)
}

// Points implements ogc.Layer.
func (l layer) Points(ctx context.Context, w ogc.Window, add ogc.AddPoint) error {
	c, register, err := l.window(ctx, w)
	if err != nil {
		return err
	}
	query := `SELECT t.number, t.qk, t.taxon_id, t.status, t.diameter_class FROM trees.tree t WHERE ` + c.String()
	return l.service.db.Query(ctx, w.Tenant, func(rows pgx.Rows) error {
		draw := drawing{register: register, add: add, binary: allBinary(rows.FieldDescriptions())}
		for rows.Next() {
			if err := draw.row(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}, query, c.args...)
}

// drawing hands rows of Points to the tile. Values in PostgreSQL's binary form
// are read as they came: scanning them one by one costs more than all the rest
// of a tile.
type drawing struct {
	register *taxa.Register
	add      ogc.AddPoint
	binary   bool
	values   [4]tile.Value // of the point being drawn, in one place for all
}

// pointColumns is how many columns Points reads.
const pointColumns = 5

func allBinary(fields []pgconn.FieldDescription) bool {
	return len(fields) == pointColumns && !slices.ContainsFunc(fields, func(f pgconn.FieldDescription) bool {
		return f.Format != pgx.BinaryFormatCode
	})
}

func (d *drawing) row(rows pgx.Rows) error {
	if v := rows.RawValues(); d.binary && len(v[0]) == 8 && len(v[1]) == 8 && len(v[2]) == 4 && len(v[4]) == 4 {
		d.point(int64(binary.BigEndian.Uint64(v[0])), int64(binary.BigEndian.Uint64(v[1])),
			int(int32(binary.BigEndian.Uint32(v[2]))), statusNamed(v[3]), int64(int32(binary.BigEndian.Uint32(v[4]))))
		return nil
	}
	var number, code, diameter int64
	var taxon int
	var status Status
	if err := rows.Scan(&number, &code, &taxon, &status, &diameter); err != nil {
		return err
	}
	d.point(number, code, taxon, status, diameter)
	return nil
}

// statusNamed names a state without copying it.
func statusNamed(text []byte) Status {
	for _, s := range statuses {
		if string(s) == string(text) {
			return s
		}
	}
	return NoStatus
}

func (d *drawing) point(number, code int64, taxon int, status Status, diameter int64) {
	t := d.register.Taxon(taxon)
	d.values = [...]tile.Value{
		tile.String(kindOf(t, status)), tile.String(t.Genus), tile.String(string(status)), tile.Int(diameter),
	}
	d.add(uint64(max(number, 0)), code, d.values[:]...)
}

func kindOf(t taxa.Taxon, s Status) string {
	switch {
	case s.Gone():
		return kindGone
	case t.ID == taxa.UnknownID:
		return kindUnknown
	case t.Conifer:
		return kindConifer
	}
	return kindBroadleaf
}

// Cells implements ogc.Layer.
func (l layer) Cells(ctx context.Context, w ogc.Window, shift uint, add ogc.AddCell) error {
	c, _, err := l.window(ctx, w)
	if err != nil {
		return err
	}
	c.args = append(c.args, int32(shift))
	cell := "t.qk >> " + place(len(c.args)) + "::integer"
	query := "SELECT " + cell + ", count(*) FROM trees.tree t WHERE " + c.String() + " GROUP BY 1"
	return l.service.db.Query(ctx, w.Tenant, func(rows pgx.Rows) error {
		var at, n int64
		for rows.Next() {
			if err := rows.Scan(&at, &n); err != nil {
				return err
			}
			add(at, n)
		}
		return rows.Err()
	}, query, c.args...)
}
