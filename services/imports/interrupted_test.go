package imports_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

// TestABrowserClosedInMidUploadLeavesNothing cuts a real connection after half
// of a file of 12 MB: the phone went under a bridge.
func TestABrowserClosedInMidUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", r.listen())
	if err != nil {
		t.Fatal(err)
	}
	const announced = 12 << 20
	request := r.As(r.agent).Request("POST", "/ales/espace/imports", nil, "Content-Type", "multipart/form-data; boundary=x")
	var head strings.Builder
	fmt.Fprintf(&head, "POST %s HTTP/1.1\r\nHost: acv.test\r\nContent-Length: %d\r\n", request.URL.Path, announced)
	for _, name := range []string{"Cookie", "Content-Type", "Sec-Fetch-Site"} {
		head.WriteString(name + ": " + request.Header.Get(name) + "\r\n")
	}
	part := "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"bancs.csv\"\r\n\r\n"
	if _, err := io.WriteString(conn, head.String()+part); err != nil {
		t.Fatal(err)
	}
	half := strings.NewReader(strings.Repeat("B-1;bois;4;45,5;01/03/2019;oui;4,08;44,12\n", announced/2/42))
	if _, err := io.Copy(conn, half); err != nil {
		t.Fatal(err)
	}
	r.until("the upload to arrive", func() bool { return r.filesStored() == 1 })
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	r.until("the upload to be forgotten", func() bool {
		return r.filesStored() == 0 && r.count(`SELECT count(*) FROM imports.import`) == 0
	})
}

// until waits for what happens in the server's own time.
func (r *rig) until(what string, happened func() bool) {
	r.t.Helper()
	clock, deadline := time.NewTicker(20*time.Millisecond), time.After(time.Minute)
	defer clock.Stop()
	for !happened() {
		select {
		case <-clock.C:
		case <-deadline:
			r.t.Fatal("waited too long for " + what)
		}
	}
}

// TestThreeMillionRowsAreRefusedWithWhatToDo sends them for real, to the limits
// an installation has by itself.
func TestThreeMillionRowsAreRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	content, write := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(write, 1<<20)
		_, _ = w.WriteString("identifiant;matériau;longitude;latitude\n")
		for n := range 3_000_000 {
			_, _ = fmt.Fprintf(w, "B-%d;bois;4,08;44,12\n", n)
		}
		_ = write.CloseWithError(w.Flush())
	}()
	i, err := r.service.Submit(r.ctx(), r.caller(), imports.Submission{Name: "bancs.csv", Content: content, Target: importtest.Code, Commit: true})
	if err != nil {
		t.Fatal(err)
	}
	if i = r.wait(i.ID); i.State != imports.Failed || i.Fault == nil || i.Fault.Code != fault.TooLarge {
		t.Fatalf("state %s, fault %v", i.State, i.Fault)
	}
	r.As(r.agent).Get("/ales/espace/imports/"+i.ID.String()).Want(200).
		Has("La vérification n’a pas pu aboutir", "a plus de 2\u00a0000\u00a0000 lignes", "Déposez-le en plusieurs fichiers").HasNot("⟦")
	if n := r.benchesStored(); n != 0 {
		t.Errorf("%d benches written", n)
	}
}

// TestAnImportThatTheQueueGaveUpIsGivenBack has the queue discard the job, as it
// does when a worker was killed at each attempt: nobody tells the import.
func TestAnImportThatTheQueueGaveUpIsGivenBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	waits, err := r.submit("bancs.csv", file(3))
	if err != nil {
		t.Fatal(err)
	}
	sweep := func() *imports.Import {
		t.Helper()
		if err := r.service.Sweep(r.Context); err != nil {
			t.Fatal(err)
		}
		i, err := r.service.Get(r.ctx(), r.caller(), waits.ID)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	if i := sweep(); i.State != imports.Checking {
		t.Fatalf("%s while its job waits", i.State)
	}
	discard(r)
	i := sweep()
	if i.State != imports.Failed || i.Fault == nil || i.Fault.Key != "imports.fault.interrupted" {
		t.Fatalf("state %s, fault %v", i.State, i.Fault)
	}
	r.As(r.agent).Get("/ales/espace/imports/" + i.ID.String()).Want(200).Has("interrompu plusieurs fois").HasNot("⟦")
}

// discard gives up the jobs of imports that wait.
func discard(r *rig) {
	r.t.Helper()
	importtest.Admin(r.t, r.AdminDB, `
UPDATE river.river_job SET state = 'discarded', finalized_at = now()
WHERE finalized_at IS NULL AND kind IN ('imports.check', 'imports.commit')`)
}
