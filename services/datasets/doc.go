// Package datasets turns what modules hold into open data: a dataset has a
// description the town may complete, a licence, immutable numbered versions and
// files with checksums, and the same rows can be exported live with a filter.
// One service (Service) has the rules; pages, the JSON API, the OGC API and the
// command line all call it.
//
// It knows no module. A module that implements Provider offers Sources: what
// the rows are, and how to stream them. The service owns publication (a job),
// files, checksums, writers of every format, and what "published" means.
//
// # Writing a source
//
//	Describe  a pure value: identifier, address, fields in the order of the
//	          schema, messages of its own catalogue
//	Rows      streams rows in the order of their cursor, on the transaction it is
//	          given; it holds one row at a time
//	Count     how many rows Rows would give for the same filter, Limit and After
//	          apart
//	Changed   the source's own version number and when it last changed
//
// Queries carry tenant_id = tx.Tenant() and run under row-level security. A
// publication calls Count and Rows inside one snapshot; nothing else may be
// open on the transaction while Rows runs.
package datasets
