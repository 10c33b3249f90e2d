package trees

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/services/geo/qk"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// row is what a property writes in a stage; nil cells say nothing.
type row struct {
	matricule, species, status, district string
	spot                                 int // one of a few places
	girth                                float64
}

// place is where a spot lies: some metres from the next.
func (r row) place() (lon, lat float64) {
	return 4.08 + 0.0001*float64(r.spot%5), 44.12 + 0.0001*float64(r.spot/5)
}

// stageRig runs the import's SQL without the pipeline around it.
type stageRig struct {
	t       require.TestingT
	db      *db.DB
	service *Service
	town    *tenants.Tenant
	ctx     context.Context //nolint:containedctx // the test's
}

func newStageRig(t *testing.T) *stageRig {
	t.Helper()
	d := dbtest.New(t)
	town := dbtest.Town(t, d, "ales")
	now := func() time.Time { return time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC) }
	return &stageRig{t: t, db: d, service: NewService(d, now), town: town, ctx: t.Context()}
}

// anotherTown gives the rig a town without trees.
func (r *stageRig) anotherTown(t require.TestingT) *stageRig {
	town := *r.town
	town.ID = uuid.New()
	return &stageRig{t: t, db: r.db, service: r.service, town: &town, ctx: r.ctx}
}

func (r *stageRig) in(fn func(ctx context.Context, tx *db.Tx) error) error {
	return r.db.InTenant(r.ctx, r.town.ID, fn)
}

// load imports rows and returns the import and what became of them.
func (r *stageRig) load(rows []row) (uuid.UUID, map[string]int64) {
	run := imports.Run{
		ImportID: uuid.Must(uuid.NewV7()), Tenant: r.town.ID, Town: r.town,
		Options: map[string]string{optionMatch: choiceAuto}, Mapped: map[string]bool{colMatricule: true},
		Report: func(context.Context, int64) {},
	}
	verdicts := map[string]int64{}
	target := inventoryTarget{r.service}
	require.NoError(r.t, r.in(func(ctx context.Context, tx *db.Tx) error {
		if err := r.stage(ctx, tx, rows); err != nil {
			return err
		}
		if err := target.Match(ctx, tx, run); err != nil {
			return err
		}
		if err := collect(ctx, tx, `SELECT verdict, count(*) FROM import_stage GROUP BY 1`, verdicts); err != nil {
			return err
		}
		outcome, err := target.Merge(ctx, tx, run)
		require.Equal(r.t, verdicts["create"], outcome.Created, "%+v", rows)
		require.Equal(r.t, verdicts["update"], outcome.Updated, "%+v", rows)
		return err
	}))
	return run.ImportID, verdicts
}

// stage makes the pipeline's table and fills it as the checker would.
func (r *stageRig) stage(ctx context.Context, tx *db.Tx, rows []row) error {
	ddl := `CREATE TEMP TABLE import_stage (line integer NOT NULL, id uuid NOT NULL, lon float8, lat float8, qk bigint,
		verdict text NOT NULL DEFAULT 'create', match_id uuid, problem text, problem_column text, problem_args jsonb`
	var ddlSb93 strings.Builder
	for _, c := range stageColumns() {
		ddlSb93.WriteString(", " + c.Name + " " + c.Type)
	}
	ddl += ddlSb93.String()
	if _, err := tx.Exec(ctx, ddl+") ON COMMIT DROP"); err != nil {
		return err
	}
	text := func(s string) any { return imports.NullText(s) }
	source := pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		lon, lat := rows[i].place()
		code, err := qk.Encode(lon, lat)
		near := []int64{code >> nearShift}
		return []any{
			i + 2, uuid.Must(uuid.NewV7()), lon, lat, code, text(rows[i].matricule), text(rows[i].species),
			text(rows[i].status), text(rows[i].district), imports.Null(rows[i].girth, rows[i].girth > 0), 0, near,
		}, err
	})
	_, err := tx.CopyFrom(ctx, imports.StageTable, []string{
		"line", "id", "lon", "lat", "qk", "matricule", "species_text",
		"status", "district", "circumference_cm", "taxon_id", "near",
	}, source)
	return err
}

func (r *stageRig) undo(id uuid.UUID) error {
	run := imports.Run{ImportID: id, Tenant: r.town.ID, Report: func(context.Context, int64) {}}
	return r.in(func(ctx context.Context, tx *db.Tx) error { return inventoryTarget{r.service}.Undo(ctx, tx, run) })
}

func collect(ctx context.Context, tx *db.Tx, query string, into map[string]int64) error {
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return err
	}
	var key string
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&key, &n}, func() error {
		into[key] = n
		return nil
	})
	return err
}

// dump is everything stored of the town, its running number and version apart.
func (r *stageRig) dump() []string {
	var all []string
	for _, table := range []string{"site", "tree", "history", "tally", "tally_age"} {
		all = append(all, r.lines("SELECT x::text FROM trees."+table+" x ORDER BY 1")...)
	}
	return all
}

func (r *stageRig) lines(query string) (list []string) {
	require.NoError(r.t, r.in(func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}))
	return list
}

// sound checks what holds whatever happened.
func (r *stageRig) sound() {
	const recount = `
SELECT concat_ws('|', status, taxon_id, species_text, stage, district, remarkable, diameter_class, count(*)) FROM trees.tree
GROUP BY status, taxon_id, species_text, stage, district, remarkable, diameter_class ORDER BY 1`
	const kept = `SELECT concat_ws('|', status, taxon_id, species_text, stage, district, remarkable, diameter_class, n) FROM trees.tally ORDER BY 1`
	require.Equal(r.t, r.lines(recount), r.lines(kept), "the kept counts differ from a recount")
	const years = `SELECT concat_ws('|', status, coalesce(birth_year, 0), count(*)) FROM trees.tree GROUP BY status, birth_year ORDER BY 1`
	require.Equal(r.t, r.lines(years), r.lines(`SELECT concat_ws('|', status, birth_year, n) FROM trees.tally_age ORDER BY 1`))
	require.Empty(r.t, r.lines(`
SELECT t.number::text FROM trees.tree t JOIN trees.site s ON s.id = t.site_id
WHERE (t.qk, t.district) IS DISTINCT FROM (s.qk, s.district)`), "trees elsewhere than their site")
	require.Empty(r.t, r.lines(`SELECT id::text FROM trees.site s WHERE NOT EXISTS (SELECT FROM trees.tree t WHERE t.site_id = s.id)`),
		"sites without a tree")
}

// crowded reports whether several sites share a place: a file that does not
// identify its trees cannot tell theirs apart for sure.
func (r *stageRig) crowded() bool {
	return len(r.lines(`SELECT qk::text FROM trees.site GROUP BY qk HAVING count(*) > 1`)) > 0
}

var rowGenerator = rapid.Custom(func(t *rapid.T) row {
	return row{
		species:  rapid.SampledFrom([]string{"", "Tilia cordata", "Acer platanoides", "Quercus robur"}).Draw(t, "species"),
		status:   rapid.SampledFrom([]string{"", "standing", "standing", "felled", "replaced"}).Draw(t, "status"),
		district: rapid.SampledFrom([]string{"", "Nord", "Sud"}).Draw(t, "district"),
		spot:     rapid.IntRange(0, 7).Draw(t, "spot"),
		girth:    rapid.SampledFrom([]float64{0, 20, 100, 180}).Draw(t, "girth"),
	}
})

// files draws rows, with identifiers in some files: all different, as the
// pipeline leaves them.
var files = rapid.Custom(func(t *rapid.T) []row {
	rows := rapid.SliceOfN(rowGenerator, 1, 9).Draw(t, "rows")
	if rapid.Bool().Draw(t, "identified") {
		names := rapid.Permutation([]string{"A", "B", "C", "D", "E", "F", "G", "H", "I", ""}).Draw(t, "names")
		for i := range rows {
			rows[i].matricule = names[i]
		}
	}
	return rows
})

func TestImportsAndTheirUndoKeepTheInventorySound(t *testing.T) {
	t.Parallel()
	rig := newStageRig(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rig.anotherTown(t)
		var before [][]string
		var done []uuid.UUID
		for range rapid.IntRange(1, 3).Draw(t, "imports") {
			before = append(before, r.dump())
			rows := files.Draw(t, "file")
			id, verdicts := r.load(rows)
			done = append(done, id)
			require.EqualValues(t, len(rows), verdicts["create"]+verdicts["update"]+verdicts["unchanged"])
			r.sound()

			after, crowded := r.dump(), r.crowded()
			second, again := r.load(rows)
			require.Zero(t, again["create"], "the same file again: %v, %+v", again, rows)
			if !crowded {
				require.EqualValues(t, len(rows), again["unchanged"], "the same file again: %v, %+v", again, rows)
			}
			require.NoError(t, r.undo(second))
			require.Equal(t, after, r.dump())
		}
		for i, d := range slices.Backward(done) {
			require.NoError(t, r.undo(d))
			require.Equal(t, before[i], r.dump())
			r.sound()
		}
	})
}

func TestUndoRefusesWhatWasChangedSince(t *testing.T) {
	t.Parallel()
	rig := newStageRig(t)
	first := []row{{species: "Tilia cordata", spot: 1, girth: 100}, {species: "Quercus robur", spot: 2, status: "felled"}}
	changes := map[string]func(r *stageRig){
		"by hand": func(r *stageRig) {
			tree, err := r.service.Tree(r.ctx, r.town.ID, 1)
			require.NoError(r.t, err)
			edit := EditOf(tree)
			edit.Remarkable = true
			require.NoError(r.t, r.service.Save(r.ctx, r.town.ID, 1, edit))
		},
		"by a later import":        func(r *stageRig) { r.load([]row{{species: "Tilia cordata", spot: 1, girth: 110}}) },
		"by a later import's site": func(r *stageRig) { r.load([]row{{spot: 1, district: "Nord"}}) },
		"by a successor":           func(r *stageRig) { r.load([]row{{species: "Acer campestre", spot: 2, status: "standing"}}) },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rig.anotherTown(t)
			id, _ := r.load(first)
			change(r)
			stored := r.dump()
			err := r.undo(id)
			require.True(t, fault.Is(err, fault.Conflict), "%v", err)
			require.Equal(t, stored, r.dump())
			r.sound()
		})
	}
}

func TestMatchKnowsTreesAndTheirSuccessors(t *testing.T) {
	t.Parallel()
	rig := newStageRig(t)
	lime := row{species: "Tilia cordata", spot: 1, girth: 100, status: "standing"}
	with := func(r row, change func(*row)) row {
		change(&r)
		return r
	}
	tests := map[string]struct {
		first, second []row
		verdicts      map[string]int64
		trees, sites  int
	}{
		"the same tree":                {[]row{lime}, []row{lime}, map[string]int64{"unchanged": 1}, 1, 1},
		"a tree that grew":             {[]row{lime}, []row{with(lime, func(r *row) { r.girth = 110 })}, map[string]int64{"update": 1}, 1, 1},
		"a tree felled since":          {[]row{lime}, []row{with(lime, func(r *row) { r.status = "felled" })}, map[string]int64{"update": 1}, 1, 1},
		"a species corrected":          {[]row{lime}, []row{with(lime, func(r *row) { r.species = "Tilia tomentosa" })}, map[string]int64{"update": 1}, 1, 1},
		"an empty cell erases nothing": {[]row{lime}, []row{{spot: 1}}, map[string]int64{"unchanged": 1}, 1, 1},
		"a tree elsewhere":             {[]row{lime}, []row{with(lime, func(r *row) { r.spot = 3 })}, map[string]int64{"create": 1}, 2, 2},
		"a successor of another species": {
			[]row{with(lime, func(r *row) { r.status = "replaced" })},
			[]row{{species: "Acer campestre", spot: 1, girth: 20, status: "standing"}},
			map[string]int64{"update": 1},
			2, 1,
		},
		"a successor of the same species": {
			[]row{with(lime, func(r *row) { r.status = "felled" })},
			[]row{with(lime, func(r *row) { r.girth = 20 })},
			map[string]int64{"update": 1},
			2, 1,
		},
		"felled by mistake": {
			[]row{with(lime, func(r *row) { r.status = "felled" })}, []row{lime}, map[string]int64{"update": 1}, 1, 1,
		},
		"a felled tree and its successor in one file": {
			nil, []row{with(lime, func(r *row) { r.status = "felled" }), {species: "Acer campestre", spot: 1}}, map[string]int64{"create": 2}, 2, 1,
		},
		"two trees standing at one rounded position": {
			nil, []row{lime, with(lime, func(r *row) { r.girth = 20 })}, map[string]int64{"create": 2}, 2, 2,
		},
		"an identifier found again elsewhere": {
			[]row{with(lime, func(r *row) { r.matricule = "A" })},
			[]row{with(lime, func(r *row) { r.matricule, r.spot = "A", 5 })},
			map[string]int64{"update": 1},
			1, 1,
		},
		"an identifier given to a known tree": {
			[]row{lime}, []row{with(lime, func(r *row) { r.matricule = "A" })}, map[string]int64{"update": 1}, 1, 1,
		},
		"another identifier at the same place": {
			[]row{with(lime, func(r *row) { r.matricule = "A" })},
			[]row{with(lime, func(r *row) { r.matricule = "B" })},
			map[string]int64{"create": 1},
			2, 2,
		},
		"identifiers that restart in each street are none": {
			nil,
			[]row{with(lime, func(r *row) { r.matricule = "1" }), {spot: 2, matricule: "1"}, {spot: 3, matricule: "2"}},
			map[string]int64{"create": 3},
			3, 3,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rig.anotherTown(t)
			if test.first != nil {
				r.load(test.first)
			}
			_, verdicts := r.load(test.second)
			require.Equal(t, test.verdicts, verdicts)
			require.Len(t, r.lines(`SELECT id::text FROM trees.tree`), test.trees)
			require.Len(t, r.lines(`SELECT id::text FROM trees.site`), test.sites)
			r.sound()
		})
	}
}

// TestNumbersAreNeverGivenTwice: a number may have been published, printed on a
// label or cited in a letter.
func TestNumbersAreNeverGivenTwice(t *testing.T) {
	t.Parallel()
	r := newStageRig(t)
	id, _ := r.load([]row{{spot: 1}, {spot: 2}})
	require.NoError(t, r.undo(id))
	r.load([]row{{spot: 1}, {spot: 2}, {spot: 3}})
	numbers := r.lines(`SELECT number::text FROM trees.tree ORDER BY number`)
	require.Equal(t, []string{"3", "4", "5"}, numbers)
}

// TestRowsAreWrittenWhereTheyStand: neighbours side by side make tiles quick.
func TestRowsAreWrittenWhereTheyStand(t *testing.T) {
	t.Parallel()
	r := newStageRig(t)
	r.load([]row{{spot: 7}, {spot: 0}, {spot: 4}, {spot: 2}, {spot: 6}})
	for _, table := range []string{"site", "tree"} {
		codes := r.lines(fmt.Sprintf(`SELECT lpad(qk::text, 20, '0') FROM trees.%s ORDER BY ctid`, table))
		require.True(t, slices.IsSorted(codes), "%s: %s", table, strings.Join(codes, " "))
	}
}
