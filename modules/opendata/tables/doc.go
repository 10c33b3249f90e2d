// Package tables holds the tables a town brings in as files ("jeux de données de
// la ville"): any CSV, workbook or GeoJSON becomes a dataset with typed columns,
// versions and, where rows have positions, a map. It belongs to modules/opendata,
// which shows them.
//
// Rows of all tables of all towns live in one table of slots by type (t1… text,
// n1… numbers, d1… dates, b1… booleans, then extra); each edition of a table says
// which slot holds which column. Nothing is created at run time. An import makes
// an edition; undoing it shows the one before again.
//
// It knows no trade, no page and no request.
package tables
