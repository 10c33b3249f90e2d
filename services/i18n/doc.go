// Package i18n says everything the product says to people: messages by key,
// French plurals, numbers, dates, sizes and punctuation.
//
// A feature keeps its sentences in locales/fr.yaml beside its code, embeds the
// folder and hands it to NewBundle at start. Code then asks for
//
//	i18n.T(ctx, "trees.list.title")
//	i18n.T(ctx, "trees.list.found", i18n.N(count))                  // one:, other:
//	i18n.T(ctx, "trees.page.planted", i18n.V{"Year": i18n.Text(y)}) // {{.Year}}
//
// Numbers given as values are written the French way (12 400, 31,5); give text
// to have them left alone. An ordinary space before ; : ! ? » % in a catalogue
// becomes a non-breaking one when the catalogue is loaded.
//
// A key that does not exist shows as ⟦key⟧ and is an error for Lookup, so that
// tests see it; Check compares a source tree with the catalogues.
//
// It knows no feature, no town and no HTTP.
package i18n
