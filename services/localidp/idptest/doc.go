// Package idptest starts a local OpenID provider for a test, with a clock that
// the test moves, and walks through its pages as a browser would.
//
// It is imported from _test.go files only.
package idptest
