package taxa

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Name is a botanical name taken apart.
type Name struct {
	Genus   string // "Tilia"
	Hybrid  bool
	Epithet string // "europaea", "" when only the genus is known
	Variety string // cultivar, variety or subspecies, without quotes or rank
}

// IsZero reports whether nothing was read.
func (n Name) IsZero() bool { return n.Genus == "" }

// String writes the name the usual way.
func (n Name) String() string {
	parts := make([]string, 0, 4)
	for _, part := range []struct {
		text string
		has  bool
	}{{n.Genus, true}, {"×", n.Hybrid}, {n.Epithet, n.Epithet != ""}, {"'" + n.Variety + "'", n.Variety != ""}} {
		if part.has {
			parts = append(parts, part.text)
		}
	}
	return strings.Join(parts, " ")
}

// Reading says what a species text turned out to be.
type Reading string

// The readings.
const (
	Named   Reading = "named"   // one name, taken apart
	NoValue Reading = "none"    // empty, or a word for "not known"
	Several Reading = "several" // several trees in one text: "44 PIN PARASOL,15 CHENE LIEGE"
	Other   Reading = "other"   // not a botanical name
)

// maxText bounds what is read: longer texts are remarks.
const maxText = 200

// noValues are words met where a species is not known. "genus ?" is Orléans's.
var noValues = map[string]bool{
	"": true, "vide": true, "ras": true, "nc": true, "nr": true, "na": true, "n a": true,
	"inconnu": true, "inconnue": true, "indetermine": true, "indeterminee": true, "non renseigne": true,
	"non determine": true, "genus": true, "espece inconnue": true, "essence inconnue": true, "aucun": true,
	"aucune": true, "null": true, "sp": true, "a determiner": true,
}

var (
	counted  = regexp.MustCompile(`^\s*\d+\s+\pL{2,}`)
	recount  = regexp.MustCompile(`[,;+/&]\s*\d+\s*\pL{2,}`)
	quoted   = regexp.MustCompile(`(?:^|[\s.])['‘’“”"«]+\s*((?:[^'‘’“”"«»]|\pL['’]\pL)+?)\s*(?:['’”"»]+(?:$|\s)|$)`)
	glued    = regexp.MustCompile(`^(\p{Lu}\p{Ll}{2,})x(\p{Lu}\p{Ll}{2,})`)
	brackets = regexp.MustCompile(`\([^)]*\)`)
	ranked   = regexp.MustCompile(`(?i)\b(?:subsp|ssp|var|f|cv)\.?\s+([\pL-]+)`)
)

// Split takes a species text apart.
func Split(text string) (Name, Reading) {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case noValues[Normal(text)]:
		return Name{}, NoValue
	case counted.MatchString(text) || recount.MatchString(text):
		return Name{}, Several
	case len(text) > maxText || !utf8.ValidString(text):
		return Name{}, Other
	}
	text, variety := cutVariety(unglue(text))
	n, ok := readName(strings.Fields(brackets.ReplaceAllString(text, " ")))
	if !ok {
		return Name{}, Other
	}
	if variety != "" {
		n.Variety = variety
	}
	return n, Named
}

// unglue opens names written in one piece: "PhotiniaxFraseri'RedRobin'".
func unglue(text string) string {
	text = glued.ReplaceAllString(text, "$1 x $2")
	if i := strings.IndexAny(text, "'‘“\""); i > 0 && text[i-1] != ' ' {
		text = text[:i] + " " + text[i:]
	}
	return text
}

// cutVariety takes the cultivar off: between quotes, after a rank, or in the
// last of the segments of "Europaea -  - Pallida" (epithet, author, cultivar).
func cutVariety(text string) (rest, variety string) {
	rest, last := segments(text)
	for _, part := range []string{last, rest} {
		if m := quoted.FindStringSubmatch(part); m != nil {
			return strings.TrimSpace(strings.Replace(rest, strings.TrimSpace(m[0]), " ", 1)), spaced(m[1])
		}
	}
	if m := ranked.FindStringSubmatchIndex(rest); m != nil {
		return strings.TrimSpace(rest[:m[0]]), rest[m[2]:m[3]]
	}
	if strings.HasSuffix(last, ".") { // the author once more
		last = ""
	}
	return rest, last
}

// segments gives the first part of a text cut at lone hyphens, and the last one
// when there are three or more: what follows a single hyphen may be an author
// or a French name.
func segments(text string) (head, last string) {
	var parts [][]string
	part := []string{}
	for word := range strings.FieldsSeq(text) {
		if word == "-" {
			parts, part = append(parts, part), []string{}
			continue
		}
		part = append(part, word)
	}
	parts = append(parts, part)
	if len(parts) > 2 {
		last = strings.Join(part, " ")
	}
	return strings.Join(parts[0], " "), last
}

// spaced opens a cultivar written in one piece: "RedRobin".
func spaced(variety string) string {
	var b strings.Builder
	var before rune
	for _, r := range variety {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// readName reads genus, hybrid sign, epithet and what follows it without a
// mark: a subspecies when it has a small letter, else an author.
func readName(words []string) (n Name, ok bool) {
	if len(words) > 0 && isCross(words[0]) { // "× Cuprocyparis leylandii"
		words = words[1:]
	}
	if len(words) == 0 || !isWord(words[0]) {
		return Name{}, false
	}
	n.Genus = title(words[0])
	words = words[1:]
	if len(words) > 0 && isCross(words[0]) {
		n.Hybrid, words = true, words[1:]
	}
	if len(words) == 0 {
		return n, true
	}
	epithet := words[0]
	if rest, cut := strings.CutPrefix(epithet, "×"); cut {
		n.Hybrid, epithet = true, rest
	}
	switch {
	case isOpen(epithet):
		return n, true
	case !isWord(epithet):
		return Name{}, false
	}
	n.Epithet = strings.ToLower(epithet)
	if len(words) > 1 && isWord(words[1]) && !isAuthor(words[1]) {
		n.Variety = strings.ToLower(words[1])
	}
	return n, true
}

func isCross(word string) bool { return word == "x" || word == "X" || word == "×" }

// isOpen reports whether the word says that the species is not known.
func isOpen(word string) bool {
	switch strings.Trim(strings.ToLower(word), ".") {
	case "sp", "spp", "species", "?", "":
		return true
	}
	return false
}

func isWord(word string) bool {
	letters := 0
	for _, r := range word {
		switch {
		case unicode.IsLetter(r):
			letters++
		case r != '-':
			return false
		}
	}
	return letters >= 2
}

// isAuthor reports whether a word after the epithet is a botanist: those keep
// their capital, except between two of them ("ex", "et").
func isAuthor(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first) || word == "ex" || word == "et" || word == "de"
}

func title(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + strings.ToLower(word[size:])
}
