// Package opendata is the town's open-data portal: the public catalogue, each
// dataset's page with its files, versions and API, the workspace where staff
// describe, publish and withdraw, and what machines read of it (DCAT-AP in four
// syntaxes, Atom, schema.org, JSON API).
//
// What a dataset is, its versions and its files belong to services/datasets, maps
// and items to services/ogc. The module knows no other trade: datasets come from
// whichever modules offer some.
package opendata
