package taxa

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Register finds taxa by number, slug and name. It is immutable and safe for
// concurrent use.
type Register struct {
	list   []Taxon
	byID   map[int]int
	bySlug map[string]int
	spoken []string // all names of each, in Normal form, each after a blank
	names  index    // Normal(full name) → rank in list
	french index
	codes  codebook
}

// index maps a name to the place of its taxon; ambiguous names map to -1.
type index map[string]int

func (x index) add(name string, at int) {
	if name == "" {
		return
	}
	if other, taken := x[name]; taken && other != at {
		at = -1
	}
	x[name] = at
}

// NewRegister makes a register of taxa.
func NewRegister(list []Taxon) *Register {
	r := &Register{
		list: slices.Clone(list), byID: map[int]int{}, bySlug: map[string]int{},
		names: index{}, french: index{}, codes: newCodebook(),
	}
	slices.SortFunc(r.list, func(a, b Taxon) int { return cmp.Compare(a.ID, b.ID) })
	for i, t := range r.list {
		r.byID[t.ID], r.bySlug[t.Slug] = i, i
	}
	for i := range r.list {
		r.enter(i)
	}
	return r
}

func (r *Register) enter(i int) {
	t := r.list[i]
	r.spoken = append(r.spoken, t.spoken())
	switch t.Rank {
	case Unknown:
		return
	case Genus, Species:
		r.french.add(Normal(t.French), i)
		for _, name := range append([]string{t.Scientific}, t.Synonyms...) {
			r.names.add(Normal(name), i)
			r.codes.add(name, i)
		}
	case Subspecies, Cultivar:
		for _, variety := range append([]string{t.Variety}, t.Synonyms...) {
			r.names.add(Normal(t.Genus+" "+t.Epithet+" "+variety), i)
			r.codes.addVariety(r.byID[cmp.Or(t.SpeciesID, t.GenusID)], variety, i)
		}
	}
}

// spoken is every name of a taxon in Normal form, each after a blank.
func (t Taxon) spoken() string {
	var b strings.Builder
	for _, name := range append([]string{t.French, t.Scientific}, t.Synonyms...) {
		b.WriteString("\n " + Normal(name))
	}
	return b.String()
}

// Taxon gives the taxon of a number; the unknown one for a number it has not.
func (r *Register) Taxon(id int) Taxon {
	i, ok := r.byID[id]
	if !ok {
		i = r.byID[UnknownID]
	}
	return r.list[i]
}

// BySlug gives the taxon of a slug.
func (r *Register) BySlug(slug string) (Taxon, bool) {
	i, ok := r.bySlug[slug]
	if !ok {
		return Taxon{}, false
	}
	return r.list[i], true
}

// All lists the taxa by number. The slice must not be changed.
func (r *Register) All() []Taxon { return r.list }

// Within lists the numbers of a taxon and of everything below it.
func (r *Register) Within(id int) []int {
	t := r.Taxon(id)
	ids := []int{t.ID}
	for _, other := range r.list {
		below := t.Rank == Genus && other.GenusID == t.ID || t.Rank == Species && other.SpeciesID == t.ID
		if below && other.ID != t.ID {
			ids = append(ids, other.ID)
		}
	}
	return ids
}

// searchedLetters is from how many letters on a text can mean a species.
const searchedLetters = 3

// Search lists the numbers of the taxa one of whose names has a word that starts
// like the text, and of everything below them. The text is French or Latin,
// accents and capitals aside.
func (r *Register) Search(text string) []int {
	wanted := Normal(text)
	if len(wanted) < searchedLetters {
		return nil
	}
	found := map[int]bool{}
	for i, t := range r.list {
		if t.ID != UnknownID && strings.Contains(r.spoken[i], " "+wanted) {
			for _, id := range r.Within(t.ID) {
				found[id] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// SpeciesOf rolls a taxon up to its species, or to itself when it has none.
func (r *Register) SpeciesOf(id int) Taxon {
	t := r.Taxon(id)
	if t.SpeciesID != 0 {
		return r.Taxon(t.SpeciesID)
	}
	return t
}

// Find resolves a text of any kind: botanical name, French name or code. The
// result is the unknown taxon when it means none or several.
func (r *Register) Find(text string) (Taxon, Reading) {
	name, reading := Split(text)
	switch reading {
	case NoValue, Several:
		return r.Taxon(UnknownID), reading
	case Named, Other:
	}
	if i, ok := r.french[Normal(text)]; ok {
		if i < 0 {
			return r.Taxon(UnknownID), reading
		}
		return r.list[i], Named
	}
	if t := r.FindName(name); t.ID != UnknownID {
		return t, Named
	}
	return r.Decode(text), reading
}

// FindName resolves a name taken apart, to its variety when the register has
// it, else to its species, else to its genus.
func (r *Register) FindName(n Name) Taxon {
	if n.IsZero() {
		return r.Taxon(UnknownID)
	}
	tries := []string{n.Genus + " " + n.Epithet + " " + n.Variety}
	if n.Variety != "" {
		tries = append(tries, n.Genus+" "+n.Variety, n.Genus+" "+n.Epithet)
	}
	for _, name := range append(tries, n.Genus) {
		if i, ok := r.names[Normal(name)]; ok && i >= 0 {
			return r.refine(i, n.Variety)
		}
	}
	return r.Taxon(UnknownID)
}

// refine finds the variety below a species met under a synonym.
func (r *Register) refine(i int, variety string) Taxon {
	t := r.list[i]
	if t.Rank != Species || variety == "" {
		return t
	}
	if j, ok := r.names[Normal(t.Genus+" "+t.Epithet+" "+variety)]; ok && j >= 0 {
		return r.list[j]
	}
	return t
}
