package taxa

import (
	"regexp"
	"slices"
	"strings"
)

// Towns write species as codes made of the first three letters of the genus,
// of the species and, in small letters, of the variety: TILCOR, PINNIGnig. Some
// number their varieties: MALTOR1. A code is worth what is unambiguous in it.
var codeForm = regexp.MustCompile(`^(\p{Lu}{3})(\p{Lu}{3})?(\p{Ll}*)\d*$`)

// letters is how many letters of a name a code takes.
const letters = 3

// codebook maps the letters of codes to places in the register.
type codebook struct {
	genera    map[string][]int
	species   map[string][]int
	varieties map[int]map[string][]int // place of the species (or genus) → letters → places
}

func newCodebook() codebook {
	return codebook{genera: map[string][]int{}, species: map[string][]int{}, varieties: map[int]map[string][]int{}}
}

func (c codebook) add(name string, at int) {
	words := strings.Fields(Normal(name))
	switch len(words) {
	case 1:
		c.genera[first(words[0])] = with(c.genera[first(words[0])], at)
	case 2:
		key := first(words[0]) + first(words[1])
		c.species[key] = with(c.species[key], at)
	}
}

func (c codebook) addVariety(below int, variety string, at int) {
	if c.varieties[below] == nil {
		c.varieties[below] = map[string][]int{}
	}
	words := strings.Fields(Normal(variety))
	// "Elsrijk" is els, "Red Shine" red or redshi.
	keys := []string{first(words[0]), ""}
	for _, word := range words {
		keys[1] += first(word)
	}
	for _, key := range keys {
		c.varieties[below][key] = with(c.varieties[below][key], at)
	}
}

func first(word string) string {
	if len(word) <= letters {
		return word
	}
	return word[:letters]
}

func with(list []int, at int) []int {
	if slices.Contains(list, at) {
		return list
	}
	return append(list, at)
}

// Decode resolves a code. A variety that the register does not have leaves the
// species; letters that fit several taxa, or none, give the unknown taxon.
func (r *Register) Decode(code string) Taxon {
	m := codeForm.FindStringSubmatch(strings.TrimSpace(code))
	if m == nil {
		return r.Taxon(UnknownID)
	}
	genus, species, variety := strings.ToLower(m[1]), strings.ToLower(m[2]), m[3]
	candidates := r.codes.genera[genus]
	if species != "" {
		candidates = r.codes.species[genus+species]
	}
	if variety != "" {
		var precise []int
		for _, key := range []string{Normal(variety), first(Normal(variety))} {
			for _, at := range candidates {
				precise = append(precise, r.codes.varieties[at][key]...)
			}
			if len(precise) > 0 {
				break
			}
		}
		if len(precise) > 0 {
			candidates = precise
		}
	}
	if len(candidates) != 1 {
		return r.Taxon(UnknownID)
	}
	return r.list[candidates[0]]
}
