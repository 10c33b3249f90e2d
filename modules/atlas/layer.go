package atlas

import (
	"context"

	"github.com/jackc/pgx/v5"

	"acvdata/services/geo/tile"
	"acvdata/services/ogc"
)

// layer draws what everybody may see of a town's records: exact ones at their
// place, coarse ones at the centre of where they may be.
type layer struct{ service *Service }

var _ ogc.Layer = layer{}

// Attributes of a point, in the order of layer.Points.
const (
	attributeGroup = "group"
	attributeTaxon = "taxon"
	attributeLevel = "level"
)

// Layers implements ogc.Provider.
func (m *Module) Layers() []ogc.Layer { return []ogc.Layer{layer{m.service}} }

// Describe implements ogc.Layer.
func (layer) Describe() ogc.Description {
	return ogc.Description{
		ID: LayerID, Module: Code, Title: "atlas.layer.title",
		Attributes: []string{attributeGroup, attributeTaxon, attributeLevel}, Filters: []string{paramTaxon, paramGroup},
		Public: true, Permission: PermissionRead,
	}
}

func (l layer) window(w ogc.Window) (*conditions, error) {
	c := newConditions(w.Tenant)
	c.add("o.qk >= %s AND o.qk < %s AND o.present", w.Lo, w.Hi)
	return c, c.selected(w.Filter.Get(paramTaxon), w.Filter.Get(paramGroup))
}

// Points implements ogc.Layer. Points have no number: nothing in a tile joins a
// record to another answer.
func (l layer) Points(ctx context.Context, w ogc.Window, add ogc.AddPoint) error {
	c, err := l.window(w)
	if err != nil {
		return err
	}
	query := `SELECT o.qk, o.taxon, o.level, coalesce(t.grp, l.grp, 'other')` + fromShown + c.String() + ` ORDER BY o.sinp_id`
	return l.service.db.Query(ctx, w.Tenant, func(rows pgx.Rows) error {
		var at int64
		var taxon int
		var level Level
		var group string
		for rows.Next() {
			if err := rows.Scan(&at, &taxon, &level, &group); err != nil {
				return err
			}
			add(0, at, tile.String(group), tile.Int(int64(taxon)), tile.Int(int64(level)))
		}
		return rows.Err()
	}, query, c.args...)
}

// Cells implements ogc.Layer.
func (l layer) Cells(ctx context.Context, w ogc.Window, shift uint, add ogc.AddCell) error {
	c, err := l.window(w)
	if err != nil {
		return err
	}
	c.args = append(c.args, int32(shift))
	cell := "o.qk >> $" + itoa(len(c.args)) + "::integer"
	query := "SELECT " + cell + ", count(*) FROM atlas.shown o WHERE " + c.String() + " GROUP BY 1 ORDER BY 1"
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
