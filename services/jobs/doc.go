// Package jobs runs work outside a request, on River.
//
// A job is enqueued on the transaction that gives it its reason (db.Tx.Enqueue)
// and worked with the town, a deadline and log identifiers in its context. What
// people see of it (state, rows done, rate, fault) lives in jobs.progress,
// written in short transactions of its own and announced to browsers.
//
// A worker may be killed at any line. Its jobs go back to the queue as soon as
// another process notices that it is gone, so work must be idempotent: look at
// the subject's own state first, write the result and that state in one
// transaction last.
//
// The package knows no module; kinds are handed to it. It is the only place,
// with files named jobs*.go, that knows River.
package jobs
