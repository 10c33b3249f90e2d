// Package taxa knows trees by their names: it splits what people write into
// genus, species and variety, reads towns' six-letter codes, and finds the taxon
// of the register that a text means.
//
// It never guesses: what fits several taxa, or none, stays unknown and is shown
// as the town wrote it. It must not know towns, files or the database; the
// register is handed to it.
package taxa
