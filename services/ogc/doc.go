// Package ogc serves a town's data to machines and maps: OGC API Features over
// the datasets, and the platform's only tile route over the layers.
//
// It knows no module. A module that implements Provider offers Layers: points
// read by ranges of qk, and counts by cell. What is encoded, cached, compressed
// and validated (version, ETag) is this package's work; a writer of a layer's
// data calls Bump in its own transaction. Tiles are cut from blocks of points
// kept in memory (ADR 10).
//
// A resident sees published datasets and the layers a module marks public;
// staff see what they hold the layer's permission for.
package ogc
