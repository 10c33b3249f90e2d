package atlas

import (
	"context"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/i18n"
	"acvdata/services/ogc"
)

// moves tells where numbers lead now: a town's own names to the register's,
// reference numbers that were replaced to the present ones, step by step. What it
// is joined to lists the numbers as "taxon"; move(number, target) has those that
// lead elsewhere. $1 is the town.
func moves(numbers string) string {
	return `
WITH RECURSIVE step AS (
  SELECT DISTINCT n.taxon AS number, n.taxon AS place, 0 AS steps FROM (` + numbers + `) n
  UNION ALL
  SELECT s.number, next.cd_ref, s.steps + 1
  FROM step s
  CROSS JOIN LATERAL (
    (SELECT t.cd_ref FROM atlas.taxon t WHERE t.cd_nom = s.place AND t.cd_ref <> s.place)
    UNION ALL
    (SELECT t.cd_ref
     FROM atlas.local_taxon l
     JOIN atlas.taxon t ON t.cd_nom = l.cd_nom OR l.cd_nom = 0 AND t.fold = l.fold
     WHERE l.tenant_id = $1 AND l.id = s.place
     ORDER BY (t.cd_nom = t.cd_ref) DESC, t.cd_ref
     LIMIT 1)
  ) next
  WHERE s.steps < 5
), move AS (
  SELECT DISTINCT ON (number) number, place AS target
  FROM step
  WHERE place <> number
  ORDER BY number, steps DESC
)`
}

const ruledNumbers = `SELECT taxon FROM atlas.sensitivity WHERE tenant_id = $1`

// copyRules has rules hold for where their taxa lead. Of several the strictest
// counts: what was hidden stays hidden.
var copyRules = moves(ruledNumbers) + `
INSERT INTO atlas.sensitivity AS r (tenant_id, taxon, level, reason, decided_by, decided_at)
SELECT DISTINCT ON (m.target) $1, m.target, old.level, old.reason, old.decided_by, old.decided_at
FROM move m
JOIN atlas.sensitivity old ON old.tenant_id = $1 AND old.taxon = m.number
ORDER BY m.target, old.level DESC, old.decided_at DESC
ON CONFLICT ON CONSTRAINT sensitivity_pk DO UPDATE
SET level = excluded.level, reason = excluded.reason, decided_by = excluded.decided_by, decided_at = excluded.decided_at
WHERE excluded.level > r.level
RETURNING r.taxon`

// Numbers that lead to one another in a circle lead nowhere: each keeps its rule.
const dropCircles = `
DELETE FROM atlas_move m
WHERE EXISTS (SELECT FROM atlas.taxon t WHERE t.cd_nom = m.target AND t.cd_ref <> t.cd_nom)`

const follow = `
UPDATE atlas.register SET followed = (SELECT number FROM atlas.edition) WHERE tenant_id = $1`

const createMoves = `
CREATE TEMP TABLE atlas_move (number integer NOT NULL PRIMARY KEY, target integer NOT NULL) ON COMMIT DROP`

// The history too: an import taken back later puts back what it replaced.
var fillMoves = moves(ruledNumbers+`
    UNION SELECT taxon FROM atlas.occurrence WHERE tenant_id = $1
    UNION SELECT id FROM atlas.local_taxon WHERE tenant_id = $1
    UNION SELECT (before ->> 'taxon')::integer FROM atlas.history WHERE tenant_id = $1`) + `
INSERT INTO atlas_move (number, target)
SELECT number, target FROM move`

const (
	// A register that parts a species in two takes records out of the reach of a
	// rule. They are still stored as they were shown: where no rule explains that
	// any more, one of their own keeps them so. Outside the town, "the commune"
	// shows as the cell. $2 is the reason.
	keepLevels = `
INSERT INTO atlas.sensitivity (tenant_id, taxon, level, reason)
SELECT $1, held.taxon, CASE WHEN held.outside > 2 THEN greatest(held.inside, held.outside) ELSE coalesce(held.inside, held.outside) END, $2::text
FROM (
  SELECT coalesce(m.target, o.taxon) AS taxon, max(o.level) FILTER (WHERE o.in_town) AS inside, max(o.level) FILTER (WHERE NOT o.in_town) AS outside
  FROM atlas.occurrence o
  LEFT JOIN atlas_move m ON m.number = o.taxon
  WHERE o.tenant_id = $1 AND o.level > CASE WHEN o.sensitivity = 1 AND NOT o.in_town THEN 2 ELSE o.sensitivity END
  GROUP BY 1
) held
CROSS JOIN LATERAL (
  SELECT coalesce(max(r.level), 0) AS level
  FROM atlas.sensitivity r
  WHERE r.tenant_id = $1
    AND (r.taxon = held.taxon OR r.taxon = (SELECT t.species_ref FROM atlas.taxon t WHERE t.cd_nom = held.taxon))
) rule
WHERE held.inside > rule.level OR held.outside > CASE WHEN rule.level = 1 THEN 2 ELSE rule.level END
ON CONFLICT ON CONSTRAINT sensitivity_pk DO UPDATE
SET level = excluded.level, reason = excluded.reason, decided_by = '', decided_at = now()`

	moveOccurrences = `
UPDATE atlas.occurrence o
SET taxon = m.target
FROM atlas_move m
WHERE o.tenant_id = $1 AND o.taxon = m.number`

	moveHistory = `
UPDATE atlas.history h
SET before = jsonb_set(h.before, '{taxon}', to_jsonb(m.target))
FROM atlas_move m
WHERE h.tenant_id = $1 AND (h.before ->> 'taxon')::integer = m.number`

	dropMovedRules = `
DELETE FROM atlas.sensitivity r
USING atlas_move m
WHERE r.tenant_id = $1 AND r.taxon = m.number`

	// Every record a rule reaches, or did: the trigger works out again what it
	// shows.
	showRuledAgain = `
UPDATE atlas.occurrence o
SET sensitivity = o.sensitivity
WHERE o.tenant_id = $1 AND (o.level > o.sensitivity OR o.taxon IN (
  SELECT r.taxon FROM atlas.sensitivity r WHERE r.tenant_id = $1
  UNION
  SELECT t.cd_ref FROM atlas.sensitivity r JOIN atlas.taxon t ON t.species_ref = r.taxon WHERE r.tenant_id = $1))`

	// A name that has a rule stays: the same name in the next file must meet it.
	dropUnusedLocal = `
DELETE FROM atlas.local_taxon l
WHERE l.tenant_id = $1 AND NOT EXISTS (SELECT FROM atlas.occurrence o WHERE o.tenant_id = $1 AND o.taxon = l.id)
  AND NOT EXISTS (SELECT FROM atlas.sensitivity r WHERE r.tenant_id = $1 AND r.taxon = l.id)`
)

// followRules has the town's rules hold for the register's names of their taxa.
// Whatever writes records calls it first: the register may have grown since the
// town's names were resolved.
func followRules(ctx context.Context, tx *db.Tx) error {
	rows, err := tx.Query(ctx, copyRules, tx.Tenant())
	if err != nil {
		return err
	}
	stricter, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return err
	}
	for _, taxon := range stricter {
		if _, err := tx.Exec(ctx, showAgain, tx.Tenant(), taxon); err != nil {
			return err
		}
	}
	return nil
}

// resolveLocal moves occurrences from the town's own names, and from numbers the
// register has replaced, to the register's. Nothing is shown more exactly than
// before. n counts occurrences.
func resolveLocal(ctx context.Context, tx *db.Tx) (n int64, err error) {
	if err := execTown(ctx, tx, createMoves, fillMoves, dropCircles); err != nil {
		return 0, err
	}
	if err := followRules(ctx, tx); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, keepLevels, tx.Tenant(), i18n.T(ctx, "atlas.levels.kept")); err != nil {
		return 0, err
	}
	tag, err := tx.Exec(ctx, moveOccurrences, tx.Tenant())
	if err != nil {
		return 0, err
	}
	if err := execTown(ctx, tx, moveHistory, dropMovedRules, showRuledAgain, dropUnusedLocal, follow); err != nil {
		return 0, err
	}
	return tag.RowsAffected(), ogc.Bump(ctx, tx, LayerID)
}
