package atlas

import (
	"context"
	"strings"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/imports"
)

// Statements over the stage of an import. $1 is the town everywhere, $2 the
// import.

const stage = imports.StageTable

// What Match remarks of rows it keeps, as message keys.
const (
	keyUnknown = "atlas.problem.taxon_unknown"
	keyTwin    = "atlas.problem.twin"
	keyForeign = "atlas.problem.not_your_source"
)

const (
	matchByNumber = `
UPDATE ` + stage + ` s
SET taxon = t.cd_ref, grp = t.grp
FROM atlas.taxon t
WHERE t.cd_nom = s.cd_nom`

	// A name may be a synonym of one taxon and the reference of another: the
	// reference first.
	matchByName = `
UPDATE ` + stage + ` s
SET taxon = found.cd_ref, grp = found.grp
FROM (
  SELECT DISTINCT ON (t.fold) t.fold, t.cd_ref, t.grp
  FROM atlas.taxon t
  WHERE t.fold IN (SELECT fold FROM ` + stage + ` WHERE taxon IS NULL)
  ORDER BY t.fold, (t.cd_nom = t.cd_ref) DESC, t.cd_ref
) found
WHERE s.taxon IS NULL AND s.fold = found.fold`

	// A French name counts when it names one taxon only.
	matchByFrench = `
UPDATE ` + stage + ` s
SET taxon = found.cd_ref, grp = found.grp
FROM (
  SELECT lower(t.french) AS french, min(t.cd_ref) AS cd_ref, min(t.grp) AS grp
  FROM atlas.taxon t
  WHERE t.french <> '' AND lower(t.french) IN (SELECT lower(replace(cited, '''', '’')) FROM ` + stage + ` WHERE taxon IS NULL)
  GROUP BY 1
  HAVING count(DISTINCT t.cd_ref) = 1
) found
WHERE s.taxon IS NULL AND lower(replace(s.cited, '''', '’')) = found.french`

	matchLocal = `
UPDATE ` + stage + ` s
SET taxon = l.id, grp = l.grp
FROM atlas.local_taxon l
WHERE l.tenant_id = $1 AND s.taxon IS NULL AND l.fold = s.fold AND l.cd_nom = coalesce(s.cd_nom, 0)`

	// The group of a name nobody knows is that of its genus.
	groupByGenus = `
UPDATE ` + stage + ` s
SET grp = found.grp
FROM (
  SELECT DISTINCT ON (t.genus) t.genus, t.grp
  FROM atlas.taxon t
  WHERE t.genus IN (SELECT split_part(fold, ' ', 1) FROM ` + stage + ` WHERE taxon IS NULL)
  ORDER BY t.genus, t.cd_ref
) found
WHERE s.taxon IS NULL AND s.grp IS NULL AND split_part(s.fold, ' ', 1) = found.genus`

	groupByKingdom = `UPDATE ` + stage + ` SET grp = 'other' WHERE grp IS NULL`

	remarkUnknown = `
UPDATE ` + stage + `
SET problem = '` + keyUnknown + `', problem_column = '` + colCited + `', problem_args = jsonb_build_object('Name', cited)
WHERE (taxon IS NULL OR taxon < 0) AND verdict <> 'reject'`

	// The same taxon, day, place and observer under different identifiers.
	remarkTwins = `
WITH twin AS (
  SELECT line, first_value(line) OVER w AS first, row_number() OVER w AS rank
  FROM ` + stage + `
  WHERE verdict <> 'reject'
  WINDOW w AS (PARTITION BY lower(cited), date_from, date_to, lon, lat, observer, life_stage, sex, count_min ORDER BY line)
)
UPDATE ` + stage + ` s
SET problem = '` + keyTwin + `', problem_column = NULL, problem_args = jsonb_build_object('Line', twin.first::text)
FROM twin
WHERE twin.line = s.line AND twin.rank > 1`

	matchKnown = `
UPDATE ` + stage + ` s
SET match_id = o.id, verdict = 'update'
FROM atlas.occurrence o
WHERE o.tenant_id = $1 AND s.verdict <> 'reject'
  AND (o.source_key = s.source_key OR o.sinp_id = s.sinp_id)`

	// A record whose key was made as it was before is one row of the file: the most
	// alike.
	matchFormer = `
UPDATE ` + stage + ` s
SET match_id = found.id, verdict = 'update'
FROM (
  SELECT DISTINCT ON (o.id) o.id, c.line
  FROM ` + stage + ` c
  JOIN atlas.occurrence o ON o.tenant_id = $1 AND o.source_key = c.former_key AND o.dataset = c.dataset
  WHERE c.match_id IS NULL AND c.verdict <> 'reject'
  ORDER BY o.id, (o.cited = c.cited AND o.date_from = c.date_from AND o.lon = c.lon AND o.lat = c.lat) DESC, c.line
) found
WHERE s.line = found.line`

	// Once is enough: then they have the key of today.
	renewKeys = `
UPDATE atlas.occurrence o
SET source_key = s.source_key
FROM ` + stage + ` s
WHERE o.tenant_id = $1 AND o.id = s.match_id AND s.verdict <> 'reject' AND o.source_key = s.former_key`
)

// foreign are rows that would change what came from a source beyond reach.
const foreign = `
UPDATE ` + stage + ` s
SET verdict = 'reject', problem = '` + keyForeign + `', problem_column = '` + colDataset + `', problem_args = NULL
FROM atlas.occurrence o
WHERE o.tenant_id = $1 AND o.id = s.match_id AND s.verdict = 'update' AND NOT `

// rejectForeign keeps a partner's file from changing the records of others.
func rejectForeign(ctx context.Context, tx *db.Tx, reach authz.Reach) error {
	_, err := tx.Exec(ctx, foreign+within("$2"), tx.Tenant(), reach.Sources())
	return err
}

// leaveGeneralised: a file with coarse places says nothing of a record the town
// knows better, be it the town's own open data.
const leaveGeneralised = `UPDATE ` + stage + ` SET verdict = 'unchanged' WHERE generalised AND verdict = 'update'`

// fileColumns are the columns that an import and the table have in common and
// that the file rules.
var fileColumns = []string{
	"cited", "cd_nom", "present", "date_from", "date_to", "lon", "lat", "qk", "accuracy_m", "in_town", "count_min", "count_max",
	"altitude_min", "altitude_max", "observer", "observer_body", "manager_body", "dataset", "source_status", "public_origin", "basis",
	"method", "life_stage", "sex", "locality", "insee", "comment",
}

// Validation and sensitivity only grow stricter by a file: a person's decision
// is not taken back by the next export of the source.
const (
	newValidation  = `CASE WHEN o.validation = 'waiting' OR s.validation IN ('doubtful', 'invalid') THEN s.validation ELSE o.validation END`
	newSensitivity = `greatest(o.sensitivity, s.sensitivity)`
	newTaxon       = `coalesce(s.taxon, o.taxon)`
)

func prefixed(alias string, columns []string) string {
	return alias + "." + strings.Join(columns, ", "+alias+".")
}

var judge = `
UPDATE ` + stage + ` target
SET verdict = 'unchanged'
FROM ` + stage + ` s
JOIN atlas.occurrence o ON o.tenant_id = $1 AND o.id = s.match_id
WHERE target.line = s.line AND s.verdict = 'update' AND s.taxon = o.taxon
  AND (` + prefixed("s", fileColumns) + `) IS NOT DISTINCT FROM (` + prefixed("o", fileColumns) + `)
  AND o.validation = ` + newValidation + ` AND o.sensitivity = ` + newSensitivity

const (
	insertLocal = `
WITH fresh AS (
  SELECT fold, coalesce(cd_nom, 0) AS cd_nom, min(cited) AS name, min(rank) AS rank, min(grp) AS grp
  FROM ` + stage + `
  WHERE taxon IS NULL AND verdict IN ('create', 'update')
  GROUP BY 1, 2
), taken AS (
  UPDATE atlas.register SET next_local = next_local + (SELECT count(*) FROM fresh)::integer
  WHERE tenant_id = $1
  RETURNING next_local - (SELECT count(*) FROM fresh)::integer AS first
)
INSERT INTO atlas.local_taxon (tenant_id, id, name, fold, cd_nom, rank, grp)
SELECT $1, -(taken.first + row_number() OVER (ORDER BY fold, cd_nom) - 1)::integer, name, fold, cd_nom, rank, grp
FROM fresh, taken`

	takeNumbers = `
UPDATE atlas.register SET next_number = next_number + (SELECT count(*) FROM ` + stage + ` WHERE verdict = 'create')
WHERE tenant_id = $1`
)

var insertStaged = `
INSERT INTO atlas.occurrence (tenant_id, id, number, sinp_id, source_key, taxon, validation, sensitivity, import_id, ` + strings.Join(fileColumns, ", ") + `)
SELECT $1, s.id, r.next_number - count(*) OVER () + row_number() OVER (ORDER BY s.line) - 1, coalesce(s.sinp_id, gen_random_uuid()), s.source_key,
  s.taxon, s.validation, s.sensitivity, $2, ` + prefixed("s", fileColumns) + `
FROM ` + stage + ` s
JOIN atlas.register r ON r.tenant_id = $1
WHERE s.verdict = 'create'
ORDER BY s.qk`

const keepStaged = `
INSERT INTO atlas.history (tenant_id, occurrence_id, deed, import_id, revision, before)
SELECT $1, o.id, 'import', $2, o.revision + 1, to_jsonb(o)
FROM ` + stage + ` s
JOIN atlas.occurrence o ON o.tenant_id = $1 AND o.id = s.match_id
WHERE s.verdict = 'update'`

var updateStaged = `
UPDATE atlas.occurrence o
SET (` + strings.Join(fileColumns, ", ") + `) = (` + prefixed("s", fileColumns) + `), taxon = ` + newTaxon + `,
  validation = ` + newValidation + `, sensitivity = ` + newSensitivity + `, revision = o.revision + 1, updated_at = now()
FROM ` + stage + ` s
WHERE o.tenant_id = $1 AND o.id = s.match_id AND s.verdict = 'update' AND $2::uuid IS NOT NULL`

const (
	countTouchedSince = `
SELECT (SELECT count(*) FROM atlas.occurrence o WHERE o.tenant_id = $1 AND o.import_id = $2
     AND (o.revision > 1 OR EXISTS (SELECT FROM atlas.photo p WHERE p.tenant_id = $1 AND p.occurrence_id = o.id)))
  + (SELECT count(*) FROM atlas.history h JOIN atlas.occurrence o ON o.tenant_id = $1 AND o.id = h.occurrence_id
     WHERE h.tenant_id = $1 AND h.import_id = $2 AND o.revision > h.revision)`

	restoreUpdated = `
UPDATE atlas.occurrence o
SET (` + restoredColumns + `) = (SELECT ` + restoredColumns + ` FROM jsonb_populate_record(NULL::atlas.occurrence, h.before))
FROM atlas.history h
WHERE h.tenant_id = $1 AND h.import_id = $2 AND o.tenant_id = $1 AND o.id = h.occurrence_id`

	restoredColumns = `taxon, cited, cd_nom, present, date_from, date_to, lon, lat, qk, accuracy_m, in_town, count_min, count_max,
  altitude_min, altitude_max, observer, observer_body, manager_body, dataset, source_status, public_origin, basis, method, life_stage, sex,
  locality, insee, comment, validation, sensitivity, revision, updated_at`

	forgetHistory = `DELETE FROM atlas.history WHERE tenant_id = $1 AND import_id = $2`

	deleteCreated = `DELETE FROM atlas.occurrence WHERE tenant_id = $1 AND import_id = $2`
)

// addLocal gives the names nobody knows a number of the town's, and reserves the
// numbers of new occurrences.
func addLocal(ctx context.Context, tx *db.Tx) error {
	return execTown(ctx, tx, insertLocal, matchLocal, takeNumbers)
}

// execTown runs statements whose only argument, if any, is the town.
func execTown(ctx context.Context, tx *db.Tx, statements ...string) error {
	for _, s := range statements {
		var args []any
		if strings.Contains(s, "$1") {
			args = append(args, tx.Tenant())
		}
		if _, err := tx.Exec(ctx, s, args...); err != nil {
			return err
		}
	}
	return nil
}
