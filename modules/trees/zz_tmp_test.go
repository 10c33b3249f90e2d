package trees_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"acvdata/modules/trees"
	"github.com/stretchr/testify/require"
)

func TestTmpUndoPlan(t *testing.T) {
	r := newRig(t)
	r.Work()
	town := r.Town("ales")
	i := r.load(town, saintQuentin, shared(t, saintQuentin))
	conn, err := pgx.Connect(t.Context(), r.AdminDB)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	conn.Exec(t.Context(), "SET ROLE acv_app")
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "SELECT set_config('app.tenant',$1,true)", town.ID.String())
	require.NoError(t, err)
	for _, s := range trees.UndoStatements() {
		rows, err := tx.Query(t.Context(), "EXPLAIN (ANALYZE) "+s, town.ID, i.ID)
		require.NoError(t, err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		for _, l := range lines { t.Log(l) }
	}
	rows, _ := tx.Query(t.Context(), "SELECT count(*)::text FROM trees.tally")
	lines, _ := pgx.CollectRows(rows, pgx.RowTo[string])
	t.Log(lines)
}
