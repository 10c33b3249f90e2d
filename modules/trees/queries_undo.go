package trees

import "strings"

// Statements that undo an import: $1 is the town, $2 the import.

// countTouchedSince counts the trees and sites that somebody or a later import
// changed after the import, or that stand on one of its sites.
const countTouchedSince = `
SELECT
  (SELECT count(*) FROM trees.tree t WHERE t.tenant_id = $1 AND t.import_id = $2 AND t.revision <> 1)
+ (SELECT count(*) FROM trees.site p WHERE p.tenant_id = $1 AND p.import_id = $2 AND p.revision <> 1)
+ (SELECT count(*)
   FROM trees.history h
   JOIN trees.tree t ON t.tenant_id = h.tenant_id AND t.id = h.tree_id
   JOIN trees.site p ON p.tenant_id = t.tenant_id AND p.id = t.site_id
   WHERE h.tenant_id = $1 AND h.import_id = $2 AND (t.revision, p.revision) <> (h.revision, h.site_revision))
+ (SELECT count(*)
   FROM trees.site p
   JOIN trees.tree t ON t.tenant_id = p.tenant_id AND t.site_id = p.id
   WHERE p.tenant_id = $1 AND p.import_id = $2 AND t.import_id IS DISTINCT FROM p.import_id)`

// columns an import may change; the rest of a row never does.
var (
	treeColumns = strings.Split(columnsOf(treeAssignments)+", qk, district, revision, updated_at", ", ")
	siteColumns = strings.Split(columnsOf(siteAssignments)+", revision, updated_at", ", ")
)

// restored sets columns back to those of the image b.
func restored(columns []string) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = c + " = b." + c
	}
	return strings.Join(parts, ", ")
}

// undoStatements put back what was replaced, then take away what was made.
var undoStatements = []string{
	`
UPDATE trees.tree t
SET ` + restored(treeColumns) + `
FROM trees.history h
CROSS JOIN LATERAL jsonb_populate_record(NULL::trees.tree, h.tree) b
WHERE h.tenant_id = $1 AND h.import_id = $2 AND h.tree IS NOT NULL AND t.tenant_id = $1 AND t.id = h.tree_id`,
	`
UPDATE trees.site p
SET ` + restored(siteColumns) + `
FROM (
  SELECT DISTINCT ON (image.id) image.*
  FROM trees.history h
  CROSS JOIN LATERAL jsonb_populate_record(NULL::trees.site, h.site) image
  WHERE h.tenant_id = $1 AND h.import_id = $2
) b
WHERE p.tenant_id = $1 AND p.id = b.id`,
	followSites,
	`DELETE FROM trees.history WHERE tenant_id = $1 AND import_id = $2`,
	`DELETE FROM trees.tree WHERE tenant_id = $1 AND import_id = $2`,
	`DELETE FROM trees.site WHERE tenant_id = $1 AND import_id = $2`,
}
