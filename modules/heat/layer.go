package heat

import (
	"context"

	"github.com/jackc/pgx/v5"

	"acvdata/services/geo/tile"
	"acvdata/services/ogc"
)

// layer draws the stations that are public.
type layer struct{ service *Service }

var _ ogc.Layer = layer{}

// Attributes of a point.
const (
	attributeSetting = "setting"
	attributeCode    = "code"
)

// Layers implements ogc.Provider.
func (m *Module) Layers() []ogc.Layer { return []ogc.Layer{layer{m.service}} }

// Describe implements ogc.Layer.
func (layer) Describe() ogc.Description {
	return ogc.Description{
		ID: LayerID, Module: Code, Title: "heat.layer.title", Attributes: []string{attributeSetting, attributeCode},
		Public: true, Permission: PermissionRead,
	}
}

const (
	selectPoints = `
SELECT qk, setting, code
FROM heat.site
WHERE tenant_id = $1 AND qk >= $2 AND qk < $3 AND public`

	selectCells = `
SELECT qk >> $4::integer, count(*)
FROM heat.site
WHERE tenant_id = $1 AND qk >= $2 AND qk < $3 AND public
GROUP BY 1`
)

// Points implements ogc.Layer.
func (l layer) Points(ctx context.Context, w ogc.Window, add ogc.AddPoint) error {
	return l.service.db.Query(ctx, w.Tenant, func(rows pgx.Rows) error {
		var qk int64
		var setting, code string
		_, err := pgx.ForEachRow(rows, []any{&qk, &setting, &code}, func() error {
			add(0, qk, tile.String(setting), tile.String(code))
			return nil
		})
		return err
	}, selectPoints, w.Tenant, w.Lo, w.Hi)
}

// Cells implements ogc.Layer.
func (l layer) Cells(ctx context.Context, w ogc.Window, shift uint, add ogc.AddCell) error {
	return l.service.db.Query(ctx, w.Tenant, func(rows pgx.Rows) error {
		var cell, n int64
		_, err := pgx.ForEachRow(rows, []any{&cell, &n}, func() error {
			add(cell, n)
			return nil
		})
		return err
	}, selectCells, w.Tenant, w.Lo, w.Hi, int32(shift))
}
