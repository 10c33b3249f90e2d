package trees

import (
	"fmt"
	"strings"

	"acvdata/services/imports"
)

// assignment is a column and what an import leaves in it: s is the stage's row,
// t the tree, p its site. A cell that says nothing changes nothing.
type assignment struct{ column, value string }

func kept(alias string, columns ...string) []assignment {
	list := make([]assignment, 0, len(columns))
	for _, c := range columns {
		list = append(list, assignment{c, "coalesce(s." + c + ", " + alias + "." + c + ")"})
	}
	return list
}

// sameSpecies: the file repeats the town's text, so what a person decided of it
// since stays.
const sameSpecies = `(s.species_text IS NULL OR s.species_text = t.species_text)`

var treeAssignments = append(kept("t", "status", "species_text", "matricule", "planted_on", "felled_on", "surveyed_on",
	"stage", "habit", "rooting", "notes", "height_m", "circumference_cm", "crown_m", "allergy", "remarkable"),
	assignment{"taxon_id", `CASE WHEN s.species_text IS NULL OR ` + sameSpecies + ` AND t.taxon_id <> 0 THEN t.taxon_id ELSE s.taxon_id END`},
	assignment{"species_code", `CASE WHEN ` + sameSpecies + ` THEN coalesce(s.species_code, t.species_code) ELSE coalesce(s.species_code, '') END`},
	assignment{"planted_year_only", `CASE WHEN s.planted_on IS NULL THEN t.planted_year_only ELSE s.planted_year_only END`},
	assignment{"birth_year", `CASE WHEN s.birth_year IS NULL OR s.planted_on IS NULL AND t.planted_on IS NOT NULL THEN t.birth_year
    WHEN s.birth_sure THEN s.birth_year ELSE coalesce(t.birth_year, s.birth_year) END`},
	assignment{"measured_at_cm", `CASE WHEN s.circumference_cm IS NULL THEN t.measured_at_cm ELSE coalesce(s.measured_at_cm, t.measured_at_cm) END`},
)

// A tree recognised by its identifier may have moved; by its place, it has not.
var moved = fmt.Sprintf(`(%s > %g)`, distance, samePlace)

var siteAssignments = append(append(kept("p", siteTexts...), kept("p", "lit", "protected", "accuracy_m")...),
	assignment{"lon", `CASE WHEN ` + moved + ` THEN s.lon ELSE p.lon END`},
	assignment{"lat", `CASE WHEN ` + moved + ` THEN s.lat ELSE p.lat END`},
	assignment{"qk", `CASE WHEN ` + moved + ` THEN s.qk ELSE p.qk END`},
)

func columnsOf(list []assignment) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.column
	}
	return strings.Join(names, ", ")
}

// changes is the condition that the assignments change the row.
func changes(alias string, list []assignment) string {
	before, after := make([]string, len(list)), make([]string, len(list))
	for i, a := range list {
		before[i], after[i] = alias+"."+a.column, a.value
	}
	return "(" + strings.Join(before, ", ") + ") IS DISTINCT FROM (" + strings.Join(after, ",\n    ") + ")"
}

func settings(list []assignment) string {
	parts := make([]string, len(list))
	for i, a := range list {
		parts[i] = a.column + " = " + a.value
	}
	return strings.Join(parts, ",\n  ")
}

// matchedRows joins the stage to what it matched.
const matchedRows = `
FROM ` + imports.StageTable + ` s
JOIN trees.tree t ON t.tenant_id = $1 AND t.id = s.match_id
JOIN trees.site p ON p.tenant_id = $1 AND p.id = t.site_id`

var judge = `
UPDATE ` + imports.StageTable + ` target
SET verdict = judged.verdict
FROM (
  SELECT s.line, CASE WHEN ` + changes("t", treeAssignments) + `
    OR s.speaks AND ` + changes("p", siteAssignments) + ` THEN 'update' ELSE 'unchanged' END AS verdict` + matchedRows + `
  WHERE s.verdict <> 'reject' AND s.succeeds IS NULL
) judged
WHERE target.line = judged.line`

// countNewTrees tells the trees to make, and how many of them succeed another.
const countNewTrees = `
SELECT count(*), count(*) FILTER (WHERE succeeds)
FROM ` + imports.StageTable + `
WHERE verdict = 'create' OR succeeds`

// takeNumbers reserves as many numbers as $2 says.
const takeNumbers = `
UPDATE trees.inventory
SET next_number = next_number + $2
WHERE tenant_id = $1
RETURNING next_number - $2`

func coalesced(columns ...string) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = "coalesce(s." + c + ", '')"
	}
	return strings.Join(parts, ", ")
}

// insertSites makes the places of new trees. $2 is the import.
var insertSites = `
INSERT INTO trees.site (tenant_id, id, lon, lat, qk, ` + strings.Join(siteTexts, ", ") + `, lit, protected, accuracy_m, import_id)
SELECT $1, s.id, s.lon, s.lat, s.qk, ` + coalesced(siteTexts...) + `, s.lit, s.protected, s.accuracy_m, $2
FROM ` + imports.StageTable + ` s
WHERE s.verdict = 'create' AND (s.site_id IS NULL OR s.site_id = s.id)
ORDER BY s.qk`

// insertTrees makes the new trees, neighbours side by side in the table. $3 is
// the first of their numbers.
const insertTrees = `
INSERT INTO trees.tree (tenant_id, id, number, site_id, qk, district, status, taxon_id, species_text, species_code,
  matricule, planted_on, planted_year_only, birth_year, felled_on, surveyed_on, stage, habit, rooting,
  height_m, circumference_cm, measured_at_cm, crown_m, allergy, remarkable, notes, import_id)
SELECT $1, s.id, $3 + row_number() OVER (ORDER BY s.qk, s.line) - 1, coalesce(s.site_id, s.id), coalesce(s.spot, s.qk),
  CASE WHEN s.site_id IS NULL OR s.site_id = s.id THEN coalesce(s.district, '')
    ELSE (SELECT p.district FROM trees.site p WHERE p.tenant_id = $1 AND p.id = s.site_id) END,
  coalesce(s.status, 'standing'), s.taxon_id, coalesce(s.species_text, ''), coalesce(s.species_code, ''),
  s.matricule, s.planted_on, coalesce(s.planted_year_only, false), s.birth_year, s.felled_on, s.surveyed_on,
  coalesce(s.stage, ''), coalesce(s.habit, ''), coalesce(s.rooting, ''),
  s.height_m, s.circumference_cm, s.measured_at_cm, s.crown_m, s.allergy, coalesce(s.remarkable, false),
  coalesce(s.notes, ''), $2
FROM ` + imports.StageTable + ` s
WHERE s.verdict = 'create' OR s.succeeds
ORDER BY s.qk, s.line`

// spoken lists the sites that a row of the file changes.
var spoken = `(
  SELECT t.site_id` + matchedRows + `
  WHERE s.verdict = 'update' AND s.speaks AND ` + changes("p", siteAssignments) + `
)`

// keepBefore writes what the import is about to replace. The stage's fresh
// identifiers name the entries.
var keepBefore = `
INSERT INTO trees.history (tenant_id, id, tree_id, deed, import_id, revision, tree, site, site_revision)
SELECT $1, s.id, t.id, 'import', $2, t.revision + 1, to_jsonb(t), to_jsonb(p), p.revision + (spoken.site_id IS NOT NULL)::integer` +
	matchedRows + `
LEFT JOIN ` + spoken + ` spoken ON spoken.site_id = t.site_id
WHERE s.verdict = 'update' AND s.succeeds IS NULL`

// keepSites does so for the sites that a successor, new itself, changes.
var keepSites = `
INSERT INTO trees.history (tenant_id, id, tree_id, deed, import_id, revision, site, site_revision)
SELECT $1, s.id, s.id, 'import', $2, 1, to_jsonb(p), p.revision + 1` + matchedRows + `
JOIN ` + spoken + ` spoken ON spoken.site_id = t.site_id
WHERE s.succeeds AND s.speaks`

var updateSites = `
UPDATE trees.site p
SET ` + settings(siteAssignments) + `,
  revision = p.revision + 1, updated_at = now()
FROM ` + imports.StageTable + ` s
JOIN trees.tree t ON t.tenant_id = $1 AND t.id = s.match_id
WHERE p.tenant_id = $1 AND p.id = t.site_id AND s.verdict = 'update' AND s.speaks
  AND ` + changes("p", siteAssignments)

var updateTrees = `
UPDATE trees.tree t
SET ` + settings(treeAssignments) + `,
  revision = t.revision + 1, updated_at = now()
FROM ` + imports.StageTable + ` s
WHERE t.tenant_id = $1 AND t.id = s.match_id AND s.verdict = 'update' AND s.succeeds IS NULL`

// followSites copies place and district of the sites an import changed to all
// their trees, those that went before included. $2 is the import.
const followSites = `
UPDATE trees.tree t
SET qk = p.qk, district = p.district
FROM trees.site p
WHERE t.tenant_id = $1 AND p.tenant_id = $1 AND p.id = t.site_id
  AND t.site_id IN (
    SELECT known.site_id
    FROM trees.history h
    JOIN trees.tree known ON known.tenant_id = h.tenant_id AND known.id = h.tree_id
    WHERE h.tenant_id = $1 AND h.import_id = $2)
  AND (t.qk, t.district) IS DISTINCT FROM (p.qk, p.district)`
