package tabular

import (
	"archive/zip"
	"bytes"
	"path"
	"slices"
	"strings"
)

// geoPackageAt is where an SQLite file says what it holds, geoPackageIDs what
// GeoPackages say (OGC 12-128r18, requirement 2; the older ones before 1.2).
const geoPackageAt = 68

var (
	sqliteMark    = []byte("SQLite format 3\x00")
	geoPackageIDs = []string{"GPKG", "GP10", "GP11"}
	flatMark      = []byte("fgb")
	parquetMark   = []byte("PAR1")
)

// container tells the formats that are read through a text made of them, "" for
// texts and for what is not read at all. head is the file's first bytes.
func (f *File) container(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, zipMark):
		return f.packed(head)
	case bytes.HasPrefix(head, sqliteMark) && f.isGeoPackage(head):
		return GeoPackage
	case bytes.HasPrefix(head, flatMark) && len(head) > 8 && bytes.Equal(head[4:7], flatMark):
		return FlatGeobuf
	case bytes.HasPrefix(head, parquetMark) && !looksText(head):
		return Parquet
	case looksText(head) && isKML(head) && bytes.HasPrefix(bytes.TrimSpace(trimMarks(head)), []byte("<")):
		return KML
	}
	return ""
}

// isGeoPackage goes by what the file says of itself, or by its name when it says
// nothing: some software forgets.
func (f *File) isGeoPackage(head []byte) bool {
	if len(head) < geoPackageAt+4 {
		return false
	}
	id := string(head[geoPackageAt : geoPackageAt+4])
	if slices.Contains(geoPackageIDs, id) {
		return true
	}
	return id == "\x00\x00\x00\x00" && strings.EqualFold(path.Ext(f.name), ".gpkg")
}

// packed tells archives by what is in them.
func (f *File) packed(head []byte) Format {
	switch {
	case isOpenDocument(head, f.name):
		return OpenDocument
	case isWorkbook(head, f.name):
		return Workbook
	}
	archive, err := zip.NewReader(f.source, f.size)
	if err != nil {
		return ""
	}
	for _, entry := range archive.File {
		switch strings.ToLower(path.Ext(entry.Name)) {
		case ".shp":
			return Shapefile
		case ".kml":
			return KML
		}
	}
	return ""
}
