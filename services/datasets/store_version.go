package datasets

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/authz"
	"acvdata/services/datasets/changes"
	"acvdata/services/db"
)

const (
	selectVersions = `
SELECT number, note, rows, created_name, published_at, coalesce(restores, 0), fields
FROM datasets.version
WHERE tenant_id = $1 AND dataset_id = $2 AND state = 'published' AND ($3 = 0 OR number = $3)
ORDER BY number DESC
LIMIT 1000`

	// The newest version of each dataset of a town.
	selectLatest = `
SELECT v.dataset_id, v.number, v.note, v.rows, v.created_name, v.published_at, coalesce(v.restores, 0)
FROM datasets.dataset d
JOIN datasets.version v ON v.tenant_id = d.tenant_id AND v.dataset_id = d.id AND v.number = d.latest
WHERE d.tenant_id = $1 AND v.tenant_id = $1
LIMIT 10000`

	selectRecent = `
SELECT dataset_id, number, note, rows, created_name, published_at, coalesce(restores, 0)
FROM datasets.version
WHERE tenant_id = $1 AND state = 'published'
ORDER BY published_at DESC
LIMIT $2`

	selectFiles = `
SELECT f.dataset_id, f.number, f.format, f.key, f.size, f.sha256
FROM unnest($2::uuid[], $3::integer[]) AS wanted (dataset_id, number)
JOIN datasets.file f ON f.dataset_id = wanted.dataset_id AND f.number = wanted.number
WHERE f.tenant_id = $1`

	selectPending = `
SELECT number FROM datasets.version
WHERE tenant_id = $1 AND dataset_id = $2 AND state = 'publishing'`

	selectNext = `
SELECT coalesce(max(number), 0) + 1 FROM datasets.version
WHERE tenant_id = $1 AND dataset_id = $2`

	insertVersion = `
INSERT INTO datasets.version (tenant_id, dataset_id, number, state, note, created_by, created_name, restores)
VALUES ($1, $2, $3, 'publishing', $4, nullif($5, '00000000-0000-0000-0000-000000000000'::uuid), $6, nullif($7, 0))
ON CONFLICT (tenant_id, dataset_id, number) DO UPDATE
SET note = excluded.note, restores = excluded.restores, created_by = excluded.created_by, created_name = excluded.created_name, created_at = now()
WHERE datasets.version.state = 'publishing'`

	selectWaiting = `
SELECT d.source, d.latest, coalesce(v.restores, 0) FROM datasets.version v
JOIN datasets.dataset d ON d.tenant_id = v.tenant_id AND d.id = v.dataset_id
WHERE v.tenant_id = $1 AND d.tenant_id = $1 AND v.dataset_id = $2 AND v.number = $3 AND v.state = 'publishing'`

	selectSourceVersion = `
SELECT source_version FROM datasets.version
WHERE tenant_id = $1 AND dataset_id = $2 AND number = $3`

	updateVersion = `
UPDATE datasets.version
SET state = 'published', published_at = now(), rows = $4, source_version = $5, fields = $6
WHERE tenant_id = $1 AND dataset_id = $2 AND number = $3 AND state = 'publishing'`

	insertFile = `
INSERT INTO datasets.file (tenant_id, dataset_id, number, format, key, size, sha256)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

	deletePending = `
DELETE FROM datasets.version
WHERE tenant_id = $1 AND dataset_id = $2 AND number = $3 AND state = 'publishing'`
)

// release is a version with its dataset's id.
type release struct {
	dataset uuid.UUID
	Version
}

func scanRelease(r pgx.CollectableRow) (v release, err error) {
	return v, r.Scan(&v.dataset, &v.Number, &v.Note, &v.Rows, &v.Author, &v.Published, &v.Restores)
}

// versions lists a dataset's published versions with their files, newest first,
// or the one with the number when it is not 0.
func (s store) versions(ctx context.Context, tx *db.Tx, id uuid.UUID, number int) ([]Version, error) {
	rows, err := tx.Query(ctx, selectVersions, tx.Tenant(), id, number)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (v release, err error) {
		v.dataset = id
		return v, r.Scan(&v.Number, &v.Note, &v.Rows, &v.Author, &v.Published, &v.Restores, &v.fields)
	})
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, tx, list); err != nil {
		return nil, err
	}
	versions := make([]Version, len(list))
	for i, v := range list {
		versions[i] = v.Version
	}
	return versions, nil
}

// latest gives the newest version of each of the town's datasets, with its files
// where they are wanted.
func (s store) latest(ctx context.Context, tx *db.Tx, files bool) (map[uuid.UUID]*Version, error) {
	list, err := s.unfilled(ctx, tx, selectLatest, tx.Tenant())
	if err == nil && files {
		err = s.fill(ctx, tx, list)
	}
	if err != nil {
		return nil, err
	}
	byDataset := make(map[uuid.UUID]*Version, len(list))
	for i := range list {
		byDataset[list[i].dataset] = &list[i].Version
	}
	return byDataset, nil
}

// recent gives the town's newest versions.
func (s store) recent(ctx context.Context, tx *db.Tx, limit int) ([]release, error) {
	return s.releases(ctx, tx, selectRecent, tx.Tenant(), limit)
}

func (s store) releases(ctx context.Context, tx *db.Tx, query string, args ...any) ([]release, error) {
	list, err := s.unfilled(ctx, tx, query, args...)
	if err != nil {
		return nil, err
	}
	return list, s.fill(ctx, tx, list)
}

// unfilled reads versions without their files.
func (store) unfilled(ctx context.Context, tx *db.Tx, query string, args ...any) ([]release, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanRelease)
}

// fill reads the files of versions.
func (store) fill(ctx context.Context, tx *db.Tx, list []release) error {
	if len(list) == 0 {
		return nil
	}
	type key struct {
		dataset uuid.UUID
		number  int
	}
	place := make(map[key]int, len(list))
	ids, numbers := make([]uuid.UUID, len(list)), make([]int, len(list))
	for i, v := range list {
		place[key{v.dataset, v.Number}] = i
		ids[i], numbers[i] = v.dataset, v.Number
	}
	rows, err := tx.Query(ctx, selectFiles, tx.Tenant(), ids, numbers)
	if err != nil {
		return err
	}
	var of key
	var format, object string
	var size int64
	var sum []byte
	_, err = pgx.ForEachRow(rows, []any{&of.dataset, &of.number, &format, &object, &size, &sum}, func() error {
		n := slices.IndexFunc(formats, func(f Format) bool { return f.Name == format })
		if v := &list[place[of]]; n >= 0 {
			v.Files = append(v.Files, File{Format: formats[n], Size: size, SHA256: [32]byte(sum), key: object})
		}
		return nil
	})
	for i := range list {
		slices.SortFunc(list[i].Files, func(a, b File) int { return rank(a.Format) - rank(b.Format) })
	}
	return err
}

func rank(f Format) int {
	return slices.IndexFunc(formats, func(g Format) bool { return g.Name == f.Name })
}

// pending gives the number of the version being published, 0 for none.
func (store) pending(ctx context.Context, tx *db.Tx, id uuid.UUID) (number int, err error) {
	err = tx.QueryRow(ctx, selectPending, tx.Tenant(), id).Scan(&number)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return number, err
}

func (store) next(ctx context.Context, tx *db.Tx, id uuid.UUID) (number int, err error) {
	return number, tx.QueryRow(ctx, selectNext, tx.Tenant(), id).Scan(&number)
}

func (store) begin(ctx context.Context, tx *db.Tx, id uuid.UUID, number int, note string, restores int) error {
	actor := authz.From(ctx)
	_, err := tx.Exec(ctx, insertVersion, tx.Tenant(), id, number, note, actor.AccountID, actor.Name, restores)
	return err
}

// unpublished is a version that is still to be published.
type unpublished struct {
	source   string
	latest   int // the newest published version, 0 for none
	restores int // the version whose files it takes, 0 for none
}

// waiting gives a version that is still to be published, nil when it is published,
// given up or unknown.
func (store) waiting(ctx context.Context, tx *db.Tx, id uuid.UUID, number int) (*unpublished, error) {
	var p unpublished
	err := tx.QueryRow(ctx, selectWaiting, tx.Tenant(), id, number).Scan(&p.source, &p.latest, &p.restores)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // a version that is gone is no fault here
	}
	return &p, err
}

// sourceVersion is the source's own number of what a version holds.
func (store) sourceVersion(ctx context.Context, tx *db.Tx, id uuid.UUID, number int) (version int64, err error) {
	return version, tx.QueryRow(ctx, selectSourceVersion, tx.Tenant(), id, number).Scan(&version)
}

// complete publishes a version; false when it was given up meanwhile.
func (store) complete(ctx context.Context, tx *db.Tx, id uuid.UUID, number int, w written) (bool, error) {
	fields, err := json.Marshal(append([]changes.Column{}, w.fields...))
	if err != nil {
		return false, err
	}
	tag, err := tx.Exec(ctx, updateVersion, tx.Tenant(), id, number, w.rows, w.fresh.Version, string(fields))
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	for _, f := range w.files {
		_, err := tx.Exec(ctx, insertFile, tx.Tenant(), id, number, f.Format.Name, f.key, f.Size, f.SHA256[:])
		if err != nil {
			return false, err
		}
	}
	_, err = tx.Exec(ctx, updatePublished, tx.Tenant(), id, number)
	return true, err
}

func (store) abandon(ctx context.Context, tx *db.Tx, id uuid.UUID, number int) (bool, error) {
	tag, err := tx.Exec(ctx, deletePending, tx.Tenant(), id, number)
	return tag.RowsAffected() > 0, err
}

// written is what a publication wrote to the object store, or took over.
type written struct {
	files      []File
	fields     []changes.Column // of its rows
	rows       int64
	fresh      Freshness
	difference *Difference // to the version before, nil when there is none
}
