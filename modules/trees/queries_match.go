package trees

import (
	"fmt"
	"strings"

	"acvdata/services/imports"
)

// Statements over the stage of an import. $1 is the town everywhere.

const gone = `('felled', 'stump', 'grubbed', 'removed', 'replaced')`

const (
	selectHasSites = `SELECT EXISTS (SELECT FROM trees.site WHERE tenant_id = $1)`

	selectAliases = `SELECT text, taxon_id FROM trees.species_alias WHERE tenant_id = $1`

	insertInventory = `INSERT INTO trees.inventory (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING`

	selectInventoryForUpdate = `SELECT FROM trees.inventory WHERE tenant_id = $1 FOR UPDATE`

	countIdentifiers = `
SELECT count(*), count(DISTINCT matricule)
FROM ` + imports.StageTable + `
WHERE matricule IS NOT NULL`

	// The town's identifier: a standing tree before those it replaced.
	matchIdentifiers = `
UPDATE ` + imports.StageTable + ` s
SET match_id = found.id
FROM (
  SELECT DISTINCT ON (s.line) s.line, t.id
  FROM ` + imports.StageTable + ` s
  JOIN trees.tree t ON t.tenant_id = $1 AND t.matricule = s.matricule
  WHERE s.verdict = 'create'
  ORDER BY s.line, t.status IN ` + gone + `, abs(t.qk - s.qk), t.number DESC
) found
WHERE s.line = found.line`
)

// distanceOf is in metres between a row and a known place, on a sphere.
const distanceOf = `(sqrt(((%[2]s.lon - %[1]s.lon) * cos(radians(%[1]s.lat))) ^ 2 + (%[2]s.lat - %[1]s.lat) ^ 2) * 111195)`

// distance is that of the row s and the site p.
var distance = fmt.Sprintf(distanceOf, "s", "p")

// The town's trees around the rows, copied aside: the planner knows a table it
// has just analysed, and may know nothing of an inventory imported a minute ago.
const (
	selectExtent = `SELECT coalesce(min(qk), 0), coalesce(max(qk), 0) FROM ` + imports.StageTable

	createKnown = `
CREATE TEMP TABLE import_known ON COMMIT DROP AS
SELECT t.id, t.site_id, p.qk AS spot, p.qk >> %d AS cell, p.lon, p.lat, t.number, t.status, t.taxon_id, t.species_text,
  t.matricule, t.circumference_cm, t.height_m
FROM trees.tree t
JOIN trees.site p ON p.tenant_id = t.tenant_id AND p.id = t.site_id
WHERE t.tenant_id = $1 AND t.qk BETWEEN %d AND %d`

	analyseKnown = `ANALYZE import_known`

	// Rows are found by what they matched from here on.
	indexMatches = `CREATE INDEX ON ` + imports.StageTable + ` (match_id)`
)

// findSpots gives each row not matched yet the place of the nearest known site
// within samePlace.
var findSpots = fmt.Sprintf(`
UPDATE %[1]s s
SET spot = found.spot
FROM (
  SELECT DISTINCT ON (s.line) s.line, p.spot
  FROM %[1]s s
  CROSS JOIN LATERAL unnest(s.near) AS near (cell)
  JOIN import_known p ON p.cell = near.cell
  WHERE s.verdict = 'create' AND s.match_id IS NULL AND %[2]s <= %[3]g
  ORDER BY s.line, %[2]s, p.spot
) found
WHERE s.line = found.line`, imports.StageTable, distance, samePlace)

// pairing is one attempt at pairing the rows and the trees of a place: the first
// row with a key is the first tree with it, the second the second…
type pairing struct {
	key  string // of both sides: %s is s or k
	only string // condition on both, "" for none
}

const (
	statusOf  = `coalesce(%[1]s.status, 'standing')`
	goneOf    = `(` + statusOf + ` IN ` + gone + `)::text`
	speciesOf = `coalesce(%[1]s.species_text, '')`
)

// pairings go from the same tree in every respect to the only tree of the place.
// A standing tree is not taken for a felled one unless it is of the same species
// and has kept its girth: it is its successor.
var pairings = []pairing{
	{key: `concat_ws('|', ` + speciesOf + `, ` + statusOf + `, %[1]s.circumference_cm, %[1]s.height_m)`},
	{key: `concat_ws('|', ` + speciesOf + `, ` + goneOf + `)`},
	{key: speciesOf, only: `s.species_text <> '' AND (NOT (` + onlyRowStands + `) OR s.circumference_cm >= 0.8 * k.circumference_cm)`},
	{key: `concat_ws('|', nullif(%[1]s.taxon_id, 0)::text, ` + goneOf + `)`, only: `s.taxon_id <> 0`},
	{key: goneOf},
	{key: `''`, only: `NOT (` + onlyRowStands + `)`},
}

const onlyRowStands = `coalesce(s.status, 'standing') NOT IN ` + gone + ` AND k.status IN ` + gone

// statement pairs the rows and trees that meet the conditions.
func (p pairing) statement(rows, known string) string {
	only := p.only
	if only == "" {
		only = "true"
	}
	side := func(alias string) string {
		if !strings.Contains(p.key, "%") {
			return p.key
		}
		return fmt.Sprintf(p.key, alias)
	}
	return fmt.Sprintf(`
UPDATE %[1]s target
SET match_id = pair.id
FROM (
  SELECT s.line, k.id
  FROM (
    SELECT s.*, %[2]s AS key, row_number() OVER (PARTITION BY s.spot, %[2]s ORDER BY s.line) AS rank
    FROM %[1]s s
    WHERE s.spot IS NOT NULL AND s.match_id IS NULL AND s.verdict = 'create' AND %[4]s
  ) s
  JOIN (
    SELECT k.*, %[3]s AS key, row_number() OVER (PARTITION BY k.spot, %[3]s ORDER BY k.number) AS rank
    FROM import_known k
    WHERE %[5]s AND NOT EXISTS (SELECT FROM %[1]s m WHERE m.match_id = k.id)
  ) k ON k.spot = s.spot AND k.key = s.key AND k.rank = s.rank
  WHERE %[6]s
) pair
WHERE target.line = pair.line`, imports.StageTable, side("s"), side("k"), rows, known, only)
}

// A new tree joins a known site when at most one tree stands there afterwards:
// the place is known and its row an update, the tree a successor of its last. A
// site that moves with a tree found by its identifier is no host.
var joinKnownSites = `
WITH host AS (
  SELECT k.spot, count(DISTINCT k.site_id) AS sites, (array_agg(k.site_id))[1] AS site_id,
    (array_agg(k.id ORDER BY k.number DESC))[1] AS tree_id, max(k.number) AS number,
    (array_agg(k.species_text ORDER BY k.number DESC))[1] AS species_text,
    count(*) FILTER (WHERE coalesce(m.status, k.status) NOT IN ` + gone + `) AS standing,
    coalesce(bool_and(` + fmt.Sprintf(distanceOf, "m", "k") + fmt.Sprintf(` > %g`, samePlace) + `), false) AS moves
  FROM import_known k
  LEFT JOIN ` + imports.StageTable + ` m ON m.match_id = k.id AND m.verdict <> 'reject'
  GROUP BY k.spot
), guests AS (
  SELECT s.spot, count(*) FILTER (WHERE coalesce(s.status, 'standing') NOT IN ` + gone + `) AS standing
  FROM ` + imports.StageTable + ` s
  WHERE s.verdict = 'create' AND s.match_id IS NULL AND s.spot IS NOT NULL
  GROUP BY s.spot
)
UPDATE ` + imports.StageTable + ` s
SET site_id = host.site_id, match_id = host.tree_id, verdict = 'update', succeeds = true, problem = '` + keySuccessor + `',
  problem_args = jsonb_build_object('Number', host.number::text, 'Species', host.species_text, 'Value', s.species_text)
FROM host
JOIN guests USING (spot)
WHERE s.spot = host.spot AND s.verdict = 'create' AND s.match_id IS NULL AND host.sites = 1 AND NOT host.moves AND host.standing + guests.standing <= 1`

const (
	leaveCrowdedSites = `
UPDATE ` + imports.StageTable + `
SET spot = NULL
WHERE verdict = 'create' AND match_id IS NULL AND spot IS NOT NULL AND site_id IS NULL`

	// Rows of the file at one place share a new site when at most one tree stands:
	// the others went before it. Several standing ones are a rounded position.
	shareNewSites = `
WITH crowded AS (
  SELECT qk
  FROM ` + imports.StageTable + `
  WHERE verdict = 'create' AND match_id IS NULL AND site_id IS NULL
  GROUP BY qk
  HAVING count(*) > 1
), shared AS (
  SELECT s.qk, (array_agg(s.id ORDER BY coalesce(s.status, 'standing') IN ` + gone + `, s.line))[1] AS site_id
  FROM ` + imports.StageTable + ` s
  JOIN crowded USING (qk)
  WHERE s.verdict = 'create' AND s.match_id IS NULL AND s.site_id IS NULL
  GROUP BY s.qk
  HAVING count(*) FILTER (WHERE coalesce(s.status, 'standing') NOT IN ` + gone + `) <= 1
)
UPDATE ` + imports.StageTable + ` s
SET site_id = shared.site_id
FROM shared
WHERE s.qk = shared.qk AND s.verdict = 'create' AND s.match_id IS NULL AND s.site_id IS NULL`

	// Every matched row knows its site.
	fillSites = `
UPDATE ` + imports.StageTable + ` s
SET site_id = t.site_id
FROM trees.tree t
WHERE t.tenant_id = $1 AND t.id = s.match_id AND s.succeeds IS NULL AND s.verdict <> 'reject'`
)

// markSpeakers has one row speak for each known site: one that finds it where it
// is, so that a site moves only when nothing holds it; that of its standing tree;
// the first.
var markSpeakers = `
UPDATE ` + imports.StageTable + ` s
SET speaks = true
FROM (
  SELECT DISTINCT ON (s.site_id) s.line` + matchedRows + `
  WHERE s.verdict <> 'reject'
  ORDER BY s.site_id, ` + moved + `,
    coalesce(s.status, CASE WHEN s.succeeds THEN 'standing' ELSE t.status END) IN ` + gone + `, s.line
) one
WHERE s.line = one.line`

// What Match remarks of rows it keeps, as message keys.
const (
	keySuccessor      = "trees.problem.successor"
	keySpeciesChanged = "trees.problem.species_changed"
)

// remarkSpecies says which known trees the file gives another species.
const remarkSpecies = `
UPDATE ` + imports.StageTable + ` s
SET problem = '` + keySpeciesChanged + `',
  problem_args = jsonb_build_object('Number', t.number::text, 'Before', t.species_text, 'Value', s.species_text)
FROM trees.tree t
WHERE t.tenant_id = $1 AND t.id = s.match_id AND s.verdict = 'update' AND s.succeeds IS NULL
  AND t.species_text <> '' AND s.species_text <> t.species_text AND (s.taxon_id <> t.taxon_id OR s.taxon_id = 0)`
