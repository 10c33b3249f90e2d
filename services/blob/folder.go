package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"acvdata/services/fault"
)

// folder keeps files below one directory. os.Root refuses any way out of it.
type folder struct{ root *os.Root }

func newFolder(dir string) (Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folder{root}, nil
}

// Put writes beside the final name and renames: readers never see half a file.
func (f *folder) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if err := f.root.MkdirAll(filepath.Dir(key), 0o700); err != nil {
		return 0, translate(err)
	}
	f.sweep(key)
	// A draft of its own: an attempt that was given up may still be ending when the
	// next one writes the same file.
	draft := key + "." + rand.Text() + draftEnd
	file, err := f.root.OpenFile(draft, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return 0, translate(err)
	}
	size, err := io.Copy(file, contextReader{ctx, r})
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		_ = f.root.Remove(draft)
		return 0, translate(err)
	}
	return size, translate(f.root.Rename(draft, key))
}

const (
	draftEnd  = ".part"
	staleTime = 24 * time.Hour // no writing takes as long
)

// sweep removes the drafts of a file that killed processes left.
func (f *folder) sweep(key string) {
	folder := filepath.Dir(key)
	entries, err := fs.ReadDir(f.root.FS(), folder)
	if err != nil {
		return // Put itself will say what is wrong with the folder
	}
	for _, e := range entries {
		info, err := e.Info()
		mine := strings.HasPrefix(e.Name(), filepath.Base(key)+".") && strings.HasSuffix(e.Name(), draftEnd)
		if mine && err == nil && time.Since(info.ModTime()) > staleTime {
			_ = f.root.Remove(filepath.Join(folder, e.Name()))
		}
	}
}

func (f *folder) Open(_ context.Context, key string) (File, error) {
	file, err := f.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
	}
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &diskFile{file, info.Size()}, nil
}

func (f *folder) Delete(_ context.Context, key string) error {
	if err := f.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

type diskFile struct {
	*os.File
	size int64
}

func (f *diskFile) Size() int64 { return f.size }

// contextReader stops a copy when its request or job is cancelled.
type contextReader struct {
	ctx context.Context //nolint:containedctx // it lives for one copy
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.r.Read(p)
}
