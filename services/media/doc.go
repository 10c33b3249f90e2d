// Package media prepares pictures people send: photographs of a case sheet, of
// a species, of a tree.
//
// [Prepare] believes nothing that comes with the file: its type is read from its
// first bytes, its dimensions from its header before a pixel is decoded. What
// goes out is always a fresh JPEG, turned upright, in sRGB, without any of the
// metadata that came in: a phone writes into every photograph where the
// photographer's garden is. Position and date are handed to the caller, who asks
// the person before keeping them.
//
// The package stores nothing (services/blob does) and knows neither requests nor
// who is asking. Formats in: JPEG, PNG, WebP. HEIC is recognised and refused with
// what to do: decoding it takes a C library and a patent licence.
package media
