// Package pmtiles writes points as a PMTiles archive (version 3 of the format): one
// file of vector tiles that a map reads by ranges, without a server.
//
// The tiles are those of the platform's tile route (services/geo/tile): counts by
// cell up to zoom 13, the points themselves with their attributes at zoom 14, which
// maps stretch further. Points wait in a temporary file, 24 bytes of each in memory,
// until Close cuts the tiles: the archive's directories stand before its tiles.
//
// The format: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.
package pmtiles
