package datasets

import (
	"io"
	"slices"
)

// Format is a file format a dataset can be had in.
type Format struct {
	Name      string // in addresses, and the files' extension: "csv"
	Label     string // as people call it
	MediaType string // IANA, with its parameters
	// FileType is the local name in the EU authority table "file-type".
	FileType string
	Main     bool // one that most people want: shown first
	Listed   bool // in catalogues for other portals, which keep a catalogue of at most 15 MB; the others stay on the dataset's page
	Spatial  bool // only for datasets with a geometry
	Points   bool // only for datasets of points
	Archive  bool // only for datasets that have a Description.Archive
	open     func(w io.Writer, d Description) writer
}

// writer writes rows in one format. It buffers; Close writes the rest and what
// ends the file, and does not close what it writes to.
type writer interface {
	Row(r Row) error
	Close() error
}

// discarder is a writer that holds temporary files until Close: Discard gives them
// back when Close is never called.
type discarder interface {
	Discard() error
}

func abandon(w writer) {
	if d, ok := w.(discarder); ok {
		_ = d.Discard() // what is lost is temporary
	}
}

// formats is the closed list, in the order people see them.
var formats = []Format{
	{Name: "csv", Label: "CSV", MediaType: "text/csv; charset=utf-8; header=present", FileType: "CSV", Main: true, Listed: true, open: newCSV},
	{Name: "geojson", Label: "GeoJSON", MediaType: "application/geo+json", FileType: "GEOJSON", Main: true, Listed: true, Spatial: true, open: newGeoJSON},
	{Name: "xlsx", Label: "Excel", MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FileType: "XLSX", Main: true, Listed: true, open: newXLSX},
	{Name: "excel.csv", Label: "CSV pour tableur", MediaType: "text/csv; charset=utf-8; header=present", FileType: "CSV", open: newExcelCSV},
	{Name: "ods", Label: "OpenDocument", MediaType: odsType, FileType: "ODS", open: newODS},
	{Name: "gpkg", Label: "GeoPackage", MediaType: "application/geopackage+sqlite3", FileType: "GPKG", Listed: true, Spatial: true, open: newGeoPackage},
	{Name: "shp.zip", Label: "Shapefile (Lambert-93)", MediaType: "application/zip", FileType: "SHP", Spatial: true, open: newShapefile},
	{Name: "kml", Label: "KML", MediaType: "application/vnd.google-earth.kml+xml", FileType: "KML", Spatial: true, open: newKML},
	{Name: "fgb", Label: "FlatGeobuf", MediaType: "application/octet-stream", FileType: "BIN", Spatial: true, open: newFlatGeobuf},
	{Name: "pmtiles", Label: "PMTiles (tuiles)", MediaType: "application/vnd.pmtiles", FileType: "BIN", Spatial: true, Points: true, open: newPMTiles},
	{Name: "parquet", Label: "Parquet", MediaType: "application/vnd.apache.parquet", FileType: "PARQUET", open: newParquet},
	{Name: "json", Label: "JSON", MediaType: "application/json", FileType: "JSON", open: newJSON},
	{Name: "ndjson", Label: "NDJSON", MediaType: "application/x-ndjson", FileType: "JSON", open: newNDJSON},
	{Name: "zip", Label: "Darwin Core Archive", MediaType: "application/zip", FileType: "ZIP", Main: true, Listed: true, Archive: true, open: newArchive},
}

// Formats lists the formats a dataset can be had in.
func Formats(d Description) []Format {
	return slices.DeleteFunc(slices.Clone(formats), func(f Format) bool {
		return f.Spatial && d.Geometry == NoGeometry || f.Points && d.Geometry != Point || f.Archive && d.Archive == ""
	})
}

// FormatOf finds a format a dataset can be had in by its name.
func FormatOf(d Description, name string) (Format, bool) {
	for _, f := range Formats(d) {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}
