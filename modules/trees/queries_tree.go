package trees

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/modules/trees/taxa"
	"acvdata/services/db"
	"acvdata/tenants"
)

const selectTree = `
SELECT t.id, t.number, t.status, t.taxon_id, t.species_text, t.species_code, coalesce(t.matricule, ''),
  coalesce(t.planted_on, '0001-01-01'), t.planted_year_only, coalesce(t.birth_year, 0), coalesce(t.felled_on, '0001-01-01'),
  coalesce(t.surveyed_on, '0001-01-01'), t.stage, t.habit, t.height_m, t.circumference_cm, coalesce(t.measured_at_cm, 0),
  t.crown_m, t.remarkable, t.notes, t.import_id IS NOT NULL, t.revision, t.created_at, t.updated_at,
  s.id, s.lon, s.lat, s.position_source, s.accuracy_m, s.address, s.district, s.layout, s.manager, s.soil, s.foot, s.revision
FROM trees.tree t
JOIN trees.site s ON s.tenant_id = t.tenant_id AND s.id = t.site_id
WHERE t.tenant_id = $1 AND `

func scanTree(row pgx.Row, r *taxa.Register) (*Tree, error) {
	var t Tree
	var taxon int
	s := &t.Site
	err := row.Scan(&t.ID, &t.Number, &t.Status, &taxon, &t.SpeciesText, &t.SpeciesCode, &t.Matricule,
		&t.Planted, &t.PlantedYear, &t.BirthYear, &t.Felled, &t.Surveyed, &t.Stage, &t.Habit, &t.HeightM,
		&t.Circumference, &t.MeasuredAtCm, &t.CrownM, &t.Remarkable, &t.Notes, &t.Imported, &t.Revision,
		&t.Created, &t.Updated, &s.ID, &s.Position.Lon, &s.Position.Lat, &s.PositionSource, &s.AccuracyM,
		&s.Address, &s.District, &s.Layout, &s.Manager, &s.Soil, &s.Foot, &s.Revision)
	if err != nil {
		return nil, err
	}
	t.Taxon = r.Taxon(taxon)
	return &t, nil
}

// readTree reads one tree by its number.
func readTree(ctx context.Context, tx *db.Tx, r *taxa.Register, number int64) (*Tree, error) {
	return scanTree(tx.QueryRow(ctx, selectTree+`t.number = $2`, tx.Tenant(), number), r)
}

// lockTree reads one tree and keeps others from changing it.
func lockTree(ctx context.Context, tx *db.Tx, r *taxa.Register, number int64) (*Tree, error) {
	return scanTree(tx.QueryRow(ctx, selectTree+`t.number = $2 FOR UPDATE OF t`, tx.Tenant(), number), r)
}

// readSiblings reads the other trees of a tree's site, the latest first.
func readSiblings(ctx context.Context, tx *db.Tx, r *taxa.Register, t *Tree) ([]Item, error) {
	const query = "SELECT ''::text, " + itemColumns + fromItems + `t.tenant_id = $1 AND t.site_id = $2 AND t.id <> $3
ORDER BY t.status = 'standing' DESC, t.number DESC
LIMIT 20`
	return readItems(ctx, tx, r, query, tx.Tenant(), t.Site.ID, t.ID)
}

// nearby is the box around a tree that its neighbours are looked for in, in
// degrees: some 60 m of latitude, 40 of longitude in France.
const nearby = 0.0006

// readNeighbours reads standing trees near a tree, the nearest first.
func readNeighbours(ctx context.Context, tx *db.Tx, r *taxa.Register, t *Tree, most int) ([]Item, error) {
	at := t.Site.Position
	c := newConditions(tx.Tenant())
	box := tenants.Bounds{West: at.Lon - nearby, East: at.Lon + nearby, South: at.Lat - nearby, North: at.Lat + nearby}
	if err := c.box(box); err != nil {
		return nil, err
	}
	c.add("t.status = %s AND t.site_id <> %s", string(Standing), t.Site.ID)
	c.args = append(c.args, at.Lon, at.Lat, most)
	n := len(c.args)
	query := "SELECT ''::text, " + itemColumns + fromItems + c.String() +
		"\nORDER BY ((s.lon - " + place(n-2) + ") * cos(radians(" + place(n-1) + "))) ^ 2 + (s.lat - " + place(n-1) + ") ^ 2, t.number" +
		"\nLIMIT " + place(n)
	return readItems(ctx, tx, r, query, c.args...)
}

func readItems(ctx context.Context, tx *db.Tx, r *taxa.Register, query string, args ...any) ([]Item, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Item, error) { return scanItem(row, r) })
}

// selectLife gives what a tree was before each change and after it: the next
// change's before, or the tree as it is.
const selectLife = `
SELECT h.at, h.deed, h.actor_name, h.revision, h.tree,
  coalesce(lead(h.tree) OVER (ORDER BY h.revision), to_jsonb(t))
FROM trees.history h
JOIN trees.tree t ON t.tenant_id = h.tenant_id AND t.id = h.tree_id
WHERE h.tenant_id = $1 AND h.tree_id = $2 AND h.tree IS NOT NULL
ORDER BY h.revision`

// readLife reads the changes of a tree, the oldest first.
func readLife(ctx context.Context, tx *db.Tx, tree uuid.UUID) ([]Change, error) {
	rows, err := tx.Query(ctx, selectLife, tx.Tenant(), tree)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Change, err error) {
		var before, after json.RawMessage
		if err := row.Scan(&c.At, &c.Deed, &c.Actor, &c.Revision, &before, &after); err != nil {
			return c, err
		}
		if err := json.Unmarshal(before, &c.Before); err != nil {
			return c, err
		}
		return c, json.Unmarshal(after, &c.After)
	})
}

const (
	// insertEdit keeps a tree as it is before an edit.
	insertEdit = `
INSERT INTO trees.history (tenant_id, id, tree_id, deed, actor_name, revision, tree, site, site_revision)
SELECT $1, $2, t.id, 'edit', $4, t.revision + 1, to_jsonb(t), to_jsonb(s), s.revision
FROM trees.tree t
JOIN trees.site s ON s.tenant_id = t.tenant_id AND s.id = t.site_id
WHERE t.tenant_id = $1 AND t.id = $3`

	updateEdited = `
UPDATE trees.tree
SET status = $3, taxon_id = $4, height_m = $5, circumference_cm = $6, measured_at_cm = $7, crown_m = $8,
  stage = $9, remarkable = $10, felled_on = $11, notes = $12, revision = revision + 1, updated_at = now()
WHERE tenant_id = $1 AND id = $2`
)

// writeEdit replaces what an edit may change and keeps what it was.
func writeEdit(ctx context.Context, tx *db.Tx, t *Tree, e Edit, actor string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertEdit, tx.Tenant(), id, t.ID, actor); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, updateEdited, tx.Tenant(), t.ID, string(e.Status), e.TaxonID, e.HeightM, e.Circumference,
		nonZero(e.MeasuredAtCm), e.CrownM, string(e.Stage), e.Remarkable, dateOrNull(e.Felled), e.Notes)
	return err
}

func nonZero(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func dateOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
