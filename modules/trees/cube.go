package trees

import (
	"cmp"
	"slices"

	"acvdata/modules/trees/taxa"
)

// Cell is how many trees share everything lists filter by.
type Cell struct {
	Status      Status
	TaxonID     int
	SpeciesText string
	Stage       Stage
	District    string
	Remarkable  bool
	Diameter    int
	N           int64
}

// YearCell is how many trees were born in a year (0 for unknown).
type YearCell struct {
	Status Status
	Year   int
	N      int64
}

// Cube is a town's counts at one version of its inventory. It is immutable and
// safe for concurrent use.
type Cube struct {
	Version int64
	Cells   []Cell
	Years   []YearCell
}

// Facet is one value of a filter and how many trees choosing it would show.
type Facet struct {
	Value string
	N     int64
}

// Facets are the choices of a list's filters. Each is counted under all the
// other conditions, so that no choice leads to an empty list.
type Facets struct {
	Total      int64
	Standing   int64 // of Total
	Remarkable int64
	Taxa       []TaxonFacet
	Statuses   []Facet
	Stages     []Facet
	Districts  []Facet
	Diameters  []Facet
}

// TaxonFacet is a species (or a genus, for trees known no better) and its trees.
type TaxonFacet struct {
	Taxon taxa.Taxon
	N     int64
}

// selector tells which conditions of a filter a cell meets.
type selector struct {
	f      Filter
	within map[int]bool
}

// condition names a filter for what it leaves out when its own choices are
// counted.
type condition int

const (
	onTaxon condition = iota
	onStatus
	onStage
	onDistrict
	onRemarkable
	onDiameter
	conditionCount
)

func newSelector(f Filter, r *taxa.Register) selector {
	s := selector{f: f}
	if f.Taxon != nil {
		s.within = map[int]bool{}
		for _, id := range r.Within(f.Taxon.ID) {
			s.within[id] = true
		}
	}
	return s
}

// misses returns the conditions the cell does not meet: how many, and one of
// them.
func (s selector) misses(c Cell) (n int, which condition) {
	met := [conditionCount]bool{
		onTaxon:      s.f.Taxon == nil || s.within[c.TaxonID],
		onStatus:     s.f.Status == "" || s.f.Status == c.Status,
		onStage:      s.f.Stage == NoStage && !s.f.NoStage || s.f.Stage == c.Stage,
		onDistrict:   s.f.District == "" || s.f.District == c.District,
		onRemarkable: !s.f.Remarkable || c.Remarkable,
		onDiameter:   s.f.Diameter == nil || *s.f.Diameter == c.Diameter,
	}
	for i, ok := range met {
		if !ok {
			n, which = n+1, condition(i)
		}
	}
	return n, which
}

// Count is the number of trees of a selection, its text and box left aside.
func (c *Cube) Count(f Filter, r *taxa.Register) (n int64) {
	s := newSelector(f, r)
	for _, cell := range c.Cells {
		if missed, _ := s.misses(cell); missed == 0 {
			n += cell.N
		}
	}
	return n
}

// countTaxa is Count among some species only.
func (c *Cube) countTaxa(f Filter, r *taxa.Register, some []int) (n int64) {
	s := newSelector(f, r)
	for _, cell := range c.Cells {
		if missed, _ := s.misses(cell); missed == 0 && slices.Contains(some, cell.TaxonID) {
			n += cell.N
		}
	}
	return n
}

// Facets counts the choices of the filters around a selection.
func (c *Cube) Facets(f Filter, r *taxa.Register) Facets {
	s := newSelector(f, r)
	out := Facets{}
	taxonCounts, counts := map[int]int64{}, [conditionCount]map[string]int64{}
	for i := range counts {
		counts[i] = map[string]int64{}
	}
	for _, cell := range c.Cells {
		missed, which := s.misses(cell)
		if missed == 0 {
			out.Total += cell.N
			if cell.Status == Standing {
				out.Standing += cell.N
			}
		}
		counted := func(own condition) bool { return missed == 0 || missed == 1 && which == own }
		if counted(onTaxon) {
			taxonCounts[r.SpeciesOf(cell.TaxonID).ID] += cell.N
		}
		if cell.Remarkable && counted(onRemarkable) {
			out.Remarkable += cell.N
		}
		for own, value := range cell.values() {
			if value != "" && counted(condition(own)) {
				counts[own][value] += cell.N
			}
		}
	}
	out.Taxa = taxonFacets(taxonCounts, r)
	out.Statuses = inOrder(counts[onStatus], statuses)
	out.Stages = append(inOrder(counts[onStage], stages), inOrder(counts[onStage], []string{unknownKey})...)
	out.Diameters = inOrder(counts[onDiameter], diameterKeys())
	out.Districts = byName(counts[onDistrict])
	return out
}

// values are the cell's values as they stand in addresses, "" where there is
// no choice to offer.
func (c Cell) values() (v [conditionCount]string) {
	v[onStatus], v[onStage], v[onDistrict], v[onDiameter] = string(c.Status), string(c.Stage), c.District, diameterKey(c.Diameter)
	if c.Stage == NoStage {
		v[onStage] = unknownKey
	}
	return v
}

func diameterKeys() []string {
	keys := make([]string, 0, DiameterClasses+1)
	for class := range DiameterClasses {
		keys = append(keys, diameterKey(class))
	}
	return append(keys, diameterKey(UnknownDiameter))
}

func inOrder[K, S ~string](counts map[K]int64, order []S) []Facet {
	var out []Facet
	for _, value := range order {
		if n := counts[K(value)]; n > 0 {
			out = append(out, Facet{Value: string(value), N: n})
		}
	}
	return out
}

func byName(counts map[string]int64) []Facet {
	out := make([]Facet, 0, len(counts))
	for value, n := range counts {
		out = append(out, Facet{Value: value, N: n})
	}
	slices.SortFunc(out, func(a, b Facet) int { return cmp.Compare(taxa.Normal(a.Value), taxa.Normal(b.Value)) })
	return out
}

// taxonFacets sorts the most frequent first.
func taxonFacets(counts map[int]int64, r *taxa.Register) []TaxonFacet {
	out := make([]TaxonFacet, 0, len(counts))
	for id, n := range counts {
		out = append(out, TaxonFacet{Taxon: r.Taxon(id), N: n})
	}
	slices.SortFunc(out, func(a, b TaxonFacet) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Taxon.ID, b.Taxon.ID))
	})
	return out
}
