// Package shapefile writes layers as shapefiles (ESRI, July 1998; dBASE III
// tables) in a zip: .shp, .shx, .dbf, .prj, .cpg, and champs.csv, which tells what
// the short names stand for and what a table of fixed widths had to cut.
//
// Positions are given in degrees and written in Lambert-93 (EPSG:2154) when all of
// them are in metropolitan France, else in degrees (WGS 84). It knows geometries
// and columns. It knows no dataset and no town.
package shapefile
