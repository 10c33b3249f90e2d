package trees

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/imports"
)

// matching gives the rows of a stage their verdicts.
type matching struct {
	tx  *db.Tx
	run imports.Run
}

func (m matching) do(ctx context.Context) error {
	byIdentifier, err := m.identified(ctx)
	if err != nil {
		return err
	}
	if byIdentifier {
		if err := imports.RejectDuplicates(ctx, m.tx, "matricule", colMatricule, "trees.problem.matricule_twice"); err != nil {
			return err
		}
	}
	var known bool
	if err := m.tx.QueryRow(ctx, selectHasSites, m.tx.Tenant()).Scan(&known); err != nil {
		return err
	}
	if !known {
		return m.exec(ctx, shareNewSites)
	}
	if byIdentifier {
		if err := m.exec(ctx, matchIdentifiers); err != nil {
			return err
		}
	}
	if err := m.copyKnown(ctx); err != nil {
		return err
	}
	statements := append([]string{findSpots, indexMatches}, pairingStatements(byIdentifier)...)
	return m.exec(ctx, append(statements, joinKnownSites, leaveCrowdedSites, shareNewSites, fillSites, markSpeakers, judge, remarkSpecies)...)
}

// copyKnown copies the town's trees around the rows aside.
func (m matching) copyKnown(ctx context.Context) error {
	var first, last int64
	if err := m.tx.QueryRow(ctx, selectExtent).Scan(&first, &last); err != nil {
		return err
	}
	const margin = 1 << (nearShift + 2) // a place may lie in the cell beside
	return m.exec(ctx, fmt.Sprintf(createKnown, nearShift, first-margin, last+margin), analyseKnown)
}

// pairingStatements pairs rows and trees by place. Where identifiers count, a
// row that has one is only taken for a tree that has none yet.
func pairingStatements(byIdentifier bool) []string {
	sides := [][2]string{{"true", "true"}}
	if byIdentifier {
		sides = [][2]string{{"s.matricule IS NOT NULL", "k.matricule IS NULL"}, {"s.matricule IS NULL", "true"}}
	}
	var list []string
	for _, side := range sides {
		for _, p := range pairings {
			list = append(list, p.statement(side[0], side[1]))
		}
	}
	return list
}

// exec runs statements whose only argument, if any, is the town.
func (m matching) exec(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if err := execTown(ctx, m.tx, s); err != nil {
			return err
		}
	}
	return nil
}

// leastDistinct is the share of identifiers met once from which they identify
// trees: below, they restart in every street.
const leastDistinct = 0.98

// identified reports whether the town's identifiers tell its trees apart, in the
// person's word or from the file.
func (m matching) identified(ctx context.Context) (bool, error) {
	if !m.run.Mapped[colMatricule] || m.run.Options[optionMatch] == choicePosition {
		return false, nil
	}
	if m.run.Options[optionMatch] == choiceIdentifier {
		return true, nil
	}
	var rows, distinct int64
	if err := m.tx.QueryRow(ctx, countIdentifiers).Scan(&rows, &distinct); err != nil {
		return false, err
	}
	return rows > 0 && float64(distinct) >= leastDistinct*float64(rows), nil
}

// readAliases reads what the town has decided of its own names and codes.
func readAliases(ctx context.Context, tx *db.Tx) (map[string]int, error) {
	rows, err := tx.Query(ctx, selectAliases, tx.Tenant())
	if err != nil {
		return nil, err
	}
	aliases := map[string]int{}
	var text string
	var taxon int
	_, err = pgx.ForEachRow(rows, []any{&text, &taxon}, func() error {
		aliases[text] = taxon
		return nil
	})
	return aliases, err
}
