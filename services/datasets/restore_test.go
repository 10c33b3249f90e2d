package datasets_test

import (
	"bytes"
	"strings"
	"testing"

	"acvdata/services/blob"
	"acvdata/services/datasets"
	"acvdata/services/fault"
)

func TestGoingBackMakesANewVersionOfTheSameFiles(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	versions, err := f.service.Versions(f.Context, f.town, f.get(t))
	must(t, err)
	first, second := versions[1], versions[0]
	kept := f.file(t, f.get(t), &second, "csv")
	p, err := f.service.Restore(f.Context, f.town, "fleurs", 1, "  hauteurs fausses  ")
	must(t, err)
	if end := f.WaitFor(f.town.ID, p.Subject); end.State != "done" || p.Number != 3 {
		t.Fatalf("%+v %+v", p, end)
	}
	d := f.get(t)
	if d.Latest != 3 || d.Version.Restores != 1 || d.Version.Rows != 10 || d.Version.Note != "Retour à la version 1\u00a0: hauteurs fausses" {
		t.Errorf("%+v", d.Version)
	}
	for i, file := range d.Version.Files {
		if was := first.Files[i]; was.SHA256 != file.SHA256 || was.Size != file.Size || was.Format.Name != file.Format.Name {
			t.Errorf("%s is not the same file", file.Format.Name)
		}
		f.file(t, d, d.Version, file.Format.Name) // and its bytes are those
	}
	again, err := f.service.Find(f.Context, f.town, d, 2)
	must(t, err)
	if !bytes.Equal(kept, f.file(t, d, again, "csv")) {
		t.Error("the past changed")
	}
	if back := f.difference(t, 2, 3); back.Added != 1 || back.Removed != 2 || back.Changed != 1 {
		t.Errorf("%+v", back.Summary)
	}
	if next := f.published(t); next.Latest != 4 || next.Version.Restores != 0 || next.Version.Rows != 11 {
		t.Errorf("the next publication is not of the rows of now: %+v", next.Version)
	}
}

func TestGoingBackIsRefused(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	refused := func(what string, number int, reason string, code fault.Code) {
		t.Helper()
		if _, err := f.service.Restore(f.Context, f.town, "fleurs", number, reason); !fault.Is(err, code) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("without a reason", 1, "  ", fault.Invalid)
	refused("with a novel", 1, strings.Repeat("é", 401), fault.Invalid)
	refused("to the newest", 2, "retour", fault.Conflict)
	refused("to one that is not there", 9, "retour", fault.NotFound)
	must(t, f.service.Withdraw(f.Context, f.town, "fleurs", "positions fausses"))
	refused("of what is withdrawn", 1, "retour", fault.Conflict)
	if d := f.get(t); d.Latest != 2 || d.State != datasets.Withdrawn {
		t.Errorf("%+v", d)
	}
}

// A file that is lost refuses the way back, and the number is used again.
func TestAVersionThatLostAFileDoesNotComeBack(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	d := f.get(t)
	must(t, f.blobs.Delete(f.Context, blob.Key(f.town.ID, "datasets", d.ID.String(), "1", "xlsx")))
	p, err := f.service.Restore(f.Context, f.town, "fleurs", 1, "retour")
	must(t, err)
	if end := f.WaitFor(f.town.ID, p.Subject); !end.Failed() || end.Fault.Key != "datasets.fault.restore_file" {
		t.Fatalf("%+v", end)
	}
	if v, err := f.service.Find(f.Context, f.town, d, 1); err != nil || len(f.file(t, d, v, "csv")) == 0 {
		t.Errorf("giving up took the files of the other version: %v", err)
	}
	if next := f.published(t); next.Latest != 3 {
		t.Errorf("%+v", next)
	}
}
