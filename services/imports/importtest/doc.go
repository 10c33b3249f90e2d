// Package importtest is a target for tests and benchmarks: public benches, in a
// schema made in the test database only. It shows what a target looks like
// without any module, so that services/imports is tested on its own.
//
// It is imported from _test.go files and benchmarks only.
package importtest
