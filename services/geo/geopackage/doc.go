// Package geopackage writes GeoPackage 1.3 files (OGC 12-128r17): one layer with
// the R-tree that desktop tools look for.
//
// Positions are in degrees, longitude first (EPSG:4326). It knows geometries and
// columns. It knows no dataset and no town.
package geopackage
