package atlas

import "strings"

// Words of files for closed lists: codes of the SINP nomenclatures, their labels,
// Darwin Core's values, folded.

var presences = map[string]bool{
	"pr": true, "present": true, "presence": true, "observe": true, "1": true, "oui": true,
	"no": false, "absent": false, "absence": false, "non observe": false, "non": false,
}

var validations = map[string]string{
	"0": "waiting", "en attente": "waiting", "en attente de validation": "waiting", "6": "waiting", "inconnu": "waiting", "unverified": "waiting",
	"5": "waiting", "non realisable": "waiting",
	"1": "certain", "certain": "certain", "certain - tres probable": "certain", "certain tres probable": "certain", "verified": "certain",
	"2": "probable", "probable": "probable", "3": "doubtful", "douteux": "doubtful", "4": "invalid", "invalide": "invalid",
}

var sourceStatuses = map[string]string{
	"te": "Te", "terrain": "Te", "li": "Li", "litterature": "Li", "co": "Co", "collection": "Co", "nsp": "NSP", "ne sait pas": "NSP",
}

var publicOrigins = map[string]string{
	"pu": "Pu", "publique": "Pu", "public": "Pu", "re": "Pu", "ac": "Pu", "pr": "Pr", "privee": "Pr", "prive": "Pr", "nsp": "NSP", "ne sait pas": "NSP",
}

// bases are the values of basisOfRecord (Darwin Core, 2023).
var bases = map[string]string{
	"humanobservation": "HumanObservation", "machineobservation": "MachineObservation", "observation": "HumanObservation",
	"preservedspecimen": "PreservedSpecimen", "livingspecimen": "LivingSpecimen", "fossilspecimen": "FossilSpecimen",
	"materialsample": "MaterialSample", "materialcitation": "MaterialCitation", "occurrence": "Occurrence",
}

// known looks a word up in a list; what is not in it is said by ok.
func known[T any](list map[string]T, word string) (value T, ok bool) {
	value, ok = list[fold(strings.TrimSpace(word))]
	return value, ok
}
