package atlas

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
)

// dataset is the atlas as open data: what atlas.shown gives, in Darwin Core
// terms (2023), which the national SINP platform and GBIF both read. Names of
// observers and comments stay at home: they are about people.
type dataset struct{ service *Service }

var _ datasets.Source = dataset{}

// Datasets implements datasets.Provider.
func (m *Module) Datasets() []datasets.Source { return []datasets.Source{dataset{m.service}} }

// fieldDef is a column and the SQL of what its equality filters.
type fieldDef struct {
	name     string
	kind     datasets.FieldType
	unit     string
	required bool
	equal    string
}

var schemaFields = []fieldDef{
	{name: "occurrenceID", kind: datasets.Text, required: true},
	{name: "basisOfRecord", kind: datasets.Text, required: true},
	{name: "occurrenceStatus", kind: datasets.Text, required: true},
	{name: "scientificName", kind: datasets.Text, required: true},
	{name: "taxonID", kind: datasets.Text},
	{name: "taxonRank", kind: datasets.Text},
	{name: "kingdom", kind: datasets.Text},
	{name: "family", kind: datasets.Text},
	{name: "vernacularName", kind: datasets.Text, equal: "t.french"},
	{name: "verbatimIdentification", kind: datasets.Text},
	{name: "eventDate", kind: datasets.Text, required: true},
	{name: "startDate", kind: datasets.Date, required: true},
	{name: "endDate", kind: datasets.Date, required: true},
	{name: "decimalLongitude", kind: datasets.Number},
	{name: "decimalLatitude", kind: datasets.Number},
	{name: "geodeticDatum", kind: datasets.Text},
	{name: "coordinateUncertaintyInMeters", kind: datasets.Number, unit: "m"},
	{name: "countryCode", kind: datasets.Text, required: true},
	{name: "locationID", kind: datasets.Text},
	{name: "locality", kind: datasets.Text},
	{name: "minimumElevationInMeters", kind: datasets.Integer, unit: "m"},
	{name: "maximumElevationInMeters", kind: datasets.Integer, unit: "m"},
	{name: "individualCount", kind: datasets.Integer},
	{name: "lifeStage", kind: datasets.Text},
	{name: "sex", kind: datasets.Text},
	{name: "samplingProtocol", kind: datasets.Text},
	{name: "identificationVerificationStatus", kind: datasets.Text},
	{name: "datasetName", kind: datasets.Text},
	{name: "institutionCode", kind: datasets.Text},
	{name: "dataGeneralizations", kind: datasets.Text},
	{name: "informationWithheld", kind: datasets.Text},
}

// plainFields are columns of ours: Darwin Core has other terms for them.
var plainFields = map[string]bool{"startDate": true, "endDate": true}

// Describe implements datasets.Source.
func (dataset) Describe() datasets.Description {
	fields := make([]datasets.Field, len(schemaFields))
	for i, f := range schemaFields {
		fields[i] = datasets.Field{
			Name: f.name, Label: "atlas.field." + f.name, Type: f.kind, Unit: f.unit, Required: f.required, Queryable: f.equal != "",
		}
		if !plainFields[f.name] {
			fields[i].Term = "http://rs.tdwg.org/dwc/terms/" + f.name
		}
	}
	return datasets.Description{
		ID: Code + "/occurrences", Slug: LayerID, Title: "atlas.dataset.title", Summary: "atlas.dataset.summary",
		Theme: datasets.ThemeBiodiversity, Frequency: datasets.Monthly,
		Keywords: []string{"atlas.keyword.biodiversity", "atlas.keyword.species", "atlas.keyword.fauna", "atlas.keyword.flora", "atlas.keyword.occurrence"},
		Fields:   fields, Geometry: datasets.Point, DateField: "startDate", Permission: PermissionRead, Page: LayerID,
		Key: []string{"occurrenceID"}, Screened: true,
		Filters: []string{paramTaxon, paramGroup}, Archive: "http://rs.tdwg.org/dwc/terms/Occurrence",
	}
}

// conditions turns a filter of the catalogue into one over atlas.shown.
func (dataset) conditions(tx *db.Tx, f datasets.Filter) (*conditions, error) {
	c := newConditions(tx.Tenant())
	if err := c.selected(f.Query.Get(paramTaxon), f.Query.Get(paramGroup)); err != nil {
		return nil, err
	}
	for _, field := range schemaFields {
		if value, asked := f.Equal[field.name]; asked && field.equal != "" {
			c.add(field.equal+" = %s", value)
		}
	}
	if b := f.BBox; b != nil {
		c.add("o.lon BETWEEN %s AND %s AND o.lat BETWEEN %s AND %s", b.West, b.East, b.South, b.North)
	}
	if !f.From.IsZero() {
		c.add("o.date_to >= %s", f.From)
	}
	if !f.To.IsZero() {
		c.add("o.date_from <= %s", f.To)
	}
	if f.ID != "" {
		id, err := uuid.Parse(f.ID)
		if err != nil {
			return nil, fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
		}
		c.add("o.sinp_id = %s", id)
	}
	if f.After == "" || f.BBox != nil { // in a box it is a place
		return c, nil
	}
	return c, c.behind("o.sinp_id > %s", f.After)
}

// behind adds a condition that ends in a permanent identifier.
func (c *conditions) behind(part, identifier string, values ...any) error {
	id, err := uuid.Parse(identifier)
	if err != nil {
		return datasets.BadCursor(err)
	}
	c.add(part, append(values, id)...)
	return nil
}

// along narrows to a stretch of the way through a box.
func (c *conditions) along(s datasets.Stretch) (*conditions, error) {
	part := &conditions{parts: slices.Clone(c.parts), args: slices.Clone(c.args)}
	part.add("o.qk >= %s AND o.qk < %s", s.Lo, s.Hi)
	if s.Behind == nil {
		return part, nil
	}
	return part, part.behind("(o.qk, o.sinp_id) > (%s, %s)", s.Behind.Key, s.Behind.Code)
}

// Rows implements datasets.Source. Rows come in the order of their permanent
// identifiers, which are random: neighbours in the file are no neighbours. Those of
// a box come in the order of the place that is shown of them.
func (d dataset) Rows(ctx context.Context, tx *db.Tx, f datasets.Filter, yield func(datasets.Row) error) error {
	c, err := d.conditions(tx, f)
	if err != nil {
		return err
	}
	out := &published{byPlace: f.BBox != nil, values: make([]any, len(schemaFields))}
	if f.BBox == nil {
		_, err := out.read(ctx, tx, c, "o.sinp_id", f.Limit, yield)
		return err
	}
	return f.Walk(func(s datasets.Stretch, limit int) (int, error) {
		part, err := c.along(s)
		if err != nil {
			return 0, err
		}
		return out.read(ctx, tx, part, "o.qk, o.sinp_id", limit, yield)
	})
}

// read gives the records of conditions in an order, at most limit of them (0:
// all), and tells how many.
func (p *published) read(ctx context.Context, tx *db.Tx, c *conditions, order string, limit int, yield func(datasets.Row) error) (n int, err error) {
	query := selectPublished + c.String() + "\nORDER BY " + order
	if limit > 0 {
		query += "\nLIMIT " + itoa(limit)
	}
	rows, err := tx.Query(ctx, query, c.args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := p.scan(rows); err != nil {
			return n, err
		}
		n++
		if err := yield(p.row()); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// Count implements datasets.Source. In a box it stops at the limit.
func (d dataset) Count(ctx context.Context, tx *db.Tx, f datasets.Filter) (n int64, err error) {
	f.After = ""
	c, err := d.conditions(tx, f)
	if err != nil {
		return 0, err
	}
	if f.BBox == nil {
		err = tx.QueryRow(ctx, "SELECT count(*)"+fromShown+c.String(), c.args...).Scan(&n)
		return n, err
	}
	err = f.Walk(func(s datasets.Stretch, limit int) (int, error) {
		part, err := c.along(s)
		if err != nil {
			return 0, err
		}
		query := "SELECT 1" + fromShown + part.String()
		if limit > 0 {
			query += "\nLIMIT " + itoa(limit)
		}
		var some int
		err = tx.QueryRow(ctx, "SELECT count(*) FROM ("+query+") counted", part.args...).Scan(&some)
		n += int64(some)
		return some, err
	})
	return n, err
}

// Changed implements datasets.Source.
func (dataset) Changed(ctx context.Context, tx *db.Tx) (datasets.Freshness, error) {
	return readFreshness(ctx, tx)
}

// published is a record on its way out.
type published struct {
	values  []any
	byPlace bool // its cursor is a place

	id                                           uuid.UUID
	qk                                           *int64
	present                                      bool
	level                                        Level
	taxon                                        int
	lon, lat, uncertainty                        *float64
	from, to                                     time.Time
	count, altitudeMin, altitudeMax              *int32
	name, author, rank, kingdom, family, french  string
	cited, basis, stage, sex, validation, method string
	locality, datasetName, body, place           string
	group                                        Group
}

var (
	ranks = map[string]string{
		"ES": "species", "SSES": "subspecies", "VAR": "variety", "FO": "form", "GN": "genus", "SSGN": "subgenus", "FM": "family",
		"OR": "order", "CL": "class", "PH": "phylum", "KD": "kingdom",
	}
	verifications = map[string]string{"waiting": "unverified", "certain": "verified", "probable": "probable"}
)

// generalised is what each level says of itself in Darwin Core, in French for
// whoever opens the file.
var generalised = map[Level][2]string{
	Commune:    {"Position ramenée à la commune ; date ramenée au mois", "position, jour, lieu-dit, altitude et jeu de données précis"},
	Cell10:     {"Position ramenée à la maille de 10 km (Lambert-93) ; date ramenée au mois", "position, jour, lieu-dit, altitude et jeu de données précis"},
	Department: {"Position ramenée au département ; date ramenée au mois", "position, jour, lieu-dit, altitude et jeu de données précis"},
}

// row gives the values in the order of schemaFields.
func (p *published) row() datasets.Row {
	status, datum := "present", ""
	if !p.present {
		status = "absent"
	}
	if p.lon != nil {
		datum = "EPSG:4326"
	}
	if p.kingdom == "" {
		p.kingdom = kingdomOf(p.group)
	}
	said := generalised[p.level]
	values := []any{
		p.id.String(), p.basis, status, strings.TrimSpace(p.name + " " + p.author), p.taxonID(), ranks[p.rank], p.kingdom, p.family, p.french,
		p.cited, p.eventDate(), p.from, p.to, orNil(p.lon), orNil(p.lat), datum, orNil(p.uncertainty), "FR", p.place, p.locality,
		orNil(p.altitudeMin), orNil(p.altitudeMax), orNil(p.count), p.stage, p.sex, p.method, verifications[p.validation],
		p.datasetName, p.body, said[0], said[1],
	}
	copy(p.values, values)
	r := datasets.Row{ID: p.id.String(), Values: p.values, Cursor: p.id.String()}
	if p.lon != nil && p.lat != nil {
		r.Lon, r.Lat, r.Located = *p.lon, *p.lat, true
	}
	if p.byPlace && p.qk != nil {
		r.Cursor = datasets.Place{Code: *p.qk, Key: r.ID}.String()
	}
	return r
}

func (p *published) taxonID() string {
	if p.taxon < 0 {
		return ""
	}
	return "https://taxref.mnhn.fr/taxref-web/taxa/" + itoa(p.taxon)
}

// eventDate is a day, a month or an interval (ISO 8601).
func (p *published) eventDate() string {
	first, last := p.from, p.to
	switch {
	case first.Equal(last):
		return first.Format(time.DateOnly)
	case first.Day() == 1 && first.AddDate(0, 1, -1).Equal(last):
		return first.Format("2006-01")
	case first.YearDay() == 1 && first.AddDate(1, 0, -1).Equal(last):
		return first.Format("2006")
	}
	return first.Format(time.DateOnly) + "/" + last.Format(time.DateOnly)
}

// orNil is the value, or nil for what is missing.
func orNil[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}
