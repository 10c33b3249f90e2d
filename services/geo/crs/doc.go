// Package crs converts positions between the coordinate systems met in French
// towns' files, and guesses which one a file is in.
//
// Supported: WGS 84 (4326, x = longitude, y = latitude in degrees), Web
// Mercator (3857), Lambert-93 (2154) and the nine conic zones CC42 to CC50
// (3942 to 3950). RGF93 is taken as equal to WGS 84, as IGN and EPSG do: the
// difference stays below the accuracy of a civil GPS. Formulas: EPSG guidance
// note 7-2 (Lambert conic conformal 2SP, popular visualisation pseudo Mercator)
// and IGN's note technique NT/G 71.
//
// Lambert zone II étendu (27572) is recognised by Guess and not converted:
// without IGN's grid the result is metres off, and a tree lands on its
// neighbour.
//
// The package must not know files, columns or towns beyond a point and a box.
package crs
