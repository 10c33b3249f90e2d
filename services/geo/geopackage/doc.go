// Package geopackage writes GeoPackage 1.3 files (OGC 12-128r17): one layer with
// the R-tree that desktop tools look for.
//
// SQLite makes the tables and says what the layer is; the rows and the nodes of the
// index, which come in the order of their keys, are packed straight into pages of
// its file format (https://www.sqlite.org/fileformat2.html), many times faster than
// statements. deploy/decisions/0030 says why.
//
// Positions are in degrees, longitude first (EPSG:4326). It knows geometries and
// columns. It knows no dataset and no town.
package geopackage
