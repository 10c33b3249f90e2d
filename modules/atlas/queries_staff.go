package atlas

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
)

const recordColumns = `o.number, o.sinp_id, o.revision, o.taxon, o.cited, o.present, o.date_from, o.date_to, o.lon, o.lat, o.accuracy_m, o.in_town,
  o.count_min, o.count_max, o.observer, o.observer_body, o.dataset, o.method, o.life_stage, o.sex, o.locality, o.comment, o.validation, o.sensitivity,
  o.level, o.shown, o.import_id IS NOT NULL`

// within is the one condition that keeps a partner to the records of its own
// sources; place is the argument with Reach.Sources.
func within(place string) string {
	return "(" + place + "::text[] IS NULL OR o.dataset = ANY (" + place + "))"
}

func scanRecord(row pgx.CollectableRow) (o Occurrence, err error) {
	err = row.Scan(&o.Number, &o.SinpID, &o.Revision, &o.TaxonID, &o.Cited, &o.Present, &o.From, &o.To, &o.Position.Lon, &o.Position.Lat,
		&o.AccuracyM, &o.InTown, &o.CountMin, &o.CountMax, &o.Observer, &o.Body, &o.Dataset, &o.Method, &o.LifeStage, &o.Sex, &o.Locality, &o.Comment,
		&o.Validation, &o.Sensitivity, &o.Level, &o.Shown, &o.Imported)
	return o, err
}

func listRecords(ctx context.Context, tx *db.Tx, reach authz.Reach, l List) (p Page, err error) {
	c := newConditions(tx.Tenant())
	c.add(within("%[1]s"), reach.Sources())
	if l.Taxon != 0 {
		c.add("(o.taxon = %s OR o.taxon IN (SELECT cd_ref FROM atlas.taxon WHERE species_ref = %s))", l.Taxon, l.Taxon)
	}
	if l.Validation != "" {
		c.add("o.validation = %s", l.Validation)
	}
	if l.Level >= 0 {
		c.add("o.level = %s", l.Level)
	}
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM atlas.occurrence o WHERE "+c.String(), c.args...).Scan(&p.Total); err != nil {
		return p, err
	}
	if day, number, ok := parseCursor(l.After); ok {
		c.add("(o.date_to, o.number) < (%s, %s)", day, number)
	}
	query := "SELECT " + recordColumns + " FROM atlas.occurrence o WHERE " + c.String() +
		" ORDER BY o.date_to DESC, o.number DESC LIMIT " + itoa(pageSize+1)
	rows, err := tx.Query(ctx, query, c.args...)
	if err != nil {
		return p, err
	}
	if p.Items, err = pgx.CollectRows(rows, scanRecord); err != nil {
		return p, err
	}
	if len(p.Items) > pageSize {
		p.Items = p.Items[:pageSize]
		last := p.Items[pageSize-1]
		p.Next = last.To.Format(time.DateOnly) + "." + strconv.FormatInt(last.Number, 10)
	}
	return p, nameRecords(ctx, tx, p.Items)
}

func parseCursor(text string) (day time.Time, number int64, ok bool) {
	date, rest, _ := strings.Cut(text, ".")
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return day, 0, false
	}
	number, err = strconv.ParseInt(rest, 10, 64)
	return day, number, err == nil
}

// nameRecords gives records their taxa.
func nameRecords(ctx context.Context, tx *db.Tx, items []Occurrence) error {
	ids := make([]int, len(items))
	for i := range items {
		ids[i] = items[i].TaxonID
	}
	taxa, err := readTaxa(ctx, tx, ids)
	for i := range items {
		items[i].Taxon = taxa[items[i].TaxonID]
	}
	return err
}

func readRecord(ctx context.Context, tx *db.Tx, reach authz.Reach, number int64, lock string) (o Occurrence, err error) {
	query := "SELECT " + recordColumns + " FROM atlas.occurrence o WHERE o.tenant_id = $1 AND o.number = $2 AND " + within("$3") + lock
	rows, err := tx.Query(ctx, query, tx.Tenant(), number, reach.Sources())
	if err != nil {
		return o, err
	}
	o, err = pgx.CollectExactlyOneRow(rows, scanRecord)
	if errors.Is(err, pgx.ErrNoRows) {
		return o, fault.New(fault.NotFound, "atlas.fault.no_record")
	}
	if err != nil {
		return o, err
	}
	items := []Occurrence{o}
	err = nameRecords(ctx, tx, items)
	return items[0], err
}

// formColumns are what the form rules, in the order of formValues.
var formColumns = []string{
	"taxon", "cited", "present", "date_from", "date_to", "lon", "lat", "qk", "accuracy_m", "in_town", "count_min", "count_max", "observer",
	"observer_body", "method", "life_stage", "locality", "comment", "validation", "sensitivity", "dataset",
}

func (o Occurrence) formValues(code int64) []any {
	return []any{
		o.TaxonID, o.Cited, o.Present, o.From, o.To, o.Position.Lon, o.Position.Lat, code, o.AccuracyM, o.InTown, o.CountMin, o.CountMax, o.Observer,
		o.Body, o.Method, o.LifeStage, o.Locality, o.Comment, o.Validation, int16(o.Sensitivity), o.Dataset,
	}
}

func places(from, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("$%d", from+i)
	}
	return strings.Join(list, ", ")
}

// insertRecord makes a record, or finds the one that the same form made.
func insertRecord(ctx context.Context, tx *db.Tx, reach authz.Reach, o Occurrence, code int64, sent uuid.UUID) (number int64, err error) {
	key := "form:" + sent.String()
	err = tx.QueryRow(ctx, `SELECT number FROM atlas.occurrence o WHERE tenant_id = $1 AND source_key = $2 AND `+within("$3"), tx.Tenant(), key, reach.Sources()).
		Scan(&number)
	if err == nil || !errors.Is(err, pgx.ErrNoRows) {
		return number, err
	}
	const take = `UPDATE atlas.register SET next_number = next_number + 1 WHERE tenant_id = $1 RETURNING next_number - 1`
	if err := tx.QueryRow(ctx, take, tx.Tenant()).Scan(&number); err != nil {
		return 0, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return 0, err
	}
	query := `INSERT INTO atlas.occurrence (tenant_id, id, number, source_key, source_status, public_origin, cd_nom, ` + strings.Join(formColumns, ", ") + `)
VALUES ($1, $2, $3, $4, 'Te', 'Pu', $5, ` + places(6, len(formColumns)) + `)`
	_, err = tx.Exec(ctx, query, append([]any{tx.Tenant(), id, number, key, o.citedNumber()}, o.formValues(code)...)...)
	return number, err
}

// citedNumber is the number a name chosen in the form has, nil for one of the
// town's own.
func (o Occurrence) citedNumber() *int {
	if o.TaxonID <= 0 {
		return nil
	}
	return &o.TaxonID
}

// replaceRecord keeps what it replaces.
func replaceRecord(ctx context.Context, tx *db.Tx, reach authz.Reach, o Occurrence, code int64, actor string) error {
	if _, err := readRecord(ctx, tx, reach, o.Number, " FOR UPDATE OF o"); err != nil {
		return err
	}
	const keep = `
INSERT INTO atlas.history (tenant_id, occurrence_id, deed, actor_name, revision, before)
SELECT tenant_id, id, 'edit', $4, revision + 1, to_jsonb(o)
FROM atlas.occurrence o
WHERE tenant_id = $1 AND number = $2 AND revision = $3`
	tag, err := tx.Exec(ctx, keep, tx.Tenant(), o.Number, o.Revision, actor)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return fault.New(fault.Conflict, "atlas.fault.changed_meanwhile")
	}
	// The number cited goes with the name: the first two values are both.
	query := `UPDATE atlas.occurrence SET (` + strings.Join(formColumns, ", ") + `) = ROW (` + places(4, len(formColumns)) + `),
  cd_nom = CASE WHEN (taxon, cited) = ($4, $5) THEN cd_nom ELSE $3 END, revision = revision + 1, updated_at = now()
WHERE tenant_id = $1 AND number = $2`
	_, err = tx.Exec(ctx, query, append([]any{tx.Tenant(), o.Number, o.citedNumber()}, o.formValues(code)...)...)
	return err
}

func deleteRecord(ctx context.Context, tx *db.Tx, number int64) error {
	if _, err := tx.Exec(ctx, `DELETE FROM atlas.occurrence WHERE tenant_id = $1 AND number = $2`, tx.Tenant(), number); err != nil {
		return err
	}
	return execTown(ctx, tx, dropUnusedLocal)
}

const (
	selectRules = `
SELECT r.taxon, r.level, r.reason, r.decided_by, r.decided_at,
  (SELECT count(*) FROM atlas.occurrence o WHERE o.tenant_id = $1 AND (o.taxon = r.taxon
    OR o.taxon IN (SELECT t.cd_ref FROM atlas.taxon t WHERE t.species_ref = r.taxon)))
FROM atlas.sensitivity r
WHERE r.tenant_id = $1
ORDER BY r.level DESC, r.taxon`

	upsertRule = `
INSERT INTO atlas.sensitivity (tenant_id, taxon, level, reason, decided_by)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, taxon) DO UPDATE
SET level = excluded.level, reason = excluded.reason, decided_by = excluded.decided_by, decided_at = now()`

	deleteRule = `DELETE FROM atlas.sensitivity WHERE tenant_id = $1 AND taxon = $2`

	// The trigger works out again what each record shows.
	showAgain = `
UPDATE atlas.occurrence o
SET sensitivity = o.sensitivity
WHERE o.tenant_id = $1 AND (o.taxon = $2 OR o.taxon IN (SELECT t.cd_ref FROM atlas.taxon t WHERE t.species_ref = $2))`
)

func listRules(ctx context.Context, tx *db.Tx) ([]Rule, error) {
	rows, err := tx.Query(ctx, selectRules, tx.Tenant())
	if err != nil {
		return nil, err
	}
	rules, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Rule, err error) {
		err = row.Scan(&r.TaxonID, &r.Level, &r.Reason, &r.DecidedBy, &r.DecidedAt, &r.Records)
		return r, err
	})
	if err != nil {
		return nil, err
	}
	ids := make([]int, len(rules))
	for i := range rules {
		ids[i] = rules[i].TaxonID
	}
	taxa, err := readTaxa(ctx, tx, ids)
	for i := range rules {
		rules[i].Taxon = taxa[rules[i].TaxonID]
	}
	return rules, err
}

func writeRule(ctx context.Context, tx *db.Tx, r Rule) (err error) {
	if r.Level == Precise {
		if _, err = tx.Exec(ctx, deleteRule, tx.Tenant(), r.TaxonID); err == nil {
			err = execTown(ctx, tx, dropUnusedLocal)
		}
	} else {
		_, err = tx.Exec(ctx, upsertRule, tx.Tenant(), r.TaxonID, int16(r.Level), r.Reason, r.DecidedBy)
	}
	if err == nil {
		_, err = tx.Exec(ctx, showAgain, tx.Tenant(), r.TaxonID)
	}
	return err
}

// Photographs of records, for the town's staff.
const (
	insertPhotoRow = `
INSERT INTO atlas.photo (tenant_id, id, occurrence_id, width, height, alt, credit, public)
SELECT $1, $2, o.id, $4, $5, $6, $7, $8
FROM atlas.occurrence o
WHERE o.tenant_id = $1 AND o.number = $3`

	deletePhotoRow = `
DELETE FROM atlas.photo p
USING atlas.occurrence o
WHERE p.tenant_id = $1 AND p.id = $2 AND o.tenant_id = $1 AND o.id = p.occurrence_id AND o.number = $3`

	existsPhoto = `
SELECT FROM atlas.photo p
JOIN atlas.occurrence o ON o.tenant_id = p.tenant_id AND o.id = p.occurrence_id
WHERE p.tenant_id = $1 AND p.id = $2 AND `

	selectPhotos = `
SELECT p.id, p.width, p.height, p.alt, p.credit, p.public
FROM atlas.photo p
JOIN atlas.occurrence o ON o.tenant_id = p.tenant_id AND o.id = p.occurrence_id
WHERE p.tenant_id = $1 AND o.number = $2
ORDER BY p.id`
)

func insertPhoto(ctx context.Context, tx *db.Tx, number int64, p Photo) error {
	tag, err := tx.Exec(ctx, insertPhotoRow, tx.Tenant(), p.ID, number, p.Width, p.Height, p.Alt, p.Credit, p.Public)
	if err != nil {
		return err
	}
	return notThere(tag.RowsAffected(), "atlas.fault.no_record")
}

func deletePhoto(ctx context.Context, tx *db.Tx, number int64, id uuid.UUID) error {
	tag, err := tx.Exec(ctx, deletePhotoRow, tx.Tenant(), id, number)
	if err != nil {
		return err
	}
	return notThere(tag.RowsAffected(), "fault.not_found")
}

func listPhotos(ctx context.Context, tx *db.Tx, number int64) ([]Photo, error) {
	return collectPhotos(ctx, tx, selectPhotos, tx.Tenant(), number)
}

// hasPhoto reports whether a photograph of the town is within reach.
func hasPhoto(ctx context.Context, tx *db.Tx, reach authz.Reach, id uuid.UUID) (has bool, err error) {
	err = tx.QueryRow(ctx, "SELECT EXISTS ("+existsPhoto+within("$3")+")", tx.Tenant(), id, reach.Sources()).Scan(&has)
	return has, err
}
