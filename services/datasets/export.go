package datasets

import (
	"context"
	"errors"
	"io"
	"slices"

	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/geo/shapefile"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// Export writes a dataset in a format: the file of the newest version when it is
// published and nothing is filtered, else the rows as they are now, streamed
// without a limit from one snapshot.
func (s *Service) Export(ctx context.Context, town *tenants.Tenant, slug, format string, f Filter, w io.Writer) error {
	d, err := s.Get(ctx, town, slug)
	if err != nil {
		return err
	}
	if d.Open() && f.Whole() {
		file, _, err := s.OpenFile(ctx, town, d, d.Version, format)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		_, err = io.Copy(w, file)
		return err
	}
	return s.Stream(ctx, town, slug, format, f, w)
}

// Stream writes the rows a dataset has now. Whether they may be seen is the
// caller's to check first.
func (s *Service) Stream(ctx context.Context, town *tenants.Tenant, slug, format string, f Filter, w io.Writer) error {
	o, err := s.Source(ctx, town, slug)
	if err != nil {
		return err
	}
	kind, ok := FormatOf(o.Describe(), format)
	if !ok {
		return unknownFormat(format)
	}
	return s.DB.SnapshotTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		d, err := s.Described(ctx, tx, town, o)
		if err != nil {
			return err
		}
		return Write(w, kind, d, func(yield func(Row) error) error { return o.Rows(ctx, tx, f, yield) })
	})
}

// Write writes rows in a format: the same rows make the same bytes. Rows that the
// format cannot hold are an invalid fault, told before the first byte.
func Write(w io.Writer, f Format, d Description, rows func(yield func(Row) error) error) error {
	out := f.open(w, d)
	err := rows(out.Row)
	if err == nil {
		err = out.Close()
	} else {
		abandon(out)
	}
	if errors.Is(err, shapefile.ErrTooBig) {
		return fault.New(fault.Invalid, "datasets.fault.does_not_fit", fault.Because(err), fault.With(fault.Args{"Format": f.Label}))
	}
	return err
}

// Described is a source's description with what files say of the dataset.
func (s *Service) Described(ctx context.Context, tx *db.Tx, town *tenants.Tenant, o Source) (Description, error) {
	d := o.Describe()
	fresh, err := o.Changed(ctx, tx)
	if err != nil {
		return d, err
	}
	r, err := s.store.get(ctx, tx, d.ID)
	d.About = About{Metadata: s.present(ctx, town, d, r, nil).Metadata, Place: town.Slug, Written: fresh.At}
	for _, f := range d.Fields {
		d.About.Labels = append(d.About.Labels, i18n.T(ctx, f.Label))
	}
	return d, err
}

// Sample gives the first rows a dataset has now, copied.
func (s *Service) Sample(ctx context.Context, town *tenants.Tenant, slug string, f Filter) (rows []Row, err error) {
	o, err := s.Source(ctx, town, slug)
	if err != nil {
		return nil, err
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		return o.Rows(ctx, tx, f, func(r Row) error {
			r.Values, r.Shape = slices.Clone(r.Values), slices.Clone(r.Shape)
			rows = append(rows, r)
			return nil
		})
	})
	return rows, err
}

// Find gives one published version by its number.
func (s *Service) Find(ctx context.Context, town *tenants.Tenant, d *Dataset, number int) (v *Version, err error) {
	unknown := fault.New(fault.NotFound, "datasets.fault.unknown_version", fault.With(fault.Args{"Number": number}))
	if number < 1 {
		return nil, unknown
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		found, err := s.store.versions(ctx, tx, d.ID, number)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return unknown
		}
		v = &found[0]
		return nil
	})
	return v, err
}

// OpenFile opens a file of a version.
func (s *Service) OpenFile(ctx context.Context, town *tenants.Tenant, d *Dataset, v *Version, format string) (blob.File, File, error) {
	kind, ok := FormatOf(d.Source, format)
	if !ok {
		return nil, File{}, unknownFormat(format)
	}
	file, ok := v.File(kind)
	if !ok {
		return nil, File{}, unknownFormat(format)
	}
	opened, err := blob.Town(s.Blobs, town.ID).Open(ctx, file.key)
	return opened, file, err
}

func unknownFormat(name string) error {
	return fault.New(fault.NotFound, "datasets.fault.format", fault.With(fault.Args{"Format": name}))
}
