package trees

import (
	"strings"

	"acvdata/modules/trees/taxa"
	"acvdata/services/imports"
)

// resolved is what the species columns of a row mean.
type resolved struct {
	taxon   int
	text    string // as written, for people
	code    string
	reading taxa.Reading
}

// speciesResolver finds taxa for the rows of one run. Files repeat a few hundred
// names: each is resolved once.
type speciesResolver struct {
	register *taxa.Register
	aliases  map[string]int // taxa.Normal(text) → taxon, decided by the town
	known    map[string]resolved
}

// mostKnown bounds the names remembered: a remark in every row is not a name.
const mostKnown = 20000

func (s *speciesResolver) resolve(rec *imports.Record) resolved {
	code, latin, french := rec.Text(colCode), latinText(rec), rec.Text(colFrench)
	key := code + "\x00" + latin + "\x00" + french
	if r, ok := s.known[key]; ok {
		return r
	}
	r := s.find(code, latin, french)
	if len(s.known) < mostKnown {
		s.known[key] = r
	}
	return r
}

// latinText is the botanical name in one text, whatever the number of columns
// it is spread over.
func latinText(rec *imports.Record) string {
	parts := []string{rec.Text(colGenus), rec.Text(colEpithet)}
	if variety := rec.Text(colVariety); variety != "" && parts[0]+parts[1] != "" {
		parts = append(parts, "'"+strings.Trim(variety, "'’‘ ")+"'")
	}
	if joined := strings.Join(strings.Fields(strings.Join(parts, " ")), " "); joined != "" {
		return joined
	}
	return strings.Join(strings.Fields(rec.Text(colLatin)), " ")
}

// find tries what the town decided, then its code, then the names. The text kept
// is the most telling one.
func (s *speciesResolver) find(code, latin, french string) resolved {
	r := resolved{taxon: taxa.UnknownID, reading: taxa.NoValue}
	for _, text := range []string{code, latin, french} {
		_, reading := taxa.Split(text)
		if reading == taxa.NoValue {
			continue
		}
		if r.reading == taxa.NoValue || reading == taxa.Several {
			r.reading = reading
		}
		if r.text == "" || r.text == code { // a name says more than a code
			r.text = cut(text, maxSpeciesText)
		}
		if r.taxon == taxa.UnknownID {
			r.taxon = s.taxon(text)
		}
	}
	if _, reading := taxa.Split(code); reading != taxa.NoValue {
		r.code = cut(code, maxSpeciesText)
	}
	return r
}

func (s *speciesResolver) taxon(text string) int {
	if id, ok := s.aliases[taxa.Normal(text)]; ok {
		return id
	}
	found, _ := s.register.Find(text)
	return found.ID
}

// cut shortens a text to a number of bytes, between characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := 0
	for i := range text {
		if i > most-len("…") {
			break
		}
		end = i
	}
	return text[:end] + "…"
}
