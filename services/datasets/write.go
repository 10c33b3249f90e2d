package datasets

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"

	"golang.org/x/sync/errgroup"

	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/geo/shapefile"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// write streams a source into one file per format, all from one reading of one
// snapshot: they hold the same rows, and memory stays flat.
func (s *Service) write(ctx context.Context, task *jobs.Task, job publishJob, o Source) (w written, err error) {
	err = s.DB.SnapshotTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		if w.fresh, err = o.Changed(ctx, tx); err != nil {
			return err
		}
		total, err := o.Count(ctx, tx, Filter{})
		if err != nil {
			return err
		}
		if total == 0 {
			return fault.New(fault.Invalid, "datasets.fault.empty")
		}
		task.Progress.Phase(ctx, "datasets.phase.inspect", total)
		if err := s.cleared(ctx, tx, job.Dataset, o); err != nil {
			return err
		}
		task.Progress.Phase(ctx, "datasets.phase.write", total)
		d, err := s.Described(ctx, tx, tenants.From(ctx), o)
		if err != nil {
			return err
		}
		w.fields = writtenColumns(d)
		sheaf := openSheaf(ctx, s.Blobs, d, func(f Format) string { return fileKey(task.Tenant, job, f) })
		err = o.Rows(ctx, tx, Filter{}, func(r Row) error {
			w.rows++
			task.Progress.Done(ctx, w.rows)
			return sheaf.Row(r)
		})
		w.files, err = sheaf.close(err)
		return err
	})
	return w, err
}

// sheaf is the files of a version being written side by side.
type sheaf struct {
	leaves []*leaf
	stores *errgroup.Group
}

// leaf is one of them: rows go through the format's writer into the counter,
// and from there to the store through a pipe.
type leaf struct {
	format Format
	key    string
	writer writer
	pipe   *io.PipeWriter
	sum    hash.Hash
	size   int64
	// dropped is why the version goes without this file: the rows are more than its
	// format holds.
	dropped error
}

func openSheaf(ctx context.Context, blobs blob.Store, d Description, key func(Format) string) *sheaf {
	group, ctx := errgroup.WithContext(ctx)
	s := &sheaf{stores: group}
	for _, f := range Formats(d) {
		reader, writer := io.Pipe()
		l := &leaf{format: f, key: key(f), pipe: writer, sum: sha256.New()}
		l.writer = f.open(l, d)
		s.leaves = append(s.leaves, l)
		group.Go(func() error {
			_, err := blobs.Put(ctx, l.key, reader)
			// A store that stops reading must not leave the rows waiting.
			_ = reader.CloseWithError(errors.Join(err, io.ErrClosedPipe))
			if errors.Is(err, shapefile.ErrTooBig) {
				return nil
			}
			return err
		})
	}
	return s
}

// Write counts and hashes what a format writes on its way to the store.
func (l *leaf) Write(p []byte) (int, error) {
	_, _ = l.sum.Write(p) // a hash never fails
	l.size += int64(len(p))
	return l.pipe.Write(p)
}

func (s *sheaf) Row(r Row) error {
	for _, l := range s.leaves {
		if err := l.Row(r); err != nil {
			return err
		}
	}
	return nil
}

// Row gives the row to the format, unless it does not hold them.
func (l *leaf) Row(r Row) error {
	if l.dropped != nil {
		return nil //nolint:nilerr // the version goes without this file
	}
	return l.unlessTooBig(l.writer.Row(r))
}

func (l *leaf) unlessTooBig(err error) error {
	if errors.Is(err, shapefile.ErrTooBig) {
		l.dropped = err
		return nil
	}
	return err
}

// close ends every file, or drops them all when err says that rows are missing.
func (s *sheaf) close(err error) ([]File, error) {
	var files []File
	for _, l := range s.leaves {
		if err == nil && l.dropped == nil {
			err = l.unlessTooBig(l.writer.Close())
		} else {
			abandon(l.writer)
		}
		_ = l.pipe.CloseWithError(errors.Join(err, l.dropped)) // nil ends the file
		if l.dropped == nil {
			file := File{Format: l.format, Size: l.size, key: l.key}
			l.sum.Sum(file.SHA256[:0])
			files = append(files, file)
		}
	}
	// The store's own error says more than the broken pipe it caused.
	if stored := s.stores.Wait(); stored != nil {
		err = stored
	}
	if err != nil {
		return nil, err
	}
	return files, nil
}
