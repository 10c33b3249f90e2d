// Package geo groups what the platform knows of positions on Earth, in pure
// Go, without a database:
//
//   - qk: the integer that stands for a position, its tiles and boxes;
//   - crs: coordinate systems used in France, and guessing which one a file is in;
//   - tile: vector tiles of points and of counts;
//   - boundary: outlines of towns (inside, how far, how large).
//
// None of them knows a trade, HTTP or SQL; of a town they know the leaf types
// tenants.Point and tenants.Bounds only.
package geo
