package debates

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

func selectAll(ctx context.Context, tx *db.Tx, slug string) ([]Debate, error) {
	const query = `
SELECT id, slug, title, lead, theme, shows, opens_on, closes_on, answer, answered_as, answered_at, decision, decided_on, decision_href, decided_at,
  coalesce(contribution_id, '00000000-0000-0000-0000-000000000000'), proposed_by, published, published_at, revision, author, updated_at
FROM opendata.debate
WHERE tenant_id = $1 AND NOT deleted AND ($2 = '' OR slug = $2)
ORDER BY coalesce(published_at, updated_at) DESC, slug
LIMIT 500`
	rows, err := tx.Query(ctx, query, tx.Tenant(), slug)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Debate, err error) {
		var opens, closes, answered, decidedOn, decided, at *time.Time
		err = row.Scan(&d.ID, &d.Slug, &d.Title, &d.Lead, &d.Theme, &d.Shows, &opens, &closes, &d.Answer, &d.AnsweredAs, &answered,
			&d.Decision, &decidedOn, &d.DecisionHref, &decided, &d.Contribution, &d.ProposedBy, &d.Published, &at, &d.Revision, &d.Author, &d.Updated)
		d.Opens, d.Closes, d.AnsweredAt = orZero(opens), orZero(closes), orZero(answered)
		d.DecidedOn, d.DecidedAt, d.At = orZero(decidedOn), orZero(decided), orZero(at)
		return d, err
	})
}

func find(ctx context.Context, tx *db.Tx, slug string) (*Debate, error) {
	list, err := selectAll(ctx, tx, slug)
	if err == nil && (len(list) == 0 || slug == "") {
		err = unknown()
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// insert adds a question; false when its address is taken.
func insert(ctx context.Context, tx *db.Tx, d *Debate) (bool, error) {
	const statement = `
INSERT INTO opendata.debate (tenant_id, id, slug, title, lead, theme, shows, opens_on, closes_on, answer, answered_as, answered_at,
  decision, decided_on, decision_href, decided_at, contribution_id, proposed_by, author)
VALUES ($1, $2, $3, $4, $5, $6, coalesce($7::text[], '{}'), $8, $9, $10, $11, $12, $13, $14, $15, $16,
  nullif($17, '00000000-0000-0000-0000-000000000000'::uuid), $18, $19)
ON CONFLICT (tenant_id, slug) DO NOTHING`
	tag, err := tx.Exec(ctx, statement, tx.Tenant(), d.ID, d.Slug, d.Title, d.Lead, string(d.Theme), d.Shows, orNull(d.Opens), orNull(d.Closes),
		d.Answer, d.AnsweredAs, orNull(d.AnsweredAt), d.Decision, orNull(d.DecidedOn), d.DecisionHref, orNull(d.DecidedAt),
		d.Contribution, d.ProposedBy, d.Author)
	return tag.RowsAffected() > 0, err
}

// update writes a question; false when it changed since.
func update(ctx context.Context, tx *db.Tx, slug string, d *Debate) (bool, error) {
	const statement = `
UPDATE opendata.debate SET title = $4, lead = $5, theme = $6, shows = coalesce($7::text[], '{}'), opens_on = $8, closes_on = $9, answer = $10,
  answered_as = $11, answered_at = $12, decision = $13, decided_on = $14, decision_href = $15, decided_at = $16,
  revision = revision + 1, updated_at = now()
WHERE tenant_id = $1 AND slug = $2 AND revision = $3`
	tag, err := tx.Exec(ctx, statement, tx.Tenant(), slug, d.Revision, d.Title, d.Lead, string(d.Theme), d.Shows, orNull(d.Opens), orNull(d.Closes),
		d.Answer, d.AnsweredAs, orNull(d.AnsweredAt), d.Decision, orNull(d.DecidedOn), d.DecisionHref, orNull(d.DecidedAt))
	return tag.RowsAffected() > 0, err
}

func publish(ctx context.Context, tx *db.Tx, slug string, shown bool, at time.Time) error {
	const statement = `
UPDATE opendata.debate SET published = $3, published_at = CASE WHEN $3 AND NOT published THEN $4 ELSE published_at END, updated_at = now()
WHERE tenant_id = $1 AND slug = $2`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), slug, shown, at)
	return err
}

// drop empties a question and keeps its address taken: arguments are tied to the
// address, and must not come back under another question.
func drop(ctx context.Context, tx *db.Tx, slug string) error {
	const statement = `
UPDATE opendata.debate SET deleted = true, published = false, title = '', lead = '', shows = '{}', answer = '', answered_as = '', decision = '',
  decision_href = '', contribution_id = NULL, proposed_by = '', author = '', revision = revision + 1, updated_at = now()
WHERE tenant_id = $1 AND slug = $2`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), slug)
	return err
}

// proposed reports whether a contribution made a question that is still there.
func proposed(ctx context.Context, tx *db.Tx, contribution uuid.UUID) (known bool, err error) {
	const query = `SELECT EXISTS (SELECT 1 FROM opendata.debate WHERE tenant_id = $1 AND contribution_id = $2)`
	return known, tx.QueryRow(ctx, query, tx.Tenant(), contribution).Scan(&known)
}

// dropDraft deletes what a contribution made, while nobody worked on it nor read it.
func dropDraft(ctx context.Context, tx *db.Tx, contribution uuid.UUID) error {
	const statement = `DELETE FROM opendata.debate WHERE tenant_id = $1 AND contribution_id = $2 AND published_at IS NULL AND revision = 1`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), contribution)
	return err
}

// sign writes who proposed a question, "" for nobody to be named.
func sign(ctx context.Context, tx *db.Tx, contribution uuid.UUID, name string) error {
	const statement = `UPDATE opendata.debate SET proposed_by = $3 WHERE tenant_id = $1 AND contribution_id = $2`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), contribution, name)
	return err
}
