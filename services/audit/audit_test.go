package audit_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/dbtest"
)

func TestTheLogIsAppendOnlyPerTownAndSearchable(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	a, b := uuid.New(), uuid.New()
	ctx := authz.With(t.Context(), authz.Actor{AccountID: uuid.New(), Name: "Camille Roux"})
	err := d.InTenant(ctx, a, func(ctx context.Context, tx *db.Tx) error {
		if err := audit.Record(ctx, tx, "imports.commit", "import/1", map[string]any{"rows": 12}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "trees.edit", "tree/7", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		tenant uuid.UUID
		search audit.Search
		want   int
	}{
		"everything":       {a, audit.Search{}, 2},
		"by action":        {a, audit.Search{Text: "COMMIT"}, 1},
		"by name":          {a, audit.Search{Text: "camille"}, 2},
		"a quote is text":  {a, audit.Search{Text: "%'"}, 0},
		"one page":         {a, audit.Search{Limit: 1}, 1},
		"another town":     {b, audit.Search{}, 0},
		"one action":       {a, audit.Search{Action: "trees.edit"}, 1},
		"a known action":   {a, audit.Search{Text: "chargement", Known: []string{"imports.commit"}}, 1},
		"names unsearched": {a, audit.Search{Text: "camille", Nameless: true}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			events := list(t, d, test.tenant, test.search)
			if len(events) != test.want {
				t.Errorf("%d events, want %d", len(events), test.want)
			}
		})
	}
	newest := list(t, d, a, audit.Search{})[0]
	if newest.Action != "trees.edit" || newest.ActorName != "Camille Roux" {
		t.Errorf("newest: %+v", newest)
	}
	if hidden := list(t, d, a, audit.Search{Nameless: true})[0]; hidden.ActorName != "" || hidden.ActorID != uuid.Nil {
		t.Errorf("a reader who must not see names sees %+v", hidden)
	}
	if older := list(t, d, a, audit.Search{Before: newest.ID}); len(older) != 1 || older[0].Details["rows"] != float64(12) {
		t.Errorf("next page: %+v", older)
	}
	for _, statement := range []string{`DELETE FROM audit.event`, `UPDATE audit.event SET action = 'x'`, `TRUNCATE audit.event`} {
		err := d.InTenant(ctx, a, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, statement)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func list(t *testing.T, d *db.DB, tenant uuid.UUID, s audit.Search) (events []audit.Event) {
	t.Helper()
	err := d.ReadTenant(t.Context(), tenant, func(ctx context.Context, tx *db.Tx) (err error) {
		events, err = audit.List(ctx, tx, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}
