// Package apptest starts the whole web application around the modules under
// test, on a database of its own as the runtime role, without a network: real
// routes, real rules, real transactions, real jobs. Only sign-in is replaced:
// As gives a client that speaks as any actor.
//
// It is imported from _test.go files only.
package apptest
