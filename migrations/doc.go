// Package migrations holds the database's history in one linear order: SQL files
// NNNN_<schema>_what.sql that goose applies as the owner role, after a bootstrap
// that needs an administrator (roles and extensions), and River's own tables.
//
// PostgreSQL schemas mirror the folders of the project; a migration touches its
// own schema only. The package knows no module's code.
package migrations
