package trees

import (
	"context"
	"fmt"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/geo/boundary"
	"acvdata/services/imports"
	"acvdata/services/ogc"
)

// TargetCode names the import target.
const TargetCode = "trees/inventory"

// Options of an import: what a file does not say of itself.
const (
	optionTrunk     = "trunk"
	optionTrunkUnit = "trunk_unit"
	optionHeight    = "height_unit"
	optionMeasured  = "measured_at"
	optionMatch     = "match"

	choiceAuto       = "auto"
	choiceUnknown    = "unknown"
	choiceCm         = "cm"
	choiceM          = "m"
	choiceIdentifier = "identifier"
	choicePosition   = "position"
)

// inventoryTarget imports a town's inventory.
type inventoryTarget struct{ service *Service }

// Describe implements imports.Target.
func (inventoryTarget) Describe() imports.Description {
	return imports.Description{
		Code: TargetCode, Title: "trees.import.title", Summary: "trees.import.summary", Icon: "trees",
		Permission: PermissionImport, Position: imports.PositionRequired, ResultPath: "/arbres",
		Columns: importColumns(),
		Options: []imports.Option{
			option(optionMatch, choiceAuto, choiceAuto, choiceIdentifier, choicePosition),
			option(optionTrunk, string(TrunkCircumference), string(TrunkCircumference), string(TrunkDiameter)),
			option(optionTrunkUnit, choiceCm, choiceCm, choiceM),
			option(optionMeasured, choiceUnknown, choiceUnknown, "130", "150"),
			option(optionHeight, choiceAuto, choiceAuto, choiceM, choiceCm),
		},
	}
}

func option(name, byDefault string, choices ...string) imports.Option {
	o := imports.Option{
		Name: name, Default: byDefault,
		Label: "trees.import.option." + name, Hint: "trees.import.option." + name + "_hint",
	}
	for _, c := range choices {
		o.Choices = append(o.Choices, imports.Choice{Value: c, Label: "trees.import.option." + name + "_" + c})
	}
	return o
}

// Prepare implements imports.Target.
func (t inventoryTarget) Prepare(ctx context.Context, tx *db.Tx, run imports.Run) (imports.Checker, error) {
	register, err := t.service.registerOn(ctx, tx)
	if err != nil {
		return nil, err
	}
	aliases, err := readAliases(ctx, tx)
	if err != nil {
		return nil, err
	}
	outline, err := boundary.Parse(run.Town.Boundary)
	if err != nil {
		return nil, fmt.Errorf("outline of %s: %w", run.Town.Slug, err)
	}
	var known bool
	if err := tx.QueryRow(ctx, selectHasSites, tx.Tenant()).Scan(&known); err != nil {
		return nil, err
	}
	return newChecker(run, speciesResolver{register: register, aliases: aliases, known: map[string]resolved{}},
		outline, known, t.service.now()), nil
}

// Match implements imports.Target.
func (inventoryTarget) Match(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if !run.Dry {
		// Nobody edits or imports between the verdicts and the writing.
		if err := lockInventory(ctx, tx); err != nil {
			return err
		}
	}
	m := matching{tx: tx, run: run}
	return m.do(ctx)
}

// Merge implements imports.Target.
func (t inventoryTarget) Merge(ctx context.Context, tx *db.Tx, run imports.Run) (imports.Outcome, error) {
	m := merging{tx: tx, run: run}
	if err := m.do(ctx); err != nil {
		return imports.Outcome{}, err
	}
	return m.outcome, ogc.Bump(ctx, tx, LayerID)
}

// Undo implements imports.Target.
func (inventoryTarget) Undo(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if err := lockInventory(ctx, tx); err != nil {
		return err
	}
	var touched int64
	if err := tx.QueryRow(ctx, countTouchedSince, tx.Tenant(), run.ImportID).Scan(&touched); err != nil {
		return err
	}
	if touched > 0 {
		return fault.New(fault.Conflict, "trees.fault.changed_since_import", fault.With(fault.Args{"Count": touched}))
	}
	var done int64
	for _, statement := range undoStatements {
		tag, err := tx.Exec(ctx, statement, tx.Tenant(), run.ImportID)
		if err != nil {
			return err
		}
		done += tag.RowsAffected()
		run.Report(ctx, done)
	}
	return ogc.Bump(ctx, tx, LayerID)
}

// lockInventory makes the town's row and holds it until the transaction ends.
func lockInventory(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, insertInventory, tx.Tenant()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, selectInventoryForUpdate, tx.Tenant())
	return err
}
