package atlas

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
const TargetCode = "atlas/occurrences"

// occurrenceTarget imports occurrences of any source.
type occurrenceTarget struct{ service *Service }

var _ imports.Target = occurrenceTarget{}

// Importers implements imports.Provider.
func (m *Module) Importers() []imports.Target { return []imports.Target{occurrenceTarget{m.service}} }

// Describe implements imports.Target.
func (occurrenceTarget) Describe() imports.Description {
	return imports.Description{
		Code: TargetCode, Title: "atlas.import.title", Summary: "atlas.import.summary", Icon: "bird",
		Permission: PermissionImport, Position: imports.PositionRequired, ResultPath: "/biodiversite",
		Columns: importColumns(),
	}
}

// Prepare implements imports.Target.
func (t occurrenceTarget) Prepare(_ context.Context, _ *db.Tx, run imports.Run) (imports.Checker, error) {
	outline, err := boundary.Parse(run.Town.Boundary)
	if err != nil {
		return nil, fmt.Errorf("outline of %s: %w", run.Town.Slug, err)
	}
	return &checker{outline: outline, today: t.service.today(), seen: map[string]int{}, reach: run.Reach}, nil
}

// Match implements imports.Target.
func (occurrenceTarget) Match(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if !run.Dry {
		// Nobody edits or imports between the verdicts and the writing.
		if err := lockRegister(ctx, tx); err != nil {
			return err
		}
	}
	if err := imports.RejectDuplicates(ctx, tx, "source_key", colID, "atlas.problem.twice"); err != nil {
		return err
	}
	if err := execTown(ctx, tx, matchByNumber, matchByName, matchByFrench, matchLocal, groupByGenus, groupByKingdom,
		remarkUnknown, remarkTwins, matchKnown, matchFormer); err != nil {
		return err
	}
	if err := rejectForeign(ctx, tx, run.Reach); err != nil {
		return err
	}
	return execTown(ctx, tx, leaveGeneralised, judge)
}

// Merge implements imports.Target.
func (occurrenceTarget) Merge(ctx context.Context, tx *db.Tx, run imports.Run) (o imports.Outcome, err error) {
	if err := followRules(ctx, tx); err != nil {
		return o, err
	}
	if err := execTown(ctx, tx, renewKeys); err != nil {
		return o, err
	}
	if err := addLocal(ctx, tx); err != nil {
		return o, err
	}
	for _, step := range []struct {
		statement string
		counts    *int64
	}{{insertStaged, &o.Created}, {keepStaged, nil}, {updateStaged, &o.Updated}} {
		tag, err := tx.Exec(ctx, step.statement, tx.Tenant(), run.ImportID)
		if err != nil {
			return o, err
		}
		if step.counts != nil {
			*step.counts = tag.RowsAffected()
		}
		run.Report(ctx, o.Created+o.Updated)
	}
	return o, ogc.Bump(ctx, tx, LayerID)
}

// Undo implements imports.Target.
func (occurrenceTarget) Undo(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if err := lockRegister(ctx, tx); err != nil {
		return err
	}
	var touched int64
	if err := tx.QueryRow(ctx, countTouchedSince, tx.Tenant(), run.ImportID).Scan(&touched); err != nil {
		return err
	}
	if touched > 0 {
		return fault.New(fault.Conflict, "atlas.fault.changed_since_import", fault.With(fault.Args{"Count": touched}))
	}
	var done int64
	for _, statement := range []string{restoreUpdated, forgetHistory, deleteCreated} {
		tag, err := tx.Exec(ctx, statement, tx.Tenant(), run.ImportID)
		if err != nil {
			return err
		}
		done += tag.RowsAffected()
		run.Report(ctx, done)
	}
	if err := execTown(ctx, tx, dropUnusedLocal); err != nil {
		return err
	}
	return ogc.Bump(ctx, tx, LayerID)
}
