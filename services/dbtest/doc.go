// Package dbtest gives each test a database of its own: a clone of a template
// that is migrated once per state of the migrations. Tests connect as the
// runtime role, so row-level security is on trial in every one of them.
//
// It is imported from _test.go files and benchmarks only. The server is
// ACV_TEST_DATABASE_URL (an administrator's), else a private cluster in the
// system's temporary folder, shared by all packages and left running for the
// next run.
package dbtest
