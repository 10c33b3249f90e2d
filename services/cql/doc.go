// Package cql reads the Common Query Language of OGC (CQL2, OGC 21-065r2), as
// text and as JSON, and runs it on rows: what programs, QGIS among them, send to
// narrow a collection on the server.
//
// An expression is read once (ParseText, ParseJSON), bound to the fields of a
// collection (Compile), which finds wrong names and types before any row is
// read, and then run on each row. Comparing with a missing value gives neither
// true nor false, as in SQL; a row passes when the answer is true.
//
// The package knows no dataset, no town and no request. What it refuses is an
// *Error with a message key of its own catalogue.
package cql
