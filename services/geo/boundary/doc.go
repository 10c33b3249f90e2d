// Package boundary answers simple questions about the outline of a town, given
// as a GeoJSON Polygon or MultiPolygon in degrees: is a position inside, how far
// from the outline, which box, how large.
//
// It must not know which town it is nor where the outline comes from. Questions
// about many polygons at once are the database's work.
package boundary
