package contributions

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
)

// keepSecret gives the town's secret, which is fresh when there was none.
func keepSecret(ctx context.Context, tx *db.Tx, fresh []byte) (kept []byte, err error) {
	const insert = `INSERT INTO contributions.secret (tenant_id, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	if _, err := tx.Exec(ctx, insert, tx.Tenant(), fresh); err != nil {
		return nil, err
	}
	return kept, tx.QueryRow(ctx, `SELECT value FROM contributions.secret WHERE tenant_id = $1`, tx.Tenant()).Scan(&kept)
}

// modeOf reads how the town takes a kind in.
func modeOf(ctx context.Context, tx *db.Tx, k *Kind) (mode Mode, err error) {
	const query = `SELECT coalesce((SELECT mode FROM contributions.mode WHERE tenant_id = $1 AND kind = $2), $3)`
	return mode, tx.QueryRow(ctx, query, tx.Tenant(), k.Code, string(k.defaultMode())).Scan(&mode)
}

func saveMode(ctx context.Context, tx *db.Tx, code string, mode Mode) error {
	const upsert = `
INSERT INTO contributions.mode (tenant_id, kind, mode) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, kind) DO UPDATE SET mode = excluded.mode`
	_, err := tx.Exec(ctx, upsert, tx.Tenant(), code, string(mode))
	return err
}

// insert writes a contribution; false when its form made one already.
func insert(ctx context.Context, tx *db.Tx, c *Contribution, token []byte) (bool, error) {
	facts, reference, err := described(c)
	if err != nil {
		return false, err
	}
	const statement = `
INSERT INTO contributions.contribution (tenant_id, id, kind, subject, part, subject_title, subject_label, subject_href, facts, reference,
  choice, title, url, body, name, name_public, email, photo_id, photo_width, photo_height, slow, state, token, created_at, changed_at, revision,
  also, link, reviewed, outcome)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
  nullif($18, '00000000-0000-0000-0000-000000000000'::uuid), $19, $20, $21, $22, $23, $24, $24, 1,
  coalesce($25::text[], '{}'), $26, $27, $28)
ON CONFLICT (tenant_id, token) DO NOTHING`
	tag, err := tx.Exec(ctx, statement, tx.Tenant(), c.ID, c.Kind, c.Subject, c.Part, c.About.Title, c.About.Label, c.About.Href,
		facts, reference, c.Choice, c.Title, c.URL, c.Body, c.Name, c.NamePublic, c.Email, c.Photo, c.PhotoWidth, c.PhotoHeight,
		c.Slow, string(c.State), token, c.CreatedAt, c.Also, c.link, c.Reviewed, c.Outcome)
	return tag.RowsAffected() > 0, err
}

func described(c *Contribution) (facts, reference string, err error) {
	list, words := c.About.Facts, c.About.Reference
	if list == nil {
		list = []Fact{}
	}
	if words == nil {
		words = map[string]string{}
	}
	a, err := json.Marshal(list)
	if err != nil {
		return "", "", err
	}
	b, err := json.Marshal(words)
	return string(a), string(b), err
}

// write keeps a change, and what its author is to be told of it: "" for nothing,
// which also calls off what was not said yet.
func (s *Service) write(ctx context.Context, tx *db.Tx, c *Contribution, tell string) error {
	facts, reference, err := described(c)
	if err != nil {
		return err
	}
	if c.Email == "" {
		tell, c.link = "", nil
	}
	c.ChangedAt, c.Revision = s.Now(), c.Revision+1
	const statement = `
UPDATE contributions.contribution
SET subject_label = $3, facts = $4, reference = $5, choice = $6, title = $7, url = $8, body = $9, name = $10, name_public = $11, email = $12,
  photo_id = nullif($13, '00000000-0000-0000-0000-000000000000'::uuid), state = $14, reviewed = $15, reason = $16, note = $17,
  outcome = $18, answer = $19, answered_name = $20, answered_at = $21, used_in = $22, used_href = $23,
  tell = $24, tell_at = $25, changed_at = $26, revision = $27, also = coalesce($28::text[], '{}'), answered_as = $29, link = $30
WHERE tenant_id = $1 AND id = $2`
	_, err = tx.Exec(ctx, statement, tx.Tenant(), c.ID, c.About.Label, facts, reference, c.Choice, c.Title, c.URL, c.Body, c.Name, c.NamePublic,
		c.Email, c.Photo, string(c.State), c.Reviewed, c.Reason, c.Note, c.Outcome, c.Answer, c.AnsweredName, orNull(c.AnsweredAt),
		c.UsedIn, c.UsedHref, tell, c.ChangedAt.Add(reprieve), c.ChangedAt, c.Revision, c.Also, c.AnsweredAs, c.link)
	return err
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

const selectContribution = `
SELECT id, kind, subject, part, subject_title, subject_label, subject_href, facts, reference, choice, title, url, body, name, name_public,
  email, coalesce(photo_id, '00000000-0000-0000-0000-000000000000'), photo_width, photo_height, slow, state, reviewed, reason, note, outcome,
  answer, answered_name, answered_at, used_in, used_href, created_at, changed_at, revision, also, answered_as, link
FROM contributions.contribution
WHERE tenant_id = $1`

func scan(row pgx.CollectableRow) (c Contribution, err error) {
	var answered *time.Time
	err = row.Scan(&c.ID, &c.Kind, &c.Subject, &c.Part, &c.About.Title, &c.About.Label, &c.About.Href, &c.About.Facts, &c.About.Reference,
		&c.Choice, &c.Title, &c.URL, &c.Body, &c.Name, &c.NamePublic, &c.Email, &c.Photo, &c.PhotoWidth, &c.PhotoHeight, &c.Slow,
		&c.State, &c.Reviewed, &c.Reason, &c.Note, &c.Outcome, &c.Answer, &c.AnsweredName, &answered, &c.UsedIn, &c.UsedHref,
		&c.CreatedAt, &c.ChangedAt, &c.Revision, &c.Also, &c.AnsweredAs, &c.link)
	if answered != nil {
		c.AnsweredAt = *answered
	}
	return c, err
}

func collect(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Contribution, error) {
	rows, err := tx.Query(ctx, query, append([]any{tx.Tenant()}, args...)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// readByToken finds a contribution by the hash of its token; nil when there is
// none.
func readByToken(ctx context.Context, tx *db.Tx, token []byte) (*Contribution, error) {
	list, err := collect(ctx, tx, selectContribution+` AND token = $2`, token)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// readOne reads a contribution, and keeps others from changing it when lock is set.
func readOne(ctx context.Context, tx *db.Tx, id uuid.UUID, lock bool) (*Contribution, error) {
	query := selectContribution + ` AND id = $2`
	if lock {
		query += ` FOR UPDATE`
	}
	list, err := collect(ctx, tx, query, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "contributions.fault.unknown")
	}
	return &list[0], nil
}

// note writes a step of the history, with the moderation as it was before it.
func (s *Service) note(ctx context.Context, tx *db.Tx, c *Contribution, deed string, batch uuid.UUID, before Moderation, text string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	was, err := json.Marshal(before)
	if err != nil {
		return err
	}
	if c.State == Erased { // a refusal's words may quote
		const silence = `UPDATE contributions.deed SET note = '', before = '{}' WHERE tenant_id = $1 AND contribution_id = $2`
		if _, err := tx.Exec(ctx, silence, tx.Tenant(), c.ID); err != nil {
			return err
		}
		was, text = []byte("{}"), ""
	}
	const insert = `
INSERT INTO contributions.deed (tenant_id, id, contribution_id, batch, deed, who, note, before, revision, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	_, err = tx.Exec(ctx, insert, tx.Tenant(), id, c.ID, batch, deed, authz.From(ctx).Name, text, string(was), c.Revision, s.Now())
	return err
}

func deedsOf(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]Deed, error) {
	const query = `
SELECT deed, who, note, at FROM contributions.deed
WHERE tenant_id = $1 AND contribution_id = $2
ORDER BY id DESC
LIMIT 100`
	rows, err := tx.Query(ctx, query, tx.Tenant(), id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Deed])
}

// step is a deed on its way to be undone.
type step struct {
	contribution uuid.UUID
	deed         string
	before       Moderation
	revision     int
	told         bool // its author knows of it
}

// undoable tells the town's decisions from what authors do.
func (s step) undoable() bool {
	switch Do(s.deed) {
	case Accept, Refuse, Answer, Reopen, UsedIn:
		return true
	}
	return false
}

func stepsOf(ctx context.Context, tx *db.Tx, batch uuid.UUID) ([]step, error) {
	const query = `
SELECT d.contribution_id, d.deed, d.before, d.revision, c.email <> '' AND c.tell = ''
FROM contributions.deed d
JOIN contributions.contribution c ON c.tenant_id = d.tenant_id AND c.id = d.contribution_id
WHERE d.tenant_id = $1 AND d.batch = $2
ORDER BY d.contribution_id`
	rows, err := tx.Query(ctx, query, tx.Tenant(), batch)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s step, err error) {
		return s, row.Scan(&s.contribution, &s.deed, &s.before, &s.revision, &s.told)
	})
}
