package gdal

import "errors"

// What may go wrong.
var (
	// ErrMissing: this machine has no gdal-bin.
	ErrMissing = errors.New("gdal: ogr2ogr is not installed")
	// ErrUnreadable: the file is damaged, or is not what it seems to be.
	ErrUnreadable = errors.New("gdal: the file cannot be read")
	// ErrTooLarge: more comes out of the file than the limits allow.
	ErrTooLarge = errors.New("gdal: the file is out of proportion")
	// ErrMemory: reading the file needs more memory than the limits allow.
	ErrMemory = errors.New("gdal: the file needs too much memory")
	// ErrTooLong: reading the file takes more time than the limits allow.
	ErrTooLong = errors.New("gdal: the file takes too long to read")
	// ErrNoShapefile: the archive holds no .shp.
	ErrNoShapefile = errors.New("gdal: no shapefile in the archive")
)

// IncompleteError says which part of a shapefile is not in the archive.
type IncompleteError struct{ Layer, Extension string }

func (e *IncompleteError) Error() string {
	return "gdal: " + e.Layer + " has no " + e.Extension
}
