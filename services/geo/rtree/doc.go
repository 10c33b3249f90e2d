// Package rtree has what the packed R-trees of file formats share: boxes of 32
// bits, and the order along a curve that puts neighbours into one node.
//
// It knows boxes in degrees. It knows no format and no feature.
package rtree
