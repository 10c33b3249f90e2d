package atlas

import (
	"context"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/geo/boundary"
	"acvdata/services/geo/crs"
	"acvdata/services/geo/qk"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// Occurrence is a record as the town's staff knows it.
type Occurrence struct {
	Number      int64
	SinpID      uuid.UUID
	Revision    int
	TaxonID     int
	Cited       string
	Present     bool
	From, To    time.Time
	Position    tenants.Point
	AccuracyM   *float64
	InTown      bool
	CountMin    *int // individuals; nil is not said
	CountMax    *int
	Observer    string
	Body        string
	Dataset     string
	Method      string
	LifeStage   string
	Sex         string
	Locality    string
	Comment     string
	Validation  string
	Sensitivity Level // its own
	Level       Level // in force: its own, or the town's rule for its taxon
	Shown       bool
	Imported    bool

	Taxon Taxon
}

// List asks for a part of the records, newest first.
type List struct {
	Taxon      int // 0 for all; what is below it too
	Validation string
	Level      int // in force; -1 for all
	After      string
}

// Page is a page of records.
type Page struct {
	Items []Occurrence
	Next  string // cursor, "" on the last page
	Total int64
}

// pageSize is how many records a page of the staff's list shows.
const pageSize = 50

// Records lists records for the town's staff, as far as reach goes.
func (s *Service) Records(ctx context.Context, town tenants.ID, reach authz.Reach, l List) (p Page, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		p, err = listRecords(ctx, tx, reach, l)
		return err
	})
	return p, err
}

// Record reads one for the town's staff; one beyond reach is not found.
func (s *Service) Record(ctx context.Context, town tenants.ID, reach authz.Reach, number int64) (o Occurrence, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		o, err = readRecord(ctx, tx, reach, number, "")
		return err
	})
	return o, err
}

// Fields of the form.
const (
	fieldTaxon     = "taxon"
	fieldFrom      = "date"
	fieldTo        = "date_fin"
	fieldLon       = "longitude"
	fieldLat       = "latitude"
	fieldAccuracy  = "precision"
	fieldCount     = "nombre"
	fieldCountMax  = "nombre_max"
	fieldObserver  = "observateur"
	fieldBody      = "organisme"
	fieldMethod    = "methode"
	fieldStage     = "stade"
	fieldLocality  = "lieu"
	fieldComment   = "commentaire"
	fieldPresent   = "presence"
	fieldValid     = "validation"
	fieldSensitive = "sensibilite"
	fieldRevision  = "revision"
	fieldSource    = "jeu"
)

// Validations are the states of validation a person may give, the SINP's
// STATUT_VALID without its two codes for "nobody can say".
func Validations() []string { return []string{"waiting", "certain", "probable", "doubtful", "invalid"} }

// check lists what cannot be true, field by field.
func (o Occurrence) check(today time.Time) error {
	var options []fault.Option
	refuse := func(bad bool, field, key string) {
		if bad {
			options = append(options, fault.On(field, key, nil))
		}
	}
	refuse(o.TaxonID == 0, fieldTaxon, "atlas.fault.field_taxon")
	refuse(o.From.IsZero(), fieldFrom, "atlas.fault.field_date")
	refuse(o.From.After(today), fieldFrom, "atlas.fault.field_future")
	refuse(!o.From.IsZero() && o.From.Year() < oldest, fieldFrom, "atlas.fault.field_date")
	refuse(!o.To.IsZero() && o.To.Before(o.From), fieldTo, "atlas.fault.field_reversed")
	refuse(!o.To.Before(o.From) && !o.From.After(today) && endsLater(o.From, o.To, today), fieldTo, "atlas.fault.field_future")
	refuse(!crs.WithinFrance(o.Position), fieldLat, "atlas.fault.field_position")
	refuse(o.AccuracyM != nil && !(*o.AccuracyM > 0 && *o.AccuracyM <= 100_000), fieldAccuracy, "atlas.fault.field_accuracy")
	for field, n := range map[string]*int{fieldCount: o.CountMin, fieldCountMax: o.CountMax} {
		refuse(n != nil && (*n < 0 || *n > mostCounted), field, "atlas.fault.field_count")
	}
	refuse(o.CountMin != nil && o.CountMax != nil && *o.CountMax < *o.CountMin, fieldCountMax, "atlas.fault.field_count_max")
	refuse(!slices.Contains(Validations(), o.Validation), fieldValid, "atlas.fault.field_choice")
	refuse(!o.Sensitivity.Known(), fieldSensitive, "atlas.fault.field_choice")
	for field, text := range map[string]string{fieldObserver: o.Observer, fieldBody: o.Body, fieldMethod: o.Method, fieldStage: o.LifeStage, fieldLocality: o.Locality} {
		refuse(utf8.RuneCountInString(text) > maxName, field, "atlas.fault.field_long")
	}
	refuse(utf8.RuneCountInString(o.Comment) > maxComment, fieldComment, "atlas.fault.field_long")
	if len(options) > 0 {
		return fault.New(fault.Invalid, "atlas.fault.form", options...)
	}
	return nil
}

// Save writes a record: a new one when its Number is 0. It refuses with a
// conflict when somebody changed it since the person opened it. sent names the
// form: sending it twice makes one record. Neither the record nor the source it
// is given may be beyond reach.
func (s *Service) Save(ctx context.Context, town *tenants.Tenant, reach authz.Reach, o Occurrence, sent uuid.UUID) (number int64, err error) {
	if err := o.check(s.today()); err != nil {
		return 0, err
	}
	if !reach.Covers(o.Dataset) {
		return 0, fault.New(fault.Invalid, "atlas.fault.form", fault.On(fieldSource, "atlas.fault.field_source", nil))
	}
	outline, err := boundary.Parse(town.Boundary)
	if err != nil {
		return 0, err
	}
	if o.To.IsZero() {
		o.To = o.From
	}
	code, err := qk.Encode(o.Position.Lon, o.Position.Lat)
	if err != nil {
		return 0, err
	}
	o.InTown = outline.Contains(o.Position)
	err = s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := lockRegister(ctx, tx); err != nil {
			return err
		}
		if err := followRules(ctx, tx); err != nil {
			return err
		}
		action := "atlas.edit"
		if o.Number == 0 {
			action = "atlas.add"
			number, err = insertRecord(ctx, tx, reach, o, code, sent)
		} else {
			number, err = o.Number, replaceRecord(ctx, tx, reach, o, code, authz.From(ctx).Name)
		}
		if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, action, subject(number), map[string]any{"number": number}); err != nil {
			return err
		}
		return ogc.Bump(ctx, tx, LayerID)
	})
	return number, err
}

func subject(number int64) string { return "occurrence/" + strconv.FormatInt(number, 10) }

// Remove deletes a record for good: one entered by mistake, with its photographs.
// A conflict when it was changed meanwhile.
func (s *Service) Remove(ctx context.Context, town tenants.ID, reach authz.Reach, number int64, revision int) error {
	var photos []Photo
	err := s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := lockRegister(ctx, tx); err != nil {
			return err
		}
		o, err := readRecord(ctx, tx, reach, number, " FOR UPDATE OF o")
		if err != nil {
			return err
		}
		if o.Revision != revision {
			return fault.New(fault.Conflict, "atlas.fault.changed_meanwhile")
		}
		if photos, err = listPhotos(ctx, tx, number); err != nil {
			return err
		}
		if err := deleteRecord(ctx, tx, number); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, "atlas.remove", subject(number), map[string]any{"number": number, "taxon": o.Cited}); err != nil {
			return err
		}
		return ogc.Bump(ctx, tx, LayerID)
	})
	if err != nil {
		return err
	}
	for _, p := range photos {
		s.dropPhoto(ctx, town, p.ID)
	}
	return nil
}

// Rule is how coarsely a town shows a taxon.
type Rule struct {
	Taxon     Taxon
	TaxonID   int
	Level     Level
	Reason    string
	DecidedBy string
	DecidedAt time.Time
	Records   int64 // it holds for
}

// maxReason bounds why a rule was made, in characters.
const maxReason = 200

// Rules lists a town's rules, the strictest first.
func (s *Service) Rules(ctx context.Context, town tenants.ID) (rules []Rule, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		rules, err = listRules(ctx, tx)
		return err
	})
	return rules, err
}

// SetRule makes or changes a rule; Precise takes it away. Everything the town
// shows of the taxon follows at once.
func (s *Service) SetRule(ctx context.Context, town tenants.ID, r Rule) error {
	if !r.Level.Known() || utf8.RuneCountInString(r.Reason) > maxReason {
		return fault.New(fault.Invalid, "atlas.fault.rule", fault.On("niveau", "atlas.fault.field_choice", nil))
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := lockRegister(ctx, tx); err != nil {
			return err
		}
		t, err := readTaxon(ctx, tx, r.TaxonID)
		if err != nil {
			return err
		}
		r.DecidedBy = authz.From(ctx).Name
		if err := writeRule(ctx, tx, r); err != nil {
			return err
		}
		details := map[string]any{"taxon": t.Name, "level": int(r.Level)}
		if err := audit.Record(ctx, tx, "atlas.levels", "taxon/"+t.Slug(), details); err != nil {
			return err
		}
		return ogc.Bump(ctx, tx, LayerID)
	})
}

// Name finds the taxon a person typed.
func (s *Service) Name(ctx context.Context, town tenants.ID, text string) (id int, found bool, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		id, found, err = nameTaxon(ctx, tx, text)
		return err
	})
	return id, found, err
}
