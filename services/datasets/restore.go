package datasets

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"acvdata/services/audit"
	"acvdata/services/blob"
	"acvdata/services/datasets/changes"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// maxRestoreReason leaves room in the note for what it goes back to.
const maxRestoreReason = 400

// Restore starts a new version whose files are those of an older one ("revenir à une
// version"): history is kept, the number goes up, the note says what it goes back
// to and why. The town's own rows stay as they are, and so do the rows that are
// served live; the next publication is of them again.
//
// An invalid fault without a reason; a conflict one for the newest version, while
// the dataset is withdrawn or being published, when the version holds a column that
// is withheld since, and for sources whose older versions may say what was hidden
// since.
func (s *Service) Restore(ctx context.Context, town *tenants.Tenant, slug string, number int, reason string) (p Publication, err error) {
	o, err := s.Source(ctx, town, slug)
	if err != nil {
		return p, err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > maxRestoreReason {
		return p, fault.New(fault.Invalid, "datasets.fault.restore_reason",
			fault.On("reason", "datasets.fault.restore_reason_field", fault.Args{"Most": maxRestoreReason}))
	}
	d, v, err := s.Restorable(ctx, town, slug, number)
	if err != nil {
		return p, err
	}
	err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		r, err := s.store.claim(ctx, tx, o.Describe().ID, s.words(town).Licence)
		if err == nil && (r.state != Published || r.latest != d.Latest) {
			err = fault.New(fault.Conflict, "datasets.fault.restore_moved")
		}
		if err != nil {
			return err
		}
		p.Subject = Subject(r.id)
		if p.Number, err = s.number(ctx, tx, r.id); err != nil {
			return err
		}
		note := i18n.T(ctx, "datasets.restore.note", i18n.V{"Number": v.Number, "Reason": reason})
		if err := s.start(ctx, tx, r.id, p.Number, note, v.Number); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "datasets.restore", p.Subject, map[string]any{
			"dataset": slug, "version": p.Number, "restores": v.Number, "reason": reason,
		})
	})
	return p, err
}

// Restorable finds a version that Restore takes, or says why it does not.
func (s *Service) Restorable(ctx context.Context, town *tenants.Tenant, slug string, number int) (*Dataset, *Version, error) {
	d, err := s.Get(ctx, town, slug)
	if err != nil {
		return nil, nil, err
	}
	v, err := s.Find(ctx, town, d, number)
	switch {
	case err != nil:
		return nil, nil, err
	case d.State != Published:
		return nil, nil, fault.New(fault.Conflict, "datasets.fault.restore_withdrawn", fault.With(fault.Args{"Number": number}))
	case v.Number == d.Latest:
		return nil, nil, fault.New(fault.Conflict, "datasets.fault.restore_current", fault.With(fault.Args{"Number": number}))
	}
	e, err := s.edition(ctx, town.ID, v)
	if err != nil {
		return nil, nil, err
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		return s.mayRestore(ctx, tx, d.Source, number, e.Columns)
	})
	return d, v, err
}

// mayRestore refuses a version that shows what is shown to nobody now.
func (s *Service) mayRestore(ctx context.Context, tx *db.Tx, about Description, number int, columns []changes.Column) error {
	if about.Screened {
		return fault.New(fault.Conflict, "datasets.fault.restore_screened")
	}
	withheld, err := s.withheld(ctx, tx, about.ID)
	if err != nil {
		return err
	}
	var back []string
	for _, c := range columns {
		if slices.Contains(withheld, c.Name) {
			back = append(back, c.Name)
		}
	}
	if len(back) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "datasets.fault.restore_withheld", fault.With(fault.Args{
		"Number": number, "Columns": strings.Join(back, ", "), "Count": int64(len(back)),
	}))
}

// takeOver gives a publication the files of an older version: the same objects, so
// the same bytes and checksums.
func (s *Service) takeOver(ctx context.Context, task *jobs.Task, job publishJob, number int) (w written, err error) {
	var found []Version
	err = s.DB.ReadTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		if found, err = s.store.versions(ctx, tx, job.Dataset, number); err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("version %d to go back to is gone", number)
		}
		w.fresh.Version, err = s.store.sourceVersion(ctx, tx, job.Dataset, number)
		return err
	})
	if err != nil {
		return w, err
	}
	v := &found[0]
	task.Progress.Phase(ctx, "datasets.phase.restore", int64(len(v.Files)))
	for _, f := range v.Files {
		if err := s.entire(ctx, task.Tenant, f); err != nil {
			return w, err
		}
	}
	e, err := s.edition(ctx, task.Tenant, v)
	w.files, w.rows, w.fields = v.Files, v.Rows, e.Columns
	return w, err
}

// entire refuses a file that is not there in full any more.
func (s *Service) entire(ctx context.Context, tenant tenants.ID, f File) error {
	opened, err := blob.Town(s.Blobs, tenant).Open(ctx, f.key)
	if err == nil && opened.Size() != f.Size {
		err = fmt.Errorf("%d bytes of %d", opened.Size(), f.Size)
	}
	if opened != nil {
		_ = opened.Close()
	}
	if err != nil {
		return fault.New(fault.Conflict, "datasets.fault.restore_file", fault.Because(err), fault.With(fault.Args{"Format": f.Format.Label}))
	}
	return nil
}
