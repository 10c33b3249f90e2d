// Package cluster runs a private PostgreSQL server for development, demos and
// tests: it finds the installed binaries, creates a data folder, starts the
// server on a Unix socket and stops it.
//
// A private cluster never listens on the network, so it disturbs no other
// PostgreSQL of the machine. The server outlives the process that started it
// (a second Start joins it in milliseconds) and a killed one is recovered on
// the next Start, with its data.
//
// Databases are created with the C.UTF-8 locale: comparisons are the same on
// every machine and an index order never depends on the libc. Sort what people
// read with COLLATE "fr-x-icu".
//
// The package knows nothing of schemas, roles or migrations. In production the
// database is somebody else's server (DATABASE_URL): [Connect] only tells
// whether the platform can run on it.
package cluster
