// Package tile writes Mapbox vector tiles of points and of counts.
//
// Zoom 14 and closer shows the points themselves: Points, layer "points", one
// attribute per key. Further out a tile holds 64 × 64 counts: Cells, layer
// "cells", attribute "count"; CellShift gives the k of "GROUP BY qk >> k".
// Positions come as qk codes, so that encoding needs no trigonometry. Tiles of
// several layers are the tiles of each, one after the other.
//
// Encoders append protobuf as features come and keep no feature; they are not
// safe for concurrent use. The package must not know where rows come from, nor
// HTTP or caches. Lines and polygons are the database's work (ST_AsMVT).
package tile
