// Package richness estimates how many species there are from how many were
// seen, and how well a place is known. It has no database and no words.
//
// Libraries give different figures for the same counts; each function says its
// convention and its source. Golden figures come from vegan 2.6-4 and iNEXT.
package richness
