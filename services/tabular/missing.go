package tabular

import (
	"slices"

	"acvdata/services/words"
)

// absent are the words that say "no value" in any column.
var absent = map[string]bool{
	"nc": true, "n.c.": true, "n.c": true, "n/c": true, "n/a": true, "#n/a": true, "null": true, "none": true, "nan": true, "nil": true,
	"vide": true, "(vide)": true, "inconnu": true, "inconnue": true, "unknown": true,
	"non renseigne": true, "non renseignee": true, "non communique": true, "non communiquee": true,
	"non determine": true, "non determinee": true, "sans objet": true, "s.o.": true,
	"-": true, "--": true, "---": true, "?": true, "??": true, "/": true, ".": true, "...": true, "–": true, "—": true,
	"#ref!": true, "#valeur!": true, "#value!": true, "#div/0!": true, "#nom?": true, "#name?": true,
}

// absentTyped say it only in columns of numbers, dates and the like: as text
// they may be codes (Namibia, south-west).
var absentTyped = map[string]bool{
	"na": true, "nd": true, "n.d.": true, "nr": true, "n.r.": true, "so": true, "s/o": true, "ns": true,
	"neant": true, "aucun": true, "aucune": true, "ras": true, "indetermine": true, "indeterminee": true,
}

const longestAbsent = 20

// absentWord returns the cell as the lists above have it, and whether it is in
// them: in any column, or in typed ones only.
func absentWord(cell string) (word string, always, typed bool) {
	if len(cell) == 0 || len(cell) > longestAbsent {
		return "", false, false
	}
	word = words.Fold(cell)
	return word, absent[word], absentTyped[word]
}

// IsMissing reports whether a cell holds no value: it is empty, blank, or a
// word that means so in this column (MissingWords).
func (c *Column) IsMissing(cell string) bool {
	cell = trim(cell)
	if cell == "" {
		return true
	}
	if len(c.MissingWords) == 0 || len(cell) > longestAbsent {
		return false
	}
	word := words.Fold(cell)
	return slices.Contains(c.MissingWords, word)
}
