package tabular

import (
	"slices"
	"strings"
	"unicode"

	"acvdata/services/words"
)

// tokens cuts a heading into words without case, accents, punctuation and
// plurals: "Circonférences (en cm)" and "circonference_en_cm" are the same.
func tokens(heading string) []string {
	words := strings.FieldsFunc(words.Fold(splitCamel(heading)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i, w := range words {
		words[i] = singular(w)
	}
	return words
}

// splitCamel parts words written together: "dateAbattage" is "date Abattage".
func splitCamel(s string) string {
	var b strings.Builder
	previous := rune(0)
	for _, r := range s {
		if unicode.IsUpper(r) && unicode.IsLower(previous) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		previous = r
	}
	return b.String()
}

// singular takes off the mark of a French plural, on words long enough not to
// lose their meaning.
func singular(w string) string {
	const shortest = 4
	if len(w) > shortest && (strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "aux") || strings.HasSuffix(w, "eux")) {
		return w[:len(w)-1]
	}
	return w
}

// hint is what a heading says of its column.
type hint struct {
	words []string
	whole string // the words, put together
}

func hintOf(heading string) hint {
	words := tokens(heading)
	return hint{words: words, whole: strings.Join(words, " ")}
}

// any reports whether one of the words is in the heading.
func (h hint) any(words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(h.words, w) })
}

// all reports whether all the words are.
func (h hint) all(words ...string) bool {
	for _, w := range words {
		if !slices.Contains(h.words, w) {
			return false
		}
	}
	return true
}

// is reports whether the heading is one of those, written in any way.
func (h hint) is(headings ...string) bool { return slices.Contains(headings, h.whole) }

func (h hint) insee() bool {
	return h.any("insee", "codgeo", "depcom", "codeinsee", "inseecom") ||
		h.all("code", "commune") || h.all("code", "com") || h.is("codecommune", "code officiel geographique", "cog")
}

func (h hint) postcode() bool {
	return h.all("code", "postal") || h.any("postcode", "codepostal", "zip", "zipcode", "cp", "codpost")
}

func (h hint) siren() bool { return h.any("siren") }
func (h hint) siret() bool { return h.any("siret") }

// identifier reports a heading of names, not of amounts: "8.10" under "code" is
// not "8.1".
func (h hint) identifier() bool {
	if len(h.words) == 0 {
		return false
	}
	names := []string{"identifiant", "id", "code", "matricule"}
	first := append([]string{"numero", "ref", "reference"}, names...)
	return slices.Contains(first, h.words[0]) || slices.Contains(names, h.words[len(h.words)-1])
}

func (h hint) year() bool {
	return h.any("annee", "an", "year", "millesime", "date", "dte", "plantation", "construction", "naissance", "creation")
}

func (h hint) date() bool {
	return h.any("date", "dte", "dat", "dt", "jour", "day", "depuis", "debut", "fin", "plantation", "abattage") ||
		strings.HasPrefix(h.whole, "date")
}

func (h hint) boolean() bool {
	return h.any("est", "is", "has", "oui", "actif", "active", "remarquable", "protege", "present", "presence", "flag", "bool", "valide", "public")
}

func (h hint) longitude() bool {
	return h.any("longitude", "lon", "lng", "long", "decimallongitude", "xlon", "loni") || h.is("x wgs84", "wgs84 x", "coord x wgs84", "x 4326")
}

func (h hint) latitude() bool {
	return h.any("latitude", "lat", "decimallatitude", "ylat", "lati") || h.is("y wgs84", "wgs84 y", "coord y wgs84", "y 4326")
}

func (h hint) easting() bool {
	return h.any("x", "easting", "est", "xcoord", "coordx", "lambx", "xl93", "x93", "lambert93x", "abscisse")
}

func (h hint) northing() bool {
	return h.any("y", "northing", "nord", "ycoord", "coordy", "lamby", "yl93", "y93", "lambert93y", "ordonnee")
}

// latitudeFirst and longitudeFirst settle pairs in one cell.
func (h hint) latitudeFirst() bool {
	return h.all("geo", "point") || h.any("latlon", "latlng", "latlong", "geopoint") || h.before("lat", "lon")
}

func (h hint) longitudeFirst() bool {
	return h.any("lonlat", "lnglat", "longlat", "xy") || h.before("lon", "lat")
}

// before reports whether a word starting with a comes before one starting with b.
func (h hint) before(a, b string) bool {
	first := slices.IndexFunc(h.words, func(w string) bool { return strings.HasPrefix(w, a) })
	second := slices.IndexFunc(h.words, func(w string) bool { return strings.HasPrefix(w, b) })
	return first >= 0 && second > first
}
