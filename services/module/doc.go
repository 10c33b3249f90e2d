// Package module is the contract between a trade (trees, open data…) and the
// platform: what a module must say of itself (Manifest), how it offers its
// pages and addresses (Mount), and the Registry that checks the whole at start.
//
// What a module may offer beyond that is an optional interface declared by the
// service that uses it (imports.Provider, datasets.Provider, ogc.Provider…) and
// found by type assertion: a module that does not import has no import code.
//
// The package knows no module. Services with pages of their own (imports,
// sign-in…) are modules too, with Core set: always on, in no town's list.
package module
