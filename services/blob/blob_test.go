package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"acvdata/services/fault"
)

func TestAFileAppearsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := Open("file://" + dir)
	if err != nil {
		t.Fatal(err)
	}
	tenant := uuid.New()
	town, key := Town(store, tenant), Key(tenant, "imports", "a", "file")
	if n, err := town.Put(t.Context(), key, bytes.NewBufferString("bonjour")); err != nil || n != 7 {
		t.Fatalf("put: %d %v", n, err)
	}
	broken := io.MultiReader(bytes.NewBufferString("à moitié"), failing{})
	if _, err := town.Put(t.Context(), key, broken); err == nil {
		t.Fatal("a broken upload is accepted")
	}
	f, err := town.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if content, _ := io.ReadAll(f); string(content) != "bonjour" || f.Size() != 7 {
		t.Errorf("content %q, size %d", content, f.Size())
	}
	left, _ := filepath.Glob(filepath.Join(dir, tenant.String(), "imports", "a", "*"))
	if len(left) != 1 {
		t.Errorf("left on disk: %v", left)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the phone lost its network") }

func TestACancelledUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, _ := Open("file://" + dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	tenant := uuid.New()
	if _, err := store.Put(ctx, Key(tenant, "f"), bytes.NewBufferString("x")); err == nil {
		t.Fatal("accepted")
	}
	if entries, _ := os.ReadDir(filepath.Join(dir, tenant.String())); len(entries) != 0 {
		t.Errorf("left on disk: %v", entries)
	}
}

func TestATownOpensOnlyItsOwnKeys(t *testing.T) {
	t.Parallel()
	store, _ := Open("file://" + t.TempDir())
	a, b := uuid.New(), uuid.New()
	if _, err := store.Put(t.Context(), Key(a, "secret"), bytes.NewBufferString("x")); err != nil {
		t.Fatal(err)
	}
	town := Town(store, b)
	for _, key := range []string{Key(a, "secret"), Key(b, "..", a.String(), "secret"), "../" + a.String() + "/secret", ""} {
		if _, err := town.Open(t.Context(), key); !fault.Is(err, fault.NotFound) {
			t.Errorf("open %q: %v", key, err)
		}
		if _, err := town.Put(t.Context(), key, bytes.NewBufferString("y")); !fault.Is(err, fault.NotFound) {
			t.Errorf("put %q: %v", key, err)
		}
	}
}

func TestNoWayOutOfTheFolder(t *testing.T) {
	t.Parallel()
	store, _ := Open("file://" + t.TempDir())
	if _, err := store.Put(t.Context(), "../outside", bytes.NewBufferString("x")); err == nil {
		t.Error("wrote outside the folder")
	}
}

func TestAFullDiskSaysSo(t *testing.T) {
	t.Parallel()
	err := translate(&os.PathError{Op: "write", Err: syscall.ENOSPC})
	if f := fault.From(err); f.Code != fault.Unavailable || f.Key != "fault.disk_full" {
		t.Errorf("got %+v", f)
	}
}

func TestMissingFileIsNotFound(t *testing.T) {
	t.Parallel()
	store, _ := Open("file://" + t.TempDir())
	if _, err := store.Open(t.Context(), "absent"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	if err := store.Delete(t.Context(), "absent"); err != nil {
		t.Errorf("deleting what is not there: %v", err)
	}
}

func TestUnknownSchemeIsRefused(t *testing.T) {
	if _, err := Open("ftp://host/x"); err == nil {
		t.Error("accepted")
	}
}

// TestAnAttemptThatEndsLateSpoilsNothing: a writing that was given up is cut while
// the next one writes the same file.
func TestAnAttemptThatEndsLateSpoilsNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := Open("file://" + dir)
	if err != nil {
		t.Fatal(err)
	}
	reader, writer := io.Pipe()
	late := make(chan error, 1)
	go func() {
		_, err := s.Put(t.Context(), "t/a/1", reader)
		late <- err
	}()
	if _, err := io.WriteString(writer, "half"); err != nil { // it has its draft
		t.Fatal(err)
	}
	whole := bytes.NewBufferString("whole")
	cut := io.MultiReader(whole, readerFunc(func([]byte) (int, error) {
		_ = writer.CloseWithError(errors.New("given up"))
		if err := <-late; err == nil {
			t.Error("a cut writing succeeds")
		}
		return 0, io.EOF
	}))
	if _, err := s.Put(t.Context(), "t/a/1", cut); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "t", "a", "1")); err != nil || string(got) != "whole" {
		t.Errorf("%q, %v", got, err)
	}
	// What a killed process left goes with the next writing, a day later.
	left := filepath.Join(dir, "t", "a", "1.left.part")
	old := time.Now().Add(-25 * time.Hour)
	if err := errors.Join(os.WriteFile(left, []byte("half"), 0o600), os.Chtimes(left, old, old)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "t/a/1", bytes.NewBufferString("again")); err != nil {
		t.Fatal(err)
	}
	if names, err := os.ReadDir(filepath.Dir(left)); err != nil || len(names) != 1 {
		t.Errorf("%v %v", names, err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
