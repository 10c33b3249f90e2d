package heat

import (
	"context"

	"acvdata/modules/heat/lcz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/geo/boundary"
	"acvdata/services/geo/crs"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// zonesTarget imports a map of local climate zones: GeoClimate's rsu_lcz,
// Cerema's layer or another one, as GeoJSON. A new map takes the place of the
// one before, which undoing brings back.
type zonesTarget struct{ service *Service }

const (
	colZone       = "zone"
	colClass      = "class"
	colSecondary  = "secondary"
	colUniqueness = "uniqueness"
	colGeometry   = "geometry"

	optionSystem  = "system"
	choiceAuto    = "auto"
	choiceDegrees = "degrees"
	choiceLambert = "lambert93"
)

// Describe implements imports.Target.
func (zonesTarget) Describe() imports.Description {
	return imports.Description{
		Code: TargetZones, Title: "heat.import.zones.title", Summary: "heat.import.zones.summary", Icon: "layers",
		Permission: PermissionImport, Position: imports.PositionNone, ResultPath: "/chaleur/zones",
		Columns: []imports.Column{
			column(colGeometry, imports.KindText, "", "", true, "geometry", "geom", "the_geom", "geometrie"),
			column(colClass, imports.KindText, "", "6", true, "lcz_primary", "lcz", "lcz_int", "classe_lcz", "lcz_class", "code_lcz"),
			column(colZone, imports.KindText, "", "348", false, "id_rsu", "identifiant", "fid", "id_zone"),
			column(colSecondary, imports.KindText, "", "8", false, "lcz_secondary"),
			column(colUniqueness, imports.KindNumber, "", "0,61", false, "lcz_uniqueness_value"),
		},
		Options: []imports.Option{option(optionSystem, choiceAuto, choiceAuto, choiceLambert, choiceDegrees)},
	}
}

// Stage implements imports.Target.
func (zonesTarget) Stage() []imports.StageColumn {
	return []imports.StageColumn{
		{Name: "zone", Type: "text"},
		{Name: "class", Type: "smallint"},
		{Name: "secondary", Type: "smallint"},
		{Name: "uniqueness", Type: "float8"},
		{Name: "area_m2", Type: "float8"},
		{Name: "wkb", Type: "bytea"},
	}
}

// Prepare implements imports.Target.
func (zonesTarget) Prepare(_ context.Context, _ *db.Tx, run imports.Run) (imports.Checker, error) {
	systems := map[string]crs.Code{choiceDegrees: crs.WGS84, choiceLambert: crs.Lambert93}
	outline, err := boundary.Parse(run.Town.Boundary)
	return zonesChecker{system: systems[run.Options[optionSystem]], outline: outline, bounds: run.Town.Bounds}, err
}

type zonesChecker struct {
	system  crs.Code
	outline *boundary.Boundary
	bounds  tenants.Bounds
}

// Check implements imports.Checker.
func (c zonesChecker) Check(rec *imports.Record) ([]any, error) {
	class, ok := lcz.Parse(rec.Text(colClass))
	if !ok && rec.Text(colClass) != "" {
		rec.Reject(colClass, "heat.problem.class", nil)
	}
	var secondary any
	if text := rec.Text(colSecondary); text != "" {
		second, known := lcz.Parse(text)
		if secondary = imports.Null(int16(second), known); !known {
			rec.Warn(colSecondary, "heat.problem.secondary", nil)
		}
	}
	uniqueness, hasUniqueness := rec.Number(colUniqueness)
	shape, wrong := lcz.ReadShape(rec.Text(colGeometry), c.system)
	if wrong != nil {
		rec.Reject(colGeometry, "heat.problem.shape", nil)
	} else {
		c.place(rec, shape)
	}
	if rec.Rejected() {
		return nil, nil
	}
	raw, err := shape.WKB()
	return []any{
		imports.NullText(cut(rec.Text(colZone), maxCode)), int16(class), secondary,
		imports.Null(uniqueness, hasUniqueness), shape.AreaM2, raw,
	}, err
}

// place says when a zone lies outside the town, and refuses one outside France:
// its coordinates were misread.
func (c zonesChecker) place(rec *imports.Record, shape lcz.Shape) {
	center := shape.Geometry.Bound().Center()
	at := tenants.Point{Lon: center.Lon(), Lat: center.Lat()}
	switch {
	case !crs.WithinFrance(at):
		rec.Reject(colGeometry, "heat.problem.zone_outside_france", nil)
	case !c.bounds.Contains(at, crs.TownMargin):
		rec.Warn(colGeometry, "heat.problem.zone_outside_town", nil)
	}
}

const (
	insertLayer = `
INSERT INTO heat.lcz_layer (tenant_id, number, import_id, previous)
SELECT tenant_id, next_layer, $2, lcz_layer
FROM heat.network
WHERE tenant_id = $1`

	showLayer = `
UPDATE heat.network n
SET lcz_layer = l.number, next_layer = n.next_layer + 1
FROM heat.lcz_layer l
WHERE n.tenant_id = $1 AND l.tenant_id = $1 AND l.import_id = $2`

	insertZones = `
INSERT INTO heat.lcz_zone (tenant_id, layer, number, code, class, secondary, uniqueness, area_m2, geom)
SELECT $1, l.number, row_number() OVER (ORDER BY s.line), coalesce(s.zone, ''), s.class, s.secondary, s.uniqueness, s.area_m2,
  ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_GeomFromWKB(s.wkb, 4326)), 3))
FROM ` + imports.StageTable + ` s
JOIN heat.lcz_layer l ON l.tenant_id = $1 AND l.import_id = $2
WHERE s.verdict = 'create'`

	selectLayerOf = `SELECT number FROM heat.lcz_layer WHERE tenant_id = $1 AND import_id = $2`

	selectLayerReplaced = `
SELECT count(*)
FROM heat.lcz_layer mine
JOIN heat.lcz_layer later ON later.tenant_id = $1 AND later.previous = mine.number
WHERE mine.tenant_id = $1 AND mine.import_id = $2`

	hideLayer = `
UPDATE heat.network n
SET lcz_layer = l.previous
FROM heat.lcz_layer l
WHERE n.tenant_id = $1 AND l.tenant_id = $1 AND l.import_id = $2 AND n.lcz_layer = l.number`

	deleteLayer = `DELETE FROM heat.lcz_layer WHERE tenant_id = $1 AND import_id = $2`
)

// Match implements imports.Target: every zone is new, on a new map.
func (zonesTarget) Match(ctx context.Context, tx *db.Tx, _ imports.Run) error {
	return imports.RejectDuplicates(ctx, tx, "zone", colZone, "heat.problem.zone_twice")
}

// Merge implements imports.Target.
func (zonesTarget) Merge(ctx context.Context, tx *db.Tx, run imports.Run) (o imports.Outcome, err error) {
	if err := lockNetwork(ctx, tx); err != nil {
		return o, err
	}
	if err := execEach(ctx, tx, run, insertLayer, showLayer); err != nil {
		return o, err
	}
	tag, err := tx.Exec(ctx, insertZones, run.Tenant, run.ImportID)
	if err != nil {
		return o, err
	}
	o.Created = tag.RowsAffected()
	run.Report(ctx, o.Created)
	var layer int
	if err := tx.QueryRow(ctx, selectLayerOf, run.Tenant, run.ImportID).Scan(&layer); err != nil {
		return o, err
	}
	if _, err := tx.Exec(ctx, joinZones, run.Tenant, layer); err != nil {
		return o, err
	}
	_, err = tx.Exec(ctx, touchNetwork, run.Tenant)
	return o, err
}

// Undo implements imports.Target.
func (zonesTarget) Undo(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if err := lockNetwork(ctx, tx); err != nil {
		return err
	}
	var later int64
	if err := tx.QueryRow(ctx, selectLayerReplaced, run.Tenant, run.ImportID).Scan(&later); err != nil {
		return err
	}
	if later > 0 {
		return fault.New(fault.Conflict, "heat.fault.layer_replaced")
	}
	if err := execEach(ctx, tx, run, hideLayer, deleteLayer); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, touchNetwork, run.Tenant)
	return err
}
