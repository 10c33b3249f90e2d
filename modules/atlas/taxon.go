package atlas

import (
	"strconv"
	"strings"
)

// Taxon is a name of the register, or one of the town's own.
type Taxon struct {
	ID        int // cd_ref of TAXREF, or negative: a name of the town's own
	SpeciesID int // ID of the species it counts for, 0 above the species
	Rank      string
	Name      string // scientific, without author
	Author    string
	French    string
	Family    string
	Kingdom   string
	Group     Group
	Origin    string // biogeographic status in metropolitan France, one letter
	Genus     string // folded
	Local     bool   // the register does not have it
	Statuses  []Status
}

// Status is a protection, a threat or an invasiveness, with its reference.
type Status struct {
	Kind      string // "protection", "redlist", "invasive"
	Code      string // "PN", "VU", "UE"
	Reference string
}

// Ranks of TAXREF the atlas tells apart.
const (
	rankSpecies    = "ES"
	rankSubspecies = "SSES"
	rankGenus      = "GN"
)

// lowerRanks are below the species.
var lowerRanks = map[string]bool{"SSES": true, "NAT": true, "VAR": true, "SVAR": true, "FO": true, "SSFO": true, "FOES": true, "LIN": true, "CLO": true, "RACE": true, "CAR": true, "AB": true}

// Slug names the taxon in addresses: its number, readable words after it. Only
// the number counts.
func (t Taxon) Slug() string {
	id := strconv.Itoa(t.ID)
	if t.ID < 0 {
		id = "l" + strconv.Itoa(-t.ID)
	}
	return id + strings.ReplaceAll(wordsOf(t.Name), " ", "-")
}

// parseSlug reads a taxon's number from an address.
func parseSlug(slug string) (id int, ok bool) {
	text, _, _ := strings.Cut(slug, "-")
	local := strings.HasPrefix(text, "l")
	id, err := strconv.Atoi(strings.TrimPrefix(text, "l"))
	if err != nil || id <= 0 || id > 1<<30 {
		return 0, false
	}
	if local {
		return -id, true
	}
	return id, true
}

// Title is what people call it: the French name, else the scientific one.
func (t Taxon) Title() string {
	if t.French != "" {
		return t.French
	}
	return t.Name
}

// Status finds a status of a kind.
func (t Taxon) Status(kind string) (Status, bool) {
	for _, s := range t.Statuses {
		if s.Kind == kind {
			return s, true
		}
	}
	return Status{}, false
}

// Threatened reports whether the national red list puts it in danger of
// extinction: vulnerable or worse.
func (t Taxon) Threatened() bool {
	s, ok := t.Status("redlist")
	return ok && (s.Code == "VU" || s.Code == "EN" || s.Code == "CR")
}

// Protected reports whether national law protects it.
func (t Taxon) Protected() bool {
	_, ok := t.Status("protection")
	return ok
}

// guessRank tells the rank of a name the register does not have from its words:
// a genus, a species, something below it. "" is a name that is none of these
// ("Populus alba + Populus x canescens").
func guessRank(folded string) string {
	if strings.ContainsAny(folded, "+/") || strings.Contains(folded, " ou ") {
		return ""
	}
	words := strings.Fields(folded)
	words = without(words, "x")
	switch {
	case len(words) == 0:
		return ""
	case len(words) == 1:
		return rankGenus
	case len(words) == 2:
		return rankSpecies
	}
	return rankSubspecies
}

func without(words []string, dropped string) []string {
	kept := words[:0:0]
	for _, w := range words {
		if w != dropped {
			kept = append(kept, w)
		}
	}
	return kept
}

// plainName takes off what is not the name: the words for an unnamed species
// ("Oenothera spec.", "Carex sp."), and an author with its year.
func plainName(cited string) (name string, informal bool) {
	words := strings.Fields(cited)
	for i, w := range words {
		switch strings.ToLower(strings.TrimRight(w, ".,")) {
		case "sp", "spp", "spec", "species", "indet", "cf", "aff":
			if i > 0 {
				return strings.Join(words[:i], " "), true
			}
		}
		if i > 0 && (strings.HasPrefix(w, "(") || startsUpper(w) && !strings.HasPrefix(w, "X")) {
			if !strings.Contains(cited, "+") {
				return strings.Join(words[:i], " "), false
			}
		}
	}
	return strings.Join(words, " "), strings.ContainsAny(cited, "+/")
}

func startsUpper(w string) bool { return w[0] >= 'A' && w[0] <= 'Z' }
