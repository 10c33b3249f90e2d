// Package gdal reads files of geographic software through GDAL's ogr2ogr
// (Debian's gdal-bin), run as a child process that can do nothing else.
//
// The child gets one file in a scratch folder of its own, an empty environment,
// no driver of the network, of databases or of files that lead to others, no proxy
// that answers, a limit of memory, of time,
// of what it may write, and is killed with its group when the context ends. What
// it writes comes through a pipe and is counted. Anything it calls an error makes
// the whole reading fail: half a layer is never handed over.
//
// Features come out as GeoJSON, one a line (RFC 8142 without its separators), in
// longitude and latitude (WGS 84, nine decimals), in two dimensions, curves made
// of segments. A layer whose file does not say its coordinate system comes as it
// is: whoever reads it must ask.
//
// It knows nothing of what features are for. Errors are the Err values of
// errors.go, with what the child said as their cause.
package gdal
