// Package kml reads the places of KML documents (OGC 12-007r2, and Google's gx
// tracks left aside) as GeoJSON features, one a line, in a stream: memory holds
// one place.
//
// Its name, description, folder, moments (TimeStamp, TimeSpan) and every value of
// its ExtendedData, typed or not, are properties, all of them text. Positions are
// longitude and latitude; heights are left out.
//
// It is read here rather than by GDAL, whose LIBKML driver drops the values that
// the document's schema does not announce. Nothing is fetched: a document that
// declares entities or links to another is refused, since what it shows elsewhere
// would be missing here unseen.
package kml
