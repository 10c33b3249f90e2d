package datagouv

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

const (
	selectAccount = `
SELECT sealed, organization, organization_name, choices, holder, author, given_at
FROM opendata.push_account WHERE tenant_id = $1`

	upsertAccount = `
INSERT INTO opendata.push_account (tenant_id, sealed, organization, organization_name, choices, holder, author)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id) DO UPDATE
SET sealed = excluded.sealed, organization = excluded.organization, organization_name = excluded.organization_name,
  choices = excluded.choices, holder = excluded.holder, author = excluded.author, given_at = now()`

	pushColumns = `dataset, wanted, state, wish, job_id, remote_id, page, version, coalesce(sent_at, '0001-01-01'::timestamptz),
  fault_key, fault_args, author, changed_at`

	selectPushes = `SELECT ` + pushColumns + ` FROM opendata.push WHERE tenant_id = $1 AND ($2 = '' OR dataset = $2) ORDER BY dataset LIMIT 10000`

	lockPush = `SELECT ` + pushColumns + ` FROM opendata.push WHERE tenant_id = $1 AND dataset = $2 FOR UPDATE`

	selectWaiting = `SELECT ` + pushColumns + ` FROM opendata.push WHERE tenant_id = $1 AND state = 'waiting' ORDER BY dataset LIMIT 10000 FOR UPDATE`

	upsertPush = `
INSERT INTO opendata.push (tenant_id, dataset, wanted, state, wish, job_id, remote_id, page, author)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant_id, dataset) DO UPDATE
SET wanted = excluded.wanted, state = excluded.state, wish = excluded.wish, job_id = excluded.job_id, remote_id = excluded.remote_id,
  page = excluded.page, author = excluded.author, fault_key = '', fault_args = '{}', changed_at = now()`

	updateRemote = `
UPDATE opendata.push SET remote_id = $4, page = $5
WHERE tenant_id = $1 AND dataset = $2 AND job_id = $3 AND state = 'waiting'`

	// A wish made meanwhile keeps it waiting: the worker goes on.
	endPush = `
UPDATE opendata.push
SET state = $5, version = $6, page = CASE WHEN $5 = 'retired' THEN '' ELSE page END,
  sent_at = CASE WHEN $5 = 'sent' THEN now() ELSE sent_at END, fault_key = '', fault_args = '{}', changed_at = now()
WHERE tenant_id = $1 AND dataset = $2 AND job_id = $3 AND wish = $4 AND state = 'waiting'`

	updateFault = `
UPDATE opendata.push
SET state = $4, fault_key = $5, fault_args = $6, changed_at = now()
WHERE tenant_id = $1 AND dataset = $2 AND job_id = $3 AND state = 'waiting'`
)

// accountOf gives the town's account, nil when there is none.
func accountOf(ctx context.Context, tx *db.Tx) (*Account, error) {
	rows, err := tx.Query(ctx, selectAccount, tx.Tenant())
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (a Account, err error) {
		var choices []byte
		if err = r.Scan(&a.sealed, &a.Organization.ID, &a.Organization.Name, &choices, &a.Holder, &a.Author, &a.Given); err != nil {
			return a, err
		}
		return a, json.Unmarshal(choices, &a.Choices)
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func saveAccount(ctx context.Context, tx *db.Tx, a *Account) error {
	choices, err := json.Marshal(a.Choices)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, upsertAccount, tx.Tenant(), a.sealed, a.Organization.ID, a.Organization.Name, choices, a.Holder, a.Author)
	return err
}

func deleteAccount(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM opendata.push_account WHERE tenant_id = $1`, tx.Tenant())
	return err
}

func queryPushes(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Push, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (p Push, err error) {
		var key string
		var args []byte
		err = r.Scan(&p.Dataset, &p.Wanted, &p.State, &p.wish, &p.job, &p.remoteID, &p.Page, &p.Version, &p.Sent, &key, &args, &p.Author, &p.Changed)
		if err == nil && key != "" {
			p.Fault = fault.New(fault.Unavailable, key)
			err = json.Unmarshal(args, &p.Fault.Args)
		}
		return p, err
	})
}

// pushOf gives a dataset's life over there, nil when it has none.
func pushOf(ctx context.Context, tx *db.Tx, query, dataset string) (*Push, error) {
	list, err := queryPushes(ctx, tx, query, tx.Tenant(), dataset)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func savePush(ctx context.Context, tx *db.Tx, p *Push) error {
	_, err := tx.Exec(ctx, upsertPush, tx.Tenant(), p.Dataset, p.Wanted, string(p.State), p.wish, p.job, p.remoteID, p.Page, p.Author)
	return err
}

// noteRemote keeps where a dataset is over there; false when the job is no longer
// the one that works on it.
func noteRemote(ctx context.Context, tx *db.Tx, p *Push) (bool, error) {
	tag, err := tx.Exec(ctx, updateRemote, tx.Tenant(), p.Dataset, p.job, p.remoteID, p.Page)
	return tag.RowsAffected() > 0, err
}

// end closes a push; false when somebody wished for another meanwhile.
func end(ctx context.Context, tx *db.Tx, p *Push, state State, version int) (bool, error) {
	tag, err := tx.Exec(ctx, endPush, tx.Tenant(), p.Dataset, p.job, p.wish, string(state), version)
	return tag.RowsAffected() > 0, err
}

// noteFault keeps why a push failed, for good or until the next attempt.
func noteFault(ctx context.Context, tx *db.Tx, p *Push, state State, why *fault.Fault) error {
	args := []byte("{}")
	if raw, err := json.Marshal(why.Args); err == nil && len(why.Args) > 0 {
		args = raw
	}
	_, err := tx.Exec(ctx, updateFault, tx.Tenant(), p.Dataset, p.job, string(state), why.Key, args)
	return err
}
