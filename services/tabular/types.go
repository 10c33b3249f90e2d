package tabular

// Format is the kind of file, whatever its name says.
type Format string

// The formats read here.
const (
	CSV        Format = "csv"        // any delimited text
	GeoJSON    Format = "geojson"    // a FeatureCollection
	GeoJSONSeq Format = "geojsonseq" // one feature a line
	NDJSON     Format = "ndjson"     // one flat object a line, or one after the other
	JSONRows   Format = "json"       // an array of flat objects
	Workbook   Format = "xlsx"       // a sheet of an Excel workbook
	// OpenDocument is a sheet of a LibreOffice workbook.
	OpenDocument Format = "ods"

	Shapefile  Format = "shapefile"  // in a zip archive
	GeoPackage Format = "gpkg"       // a layer of it
	FlatGeobuf Format = "flatgeobuf" // its layer
	KML        Format = "kml"        // or KMZ
	Parquet    Format = "parquet"    // or GeoParquet
)

// Encoding names a character encoding as people know it.
type Encoding string

// The encodings recognised.
const (
	UTF8        Encoding = "UTF-8"
	UTF16LE     Encoding = "UTF-16LE"
	UTF16BE     Encoding = "UTF-16BE"
	Windows1252 Encoding = "Windows-1252"
	ISO885915   Encoding = "ISO-8859-15"
	MacRoman    Encoding = "Macintosh"
	CodePage850 Encoding = "IBM850"
)

// Dialect says how a delimited file is written. Line numbers start at 1.
type Dialect struct {
	Encoding   Encoding
	Marks      int  // byte-order marks found at the start: 0, 1 or 2
	Separator  rune // ',' ';' '\t' '|', 0 when there is a single column
	Quote      rune // '"' or '\'', 0 when nothing is quoted
	Decimal    Decimal
	HeaderLine int  // line of the headings, 0 when the file has none
	Preamble   int  // lines before the headings (or the first row): titles, notes, "sep=;"
	Gzip       bool // the file is compressed
	Confidence float64
	Reasons    []Reason
}

// Decimal is the mark between units and tenths.
type Decimal byte

// The decimal marks; NoDecimal when no number of the file or column has one.
const (
	NoDecimal Decimal = 0
	Comma     Decimal = ','
	Point     Decimal = '.'
)

// Type is what a column holds, decided once for the whole column.
type Type string

// The types. Codes keep their zeros: they are text that follows a rule.
const (
	Text     Type = "text"
	Empty    Type = "empty" // no value at all
	Integer  Type = "integer"
	Number   Type = "number"
	Boolean  Type = "boolean"
	Date     Type = "date"
	DateTime Type = "datetime"
	Year     Type = "year"

	Code     Type = "code"     // digits whose leading zeros matter
	INSEE    Type = "insee"    // code officiel géographique of a commune
	Postcode Type = "postcode" // code postal
	SIREN    Type = "siren"
	SIRET    Type = "siret"
	Phone    Type = "phone"

	Longitude Type = "longitude" // degrees
	Latitude  Type = "latitude"
	Easting   Type = "x"      // metres of a projection
	Northing  Type = "y"      // metres of a projection
	LatLon    Type = "latlon" // "48.85, 2.35" in one cell
	LonLat    Type = "lonlat" // "2.35, 48.85" in one cell
	WKT       Type = "wkt"
	EWKB      Type = "ewkb"     // hexadecimal, as PostGIS prints it
	Geometry  Type = "geometry" // GeoJSON geometry in a cell
)

// Key is the message key of the type's name.
func (t Type) Key() string { return "tabular.type." + string(t) }

// DateOrder says in which order a column writes day, month and year.
type DateOrder string

// The orders. A cell that starts with a four-digit year or names its month
// reads the same under all of them.
const (
	NoOrder DateOrder = ""
	DMY     DateOrder = "dmy"
	MDY     DateOrder = "mdy"
	YMD     DateOrder = "ymd"
)

// Column is one column and what was understood of it.
type Column struct {
	Index        int
	Heading      string // as in the file, trimmed; "" when it has none
	Type         Type
	Confidence   float64  // 0 to 1
	Examples     []string // up to 5 distinct values, safe to show
	Values       int      // cells looked at that hold a value
	MissingCells int      // cells looked at that hold none
	MissingWords []string // words that mean "no value" in this column, '' apart
	Decimal      Decimal
	Unit         string // "%", "€", "cm" … written in every cell, taken off by Number
	Whole        bool   // numbers, all without a fractional part ("15.0")
	DateOrder    DateOrder
	Ambiguous    bool     // day and month (or comma) cannot be told apart: ask
	Zoned        bool     // date-times carry their offset
	Misfits      []Misfit // the first cells that do not read as Type
	MisfitCells  int      // how many there are
	Distinct     int      // distinct values seen, counted up to DistinctCap
	Reasons      []Reason // why this type
}

// DistinctCap is where Column.Distinct stops counting.
const DistinctCap = 1000

// MissingShare is the part of the cells looked at that hold no value.
func (c *Column) MissingShare() float64 {
	if n := c.Values + c.MissingCells; n > 0 {
		return float64(c.MissingCells) / float64(n)
	}
	return 0
}

// Misfit is a cell that does not read as its column's type.
type Misfit struct {
	Line  int
	Value string // safe to show
}

// Reason explains a decision: the message key is "tabular.reason." + Code.
type Reason struct {
	Code string
	Args map[string]any
}

// Key is the reason's message key.
func (r Reason) Key() string { return "tabular.reason." + r.Code }

// Record is one row. Cells has one cell per column and is reused by the next
// iteration, as is Problems.
type Record struct {
	Line     int // line the row starts on; its rank in files without lines
	Cells    []string
	Extra    []string // cells beyond the last column, values of properties without one
	Problems []Problem
	Blank    bool // every cell is empty
	Heading  bool // repeats the headings

	said []said // the format's word on each cell, where it has one
}

// Unusable reports whether the row must be set aside, not stored.
func (r *Record) Unusable() bool {
	if r.Blank || r.Heading {
		return true
	}
	for i := range r.Problems {
		if r.Problems[i].Severity == Severe {
			return true
		}
	}
	return false
}

// Severity says what a problem does to its row.
type Severity string

// The severities.
const (
	Notice  Severity = "notice"  // repaired without loss
	Warning Severity = "warning" // kept, to be looked at
	Severe  Severity = "severe"  // the row cannot be used
)

// ProblemCode names a problem; the codes are stable.
type ProblemCode string

// The problems of a row. Their message key is "tabular.problem." + code.
const (
	MissingCells    ProblemCode = "missing_cells"    // fewer cells than headings
	ExtraCells      ProblemCode = "extra_cells"      // more cells than headings
	OtherEncoding   ProblemCode = "other_encoding"   // not in the file's encoding, decoded on its own
	NulBytes        ProblemCode = "nul_bytes"        // NUL bytes taken out
	StrayQuote      ProblemCode = "stray_quote"      // a quote inside a quoted cell, kept
	UnclosedQuote   ProblemCode = "unclosed_quote"   // a quote never closed, read as text
	CellTooLong     ProblemCode = "cell_too_long"    // over the limit: emptied
	RepeatedHeading ProblemCode = "repeated_heading" // the headings again
	BlankRow        ProblemCode = "blank_row"        // separators only
	BrokenFeature   ProblemCode = "broken_feature"   // not a GeoJSON feature
	BrokenObject    ProblemCode = "broken_object"    // not a JSON object
	NoGeometry      ProblemCode = "no_geometry"      // a feature without geometry
	UnknownProperty ProblemCode = "unknown_property" // a property that the sample had not shown
)

// Problem is one fault of a row.
type Problem struct {
	Code     ProblemCode
	Severity Severity
	Line     int
	Column   int    // index of the column, -1 for the whole row
	Heading  string // of that column
	Value    string // excerpt, safe to show
	Args     map[string]any
}

// Key is the problem's message key.
func (p Problem) Key() string { return "tabular.problem." + string(p.Code) }

// Limits bound what is read. A zero field takes its default.
type Limits struct {
	Rows     int   // 2,000,000
	Columns  int   // 1,000
	Cell     int   // bytes of one cell, 1 MiB
	Record   int   // bytes of one row or feature, 8 MiB
	Inflated int64 // bytes out of a .gz, 2 GiB
	Ratio    int64 // bytes out per byte in of a .gz, once past 16 MiB: 200
}

// Profile is what a whole file (or its sample) holds.
type Profile struct {
	Complete bool // every row was read
	Rows     int  // rows read, blank and repeated headings apart
	Blank    int  // rows made of separators only
	Headings int  // times the headings were repeated
	Columns  []Column
	Problems map[ProblemCode]int
	First    []Problem // the first problems met, at most 100
}
