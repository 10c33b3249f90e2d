package imports

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"log/slog"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// Upload takes a file in, byte by byte, and stores it. Whatever stops it (too
// large, cut off, disk full) leaves nothing behind. Analyse comes next.
func (s *Service) Upload(ctx context.Context, c Caller, name string, r io.Reader) (*Import, error) {
	return s.receiveAs(ctx, c, File{Name: cleanName(name)}, "", r, nil)
}

// announced joins the transaction that makes an import, before its file comes.
type announced func(context.Context, *db.Tx, *Import) error

func (s *Service) receiveAs(ctx context.Context, c Caller, file File, address string, r io.Reader, also announced) (*Import, error) {
	if !c.Can(RunPermission) {
		return nil, fault.New(fault.Forbidden, "imports.fault.forbidden")
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	i := &Import{ID: id, Tenant: c.Town.ID, State: Uploaded, File: file, Address: address, Created: s.deed(ctx)}
	// The row comes first: a file that a killed process leaves behind has an owner.
	err = s.DB.InTenant(ctx, c.Town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := s.store.insert(ctx, tx, i); err != nil || also == nil {
			return err
		}
		return also(ctx, tx, i)
	})
	if err != nil {
		return nil, err
	}
	if err := s.receive(ctx, i, r); err != nil {
		s.discard(ctx, i)
		return nil, err
	}
	return i, nil
}

func (s *Service) receive(ctx context.Context, i *Import, r io.Reader) error {
	counted := &counter{r: r, left: s.Limits.Bytes, sum: sha256.New()}
	size, err := s.files(i.Tenant).Put(ctx, i.key(fileKey), counted)
	switch {
	case counted.err != nil:
		return counted.fault(s.Limits.Bytes)
	case err != nil:
		return err
	case size == 0:
		return fault.New(fault.Invalid, "imports.fault.empty_file")
	}
	i.File.Size, i.File.SHA256 = size, counted.sum.Sum(nil)
	return s.DB.InTenant(ctx, i.Tenant, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Enqueue(ctx, sweepJob{}); err != nil {
			return err
		}
		return s.store.save(ctx, tx, i)
	})
}

// discard forgets an import and its files, even when the person has left.
func (s *Service) discard(ctx context.Context, i *Import) {
	ctx = context.WithoutCancel(ctx)
	s.deleteFiles(ctx, i)
	err := s.DB.InTenant(ctx, i.Tenant, func(ctx context.Context, tx *db.Tx) error {
		return s.store.remove(ctx, tx, i.ID)
	})
	if err != nil {
		slog.WarnContext(ctx, "refused upload not forgotten", "import", i.ID, "error", err.Error())
	}
}

// The files of an import.
const (
	fileKey     = "fichier"
	problemsKey = "problemes.ndjson"
	pointsKey   = "apercu.geojson"
	schemaKey   = "schema.json" // what the check against a schema found
)

func (i *Import) key(name string) string {
	return blob.Key(i.Tenant, "imports", i.ID.String(), name)
}

func (s *Service) files(town tenants.ID) blob.Store { return blob.Town(s.Blobs, town) }

func (s *Service) deleteFiles(ctx context.Context, i *Import) {
	for _, name := range []string{fileKey, problemsKey, pointsKey, schemaKey} {
		if err := s.files(i.Tenant).Delete(ctx, i.key(name)); err != nil {
			slog.WarnContext(ctx, "file of an import not deleted", "import", i.ID, "file", name, "error", err.Error())
		}
	}
}

// counter counts and hashes what goes through, and stops at the limit.
type counter struct {
	r    io.Reader
	left int64
	sum  hash.Hash
	err  error // why reading stopped before the end
}

var errTooLarge = errors.New("file over the limit")

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.left -= int64(n)
	if c.left < 0 {
		c.err = errTooLarge
		return 0, c.err
	}
	_, _ = c.sum.Write(p[:n])
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

func (c *counter) fault(limit int64) error {
	var f *fault.Fault
	switch {
	case errors.Is(c.err, errTooLarge):
		return fault.New(fault.TooLarge, "imports.fault.too_large", fault.With(fault.Args{"Limit": i18n.Bytes(limit)}))
	case errors.As(c.err, &f):
		return c.err
	}
	return fault.New(fault.Invalid, "imports.fault.cut_off", fault.Because(c.err))
}

// A longer name is cut in its middle: files of one series differ at their end,
// and the ending says what they are. In octets.
const (
	longestName = 120
	keptTail    = 40
)

// cleanName keeps the last part of a file's name, for people to recognise it. It
// is never used as a path.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	if len(name) > longestName {
		head, tail := name[:longestName-keptTail], name[len(name)-keptTail:]
		return strings.ToValidUTF8(head, "") + "…" + strings.ToValidUTF8(tail, "")
	}
	if name == "" || name == "." || name == "/" {
		return "fichier"
	}
	return name
}
