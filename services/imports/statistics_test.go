package imports_test

import (
	"testing"

	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

// TestThePlannerKnowsOfABigImportAtOnce reads what ANALYZE leaves, as the
// runtime role, which may not ANALYZE itself.
func TestThePlannerKnowsOfABigImportAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	importtest.Admin(t, r.AdminDB, `ALTER TABLE benches.bench OWNER TO acv_owner; ALTER TABLE benches.bench SET (autovacuum_enabled = false);
		GRANT USAGE ON SCHEMA benches TO acv_owner`)
	r.Work()
	const known = `SELECT reltuples::bigint FROM pg_class WHERE oid = 'benches.bench'::regclass`
	r.load(imports.Committed, file(40), andCommit)
	r.waitForJobs()
	if n := r.count(known); n != -1 {
		t.Errorf("a small import had the table analysed: %d rows", n)
	}
	r.load(imports.Committed, file(2000), andCommit)
	r.waitForJobs()
	if n := r.count(known); n != 2000 {
		t.Errorf("the planner believes in %d rows, want 2000", n)
	}
	// The function serves tables of towns only, and says nothing of them.
	if n := r.count(`SELECT imports.refresh_statistics('pg_catalog', 1000000000)::bigint`); n != 0 {
		t.Errorf("%d tables of the system analysed", n)
	}
}
