package trees

import (
	"context"
	"strings"

	"acvdata/services/db"
	"acvdata/services/imports"
)

// merging writes the rows of a matched stage.
type merging struct {
	tx      *db.Tx
	run     imports.Run
	outcome imports.Outcome
}

func (m *merging) do(ctx context.Context) error {
	if err := m.create(ctx); err != nil {
		return err
	}
	return m.update(ctx)
}

func (m *merging) create(ctx context.Context) error {
	var rows, successors, first int64
	if err := m.tx.QueryRow(ctx, countNewTrees).Scan(&rows, &successors); err != nil || rows == 0 {
		return err
	}
	if err := m.tx.QueryRow(ctx, takeNumbers, m.tx.Tenant(), rows).Scan(&first); err != nil {
		return err
	}
	if _, err := m.tx.Exec(ctx, insertSites, m.tx.Tenant(), m.run.ImportID); err != nil {
		return err
	}
	m.run.Report(ctx, rows/2)
	tag, err := m.tx.Exec(ctx, insertTrees, m.tx.Tenant(), m.run.ImportID, first)
	m.outcome = imports.Outcome{Created: tag.RowsAffected() - successors, Updated: successors}
	m.run.Report(ctx, rows)
	return err
}

// update keeps what is replaced before replacing it: sites first, whose changes
// are judged against their trees' rows.
func (m *merging) update(ctx context.Context) error {
	var kept int64
	for _, statement := range []string{keepBefore, keepSites} {
		tag, err := m.tx.Exec(ctx, statement, m.tx.Tenant(), m.run.ImportID)
		if err != nil {
			return err
		}
		kept += tag.RowsAffected()
	}
	if kept == 0 {
		return nil
	}
	if err := execTown(ctx, m.tx, updateSites); err != nil {
		return err
	}
	tag, err := m.tx.Exec(ctx, updateTrees, m.tx.Tenant())
	if err != nil {
		return err
	}
	m.outcome.Updated += tag.RowsAffected()
	m.run.Report(ctx, m.outcome.Created+m.outcome.Updated)
	_, err = m.tx.Exec(ctx, followSites, m.tx.Tenant(), m.run.ImportID)
	return err
}

// execTown runs a statement whose only argument, if any, is the town.
func execTown(ctx context.Context, tx *db.Tx, statement string) error {
	var args []any
	if strings.Contains(statement, "$1") {
		args = append(args, tx.Tenant())
	}
	_, err := tx.Exec(ctx, statement, args...)
	return err
}
