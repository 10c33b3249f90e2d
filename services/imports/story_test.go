package imports_test

import (
	"strings"
	"testing"

	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

func TestAFileIsLoadedUpdatedAndUndone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	first := r.load(imports.Committed, file(50), andCommit)
	is(t, first.Counts, 50, 50, 0, 0, 0)
	if n := r.benchesStored(); n != 50 {
		t.Fatalf("%d benches stored, want 50", n)
	}
	if n := r.count(`SELECT count(*) FROM benches.bench WHERE height_cm = 45.5 AND lit AND placed_on = '2019-03-01' AND code = 'B-00000'`); n != 1 {
		t.Error("the first bench was not read as it was written")
	}

	changed := strings.Replace(file(60), "B-00003;bois", "B-00003;métal", 1)
	second := r.load(imports.Committed, changed, andCommit)
	is(t, second.Counts, 60, 10, 1, 49, 0)

	_, err := r.service.Undo(r.ctx(), r.caller(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if kept := r.wait(first.ID); kept.State != imports.Committed || kept.Fault == nil || kept.Fault.Key != "benches.fault.changed_since" {
		t.Errorf("undoing under a later import: state %s, fault %v", kept.State, kept.Fault)
	}
	for _, i := range []*imports.Import{second, first} {
		if _, err := r.service.Undo(r.ctx(), r.caller(), i.ID); err != nil {
			t.Fatal(err)
		}
		if undone := r.wait(i.ID); undone.State != imports.Undone || !undone.Undone.Done() {
			t.Fatalf("state %s after the undo, fault %v", undone.State, undone.Fault)
		}
	}
	if n := r.benchesStored(); n != 0 {
		t.Errorf("%d benches left after everything was undone", n)
	}
	if n := r.count(`SELECT count(*) FROM audit.event WHERE actor_name = 'Camille Essai' AND action LIKE 'imports.%'`); n != 4 {
		t.Errorf("%d deeds on record, want 2 commits and 2 undos", n)
	}
}

func TestTheSameFileTwiceWarnsAndDoublesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	first := r.load(imports.Committed, file(20), andCommit)
	again := r.load(imports.Ready, file(20))
	is(t, again.Counts, 20, 0, 0, 20, 0)
	twin, err := r.service.Twin(r.ctx(), r.caller(), again)
	if err != nil || twin == nil || twin.ID != first.ID {
		t.Fatalf("the import of the same file was not found: %v %v", twin, err)
	}
	r.As(r.agent).Get("/ales/espace/imports/"+again.ID.String()).Want(200).
		Has("Ce fichier a déjà été importé", "/ales/espace/imports/"+first.ID.String())
	if _, err := r.service.Commit(r.ctx(), r.caller(), again.ID, false); err != nil {
		t.Fatal(err)
	}
	is(t, r.wait(again.ID).Counts, 20, 0, 0, 20, 0)
	if n := r.benchesStored(); n != 20 {
		t.Errorf("%d benches after the same file twice, want 20", n)
	}
}

func TestTheFileOfAnotherTownIsNeverLookedUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	other := r.Town("bayonne")
	mine := r.load(imports.Committed, file(5), andCommit)
	theirs, err := r.service.Submit(r.ctx(), r.callerIn(other), imports.Submission{
		Name: "bancs.csv", Content: strings.NewReader(file(5)), Target: importtest.Code,
	})
	if err != nil {
		t.Fatal(err)
	}
	i, err := r.service.Wait(r.ctx(), r.callerIn(other), theirs.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if twin, err := r.service.Twin(r.ctx(), r.callerIn(other), i); err != nil || twin != nil {
		t.Errorf("Bayonne is told that Alès has the file: %v %v", twin, err)
	}
	if i.Counts.Created != 5 {
		t.Errorf("Bayonne's rows were compared with Alès's: %+v", i.Counts)
	}
	if _, err := r.service.Get(r.ctx(), r.callerIn(other), mine.ID); err == nil {
		t.Error("Bayonne reads Alès's import")
	}
}

func TestFilesAreNotKeptForEver(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	old := r.load(imports.Committed, file(3), andCommit)
	waiting := r.load(imports.Ready, file(4))
	recent := r.load(imports.Committed, file(5), andCommit)
	half, err := r.service.Upload(r.ctx(), r.caller(), "bancs.csv", strings.NewReader(file(6)))
	if err != nil {
		t.Fatal(err)
	}
	r.waitForJobs()
	importtest.Admin(t, r.AdminDB, `UPDATE imports.import SET created_at = created_at - interval '31 days', updated_at = updated_at - interval '31 days'
		WHERE id <> '`+recent.ID.String()+`'`)
	if _, err := r.submit("bancs.csv", file(7)); err != nil {
		t.Fatal(err)
	}
	r.waitForJobs()
	if i := r.wait(old.ID); i.State != imports.Committed || i.Counts.Created != 3 {
		t.Errorf("what an old import did is forgotten: %s %+v", i.State, i.Counts)
	}
	if i := r.wait(waiting.ID); i.State != imports.Cancelled {
		t.Errorf("an import that waits for a month is %s", i.State)
	}
	if _, err := r.service.Get(r.ctx(), r.caller(), half.ID); err == nil {
		t.Error("an upload that never ended is still there")
	}
	// Of the recent import and the one just sent: file, problems and points each.
	if n := r.filesStored(); n != 6 {
		t.Errorf("%d files stored, want 6", n)
	}
	page := r.As(r.agent).Get("/ales/espace/imports/" + old.ID.String()).Want(200)
	page.Has("Bilan")
}
