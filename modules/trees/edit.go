package trees

import (
	"context"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"acvdata/modules/trees/taxa"
	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// Edit is what a person may correct of a tree.
type Edit struct {
	Revision      int // of the tree the person was looking at
	Status        Status
	TaxonID       int
	HeightM       *float64
	Circumference *float64 // cm
	MeasuredAtCm  int      // 0 when not said
	CrownM        *float64
	Stage         Stage
	Remarkable    bool
	Felled        time.Time // zero when unknown
	Notes         string
}

// EditOf is a tree's own values, to be shown in a form.
func EditOf(t *Tree) Edit {
	return Edit{
		Revision: t.Revision, Status: t.Status, TaxonID: t.Taxon.ID, HeightM: t.HeightM, Circumference: t.Circumference,
		MeasuredAtCm: t.MeasuredAtCm, CrownM: t.CrownM, Stage: t.Stage, Remarkable: t.Remarkable, Felled: t.Felled, Notes: t.Notes,
	}
}

// check lists what cannot be true, field by field.
func (e Edit) check(r *taxa.Register, now time.Time) error {
	var options []fault.Option
	refuse := func(bad bool, field, key string) {
		if bad {
			options = append(options, fault.On(field, key, nil))
		}
	}
	refuse(!slices.Contains(statuses, e.Status), fieldStatus, "trees.fault.field_status")
	refuse(r.Taxon(e.TaxonID).ID != e.TaxonID, fieldTaxon, "trees.fault.field_taxon")
	refuse(outside(e.HeightM, maxHeightM), fieldHeight, "trees.fault.field_height")
	refuse(outside(e.Circumference, maxCircumferenceCm), fieldGirth, "trees.fault.field_girth")
	refuse(outside(e.CrownM, maxCrownM), fieldCrown, "trees.fault.field_crown")
	refuse(e.MeasuredAtCm < 0 || e.MeasuredAtCm > 300, fieldMeasured, "trees.fault.field_measured")
	refuse(e.Stage != NoStage && !slices.Contains(stages, e.Stage), fieldStage, "trees.fault.field_stage")
	refuse(e.Felled.After(now), fieldFelled, "trees.fault.field_future")
	refuse(!e.Felled.IsZero() && e.Status == Standing, fieldFelled, "trees.fault.field_felled_standing")
	refuse(utf8.RuneCountInString(e.Notes) > maxNotes, fieldNotes, "trees.fault.field_notes")
	if len(options) > 0 {
		return fault.New(fault.Invalid, "trees.fault.edit", options...)
	}
	return nil
}

func outside(v *float64, most float64) bool { return v != nil && !(*v > 0 && *v <= most) }

// Save corrects a tree. It refuses with a conflict when somebody changed the
// tree since the person opened it.
func (s *Service) Save(ctx context.Context, town tenants.ID, number int64, e Edit) error {
	register, err := s.Register(ctx, town)
	if err != nil {
		return err
	}
	if err := e.check(register, s.now()); err != nil {
		return err
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := lockInventory(ctx, tx); err != nil {
			return err
		}
		t, err := lockTree(ctx, tx, register, number)
		if err != nil {
			return err
		}
		if t.Revision != e.Revision {
			return fault.New(fault.Conflict, "trees.fault.changed_meanwhile")
		}
		if err := writeEdit(ctx, tx, t, e, authz.From(ctx).Name); err != nil {
			return err
		}
		details := map[string]any{"number": number, "revision": t.Revision + 1}
		if err := audit.Record(ctx, tx, "trees.edit", "tree/"+strconv.FormatInt(number, 10), details); err != nil {
			return err
		}
		return ogc.Bump(ctx, tx, LayerID)
	})
}

// View is everything a tree's page shows.
type View struct {
	Tree       *Tree
	Siblings   []Item // other trees of the site, those before it
	Neighbours []Item
	Life       []Change // the oldest first
}

// neighboursShown is how many trees around are listed.
const neighboursShown = 8

// View reads a tree with its place, its life and what stands around it.
func (s *Service) View(ctx context.Context, town tenants.ID, number int64) (v View, err error) {
	register, err := s.Register(ctx, town)
	if err != nil {
		return v, err
	}
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if v.Tree, err = readTree(ctx, tx, register, number); err != nil {
			return err
		}
		if v.Siblings, err = readSiblings(ctx, tx, register, v.Tree); err != nil {
			return err
		}
		if v.Neighbours, err = readNeighbours(ctx, tx, register, v.Tree, neighboursShown); err != nil {
			return err
		}
		v.Life, err = readLife(ctx, tx, v.Tree.ID)
		return err
	})
	return v, err
}

// Tree reads one tree by its number.
func (s *Service) Tree(ctx context.Context, town tenants.ID, number int64) (t *Tree, err error) {
	register, err := s.Register(ctx, town)
	if err != nil {
		return nil, err
	}
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		t, err = readTree(ctx, tx, register, number)
		return err
	})
	return t, err
}

// Fields of the form that edits a tree.
const (
	fieldRevision   = "revision"
	fieldStatus     = "statut"
	fieldTaxon      = "essence"
	fieldHeight     = "hauteur"
	fieldGirth      = "circonference"
	fieldMeasured   = "mesure_a"
	fieldCrown      = "couronne"
	fieldStage      = "stade"
	fieldRemarkable = "remarquable"
	fieldFelled     = "abattage"
	fieldNotes      = "remarques"
)
