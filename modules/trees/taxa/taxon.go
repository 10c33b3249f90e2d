package taxa

// Rank is a level of the register.
type Rank string

// The ranks, widest first.
const (
	Unknown    Rank = "unknown"
	Genus      Rank = "genus"
	Species    Rank = "species"
	Subspecies Rank = "subspecies"
	Cultivar   Rank = "cultivar"
)

// UnknownID is the taxon of trees whose species is not known.
const UnknownID = 0

// Taxon is one entry of the register.
type Taxon struct {
	ID         int
	Slug       string
	Rank       Rank
	Scientific string // "Tilia × europaea 'Pallida'", "" for the unknown species
	Genus      string
	GenusID    int
	Epithet    string // "europaea", "" above the species
	Hybrid     bool
	Variety    string // cultivar or subspecies, without quotes
	SpeciesID  int    // 0 above the species and for cultivars of unclear parentage
	Family     string
	French     string
	Conifer    bool
	Synonyms   []string // full names of a genus or species, other variety names of a cultivar
}

// Latin is the name to show in italics: without the variety, which is not Latin
// for a cultivar.
func (t Taxon) Latin() string {
	switch t.Rank {
	case Unknown:
		return ""
	case Genus:
		return t.Genus
	case Subspecies:
		return t.Scientific
	case Species, Cultivar:
	}
	name := t.Genus
	if t.Epithet == "" {
		return name
	}
	if t.Hybrid {
		name += " ×"
	}
	return name + " " + t.Epithet
}

// CultivarName is the cultivar in its single quotes, "" for the other ranks.
func (t Taxon) CultivarName() string {
	if t.Rank != Cultivar {
		return ""
	}
	return "'" + t.Variety + "'"
}
