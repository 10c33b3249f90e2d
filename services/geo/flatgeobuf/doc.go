// Package flatgeobuf writes FlatGeobuf 3 files (https://flatgeobuf.org): features
// behind a packed R-tree of their boxes, so that a reader fetches by ranges only
// the part of a file that it shows.
//
// It knows geometries and columns. It knows no dataset and no town.
package flatgeobuf
