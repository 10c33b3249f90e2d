package blob

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"acvdata/services/fault"
)

// TestADiskReallyFull writes to a disk of 256 kB until it has no room.
func TestADiskReallyFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
			t.Skip("this account may not mount a small disk")
		}
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	store, err := Open("file://" + dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Put(t.Context(), "town/kept", bytes.NewReader(make([]byte, 100<<10))); err != nil {
		t.Fatal(err)
	}
	for range 3 { // each time the room comes back
		_, err := store.Put(t.Context(), "town/big", bytes.NewReader(make([]byte, 1<<20)))
		if f := fault.From(err); f.Code != fault.Unavailable || f.Key != "fault.disk_full" {
			t.Fatalf("a file larger than the disk: %v", err)
		}
	}
	if _, err := store.Put(t.Context(), "town/small", bytes.NewReader(make([]byte, 50<<10))); err != nil {
		t.Errorf("a file that fits, after one that did not: %v", err)
	}
	if f, err := store.Open(t.Context(), "town/kept"); err != nil || f.Size() != 100<<10 {
		t.Errorf("the file of before: %v", err)
	}
	entries, _ := os.ReadDir(filepath.Join(dir, "town"))
	if len(entries) != 2 {
		t.Errorf("left on disk: %v", entries)
	}
}
