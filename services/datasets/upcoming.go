package datasets

import (
	"bufio"
	"context"
	"io"
	"os"

	"acvdata/services/datasets/changes"
	"acvdata/services/db"
	"acvdata/tenants"
)

// Upcoming is what a publication would change for everybody.
type Upcoming struct {
	Difference // Newer is 0: it has no number yet

	Now     int64            // rows that would be published
	TooMany bool             // more rows than are compared while somebody waits: nothing else is known
	First   []changes.Record // the first changes
}

// MostUpcoming is how many rows are compared while somebody waits: about a second.
const MostUpcoming = 200_000

// shownUpcoming is how many changes are shown before they are published.
const shownUpcoming = 50

// Upcoming compares the newest version with what would be published now; nil before
// the first publication. Datasets of more than most rows are counted only.
func (s *Service) Upcoming(ctx context.Context, town *tenants.Tenant, d *Dataset, most int64) (u *Upcoming, err error) {
	if d.Version == nil {
		return nil, nil //nolint:nilnil // a first version changes nothing
	}
	if _, err := rowsFile(d.Version); err != nil {
		return nil, err
	}
	o, err := s.Source(ctx, town, d.Slug())
	if err != nil {
		return nil, err
	}
	u = &Upcoming{Difference: Difference{dataset: d.ID, Older: d.Version.Number, Ready: true}}
	now, err := changes.Scratch("")
	if err != nil {
		return nil, err
	}
	defer func() { _ = now.Close() }()
	err = s.DB.SnapshotTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if u.Now, err = o.Count(ctx, tx, Filter{}); err != nil {
			return err
		}
		if u.TooMany = max(u.Now, d.Version.Rows) > most; u.TooMany {
			return nil
		}
		if u.withheld, err = s.withheld(ctx, tx, d.Source.ID); err != nil {
			return err
		}
		return writeRows(ctx, tx, o, now)
	})
	if err != nil || u.TooMany {
		return u, err
	}
	return u, s.foresee(ctx, town, d, o.Describe(), now, u)
}

// writeRows writes the rows of now as a publication would.
func writeRows(ctx context.Context, tx *db.Tx, o Source, file *os.File) error {
	out := bufio.NewWriter(file)
	w := newNDJSON(out, o.Describe())
	if err := o.Rows(ctx, tx, Filter{}, w.Row); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return out.Flush()
}

func (s *Service) foresee(ctx context.Context, town *tenants.Tenant, d *Dataset, about Description, now *os.File, u *Upcoming) error {
	old, err := s.edition(ctx, town.ID, d.Version)
	if err != nil {
		return err
	}
	c := changes.Comparison{Old: old, Key: about.Key, Without: u.withheld, OneSided: about.Screened}
	c.New = changes.Edition{Columns: writtenColumns(about), Open: func() (io.ReadCloser, error) {
		_, err := now.Seek(0, io.SeekStart)
		return io.NopCloser(now), err
	}}
	result, err := c.Run(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = result.Close() }()
	u.Summary = result.Summary
	u.First, err = u.Page(result.ReaderAt(), changes.Filter{}, 0, shownUpcoming)
	return err
}
