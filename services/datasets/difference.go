package datasets

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"acvdata/services/blob"
	"acvdata/services/datasets/changes"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// Difference is what changed between two versions of a dataset.
type Difference struct {
	changes.Summary

	Older, Newer int
	Ready        bool  // false while it is being computed: nothing else is known then
	Size         int64 // bytes of the file of changes, compressed

	dataset  uuid.UUID
	withheld []string // columns that nobody was shown when it was computed
	key      string
}

// rowsFormat is the file of a version that rows are compared from: every dataset
// has it, with every value in its type.
const rowsFormat = "ndjson"

// mostAsked is how many comparisons of a town may wait: anybody may ask for one.
const mostAsked = 5

// Difference gives what changed between two versions, in whatever order they are
// named. One that was never computed, or that was before a column was withheld, is
// asked for: it is not Ready then. A not_found fault when a version is unknown, a
// conflict one when a version has no file to compare or too many comparisons wait.
func (s *Service) Difference(ctx context.Context, town *tenants.Tenant, d *Dataset, a, b int) (found *Difference, err error) {
	older, newer := min(a, b), max(a, b)
	if older == newer {
		return nil, fault.New(fault.Invalid, "datasets.fault.same_version")
	}
	for _, n := range []int{older, newer} {
		v, err := s.Find(ctx, town, d, n)
		if err != nil {
			return nil, err
		}
		if _, err := rowsFile(v); err != nil {
			return nil, err
		}
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		withheld, err := s.withheld(ctx, tx, d.Source.ID)
		if err == nil {
			found, err = s.store.difference(ctx, tx, d.ID, older, newer, withheld)
		}
		return err
	})
	if err != nil || found != nil {
		return found, err
	}
	return s.askDifference(ctx, town, differenceJob{Dataset: d.ID, Older: older, Newer: newer})
}

// rowsFile gives the file of a version that rows are compared from.
func rowsFile(v *Version) (File, error) {
	i := slices.IndexFunc(v.Files, func(f File) bool { return f.Format.Name == rowsFormat })
	if i < 0 {
		return File{}, fault.New(fault.Conflict, "datasets.fault.not_comparable", fault.With(fault.Args{"Number": v.Number}))
	}
	return v.Files[i], nil
}

// withheld lists the columns of a source that nobody is shown, sorted.
func (s *Service) withheld(ctx context.Context, tx *db.Tx, source string) ([]string, error) {
	hidden, err := s.store.hidden(ctx, tx)
	names := slices.Clone(hidden[source])
	slices.Sort(names)
	return names, err
}

// askDifference starts a comparison, unless it runs already.
func (s *Service) askDifference(ctx context.Context, town *tenants.Tenant, job differenceJob) (*Difference, error) {
	if p, err := s.Jobs.Progress(ctx, town.ID, job.subject()); err == nil && p.Failed() && time.Since(p.Ended) < retryAfter {
		return nil, p.Fault
	}
	err := s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		others, err := s.store.ask(ctx, tx, job.Dataset, job.Older, job.Newer)
		if err == nil && others >= mostAsked {
			err = fault.New(fault.TooMany, "datasets.fault.many_differences")
		}
		if err == nil {
			_, err = tx.Enqueue(ctx, job)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Difference{dataset: job.Dataset, Older: job.Older, Newer: job.Newer}, nil
}

// retryAfter is how long a comparison that failed is not tried again.
const retryAfter = 10 * time.Minute

// Steps gives, by version, the counts of what changed since the one before, where
// they are known.
func (s *Service) Steps(ctx context.Context, town *tenants.Tenant, d *Dataset) (steps map[int]changes.Summary, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		withheld, err := s.withheld(ctx, tx, d.Source.ID)
		if err == nil {
			steps, err = s.store.steps(ctx, tx, d.ID, withheld)
		}
		return err
	})
	return steps, err
}

// OpenChanges opens the file of changes of a difference that is ready.
func (s *Service) OpenChanges(ctx context.Context, town *tenants.Tenant, d *Difference) (blob.File, error) {
	return blob.Town(s.Blobs, town.ID).Open(ctx, d.key)
}

// Changes reads some of the changes that a filter chooses.
func (s *Service) Changes(ctx context.Context, town *tenants.Tenant, d *Difference, f changes.Filter, skip int64, most int) ([]changes.Record, error) {
	file, err := s.OpenChanges(ctx, town, d)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return d.Page(file, f, skip, most)
}

// differenceJob compares two versions.
type differenceJob struct {
	Dataset uuid.UUID `json:"dataset"`
	Older   int       `json:"older"`
	Newer   int       `json:"newer"`
}

// Kind names the job.
func (differenceJob) Kind() string { return "datasets.difference" }

func (j differenceJob) subject() string {
	return fmt.Sprintf("difference/%s/%d-%d", j.Dataset, j.Older, j.Newer)
}

// differ works one attempt. The file of one that was killed is written over.
func (s *Service) differ(ctx context.Context, task *jobs.Task, job differenceJob) error {
	town := tenants.From(ctx)
	var source string
	var versions [2]*Version
	err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		if source, err = s.store.sourceOf(ctx, tx, job.Dataset); err != nil {
			return err
		}
		for i, number := range []int{job.Older, job.Newer} {
			found, err := s.store.versions(ctx, tx, job.Dataset, number)
			if err != nil || len(found) == 0 {
				return err
			}
			versions[i] = &found[0]
		}
		return nil
	})
	if err != nil || versions[0] == nil || versions[1] == nil {
		return err
	}
	o, err := s.sourceByID(ctx, town, source)
	if err != nil {
		return err
	}
	if o == nil {
		return fault.New(fault.Conflict, "datasets.fault.module_off")
	}
	d, err := s.compare(ctx, task, job, o.Describe(), versions[0], versions[1])
	if err != nil {
		return err
	}
	if err := s.dropSuperseded(ctx, town, d); err != nil {
		return err
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error { return s.store.keepDifference(ctx, tx, d) })
}

// dropSuperseded deletes the file that a comparison takes the place of: it may hold a
// column that nobody is shown any more. It comes before the index is written, so that
// a worker killed in between does it again.
func (s *Service) dropSuperseded(ctx context.Context, town *tenants.Tenant, d *Difference) error {
	var key string
	err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		key, err = s.store.superseded(ctx, tx, d)
		return err
	})
	if err != nil || key == "" {
		return err
	}
	return s.Blobs.Delete(ctx, key)
}

// compare computes a difference and writes its file.
func (s *Service) compare(ctx context.Context, task *jobs.Task, job differenceJob, about Description, older, newer *Version) (*Difference, error) {
	task.Progress.Phase(ctx, "datasets.phase.compare", older.Rows+newer.Rows)
	d := &Difference{dataset: job.Dataset, Older: job.Older, Newer: job.Newer, Ready: true}
	err := s.DB.ReadTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) (err error) {
		d.withheld, err = s.withheld(ctx, tx, about.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	c := changes.Comparison{
		Key: about.Key, Without: d.withheld, OneSided: about.Screened,
		Progress: func(rows int64) { task.Progress.Done(ctx, rows) },
	}
	if c.Old, err = s.edition(ctx, task.Tenant, older); err != nil {
		return nil, err
	}
	if c.New, err = s.edition(ctx, task.Tenant, newer); err != nil {
		return nil, err
	}
	result, err := c.Run(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = result.Close() }()
	d.Summary, d.Size, d.key = result.Summary, result.Size, differenceKey(task.Tenant, job, d.withheld)
	_, err = s.Blobs.Put(ctx, d.key, result.Open())
	return d, err
}

// differenceKey names the file of a comparison; what nobody is shown makes another
// file, so that a reader of the one before finds what its index says.
func differenceKey(tenant tenants.ID, job differenceJob, withheld []string) string {
	sum := fnv.New32a()
	for _, name := range withheld {
		_, _ = sum.Write([]byte(name + "\x00")) // a digest never fails
	}
	name := fmt.Sprintf("%d-%d-%08x", job.Older, job.Newer, sum.Sum32())
	return blob.Key(tenant, "datasets", job.Dataset.String(), "differences", name)
}

// edition is a version as it is compared.
func (s *Service) edition(ctx context.Context, tenant tenants.ID, v *Version) (e changes.Edition, err error) {
	file, err := rowsFile(v)
	if err != nil {
		return e, err
	}
	open := func() (io.ReadCloser, error) { return blob.Town(s.Blobs, tenant).Open(ctx, file.key) }
	e.Open = open
	e.Columns, err = columnsOf(open, v.fields)
	return e, err
}

// columnsOf reads the columns of a file of rows from the file itself; their types
// are those that were kept with it.
func columnsOf(open func() (io.ReadCloser, error), kept []changes.Column) ([]changes.Column, error) {
	file, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	names, err := changes.Names(file)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 { // no row to read them from
		return kept, nil
	}
	columns := make([]changes.Column, len(names))
	for i, name := range names {
		columns[i].Name = name
		if n := slices.IndexFunc(kept, func(c changes.Column) bool { return c.Name == name }); n >= 0 {
			columns[i] = kept[n]
		}
	}
	return columns, nil
}

// GeometryType is the type, in differences, of the column of a row's geometry in
// GeoJSON.
const GeometryType = "geometry"

// writtenColumns are the columns of the file of rows of a dataset.
func writtenColumns(d Description) []changes.Column {
	columns := make([]changes.Column, 0, len(d.Fields)+1)
	for _, f := range d.Fields {
		columns = append(columns, changes.Column{Name: f.Name, Type: string(f.Type)})
	}
	if d.Geometry != NoGeometry {
		columns = append(columns, changes.Column{Name: freeName(geometryName, d), Type: GeometryType})
	}
	return columns
}

// compareNew compares a version that is about to be published with the newest. A
// publication never fails of it: what is not computed here is when it is asked for.
func (s *Service) compareNew(ctx context.Context, task *jobs.Task, job publishJob, latest int, about Description, w written) (*Difference, error) {
	if latest == 0 {
		return nil, nil //nolint:nilnil // a first version differs from nothing
	}
	var before []Version
	err := s.DB.ReadTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) (err error) {
		before, err = s.store.versions(ctx, tx, job.Dataset, latest)
		return err
	})
	if err == nil && len(before) == 0 {
		err = errors.New("the newest version is gone")
	}
	if err != nil {
		return nil, err
	}
	now := &Version{Number: job.Number, Rows: w.rows, Files: w.files, fields: w.fields}
	d, err := s.compare(ctx, task, differenceJob{Dataset: job.Dataset, Older: latest, Newer: job.Number}, about, &before[0], now)
	if err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "a version is published without its difference",
			"dataset", job.Dataset.String(), "version", strconv.Itoa(job.Number), "error", err.Error())
		return nil, nil //nolint:nilnil // asked for later
	}
	return d, err
}
