package atlas

import "slices"

// Group is a group of taxa residents know: the classes of TAXREF's GROUP2_INPN,
// butterflies and dragonflies apart.
type Group string

// The closed list of groups, in the order people see them.
const (
	Birds       Group = "bird"
	Mammals     Group = "mammal"
	Amphibians  Group = "amphibian"
	Reptiles    Group = "reptile"
	Fish        Group = "fish"
	Butterflies Group = "butterfly"
	Dragonflies Group = "dragonfly"
	Insects     Group = "insect"
	Spiders     Group = "spider"
	Molluscs    Group = "mollusc"
	Animals     Group = "animal" // every other
	Plants      Group = "plant"  // flowering plants and conifers
	Ferns       Group = "fern"
	Mosses      Group = "moss"
	Lichens     Group = "lichen"
	Fungi       Group = "fungus"
	OtherGroup  Group = "other" // nobody knows
)

var groups = []Group{
	Birds, Mammals, Amphibians, Reptiles, Fish, Butterflies, Dragonflies, Insects, Spiders, Molluscs, Animals,
	Plants, Ferns, Mosses, Lichens, Fungi, OtherGroup,
}

// Groups lists the groups in the order people see them.
func Groups() []Group { return slices.Clone(groups) }

// Known reports whether the group is of the list.
func (g Group) Known() bool { return slices.Contains(groups, g) }

// LabelKey is the message key of the group's name.
func (g Group) LabelKey() string { return "atlas.group." + string(g) }

// byName are the groups as TAXREF (GROUP1_INPN, GROUP2_INPN, ORDRE, REGNE) and
// older lists call them, folded.
var byName = map[string]Group{
	"oiseaux": Birds, "mammiferes": Mammals, "amphibiens": Amphibians, "reptiles": Reptiles, "poissons": Fish,
	"lepidoptera": Butterflies, "odonata": Dragonflies, "insectes": Insects, "arachnides": Spiders,
	"mollusques": Molluscs, "gasteropodes": Molluscs, "bivalves": Molluscs, "cephalopodes": Molluscs,
	"crustaces": Animals, "myriapodes": Animals, "vers": Animals, "annelides": Animals, "entognathes": Animals,
	"ascidies": Animals, "cnidaires": Animals, "echinodermes": Animals, "nemathelminthes": Animals, "plathelminthes": Animals,
	"angiospermes": Plants, "gymnospermes": Plants, "dycotyledones": Plants, "dicotyledones": Plants, "monocotyledones": Plants,
	"fougeres": Ferns, "pteridophytes": Ferns, "mousses": Mosses, "hepatiques et anthocerotes": Mosses, "bryophytes": Mosses,
	"lichens": Lichens, "ascomycetes": Fungi, "basidiomycetes": Fungi, "champignons": Fungi, "fungi": Fungi,
	"animalia": Animals, "plantae": Plants,
}

// groupOf finds the group by the first name it knows.
func groupOf(names ...string) Group {
	for _, name := range names {
		if g, ok := byName[fold(name)]; ok {
			return g
		}
	}
	return OtherGroup
}

// kingdomOf gives the scientific name of the kingdom a group is in, "" when the
// group has members of several.
func kingdomOf(g Group) string {
	switch {
	case g == Plants || g == Ferns || g == Mosses:
		return "Plantae"
	case g == Lichens || g == Fungi:
		return "Fungi"
	case g == OtherGroup:
		return ""
	}
	return "Animalia"
}
