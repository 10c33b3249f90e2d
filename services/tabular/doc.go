// Package tabular reads the files people bring: CSV in all its French
// variants (TSV, semicolon, pipe; UTF-8 with stray marks, UTF-16, Windows-1252),
// GeoJSON feature collections and newline-delimited GeoJSON features, flat JSON
// objects one a line or in an array, gzipped or not; the sheets of Excel (.xlsx)
// and LibreOffice (.ods) workbooks; Parquet and GeoParquet; the layers of zipped
// shapefiles, GeoPackages and FlatGeobuf (through services/gdal), KML and KMZ. It
// says what a file is, what each column holds and why, and streams its rows in
// flat memory whatever the size.
//
// It must not know who asks nor what for: no town, no database, no HTTP, no
// module. It never decides for the person: it types columns, gives its
// confidence and reasons, and hands every row over, with its faults listed.
// Texts are keys of the message catalogue ("tabular.problem.<code>",
// "tabular.reason.<code>", "tabular.refused.<reason>"); it never translates.
//
// # Reading a file
//
//	f, err := tabular.Open(ctx, r, size, "arbres.csv")   // io.ReaderAt; fault when refused
//	f.Format()                                           // tabular.CSV, GeoJSON, GeoJSONSeq
//	f.Dialect()                                          // encoding, separator, quote, header line…
//	f.Columns()                                          // headings, types, examples, reasons (from a spread sample)
//	profile, err := f.Profile(ctx, progress)             // the same over the whole file, with row and problem counts
//	f.Shape()                                            // the same for files with the same headings
//	for record, err := range f.Rows(ctx) { … }           // every row, in order
//
// Open reads a bounded sample spread over the file and is quick at any size. A
// File is immutable and safe for concurrent use; each call to Rows or Profile
// reads the file again from its start. WithDialect, WithColumns and WithLimits
// open it the way the person (or the installation) decided instead.
//
// # Rows
//
// A Record has exactly one cell per column: missing cells are empty, cells
// beyond the last column go to Extra, and both are listed as Problems, never
// dropped silently. Cells are raw text, decoded to UTF-8, not trimmed and not
// converted: parse them with the Column's own rules, so that one rule holds for
// the whole column:
//
//	col.IsMissing(cell)                    // '', NC, N/A… as found in that column
//	col.Number(cell) col.Int(cell)         // decimal comma, thousands, unit as decided for the column
//	col.Date(cell)                         // dd/mm or mm/dd as decided for the column
//	col.Bool(cell) col.Position(cell)
//
// or with the functions below them:
//
//	ParseNumber(cell string, d Decimal) (float64, bool)
//	ParseInt(cell string) (int64, bool)                  // "15", "1 234", "15.0"
//	ParseDate(cell string, o DateOrder) (time.Time, bool) // midnight UTC of that day
//	ParseDateTime(cell string, o DateOrder, loc *time.Location) (time.Time, bool)
//	ParseBool(cell string) (value, ok bool)              // oui/non, vrai/faux, true/false, 1/0…
//	ParsePosition(cell string, t Type) (x, y float64, ok bool) // LatLon, LonLat, WKT, Geometry; x = lon
//
// The Cells slice is reused by the next iteration; the strings in it are not.
// Rows stops at the first fault (a limit passed, a broken file, ctx done).
//
// In GeoJSON every property is a column, in order of first appearance, followed
// by one column of type Geometry headed "geometry" that holds the geometry's
// JSON text. Flat objects have no such column. File.CRS gives the EPSG code of the
// geometries, 0 when the file does not say it; SystemUnknown tells files that
// should and do not (a shapefile without .prj). Layers come in WGS 84.
//
// Where a format knows types (JSON, Parquet, layers), its word on a column is
// taken when it holds for every value: text of digits stays text, numbers have a
// decimal point.
//
// # Mapping
//
// Match (by headings) and MatchColumns (by headings and types) suggest which
// column feeds which wanted field:
//
//	tabular.MatchColumns(f.Columns(), []tabular.Wanted{
//		{Name: "height", Aliases: []string{"hauteur", "haut_tot"}, Type: tabular.Number},
//	})
//
// # Memory and time
//
// Whatever the size, reading holds a few buffers: at most some 40 MB for rows at
// the limit of 8 MiB, less than 2 MB for ordinary ones; deciding the columns
// holds up to 100,000 short values more. BenchmarkRead compares the speed with
// encoding/csv, which would hold a whole file behind a quote never closed.
package tabular
