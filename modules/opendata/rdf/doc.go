// Package rdf holds a small graph and writes it in the four syntaxes that
// catalogues of open data are read in: Turtle, N-Triples, RDF/XML and JSON-LD.
//
// It is written here because no Go library does all four: the RDF packages
// found for Go either have had no release for years (knakk/rdf, deiu/rdf2go) or
// process JSON-LD alone (piprate/json-gold), and none writes RDF/XML and nested
// Turtle. Writing is the small half of RDF. That the four say the same is proved
// by reading them back with independent parsers in the module's tests.
//
// It writes what it is given, in the order it is given: the same graph gives the
// same bytes. It knows no vocabulary of catalogues and does not parse.
package rdf
