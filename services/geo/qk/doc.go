// Package qk turns a position into one integer, and a map tile or a box into
// ranges of such integers.
//
// The integer is the 58-bit Morton code of the position's cell in the web
// Mercator grid at zoom 29 (0.07 m wide at the equator): bits of the column on
// the even places, of the row on the odd ones. Comparing integers is leakproof
// in PostgreSQL, so that under row-level security an index on (tenant_id, qk)
// is used where a spatial index would not be.
//
// A tile is exactly one range. A box is a few ranges that cover it and a little
// more: recheck the rows against the box. All ranges are half-open,
// qk >= Lo AND qk < Hi.
//
// The package must not know SQL or tiles' contents.
package qk
