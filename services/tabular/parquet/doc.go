// Package parquet reads Parquet and GeoParquet 1.1 files as rows of text, in a
// stream: whatever the size of the file, memory holds one page of each column.
//
// A cell is written as a machine would: numbers with a point and every digit
// (decimals at their scale), days as 2006-01-02, moments as RFC 3339 (without an
// offset where the file says local time), hours as 15:04:05, booleans as true and
// false, geometries as GeoJSON in the file's own coordinate system, nulls as
// nothing. Each column comes with what it is by the file's own word.
//
// Before anything is unpacked, every page's header is read: a page that unpacks
// to more than the limits, or holds more values than the file has rows, makes the
// file refused. It knows nothing of what rows are for.
package parquet
