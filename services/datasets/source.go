package datasets

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/tenants"
)

// Provider is a module whose data can be published.
type Provider interface {
	Datasets() []Source
}

// Source is one dataset as its module holds it.
type Source interface {
	// Describe is a pure value: the same on every call.
	Describe() Description
	// Rows calls yield for each row the filter lets through, ordered by cursor,
	// and stops at its first error, which it returns. A filter value that cannot
	// be read is an invalid fault. The row and its slice are the source's again
	// when yield returns, strings apart. A box may have an order of its own, with
	// cursors of its own (Filter.Walk).
	Rows(ctx context.Context, tx *db.Tx, f Filter, yield func(Row) error) error
	// Count is the number of rows of the filter without its After. With a Limit, a
	// count that is not kept anywhere may stop there.
	Count(ctx context.Context, tx *db.Tx, f Filter) (int64, error)
	// Changed says how fresh the rows are.
	Changed(ctx context.Context, tx *db.Tx) (Freshness, error)
}

// TownSources gives the sources that only one town has: the tables it brought
// in. Their texts are what people wrote (i18n.Literal).
type TownSources interface {
	// Module is the code of the module that must be on.
	Module() string
	// TownSources lists them; slug narrows them to one, "" gives all.
	TownSources(ctx context.Context, tx *db.Tx, slug string) ([]Source, error)
}

// Freshness is the state of a source: Version grows with every change, At is
// the zero time when the source never had a row.
type Freshness struct {
	Version int64
	At      time.Time
}

// Description says what a dataset is. Texts are message keys of the module's
// own catalogue.
type Description struct {
	ID         string           // "trees/inventory": module's code, slash, name
	Slug       string           // in addresses: "arbres"; unique over all modules
	Title      string           // message key; the town may write its own
	Summary    string           // message key: a paragraph of at least 100 characters for people
	Theme      Theme            // of the catalogue
	Keywords   []string         // message keys
	Frequency  Frequency        // promised, unless the town promises another
	Schema     Schema           // national schema the CSV follows, zero for none
	Fields     []Field          // in the order of the schema: the CSV's columns
	Geometry   Geometry         // of every row
	DateField  string           // name of the field that "datetime" filters, "" for none
	Permission authz.Permission // holders see rows that are not published
	Page       string           // public page of the module that shows it: "arbres", "" for none
	// Filters are the query parameters of the module's list that Rows reads
	// besides equality on fields: "q", "espece"…
	Filters []string
	// Hollow sources have no row left (their import was undone): they are listed
	// only when a version of them was published.
	Hollow bool
	// Key names the fields that tell a row apart from one version to the next, none
	// when nothing does.
	Key []string
	// Screened sources show fewer rows, or show them less precisely, as decisions are
	// taken (a species that becomes sensitive, a station taken off the map): what an
	// older version says may have been hidden since. Its differences tell only what
	// the newer version holds, and no older version is made current again.
	Screened bool
	// Archive is the class of the rows in Darwin Core, by its address: fields
	// with a Term can then be had as a Darwin Core Archive. "" for none.
	Archive string
	// About is what files say of the dataset; the service sets it for writers.
	About About
}

// Module is the code of the module that offers the dataset.
func (d Description) Module() string {
	for i := range d.ID {
		if d.ID[i] == '/' {
			return d.ID[:i]
		}
	}
	return d.ID
}

// Shape names the fields of a row: part of what names its bytes in memory and in
// tags, since a column that is withheld changes neither a row nor a version.
func (d Description) Shape() string {
	all := make([]string, len(d.Fields))
	for i, f := range d.Fields {
		all[i] = strconv.Quote(f.Name)
	}
	return strings.Join(all, ",")
}

// Field finds a field by name.
func (d Description) Field(name string) (Field, bool) {
	for _, f := range d.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Schema is a published schema that the dataset follows.
type Schema struct {
	Name    string // "scdl/arbres" style name, for data.gouv.fr
	URL     string // of the version followed: dct:conformsTo
	Version string
	// Loose says that the data follow the schema, though files written here name
	// columns and write values in the platform's own way: no file claims it.
	Loose bool
}

// Field is one column.
type Field struct {
	Name        string // exactly as in the schema: the CSV's heading
	Label       string // message key
	Description string // message key, may be ""
	Type        FieldType
	Unit        string // "cm", "m": shown beside the label, "" for none
	Required    bool
	Queryable   bool   // Filter.Equal may name it
	Cleared     bool   // who is named here agreed to it, by the module's own rules: not looked at for personal data
	Term        string // address of the field's term in a Darwin Core Archive, "" when it has none
}

// FieldType is the type of a field's values, named as in Table Schema.
type FieldType string

// The closed list of types, with the Go types a row may hold for each; nil is a
// missing value everywhere.
const (
	Text     FieldType = "string"   // string
	Integer  FieldType = "integer"  // int, int32, int64
	Number   FieldType = "number"   // float64; written without exponent
	Date     FieldType = "date"     // time.Time, written 2006-01-02
	DateTime FieldType = "datetime" // time.Time, written in UTC
	Year     FieldType = "year"     // int, int32, int64
	Boolean  FieldType = "boolean"  // bool, written true or false
	GeoPoint FieldType = "geopoint" // string or Position, written "lon,lat"
)

// Position is a value of a GeoPoint field, in degrees (WGS 84).
type Position struct{ Lon, Lat float64 }

// Geometry is what a row looks like on a map.
type Geometry string

// The kinds of geometry.
const (
	NoGeometry Geometry = ""
	Point      Geometry = "Point"
	Line       Geometry = "LineString"
	Polygon    Geometry = "Polygon"
)

// Row is one row on its way out. It is valid during the call it is given to.
type Row struct {
	ID     string // stable over time, unique in the dataset, safe in an address
	Values []any  // in the order of Description.Fields
	// Lon and Lat are the position of a Point; Located is false when the row has
	// none.
	Lon, Lat float64
	Located  bool
	Shape    json.RawMessage // GeoJSON geometry of a Line or Polygon, nil otherwise
	// Codes stand for Values where the source knows which are equal, nil elsewhere:
	// in one reading a field's equal codes are equal values, and the first values met
	// have the smallest. Writers write such a value once.
	Codes []uint32
	// Cursor is what Filter.After takes to go on after this row: opaque, ASCII,
	// safe in an address. Needed only when Filter.Limit is set.
	Cursor string
}

// value is the value of the field at an index, nil when the row has none.
func (r Row) value(field int) any {
	if field < len(r.Values) {
		return r.Values[field]
	}
	return nil
}

// Filter narrows a reading. Its zero value is everything.
type Filter struct {
	Query url.Values        // the module's list, as its page reads it: Description.Filters
	Equal map[string]string // by Field.Name of queryable fields, as written in the CSV
	BBox  *tenants.Bounds   // rows that touch the box; rows without geometry never do
	From  time.Time         // on Description.DateField, inclusive; zero for open
	To    time.Time         // inclusive; zero for open
	ID    string            // this row alone
	After string            // Row.Cursor of the last row seen
	Limit int               // 0 means all
}

// Whole reports whether the filter lets every row through.
func (f Filter) Whole() bool {
	return len(f.Query) == 0 && len(f.Equal) == 0 && f.BBox == nil && f.From.IsZero() && f.To.IsZero() &&
		f.ID == "" && f.After == "" && f.Limit == 0
}

// Theme is a subject of the catalogue.
type Theme string

// The closed list of themes.
const (
	ThemeTrees        Theme = "trees"
	ThemeBiodiversity Theme = "biodiversity"
	ThemeHeat         Theme = "heat"
	ThemeWater        Theme = "water"
	ThemeAir          Theme = "air"
	ThemeSoil         Theme = "soil"
	ThemeEnergy       Theme = "energy"
	ThemeWaste        Theme = "waste"
	ThemeMobility     Theme = "mobility"
	ThemeLand         Theme = "land" // what the ground is used for
	ThemeTown         Theme = "town" // everything else a town publishes
)

// Frequency is how often a dataset is promised to be updated: local names of
// the EU authority table "frequency".
type Frequency string

// The frequencies a town may promise.
const (
	Continuous Frequency = "CONT"
	Daily      Frequency = "DAILY"
	Weekly     Frequency = "WEEKLY"
	Monthly    Frequency = "MONTHLY"
	Quarterly  Frequency = "QUARTERLY"
	TwiceAYear Frequency = "ANNUAL_2"
	Yearly     Frequency = "ANNUAL"
	AsNeeded   Frequency = "IRREG"
)
