package geopackage_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"testing"

	"modernc.org/sqlite"
)

// spatial gives SQLite the functions that the triggers of the format call, and that
// desktop tools bring along.
var spatial = sync.OnceValue(func() error {
	position := func(axis int) func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		return func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			blob, is := args[0].([]byte)
			if !is || len(blob) != 29 {
				return nil, fmt.Errorf("no point: %v", args[0])
			}
			return math.Float64frombits(binary.LittleEndian.Uint64(blob[13+8*axis:])), nil
		}
	}
	for name, axis := range map[string]int{"ST_MinX": 0, "ST_MaxX": 0, "ST_MinY": 1, "ST_MaxY": 1} {
		if err := sqlite.RegisterDeterministicScalarFunction(name, 1, position(axis)); err != nil {
			return err
		}
	}
	return sqlite.RegisterDeterministicScalarFunction("ST_IsEmpty", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		if args[0] == nil {
			return nil, nil
		}
		return int64(0), nil
	})
})

// pointBlob is a point as the format has it.
func pointBlob(x, y float64) []byte {
	b := append([]byte{'G', 'P', 0, 1}, 0xE6, 0x10, 0, 0, 1, 1, 0, 0, 0)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(y))
}

// TestTheIndexFollowsWhoEdits: rows added, moved, emptied, filled, renumbered and
// deleted afterwards, by SQLite itself: the triggers keep the index true.
func TestTheIndexFollowsWhoEdits(t *testing.T) {
	t.Parallel()
	if err := spatial(); err != nil {
		t.Fatal(err)
	}
	const rows = 3000
	db := opened(t, written(t, rows, 0))
	// Somewhere else than every row: the Mont Blanc.
	at := func(id int) bool {
		return one[int](t, db, "SELECT count(*) FROM rtree_arbres_geom WHERE id = ? AND minx > 6 AND maxy > 45", id) == 1
	}
	known := func(id int) bool {
		return one[int](t, db, "SELECT count(*) FROM rtree_arbres_geom WHERE id = ?", id) == 1
	}
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if said := one[string](t, db, "SELECT rtreecheck('rtree_arbres_geom')"); said != "ok" {
			t.Fatalf("%s: the index is broken: %s", query, said)
		}
	}
	blanc := pointBlob(6.8652, 45.8326)
	run("INSERT INTO arbres (geom, nom) VALUES (?, 'nouveau')", blanc)
	if !at(rows + 1) { // the key that follows the last one: AUTOINCREMENT knows it
		t.Error("a row that was added is not found")
	}
	run("INSERT INTO arbres (geom, nom) VALUES (NULL, 'nulle part')")
	if known(rows + 2) {
		t.Error("a row without a place is in the index")
	}
	run("UPDATE arbres SET geom = ? WHERE fid = 5", blanc)
	if !at(5) {
		t.Error("a row that moved is where it was")
	}
	run("UPDATE arbres SET geom = NULL WHERE fid = 6")
	if known(6) {
		t.Error("a row that lost its place is in the index")
	}
	run("UPDATE arbres SET geom = ? WHERE fid = 13", blanc) // it had none
	if !at(13) {
		t.Error("a row that got a place is not found")
	}
	run("UPDATE arbres SET fid = 90000 WHERE fid = 5")
	if known(5) || !at(90_000) {
		t.Error("a row that was renumbered is found by its old number")
	}
	run("DELETE FROM arbres WHERE fid BETWEEN 100 AND 1100")
	if n := one[int](t, db, "SELECT count(*) FROM rtree_arbres_geom WHERE id BETWEEN 100 AND 1100"); n != 0 {
		t.Errorf("%d rows that were deleted are in the index", n)
	}
	if said := one[string](t, db, "PRAGMA integrity_check"); said != "ok" {
		t.Errorf("SQLite: %s", said)
	}
	checkContents(t, db)
}

// checkContents reads what the format's own tables say of the layer.
func checkContents(t *testing.T, db *sql.DB) {
	t.Helper()
	if id := one[int](t, db, "PRAGMA application_id"); id != 0x47504B47 {
		t.Errorf("application_id %x", id)
	}
	for query, want := range map[string]string{
		"SELECT table_name || ' ' || data_type || ' ' || identifier || ' ' || srs_id FROM gpkg_contents":                             "arbres features Les arbres 4326",
		"SELECT round(min_x, 1) || ' ' || round(min_y, 1) || ' ' || round(max_x, 1) || ' ' || round(max_y, 1) FROM gpkg_contents":    "4.0 44.0 4.1 44.1",
		"SELECT table_name || ' ' || column_name || ' ' || geometry_type_name || ' ' || srs_id || z || m FROM gpkg_geometry_columns": "arbres geom POINT 432600",
		"SELECT group_concat(extension_name) FROM (SELECT extension_name FROM gpkg_extensions ORDER BY 1)":                           "gpkg_rtree_index,gpkg_schema",
		"SELECT column_name || ' ' || title FROM gpkg_data_columns":                                                                  "nom Nom",
		"SELECT count(*) FROM gpkg_spatial_ref_sys WHERE srs_id IN (-1, 0, 4326)":                                                    "3",
		"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree\\_arbres\\_geom\\_%' ESCAPE '\\'":            "7",
	} {
		if got := one[string](t, db, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}
