package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/tenants"
)

const insertEvent = `INSERT INTO audit.event (tenant_id, id, action) VALUES ($1, $2, 'test')`

func count(t *testing.T, d *db.DB, tenant tenants.ID) (n int) {
	t.Helper()
	err := d.Query(t.Context(), tenant, func(rows pgx.Rows) error {
		rows.Next()
		return rows.Scan(&n)
	}, `SELECT count(*) FROM audit.event`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func record(ctx context.Context, tx *db.Tx, tenant tenants.ID) error {
	_, err := tx.Exec(ctx, insertEvent, tenant, uuid.New())
	return err
}

func TestATownSeesOnlyItsRows(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	a, b := uuid.New(), uuid.New()
	err := d.InTenant(t.Context(), a, func(ctx context.Context, tx *db.Tx) error { return record(ctx, tx, a) })
	if err != nil {
		t.Fatal(err)
	}
	if count(t, d, a) != 1 || count(t, d, b) != 0 {
		t.Errorf("town a sees %d rows, town b %d", count(t, d, a), count(t, d, b))
	}
	err = d.InTenant(t.Context(), b, func(ctx context.Context, tx *db.Tx) error { return record(ctx, tx, a) })
	if err == nil || !strings.Contains(err.Error(), "row-level security") {
		t.Errorf("writing into another town: %v", err)
	}
}

func TestNoTownIsAnErrorNotAnEmptyAnswer(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	if _, err := d.Pool().Exec(t.Context(), `SELECT count(*) FROM audit.event`); err == nil {
		t.Error("a query without a town must fail loudly")
	}
	if err := d.InTenant(t.Context(), uuid.Nil, func(context.Context, *db.Tx) error { return nil }); err == nil {
		t.Error("a transaction without a town must not open")
	}
	// The setting dies with the transaction: the pooled connection forgets it.
	_ = count(t, d, uuid.New())
	if _, err := d.Pool().Exec(t.Context(), `SELECT count(*) FROM audit.event`); err == nil {
		t.Error("the town of the last transaction is still set on the connection")
	}
}

func TestPlatformRoleHasNoHandInTownsTables(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	err := d.InPlatform(t.Context(), func(ctx context.Context, tx *db.PlatformTx) error {
		_, err := tx.Exec(ctx, `SELECT 1 FROM audit.event`)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("the platform role reads a town's table: %v", err)
	}
}

func TestGormAndPgxShareTheTransaction(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	tenant, stop := uuid.New(), errors.New("stop")
	err := d.InTenant(t.Context(), tenant, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Gorm().Exec(insertEvent, tenant, uuid.New()).Error; err != nil {
			return err
		}
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM audit.event`).Scan(&n); err != nil {
			return err
		}
		if n != 1 {
			t.Errorf("pgx sees %d rows of GORM's, want 1", n)
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if n := count(t, d, tenant); n != 0 {
		t.Errorf("%d rows survive the rollback", n)
	}
}

func TestNestedCallsJoinAndRefuseAnotherTown(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	a, b := uuid.New(), uuid.New()
	err := d.InTenant(t.Context(), a, func(ctx context.Context, outer *db.Tx) error {
		if err := d.InTenant(ctx, b, func(context.Context, *db.Tx) error { return nil }); err == nil {
			t.Error("a transaction of town b opened inside one of town a")
		}
		return d.InTenant(ctx, a, func(_ context.Context, inner *db.Tx) error {
			if inner != outer {
				t.Error("the nested call did not join")
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadTenantRefusesWrites(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	tenant := uuid.New()
	err := d.ReadTenant(t.Context(), tenant, func(ctx context.Context, tx *db.Tx) error { return record(ctx, tx, tenant) })
	if err == nil {
		t.Error("a read-only transaction wrote")
	}
}

func TestErrorsBecomeFaults(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	tenant, id := uuid.New(), uuid.New()
	tests := map[string]struct {
		code fault.Code
		run  func(ctx context.Context, tx *db.Tx) error
	}{
		"same key twice": {fault.Conflict, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, insertEvent+`, ($1, $2, 'test')`, tenant, id)
			return err
		}},
		"no row": {fault.NotFound, func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT id FROM audit.event`).Scan(new(uuid.UUID))
		}},
		"not a uuid": {fault.Invalid, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `SELECT 'x'::uuid`)
			return err
		}},
		"too slow": {fault.Unavailable, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 10; SELECT pg_sleep(5)`)
			return err
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := d.InTenant(t.Context(), tenant, test.run)
			if !fault.Is(err, test.code) {
				t.Errorf("got %v, want code %s", err, test.code)
			}
		})
	}
}

func TestASnapshotDoesNotMove(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	town := uuid.New()
	err := d.SnapshotTenant(t.Context(), town, func(ctx context.Context, tx *db.Tx) error {
		var before, after int
		const query = `SELECT count(*) FROM audit.event WHERE tenant_id = $1`
		if err := tx.QueryRow(ctx, query, town).Scan(&before); err != nil {
			return err
		}
		write := func(ctx context.Context, tx *db.Tx) error { return record(ctx, tx, town) }
		if err := d.InTenant(db.Detach(ctx), town, write); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, query, town).Scan(&after); err != nil {
			return err
		}
		if before != 0 || after != 0 {
			t.Errorf("the snapshot saw %d rows, then %d", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count(t, d, town) != 1 {
		t.Error("the row written meanwhile is lost")
	}
}
