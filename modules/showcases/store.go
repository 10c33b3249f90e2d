package showcases

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

// mostPieces bounds a list; the programme writes a few dozen a year.
const mostPieces = 500

const pieceColumns = `id, kind, slug, state, version, content, public, public_version,
  coalesce(published_at, '0001-01-01'), coalesce(refreshed_at, '0001-01-01'), changed_at, author_id, author_name, archive_reason`

func scanPiece(row pgx.CollectableRow) (p Piece, err error) {
	var content, public []byte
	err = row.Scan(&p.ID, &p.Kind, &p.Slug, &p.State, &p.Version, &content, &public, &p.PublicVersion,
		&p.PublishedAt, &p.RefreshedAt, &p.ChangedAt, &p.Author.ID, &p.Author.Name, &p.ArchiveReason)
	if err != nil {
		return p, err
	}
	if public != nil {
		p.Public = &Content{}
		err = json.Unmarshal(public, p.Public)
	}
	return p, errors.Join(err, json.Unmarshal(content, &p.Content))
}

// list reads the pieces that a condition on the table lets through.
func list(ctx context.Context, tx *db.PlatformTx, condition string, args ...any) ([]Piece, error) {
	query := `SELECT ` + pieceColumns + ` FROM showcases.piece WHERE ` + condition
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanPiece)
}

func one(ctx context.Context, tx *db.PlatformTx, condition string, args ...any) (*Piece, error) {
	found, err := list(ctx, tx, condition, args...)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "showcases.fault.not_found")
	}
	return &found[0], nil
}

// locked reads a piece and keeps others from changing it until the end of the
// transaction.
func locked(ctx context.Context, tx *db.PlatformTx, id uuid.UUID) (*Piece, error) {
	return one(ctx, tx, `id = $1 FOR UPDATE`, id)
}

// insert writes a new piece with its first version.
func insert(ctx context.Context, tx *db.PlatformTx, p *Piece) error {
	content, err := json.Marshal(p.Content)
	if err != nil {
		return err
	}
	const statement = `
INSERT INTO showcases.piece (id, kind, slug, state, version, content, changed_at, author_id, author_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	_, err = tx.Exec(ctx, statement, p.ID, p.Kind, p.Slug, p.State, p.Version, content, p.ChangedAt, p.Author.ID, p.Author.Name)
	if err != nil {
		return err
	}
	return keepVersion(ctx, tx, p, content)
}

// save writes what the piece says and where it stands; what it says as a new
// version.
func save(ctx context.Context, tx *db.PlatformTx, p *Piece) error {
	content, err := json.Marshal(p.Content)
	if err != nil {
		return err
	}
	const statement = `
UPDATE showcases.piece
SET slug = $2, state = $3, version = $4, content = $5, changed_at = $6, author_id = $7, author_name = $8
WHERE id = $1`
	_, err = tx.Exec(ctx, statement, p.ID, p.Slug, p.State, p.Version, content, p.ChangedAt, p.Author.ID, p.Author.Name)
	if err != nil {
		return err
	}
	return keepVersion(ctx, tx, p, content)
}

func keepVersion(ctx context.Context, tx *db.PlatformTx, p *Piece, content []byte) error {
	const statement = `
INSERT INTO showcases.version (piece_id, number, content, by_id, by_name, at)
VALUES ($1, $2, $3, $4, $5, $6)`
	_, err := tx.Exec(ctx, statement, p.ID, p.Version, content, p.Author.ID, p.Author.Name, p.ChangedAt)
	return err
}

// move writes where a piece stands, with what everybody sees from now on.
func move(ctx context.Context, tx *db.PlatformTx, p *Piece) error {
	var public []byte
	if p.Public != nil {
		var err error
		if public, err = json.Marshal(p.Public); err != nil {
			return err
		}
	}
	const statement = `
UPDATE showcases.piece
SET state = $2, public = $3, public_version = $4, published_at = $5, refreshed_at = $6, archive_reason = $7
WHERE id = $1`
	_, err := tx.Exec(ctx, statement, p.ID, p.State, public, p.PublicVersion, orNull(p.PublishedAt), orNull(p.RefreshedAt), p.ArchiveReason)
	return err
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func addEvent(ctx context.Context, tx *db.PlatformTx, p *Piece, e Event) error {
	const statement = `
INSERT INTO showcases.event (piece_id, id, version, action, town, note, by_id, by_name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	_, err := tx.Exec(ctx, statement, p.ID, e.ID, e.Version, e.Action, e.Town, e.Note, e.By.ID, e.By.Name, e.At)
	return err
}

// events reads what became of a piece, newest first.
func events(ctx context.Context, tx *db.PlatformTx, id uuid.UUID) ([]Event, error) {
	const query = `
SELECT id, version, action, town, note, by_id, by_name, at
FROM showcases.event
WHERE piece_id = $1
ORDER BY id DESC
LIMIT 200`
	rows, err := tx.Query(ctx, query, id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Event, err error) {
		return e, row.Scan(&e.ID, &e.Version, &e.Action, &e.Town, &e.Note, &e.By.ID, &e.By.Name, &e.At)
	})
}

// versions reads the saves of a piece after one, newest first.
func versions(ctx context.Context, tx *db.PlatformTx, id uuid.UUID, after int) ([]Version, error) {
	const query = `
SELECT number, content, by_id, by_name, at
FROM showcases.version
WHERE piece_id = $1 AND number > $2
ORDER BY number DESC
LIMIT 500`
	rows, err := tx.Query(ctx, query, id, after)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (v Version, err error) {
		var content []byte
		if err := row.Scan(&v.Number, &content, &v.By.ID, &v.By.Name, &v.At); err != nil {
			return v, err
		}
		return v, json.Unmarshal(content, &v.Content)
	})
}

// storedPicture is a picture and the piece it belongs to.
type storedPicture struct {
	ID, Piece     uuid.UUID
	Width, Height int
}

func addPicture(ctx context.Context, tx *db.PlatformTx, s storedPicture, by uuid.UUID, at time.Time) error {
	const statement = `INSERT INTO showcases.picture (id, piece_id, width, height, by_id, at) VALUES ($1, $2, $3, $4, $5, $6)`
	_, err := tx.Exec(ctx, statement, s.ID, s.Piece, s.Width, s.Height, by, at)
	return err
}

func deletePicture(ctx context.Context, tx *db.PlatformTx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `DELETE FROM showcases.picture WHERE id = $1`, id)
	return err
}

func picture(ctx context.Context, tx *db.PlatformTx, id uuid.UUID) (s storedPicture, err error) {
	const query = `SELECT id, piece_id, width, height FROM showcases.picture WHERE id = $1`
	err = tx.QueryRow(ctx, query, id).Scan(&s.ID, &s.Piece, &s.Width, &s.Height)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, fault.New(fault.NotFound, "showcases.fault.not_found")
	}
	return s, err
}
