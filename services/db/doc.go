// Package db opens the database and hands out transactions.
//
// A tenant transaction (InTenant, ReadTenant, Query) carries one town: the
// row-level security setting is made before anything else runs, GORM is scoped
// to the town, and jobs enqueued join the same transaction. A platform
// transaction (InPlatform) is another type, entered under another role; it is
// rare and greppable. Stores accept only these types, so a query without a town
// does not compile.
//
// The package knows no table and no module. It is the only place that turns a
// PostgreSQL error into a fault and that unwraps a *sql.Tx.
package db
