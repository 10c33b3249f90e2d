package datasets_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"acvdata/services/datasets"
	"acvdata/services/datasets/changes"
	"acvdata/services/fault"
)

// edit has the meadow's rows edited from now on.
func (f *field) edit(change func(n int64, values []any) bool) { f.meadow.edit.Store(&change) }

// twoVersions publishes ten flowers, then others: 2 grew, 4 went, 11 and 12 came.
func twoVersions(t *testing.T) *field {
	t.Helper()
	f := newField(t, 10)
	f.Work()
	f.published(t)
	f.meadow.count.Store(12)
	f.edit(func(n int64, values []any) bool {
		if n == 2 {
			values[2] = 9.5
		}
		return n != 4
	})
	f.published(t)
	return f
}

// difference waits for a comparison.
func (f *field) difference(t *testing.T, a, b int) *datasets.Difference {
	t.Helper()
	d := f.get(t)
	for range 200 {
		found, err := f.service.Difference(f.Context, f.town, d, a, b)
		must(t, err)
		if found.Ready {
			return found
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
	t.Fatal("the comparison never ends")
	return nil
}

func (f *field) changes(t *testing.T, d *datasets.Difference, filter changes.Filter) []changes.Record {
	t.Helper()
	list, err := f.service.Changes(f.Context, f.town, d, filter, 0, 1000)
	must(t, err)
	return list
}

func TestAPublicationTellsWhatChanged(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	steps, err := f.service.Steps(f.Context, f.town, f.get(t))
	must(t, err)
	if s := steps[2]; len(steps) != 1 || s.Added != 2 || s.Changed != 1 || s.Removed != 1 {
		t.Fatalf("known right after the publication: %+v", steps)
	}
	d := f.difference(t, 2, 1) // in either order
	if d.Older != 1 || d.Newer != 2 || d.Same != 8 || !slices.Equal(d.Key, []string{"id"}) {
		t.Errorf("%+v", d.Summary)
	}
	one := f.changes(t, d, changes.Filter{Kind: changes.Changed})[0]
	if string(changes.Of(one.Before, "hauteur")) != "1" || string(changes.Of(one.Row, "hauteur")) != "9.5" || len(one.Fields) != 1 {
		t.Errorf("%+v", one)
	}
	if gone := f.changes(t, d, changes.Filter{Kind: changes.Removed})[0]; string(changes.Of(gone.Key, "id")) != "4" || string(changes.Of(gone.Row, "nom")) != `"coquelicot 4"` {
		t.Errorf("%+v", gone)
	}
}

func TestAnyTwoVersionsAreComparedWhenAsked(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	f.edit(func(n int64, _ []any) bool { return n != 7 })
	f.published(t)
	if d := f.difference(t, 1, 3); d.Added != 2 || d.Removed != 1 || d.Changed != 0 || d.Same != 9 {
		t.Errorf("%+v", d.Summary)
	}
	d := f.get(t)
	if _, err := f.service.Difference(f.Context, f.town, d, 2, 2); !fault.Is(err, fault.Invalid) {
		t.Errorf("a version and itself: %v", err)
	}
	if _, err := f.service.Difference(f.Context, f.town, d, 2, 4); !fault.Is(err, fault.NotFound) {
		t.Errorf("a version that is not there: %v", err)
	}
}

func TestFlowersWithoutAKeyAreABag(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.meadow.keyless = true
	f.Work()
	same := func(n int64, values []any) bool { // ten rows, two contents
		values[0], values[1], values[2], values[4], values[5] = n%2, "pavot", 1.0, nil, true
		return true
	}
	f.edit(same)
	f.published(t)
	f.edit(func(n int64, values []any) bool { return same(n, values) && n != 3 && n != 5 })
	f.published(t)
	d := f.difference(t, 1, 2)
	// The place of each differs: what tells rows apart is all of them.
	if d.Why != changes.NoKey || d.Removed != 2 || d.Added != 0 || d.Changed != 0 || d.Same != 8 {
		t.Errorf("%+v", d.Summary)
	}
}

// kill -9 in the middle of a comparison leaves a job "running" under nobody and half
// a file; the next worker tells each change once.
func TestAComparisonOfAKilledWorkerIsResumed(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	f.edit(func(n int64, _ []any) bool { return n > 3 })
	f.published(t)
	dying, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
	defer cancel()
	must(t, f.Jobs.Stop(dying))
	d := f.get(t)
	asked, err := f.service.Difference(f.Context, f.town, d, 1, 3)
	if err != nil || asked.Ready {
		t.Fatalf("%+v %v", asked, err)
	}
	again, err := f.service.Difference(f.Context, f.town, d, 1, 3)
	if err != nil || again.Ready {
		t.Fatalf("asked twice: %+v %v", again, err)
	}
	var jobs int
	must(t, f.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE kind = 'datasets.difference'`).Scan(&jobs))
	if jobs != 1 {
		t.Errorf("%d jobs for one comparison", jobs)
	}
	_, err = f.DB.Pool().Exec(t.Context(),
		`UPDATE river.river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = ARRAY['dead-worker'] WHERE kind = 'datasets.difference'`)
	must(t, err)
	second := f.secondWorker(t)
	defer func() { _ = second.Stop(context.Background()) }()
	found := f.difference(t, 1, 3)
	if list := f.changes(t, found, changes.Filter{}); int64(len(list)) != found.Total() || found.Removed != 3 || found.Added != 2 {
		t.Errorf("%d changes told, %+v", len(list), found.Summary)
	}
}

// A publication killed between its files and its difference holds every change once.
func TestAPublicationStoppedWhileItComparesIsResumed(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.Work()
	f.published(t)
	f.blobs.refuse.Store(true) // the file of changes cannot be written: as if the worker had ended there
	f.meadow.count.Store(11)
	second := f.published(t)
	if second.Latest != 2 {
		t.Fatalf("a publication fails of its difference: %+v", second)
	}
	if steps, err := f.service.Steps(f.Context, f.town, second); err != nil || len(steps) != 0 {
		t.Errorf("%+v %v", steps, err)
	}
	f.blobs.refuse.Store(false)
	if d := f.difference(t, 1, 2); d.Added != 1 || d.Total() != 1 {
		t.Errorf("asked for later: %+v", d.Summary)
	}
}

// A column that is withheld after two versions were compared is in no difference of
// them any more, nor in any made later, and no version that holds it comes back.
func TestAColumnWithheldSinceComesBackThroughNothing(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.Work()
	f.published(t)
	f.edit(func(n int64, values []any) bool {
		values[1] = fmt.Sprintf("jean.durand%d@exemple.fr", n)
		return n != 4
	})
	// The town said at first that these were no personal data.
	must(t, f.service.Inspect(f.Context, f.town, "fleurs"))
	must(t, f.service.Decide(f.Context, f.town, "fleurs", "nom", datasets.Public))
	f.published(t)
	before := f.difference(t, 1, 2)
	if text := f.differenceIn(t, before, "ndjson"); before.Changed != 9 || !strings.Contains(text, "jean.durand2@") {
		t.Fatalf("%+v %s", before.Summary, text)
	}
	must(t, f.service.Decide(f.Context, f.town, "fleurs", "nom", datasets.Withheld))
	if steps, err := f.service.Steps(f.Context, f.town, f.get(t)); err != nil || len(steps) != 0 {
		t.Errorf("counts that knew of the column: %+v %v", steps, err)
	}
	after := f.difference(t, 1, 2)
	if after.Changed != 0 || after.Removed != 1 || slices.ContainsFunc(after.Rows, func(c changes.Column) bool { return c.Name == "nom" }) {
		t.Errorf("%+v", after.Summary)
	}
	f.WaitFor(f.town.ID, "difference/"+f.get(t).ID.String()+"/1-2")
	if file, err := f.service.OpenChanges(f.Context, f.town, before); err == nil {
		_ = file.Close()
		t.Error("the file with the column is still there")
	}
	for _, format := range datasets.DifferenceFormats() {
		if text := f.differenceIn(t, after, format.Name); strings.Contains(text, "coquelicot") || strings.Contains(text, "durand") {
			t.Errorf("%s: %s", format.Name, text)
		}
	}
	if third := f.published(t); third.Latest != 3 {
		t.Fatalf("%+v", third)
	}
	if d := f.difference(t, 2, 3); d.Changed != 0 || strings.Contains(f.differenceIn(t, d, "ndjson"), "durand") {
		t.Errorf("%+v", d.Summary)
	}
	_, err := f.service.Restore(f.Context, f.town, "fleurs", 1, "retour")
	if !fault.Is(err, fault.Conflict) || fault.From(err).Key != "datasets.fault.restore_withheld" || fault.From(err).Args["Columns"] != "nom" {
		t.Errorf("a version with the column comes back: %v", err)
	}
}

func (f *field) differenceIn(t *testing.T, d *datasets.Difference, format string) string {
	t.Helper()
	kind, known := datasets.DifferenceFormat(format)
	if !known {
		t.Fatal(format)
	}
	file, err := f.service.OpenChanges(f.Context, f.town, d)
	must(t, err)
	defer func() { _ = file.Close() }()
	var out bytes.Buffer
	must(t, datasets.WriteDifference(f.Context, &out, kind, d, file))
	return out.String()
}

func TestDifferencesAsFiles(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	f.edit(func(n int64, values []any) bool {
		if n == 3 {
			values[1] = `=cmd|'/c calc'!A1`
		}
		return n != 4
	})
	f.published(t)
	d := f.difference(t, 1, 3)
	records, err := csv.NewReader(strings.NewReader(f.differenceIn(t, d, "csv"))).ReadAll()
	must(t, err)
	if got := strings.Join(records[0][:4], "|"); got != "modification|champs_modifies|id|nom" {
		t.Errorf("headings: %s", got)
	}
	var kinds []string
	for _, r := range records[1:] {
		kinds = append(kinds, r[0]+" "+r[2])
		if strings.HasPrefix(r[3], "=") {
			t.Errorf("a spreadsheet would run %q", r[3])
		}
	}
	if got := strings.Join(kinds, ", "); got != "avant 3, après 3, retirée 4, ajoutée 11, ajoutée 12" {
		t.Errorf("%s", got)
	}
	var list []struct {
		Change string
		Before map[string]any
	}
	must(t, json.Unmarshal([]byte(f.differenceIn(t, d, "json")), &list))
	if len(list) != 4 || list[0].Change != "changed" || list[0].Before["nom"] != name(3) {
		t.Errorf("%+v", list)
	}
	if n := strings.Count(f.differenceIn(t, d, "ndjson"), "\n"); n != 4 {
		t.Errorf("%d lines", n)
	}
}

func TestDifferencesOfNothingAreEmptyFiles(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.Work()
	f.published(t)
	f.published(t)
	d := f.difference(t, 1, 2)
	if d.Total() != 0 || d.Same != 10 || len(f.changes(t, d, changes.Filter{})) != 0 {
		t.Errorf("%+v", d.Summary)
	}
	if text := f.differenceIn(t, d, "json"); text != "[]\n" {
		t.Errorf("%q", text)
	}
	if text := f.differenceIn(t, d, "csv"); strings.Count(text, "\n") != 1 {
		t.Errorf("%q", text)
	}
}

// What may have been hidden since stands in no difference, and does not come back.
func TestScreenedRowsAreToldAsTheyAreNow(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.meadow.screened = true
	f.Work()
	f.published(t)
	f.edit(func(n int64, values []any) bool { values[1] = "secret"; return n != 4 })
	f.published(t)
	d := f.difference(t, 1, 2)
	text := f.differenceIn(t, d, "ndjson") + f.differenceIn(t, d, "csv")
	if d.Changed != 9 || d.Removed != 1 || strings.Contains(text, "coquelicot") || strings.Contains(text, "4.080004") {
		t.Errorf("%+v: %s", d.Summary, text)
	}
	if _, err := f.service.Restore(f.Context, f.town, "fleurs", 1, "retour"); !fault.Is(err, fault.Conflict) {
		t.Errorf("%v", err)
	}
}

func TestOtherTownsSeeNoDifference(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	d, found, other := f.get(t), f.difference(t, 1, 2), f.Town("bayonne")
	if _, err := f.service.Difference(f.Context, other, d, 1, 2); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
	if _, err := f.service.OpenChanges(f.Context, other, found); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
	if steps, err := f.service.Steps(f.Context, other, d); err != nil || len(steps) != 0 {
		t.Errorf("%+v %v", steps, err)
	}
	if _, err := f.service.Restore(f.Context, other, "fleurs", 1, "retour"); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestWhatAPublicationWouldChange(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.Work()
	if u, err := f.service.Upcoming(f.Context, f.town, f.get(t), 1000); err != nil || u != nil {
		t.Errorf("before the first publication: %+v %v", u, err)
	}
	f.published(t)
	f.edit(func(n int64, values []any) bool {
		if n == 2 {
			values[2] = nil
		}
		return n != 4
	})
	u, err := f.service.Upcoming(f.Context, f.town, f.get(t), 1000)
	must(t, err)
	if u.Now != 9 || u.Changed != 1 || u.Removed != 1 || u.Added != 0 || len(u.First) != 2 {
		t.Errorf("%+v", u)
	}
	if u, err := f.service.Upcoming(f.Context, f.town, f.get(t), 9); err != nil || !u.TooMany || u.Now != 9 {
		t.Errorf("more rows than somebody waits for: %+v %v", u, err)
	}
	if d := f.published(t); d.Latest != 2 {
		t.Fatal(d.Latest)
	}
	if d := f.difference(t, 1, 2); d.Changed != u.Changed || d.Removed != u.Removed || d.Added != u.Added {
		t.Errorf("%+v was foreseen, %+v came", u.Summary, d.Summary)
	}
}
