package importtest

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/services/module"
)

//go:embed locales
var catalogue embed.FS

// Permission is the target's own.
const Permission authz.Permission = "benches.import"

// Code names the target.
const Code = "benches/all"

// Benches is a module whose only trade is to be imported. Hooks stop a run where
// a test wants to break it.
type Benches struct {
	BeforeMerge func(context.Context, *db.Tx) error
	AfterMerge  func(context.Context, *db.Tx) error
	OnRow       func(line int) error
}

// Manifest says what the module is.
func (*Benches) Manifest() module.Manifest {
	return module.Manifest{
		Code: "benches", Title: "benches.title", Icon: "armchair",
		Permissions: []authz.Grant{{Permission: Permission, Roles: []authz.Role{authz.Manager, authz.Agent}}},
	}
}

// Mount registers nothing.
func (*Benches) Mount(module.Router) {}

// Locales are the target's texts.
func (*Benches) Locales() fs.FS { return catalogue }

// Importers offers the module itself as its target.
func (b *Benches) Importers() []imports.Target { return []imports.Target{b} }

// Describe says what a file of benches holds.
func (*Benches) Describe() imports.Description {
	return imports.Description{
		Code: Code, Title: "benches.title", Summary: "benches.summary", Permission: Permission,
		Position: imports.PositionRequired, ResultPath: "/bancs",
		Columns: []imports.Column{
			{Name: "code", Label: "benches.code", Kind: imports.KindText, Aliases: []string{"identifiant", "id", "num"}, Example: "B-012"},
			{Name: "material", Label: "benches.material", Kind: imports.KindText, Required: true, Aliases: []string{"matériau", "matiere"}, Example: "bois"},
			{Name: "seats", Label: "benches.seats", Kind: imports.KindInteger, Aliases: []string{"places", "nb_places"}, Example: "4"},
			{Name: "height_cm", Label: "benches.height", Unit: "cm", Kind: imports.KindNumber, Aliases: []string{"hauteur"}, Example: "45,5"},
			{Name: "placed_on", Label: "benches.placed_on", Kind: imports.KindDate, Aliases: []string{"date_pose", "date de pose"}, Example: "21/03/2019"},
			{Name: "lit", Label: "benches.lit", Kind: imports.KindBool, Aliases: []string{"éclairé", "eclairage"}, Example: "oui"},
		},
		Options: []imports.Option{{Name: "unit", Label: "benches.unit", Default: "cm", Choices: []imports.Choice{
			{Value: "cm", Label: "benches.unit_cm"}, {Value: "m", Label: "benches.unit_m"},
		}}},
	}
}

// Stage lists the benches' own columns.
func (*Benches) Stage() []imports.StageColumn {
	return []imports.StageColumn{
		{Name: "code", Type: "text"},
		{Name: "material", Type: "text"},
		{Name: "seats", Type: "integer"},
		{Name: "height_cm", Type: "float8"},
		{Name: "placed_on", Type: "date"},
		{Name: "lit", Type: "boolean"},
	}
}

// Prepare needs nothing from the database.
func (b *Benches) Prepare(_ context.Context, _ *db.Tx, run imports.Run) (imports.Checker, error) {
	return &checker{inMetres: run.Options["unit"] == "m", onRow: b.OnRow}, nil
}

type checker struct {
	inMetres bool
	onRow    func(int) error
}

// Check reads a row of the file.
func (c *checker) Check(rec *imports.Record) ([]any, error) {
	if c.onRow != nil {
		if err := c.onRow(rec.Line()); err != nil {
			return nil, err
		}
	}
	height, known := rec.Number("height_cm")
	if c.inMetres {
		height *= 100
	}
	if known && (height < 0 || height > 300) {
		rec.Reject("height_cm", "benches.problem.height", map[string]any{"Max": 300})
	}
	seats, hasSeats := rec.Integer("seats")
	if hasSeats && seats > 20 {
		rec.Warn("seats", "benches.problem.seats", nil)
	}
	placed, hasDate := rec.Date("placed_on")
	lit, hasLit := rec.Bool("lit")
	if rec.Rejected() {
		return nil, nil
	}
	return []any{
		imports.NullText(rec.Text("code")), rec.Text("material"), imports.Null(int32(seats), hasSeats),
		imports.Null(height, known), imports.Null[time.Time](placed.Time, hasDate), imports.Null(lit, hasLit),
	}, nil
}

const (
	matchByCode = `
UPDATE import_stage s
SET match_id = b.id,
    verdict = CASE WHEN (b.material, b.seats, b.height_cm, b.placed_on, b.lit, b.qk)
                IS DISTINCT FROM (s.material, s.seats, s.height_cm, s.placed_on, s.lit, s.qk)
              THEN 'update' ELSE 'unchanged' END
FROM benches.bench b
WHERE b.tenant_id = $1 AND s.verdict = 'create' AND s.code IS NOT NULL AND b.code = s.code`

	matchByPlace = `
UPDATE import_stage s
SET match_id = b.id, verdict = 'unchanged'
FROM benches.bench b
WHERE b.tenant_id = $1 AND s.verdict = 'create' AND s.code IS NULL
  AND b.qk = s.qk AND b.material = s.material`

	journal = `
INSERT INTO benches.change (tenant_id, import_id, bench_id, version, before)
SELECT $1::uuid, $2::uuid, s.id, 1, NULL::jsonb FROM import_stage s WHERE s.verdict = 'create'
UNION ALL
SELECT $1, $2, b.id, b.version + 1, to_jsonb(b)
FROM import_stage s JOIN benches.bench b ON b.tenant_id = $1 AND b.id = s.match_id
WHERE s.verdict = 'update'`

	update = `
UPDATE benches.bench b
SET material = s.material, seats = s.seats, height_cm = s.height_cm, placed_on = s.placed_on, lit = s.lit,
    lon = s.lon, lat = s.lat, qk = s.qk, version = b.version + 1
FROM import_stage s
WHERE b.tenant_id = $1 AND s.verdict = 'update' AND b.id = s.match_id`

	insert = `
INSERT INTO benches.bench (tenant_id, id, code, material, seats, height_cm, placed_on, lit, lon, lat, qk)
SELECT $1, id, code, material, seats, height_cm, placed_on, lit, lon, lat, qk
FROM import_stage
WHERE verdict = 'create'
ORDER BY qk`

	changedSince = `
SELECT count(*)
FROM benches.change c LEFT JOIN benches.bench b ON b.tenant_id = $1 AND b.id = c.bench_id
WHERE c.tenant_id = $1 AND c.import_id = $2 AND b.version IS DISTINCT FROM c.version`

	restore = `
UPDATE benches.bench b
SET material = o.material, seats = o.seats, height_cm = o.height_cm, placed_on = o.placed_on, lit = o.lit,
    lon = o.lon, lat = o.lat, qk = o.qk, version = o.version
FROM benches.change c, jsonb_populate_record(NULL::benches.bench, c.before) o
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.before IS NOT NULL AND b.tenant_id = $1 AND b.id = c.bench_id`

	remove = `
DELETE FROM benches.bench b
USING benches.change c
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.before IS NULL AND b.tenant_id = $1 AND b.id = c.bench_id`

	forget = `DELETE FROM benches.change WHERE tenant_id = $1 AND import_id = $2`
)

// Match knows a bench by its code, or by its place when it has none.
func (*Benches) Match(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if err := imports.RejectDuplicates(ctx, tx, "code", "code", "benches.problem.twice"); err != nil {
		return err
	}
	for _, statement := range []string{matchByCode, matchByPlace} {
		if _, err := tx.Exec(ctx, statement, run.Tenant); err != nil {
			return err
		}
	}
	return nil
}

// Merge writes the benches and what Undo needs.
func (b *Benches) Merge(ctx context.Context, tx *db.Tx, run imports.Run) (o imports.Outcome, err error) {
	if b.BeforeMerge != nil {
		if err := b.BeforeMerge(ctx, tx); err != nil {
			return o, err
		}
	}
	if _, err := tx.Exec(ctx, journal, run.Tenant, run.ImportID); err != nil {
		return o, err
	}
	updated, err := tx.Exec(ctx, update, run.Tenant)
	if err != nil {
		return o, err
	}
	created, err := tx.Exec(ctx, insert, run.Tenant)
	if err != nil {
		return o, err
	}
	run.Report(ctx, updated.RowsAffected()+created.RowsAffected())
	o = imports.Outcome{Created: created.RowsAffected(), Updated: updated.RowsAffected()}
	if b.AfterMerge != nil {
		return o, b.AfterMerge(ctx, tx)
	}
	return o, nil
}

// Undo puts the benches back, unless one was changed since.
func (*Benches) Undo(ctx context.Context, tx *db.Tx, run imports.Run) error {
	var changed int64
	if err := tx.QueryRow(ctx, changedSince, run.Tenant, run.ImportID).Scan(&changed); err != nil {
		return err
	}
	if changed > 0 {
		return fault.New(fault.Conflict, "benches.fault.changed_since", fault.With(fault.Args{"Count": changed}))
	}
	for _, statement := range []string{restore, remove, forget} {
		if _, err := tx.Exec(ctx, statement, run.Tenant, run.ImportID); err != nil {
			return err
		}
	}
	return nil
}
