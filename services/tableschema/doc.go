// Package tableschema checks rows against a Table Schema, as towns find them on
// schema.data.gouv.fr: Frictionless Table Schema version 1 (the fourth and last
// of its drafts, "v4" for short) and version 2 ("v5"), with the ten custom checks
// that Validata adds to them.
//
// Parse reads a descriptor; what it does not know how to check becomes a notice
// of the report, never a silence. Validate then reads rows one at a time, in
// memory that does not grow with the file: keys are kept as hashes and no more
// than MostKeys of them, errors are listed up to MostErrors and counted to the
// last.
//
// Labels are compared as Validata does for version 1: in any order, a column that
// the schema does not know or an optional one that is missing is a notice, a
// required one that is missing an error. Version 2 says so itself (fieldsMatch).
//
// The package knows no file format, no database and no page. Its types of errors
// are those of frictionless-py and validata-core; its messages are its own.
package tableschema
