package trees

import "acvdata/modules/trees/taxa"

// Status is what has become of a tree.
type Status string

// The closed list of states.
const (
	Standing Status = "standing"
	Felled   Status = "felled"   // no word about the stump
	Stump    Status = "stump"    // felled, the stump is in the ground
	Grubbed  Status = "grubbed"  // felled, the stump is out
	Removed  Status = "removed"  // taken off the inventory, for whatever reason
	Replaced Status = "replaced" // another tree stands in its place
	NoStatus Status = "unknown"  // the file says something we do not understand
)

var statuses = []Status{Standing, Felled, Stump, Grubbed, Removed, Replaced, NoStatus}

// Statuses lists the states in the order people see them.
func Statuses() []Status { return append([]Status(nil), statuses...) }

// Gone reports whether the tree no longer stands.
func (s Status) Gone() bool { return s != Standing && s != NoStatus }

// LabelKey is the message key of the state's name.
func (s Status) LabelKey() string { return "trees.status." + string(s) }

// statusWords are the words of towns' files, in the form of taxa.Normal.
var statusWords = map[string]Status{
	"en place": Standing, "present": Standing, "presente": Standing, "vivant": Standing, "debout": Standing,
	"sur pied": Standing, "existant": Standing, "actif": Standing, "maintenu": Standing, "standing": Standing,
	"abattu": Felled, "abattue": Felled, "coupe": Felled, "abattage realise": Felled, "felled": Felled,
	"non essouche": Stump, "non dessouche": Stump, "souche": Stump, "abattu non dessouche": Stump, "stump": Stump,
	"essouche": Grubbed, "dessouche": Grubbed, "abattu et dessouche": Grubbed, "abattu dessouche": Grubbed, "grubbed": Grubbed,
	"supprime": Removed, "supprimee": Removed, "retire": Removed, "disparu": Removed, "enleve": Removed, "removed": Removed,
	"remplace": Replaced, "remplacee": Replaced, "replaced": Replaced,
}

// ParseStatus reads a state as towns write it.
func ParseStatus(text string) (Status, bool) {
	s, ok := statusWords[taxa.Normal(text)]
	return s, ok
}

// Stage is how far a tree has grown.
type Stage string

// The closed list of stages.
const (
	NoStage    Stage = ""
	Young      Stage = "young"
	SemiMature Stage = "semi_mature"
	Adult      Stage = "adult"
	Old        Stage = "old"
	Senescent  Stage = "senescent"
)

var stages = []Stage{Young, SemiMature, Adult, Old, Senescent}

// Stages lists the stages, the youngest first.
func Stages() []Stage { return append([]Stage(nil), stages...) }

// LabelKey is the message key of the stage's name.
func (s Stage) LabelKey() string {
	if s == NoStage {
		return "trees.stage.none"
	}
	return "trees.stage." + string(s)
}

// stageWords are the words of towns' files, in the form of taxa.Normal: Paris
// writes J, JA, A, M; Saint-Germain-en-Laye J, JA, A, AM.
var stageWords = map[string]Stage{
	"j": Young, "jeune": Young, "jeune arbre": Young, "plantation": Young, "young": Young,
	"ja": SemiMature, "jeune adulte": SemiMature, "jeune arbre adulte": SemiMature, "semi mature": SemiMature,
	"a": Adult, "adulte": Adult, "adult": Adult,
	"am": Old, "m": Old, "mature": Old, "adulte mature": Old, "mur": Old, "vieux": Old, "old": Old,
	"s": Senescent, "senescent": Senescent, "senescente": Senescent, "deperissant": Senescent,
}

// ParseStage reads a stage as towns write it.
func ParseStage(text string) (Stage, bool) {
	s, ok := stageWords[taxa.Normal(text)]
	return s, ok
}
