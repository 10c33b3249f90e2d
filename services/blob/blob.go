package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
	"syscall"

	"acvdata/services/fault"
	"acvdata/tenants"
)

// Store keeps files by key. Implementations are safe for concurrent use. A file
// appears whole or not at all; writing over an existing key replaces it.
type Store interface {
	// Put stores what r gives until EOF. An error from r leaves nothing behind.
	Put(ctx context.Context, key string, r io.Reader) (size int64, err error)
	// Open reads a file; a not_found fault when there is none.
	Open(ctx context.Context, key string) (File, error)
	// Delete removes a file; removing what is not there is no error.
	Delete(ctx context.Context, key string) error
}

// File is an open file of known size.
type File interface {
	io.ReadSeekCloser
	io.ReaderAt
	Size() int64
}

// Open makes the store a URL names: file:///folder or
// s3://key:secret@host/bucket?insecure=1.
func Open(raw string) (Store, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("object store: %w", err)
	}
	switch u.Scheme {
	case "file":
		return newFolder(path.Join(u.Host, u.Path))
	case "s3":
		return newBucket(u, nil)
	}
	return nil, fmt.Errorf("object store: unknown scheme %q (file or s3)", u.Scheme)
}

// Key builds a key in the town's own part of the store.
func Key(tenant tenants.ID, parts ...string) string {
	return tenant.String() + "/" + strings.Join(parts, "/")
}

// Town narrows a store to one town: keys of others are refused, whoever made
// them.
func Town(s Store, tenant tenants.ID) Store { return townStore{s, tenant.String() + "/"} }

type townStore struct {
	Store
	prefix string
}

func (s townStore) check(key string) error {
	if !strings.HasPrefix(key, s.prefix) || path.Clean(key) != key {
		return fault.New(fault.NotFound, "fault.not_found", fault.Because(fmt.Errorf("key %q outside the town", key)))
	}
	return nil
}

func (s townStore) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if err := s.check(key); err != nil {
		return 0, err
	}
	return s.Store.Put(ctx, key, r)
}

func (s townStore) Open(ctx context.Context, key string) (File, error) {
	if err := s.check(key); err != nil {
		return nil, err
	}
	return s.Store.Open(ctx, key)
}

func (s townStore) Delete(ctx context.Context, key string) error {
	if err := s.check(key); err != nil {
		return err
	}
	return s.Store.Delete(ctx, key)
}

// translate tells a full disk from a bug.
func translate(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.New(fault.Unavailable, "fault.disk_full", fault.Because(err))
	}
	return err
}
