package atlas

import (
	"context"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// Service has the use cases of the trade; pages, API, imports and exports call
// it. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	blobs   blob.Store
	now     func() time.Time
	surveys *lru.Cache[tenants.ID, *Survey]
	sheets  *lru.Cache[sheetKey, Sheet]
}

// sheetKey names a sheet at one version of a town's atlas. It tells what
// everybody may see, so the permission is no part of it.
type sheetKey struct {
	town    tenants.ID
	version int64
	taxon   int
}

// surveysKept bounds the towns whose counts stay in memory; each is checked
// against the town's version before it is used.
const surveysKept = 64

// sheetsKept bounds the species whose counts stay in memory: those of a town
// with 75,000 records of one take a quarter of a second to count.
const sheetsKept = 2048

// NewService makes a service. now tells today.
func NewService(d *db.DB, blobs blob.Store, now func() time.Time) *Service {
	surveys, err := lru.New[tenants.ID, *Survey](surveysKept)
	if err != nil {
		panic(err) // only a size of zero or less does that
	}
	sheets, err := lru.New[sheetKey, Sheet](sheetsKept)
	if err != nil {
		panic(err)
	}
	return &Service{db: d, blobs: blobs, now: now, surveys: surveys, sheets: sheets}
}

// today is the day in France, at midnight in universal time as days are kept.
func (s *Service) today() time.Time {
	y, m, d := s.now().In(i18n.Paris).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// endsLater reports whether a period ends in days to come. A month or a year that
// still runs does not: its first and last days stand for not knowing the day.
func endsLater(first, last, today time.Time) bool {
	if !last.After(today) || first.After(today) {
		return last.After(today)
	}
	monthEnds := time.Date(today.Year(), today.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	yearEnds := time.Date(today.Year(), time.December, 31, 0, 0, 0, 0, time.UTC)
	return first.Day() != 1 || !last.Equal(monthEnds) && (first.Month() != time.January || !last.Equal(yearEnds))
}

// Survey gives what everybody may know of a town's atlas, counted.
func (s *Service) Survey(ctx context.Context, town tenants.ID) (v *Survey, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		v, err = s.survey(ctx, tx)
		return err
	})
	return v, err
}

func (s *Service) survey(ctx context.Context, tx *db.Tx) (*Survey, error) {
	f, err := readFreshness(ctx, tx)
	if err != nil {
		return nil, err
	}
	if known, ok := s.surveys.Get(tx.Tenant()); ok && known.Version == f.Version {
		return known, nil
	}
	v, err := readSurvey(ctx, tx)
	if err != nil {
		return nil, err
	}
	v.Version, v.Changed = f.Version, f.At
	s.surveys.Add(tx.Tenant(), v)
	return v, nil
}

// Sheet is what a species' page tells. It is read only once made.
type Sheet struct {
	Record
	Below  []Record // what was named more precisely: subspecies, varieties
	Survey *Survey
	Cells  []CellCount // where, most records first
	Wide   []WideCount // records shown by a wider place only
	First  time.Time   // zero without a record
	Years  []YearCount // the oldest first
	Absent int64       // looked for in vain
}

// CellCount is the records of a cell.
type CellCount struct {
	Cell Cell
	N    int64
}

// WideCount is the records of a place wider than a cell.
type WideCount struct {
	Level Level
	Place string // "10kmL93E034N627", an INSEE code, a department
	N     int64
}

// YearCount is the records of a year.
type YearCount struct {
	Year int
	N    int64
}

// Sheet reads a species, or another taxon, as everybody may see it. A not_found
// fault when the town shows no record of it: whether one is hidden is not said.
func (s *Service) Sheet(ctx context.Context, town tenants.ID, id int) (sheet Sheet, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		survey, err := s.survey(ctx, tx)
		if err != nil {
			return err
		}
		key := sheetKey{town, survey.Version, id}
		known, ok := s.sheets.Get(key)
		if sheet = known; ok {
			return nil
		}
		if sheet, err = newSheet(ctx, tx, survey, id); err == nil {
			s.sheets.Add(key, sheet)
		}
		return err
	})
	return sheet, err
}

func newSheet(ctx context.Context, tx *db.Tx, survey *Survey, id int) (sheet Sheet, err error) {
	sheet.Survey = survey
	ids := []int{id}
	for _, r := range survey.Records {
		switch {
		case r.Taxon.ID == id:
			sheet.Record = r
		case r.Taxon.SpeciesID == id:
			sheet.Below, ids = append(sheet.Below, r), append(ids, r.Taxon.ID)
		}
	}
	if sheet.Taxon.ID == 0 {
		if sheet.Taxon, err = readTaxon(ctx, tx, id); err != nil {
			return sheet, err
		}
	}
	for _, r := range sheet.Below {
		sheet.add(r)
	}
	if err = readSheet(ctx, tx, &sheet, ids); err == nil && sheet.Total()+sheet.Absent == 0 {
		err = fault.New(fault.NotFound, "atlas.fault.no_taxon")
	}
	return sheet, err
}

// Search finds taxa by words of their names, French or scientific, without
// accents.
func (s *Service) Search(ctx context.Context, town tenants.ID, text string, limit int) (list []Taxon, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		list, err = findTaxa(ctx, tx, text, limit)
		return err
	})
	return list, err
}
