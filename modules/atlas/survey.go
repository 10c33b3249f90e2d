package atlas

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"acvdata/modules/atlas/richness"
)

// Survey is what everybody may know of a town's atlas, counted. It is read only
// once made.
type Survey struct {
	Version int64
	Changed time.Time // zero without a record
	Records []Record  // by taxon, most records in the town first
	Species []Record  // the same, added up to species, and genera that stand for one
	Groups  []GroupCount
	Cells   map[Cell]CellFigures
	Effort  Effort

	keys map[int]string // of the species a taxon counts for
}

// Record is what is known of a taxon.
type Record struct {
	Taxon  Taxon
	InTown int64     // records that are the town's beyond doubt
	Around int64     // records outside it, or shown by a wider place
	Months [13]int64 // of those in the town; 0 is a period of several months
	Last   time.Time
}

// Total is the number of records shown.
func (r Record) Total() int64 { return r.InTown + r.Around }

func (r *Record) add(o Record) {
	r.InTown, r.Around = r.InTown+o.InTown, r.Around+o.Around
	for m, n := range o.Months {
		r.Months[m] += n
	}
	if o.Last.After(r.Last) {
		r.Last = o.Last
	}
}

// GroupCount is a group with its richness in the town.
type GroupCount struct {
	Group   Group
	Species int
	Records int64
}

// CellFigures is what is known of a cell, effort beside richness.
type CellFigures struct {
	Species int
	Records int64
	Visits  int64 // distinct days and observers
}

// Effort is the sampling effort in the town ("pression d'observation").
type Effort struct {
	Visits int64     // distinct days and observers
	Days   int64     // distinct days
	Months [13]int64 // visits of each month; 0 is not used
}

// finish adds records up to species and sorts.
func (v *Survey) finish() {
	order := func(a, b Record) int {
		return cmp.Or(cmp.Compare(b.InTown, a.InTown), cmp.Compare(b.Around, a.Around), cmp.Compare(a.Taxon.ID, b.Taxon.ID))
	}
	slices.SortFunc(v.Records, order)
	v.keys = speciesKeys(v.Records)
	v.addUp()
	slices.SortFunc(v.Species, order)
	v.count()
}

// speciesKeys names the species each taxon counts for. What is below a species
// counts for it; a name above it (a genus) counts as a species only when no
// species of that genus was seen, and other names do not count.
func speciesKeys(records []Record) map[int]string {
	keys, genera, binomials := map[int]string{}, map[string]bool{}, map[string]string{}
	for _, r := range records {
		if t := r.Taxon; t.SpeciesID != 0 {
			keys[t.ID] = "s" + itoa(t.SpeciesID)
			genera[t.Genus] = true
			binomials[binomial(t.Name)] = keys[t.ID]
		}
	}
	for _, r := range records {
		if t := r.Taxon; t.SpeciesID == 0 && lowerRanks[t.Rank] {
			keys[t.ID] = cmp.Or(binomials[binomial(t.Name)], "b"+binomial(t.Name))
			genera[t.Genus] = true
		}
	}
	for _, r := range records {
		if t := r.Taxon; t.Rank == rankGenus && !genera[t.Genus] {
			keys[t.ID] = "g" + t.Genus
		}
	}
	return keys
}

// binomial is the first two words of a name, which name the species.
func binomial(name string) string {
	words := without(strings.Fields(fold(name)), "x")
	return strings.Join(words[:min(2, len(words))], " ")
}

// addUp makes the list of species. A species is presented by its own taxon where
// it was recorded itself.
func (v *Survey) addUp() {
	at := map[string]int{}
	for _, r := range v.Records {
		key := v.keys[r.Taxon.ID]
		if key == "" {
			continue
		}
		i, seen := at[key]
		if !seen {
			at[key] = len(v.Species)
			v.Species = append(v.Species, r)
			continue
		}
		whole := v.Species[i]
		if r.Taxon.ID == r.Taxon.SpeciesID {
			whole.Taxon = r.Taxon
		}
		whole.add(r)
		v.Species[i] = whole
	}
}

// count counts groups: species of the town only.
func (v *Survey) count() {
	by := map[Group]*GroupCount{}
	for _, r := range v.Species {
		if r.InTown == 0 {
			continue
		}
		g := by[r.Taxon.Group]
		if g == nil {
			g = &GroupCount{Group: r.Taxon.Group}
			by[r.Taxon.Group] = g
		}
		g.Species++
		g.Records += r.InTown
	}
	for _, g := range groups {
		if by[g] != nil {
			v.Groups = append(v.Groups, *by[g])
		}
	}
}

// Counts are the records in the town of each species, of one group or of all
// when group is "".
func (v *Survey) Counts(group Group) richness.Counts {
	var c richness.Counts
	for _, r := range v.Species {
		if r.InTown > 0 && (group == "" || r.Taxon.Group == group) {
			c = append(c, r.InTown)
		}
	}
	return c
}

// InTown is the number of records that are the town's beyond doubt.
func (v *Survey) InTown() (n int64) {
	for _, r := range v.Records {
		n += r.InTown
	}
	return n
}

// Around is the number of the others that are shown.
func (v *Survey) Around() (n int64) {
	for _, r := range v.Records {
		n += r.Around
	}
	return n
}
