package atlas

import (
	"context"

	"acvdata/services/db"
)

const registerStage = "atlas_register"

var registerColumns = []string{
	"cd_nom", "cd_ref", "parent", "rank", "name", "author", "french", "family", "kingdom", "grp", "origin", "genus", "fold", "words",
}

const (
	createRegisterStage = `
CREATE TEMP TABLE ` + registerStage + ` (
  cd_nom integer, cd_ref integer, parent integer, rank text, name text, author text, french text, family text, kingdom text,
  grp text, origin text, genus text, fold text, words text, species_ref integer
) ON COMMIT DROP`

	indexRegisterStage = `CREATE INDEX ON ` + registerStage + ` (cd_nom)`

	// A name counts for the species at or above it. Five steps go from any rank
	// below the species to it.
	countForSpecies = `
WITH RECURSIVE up AS (
  SELECT r.cd_nom, r.cd_ref AS at, r.rank, r.parent, 0 AS steps
  FROM ` + registerStage + ` r
  WHERE r.cd_nom = r.cd_ref AND r.rank <> ALL ('{GN,SSGN,FM,OR,CL,PH,KD,SBFM,TR,""}')
  UNION ALL
  SELECT up.cd_nom, p.cd_ref, p.rank, p.parent, up.steps + 1
  FROM up
  JOIN ` + registerStage + ` p ON p.cd_nom = up.parent
  WHERE up.rank <> 'ES' AND up.steps < 5
)
UPDATE ` + registerStage + ` s
SET species_ref = up.at
FROM up
WHERE up.rank = 'ES' AND up.cd_nom = s.cd_ref`

	// The register keeps what the file does not say (a French name, a family) and,
	// before an extract ($2 false), its own scientific names: extracts are old.
	mergeRegister = `
INSERT INTO atlas.taxon AS t (cd_nom, cd_ref, species_ref, rank, name, author, french, family, kingdom, grp, origin, genus, fold, words, source)
SELECT DISTINCT ON (cd_nom) cd_nom, cd_ref, species_ref, rank, name, author, french, family, kingdom, grp, origin, genus, fold, words, $1
FROM ` + registerStage + `
ORDER BY cd_nom
ON CONFLICT (cd_nom) DO UPDATE SET
  cd_ref = excluded.cd_ref, species_ref = coalesce(excluded.species_ref, t.species_ref), rank = excluded.rank,
  name = CASE WHEN $2 THEN excluded.name ELSE t.name END,
  author = CASE WHEN $2 THEN excluded.author ELSE t.author END, french = coalesce(nullif(t.french, ''), excluded.french),
  family = coalesce(nullif(excluded.family, ''), t.family), kingdom = coalesce(nullif(excluded.kingdom, ''), t.kingdom),
  grp = CASE WHEN excluded.grp = 'other' OR excluded.grp = 'insect' THEN t.grp ELSE excluded.grp END,
  origin = coalesce(nullif(excluded.origin, ''), t.origin),
  genus = CASE WHEN $2 THEN excluded.genus ELSE t.genus END, fold = CASE WHEN $2 THEN excluded.fold ELSE t.fold END,
  words = CASE WHEN position(t.words IN excluded.words) > 0 THEN excluded.words ELSE t.words || excluded.words END,
  source = excluded.source`
)

// followStatuses has the statuses of a number that was replaced stand with the one
// that took its place. What that one has of its own stays; of several red lists the
// most threatened counts.
const followStatuses = `
WITH left_behind AS (
  DELETE FROM atlas.taxon_status s
  USING atlas.taxon t
  WHERE t.cd_nom = s.cd_ref AND t.cd_ref <> s.cd_ref
  RETURNING t.cd_ref, s.kind, s.code, s.reference
)
INSERT INTO atlas.taxon_status (cd_ref, kind, code, reference)
SELECT DISTINCT ON (cd_ref, kind) cd_ref, kind, code, reference
FROM left_behind
ORDER BY cd_ref, kind, coalesce(array_position('{LC,NT,VU,EN,CR}', code), 0) DESC, reference
ON CONFLICT ON CONSTRAINT taxon_status_pk DO NOTHING`

// writeRegister copies the file aside, works out the species and merges it.
func writeRegister(ctx context.Context, tx *db.PlatformTx, in *taxrefReader, source string) (int64, error) {
	if _, err := tx.Exec(ctx, createRegisterStage); err != nil {
		return 0, err
	}
	if _, err := tx.CopyFrom(ctx, registerStage, registerColumns, in); err != nil {
		return 0, err
	}
	for _, statement := range []string{indexRegisterStage, "ANALYZE " + registerStage, countForSpecies} {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return 0, err
		}
	}
	tag, err := tx.Exec(ctx, mergeRegister, source, in.full())
	if err != nil {
		return 0, err
	}
	// A number may have been replaced more than once.
	for range 5 {
		moved, err := tx.Exec(ctx, followStatuses)
		if err != nil {
			return 0, err
		}
		if moved.RowsAffected() == 0 {
			break
		}
	}
	_, err = tx.Exec(ctx, `UPDATE atlas.edition SET number = number + 1`)
	return tag.RowsAffected(), err
}

// lockRegister makes the town's row and holds it until the transaction ends:
// writers come one after the other. A town that has not followed the register does
// so first: what a rule hid must not be worked out anew without it.
func lockRegister(ctx context.Context, tx *db.Tx) error {
	followed, err := holdRegister(ctx, tx)
	if err == nil && !followed {
		_, err = resolveLocal(ctx, tx)
	}
	return err
}

// holdRegister is lockRegister for who follows the register itself; followed tells
// whether the town has.
func holdRegister(ctx context.Context, tx *db.Tx) (followed bool, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO atlas.register (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING`, tx.Tenant()); err != nil {
		return false, err
	}
	const hold = `SELECT r.followed >= e.number FROM atlas.register r, atlas.edition e WHERE r.tenant_id = $1 FOR UPDATE OF r`
	return followed, tx.QueryRow(ctx, hold, tx.Tenant()).Scan(&followed)
}
