package trees

import (
	"cmp"
	"math"
	"slices"
	"time"

	"acvdata/modules/trees/taxa"
)

// Figures are what a town's inventory amounts to. All but ByStatus are about
// standing trees.
type Figures struct {
	Total      int64
	Standing   int64
	ByStatus   []Facet
	Remarkable int64

	Unknown   int64        // trees whose species nobody knows
	Top       []TaxonFacet // species, the most frequent first
	Recorded  Diversity    // names as the town wrote them, cultivars and codes apart
	Species   Diversity    // cultivars rolled up to their species
	Santamour []Rule

	Diameters [DiameterClasses]int64
	Unsized   int64
	Ages      [AgeClasses]int64
	Ageless   int64
	Stages    []Facet
	Stageless int64

	Changed time.Time // last change of the inventory; zero when there is none
}

// Diversity describes how trees spread over groups. N is the number of trees it
// rests on.
type Diversity struct {
	N         int64
	Groups    int
	Shannon   float64 // -sum p ln p
	Evenness  float64 // Shannon / ln(groups); 0 below two groups
	Simpson   float64 // 1 - sum p²
	Effective float64 // 1 / sum p²: as many equally frequent groups would be as diverse
	Shares    []Share // the most frequent first
}

// Share is a group's part of the trees.
type Share struct {
	Name string
	N    int64
	Part float64 // 0 to 1
}

// Rule is one of Santamour's marks (10-20-30): no more than Limit of the trees in
// one group. F. S. Santamour, "Trees for urban planting: diversity, uniformity
// and common sense", 1990.
type Rule struct {
	Level taxa.Rank // species, genus, or "family"
	Limit float64
	Top   Share
	N     int64 // trees whose group is known
	Met   bool
}

// Family is the level of Santamour's third mark; the register has no taxon for
// it.
const Family taxa.Rank = "family"

// NewFigures computes a town's figures from its counts.
func NewFigures(c *Cube, r *taxa.Register, now time.Time) Figures {
	f := Figures{}
	byStatus, recorded, stage := map[Status]int64{}, map[string]int64{}, map[Stage]int64{}
	byTaxon := map[int]int64{} // far fewer than cells: names are looked up once each
	for _, cell := range c.Cells {
		f.Total += cell.N
		byStatus[cell.Status] += cell.N
		if cell.Status == Standing {
			f.addStanding(cell)
			stage[cell.Stage] += cell.N
			recorded[cell.SpeciesText] += cell.N
			byTaxon[cell.TaxonID] += cell.N
		}
	}
	species, taxonCounts := map[string]int64{}, map[int]int64{}
	genus, family := map[string]int64{}, map[string]int64{}
	for id, n := range byTaxon {
		t, top := r.Taxon(id), r.SpeciesOf(id)
		taxonCounts[top.ID] += n
		genus[t.Genus] += n
		family[t.Family] += n
		if t.SpeciesID != 0 {
			species[top.Latin()] += n
		}
	}
	f.addAges(c.Years, now)
	f.Unknown = taxonCounts[taxa.UnknownID]
	delete(taxonCounts, taxa.UnknownID)
	f.ByStatus, f.Top = inOrder(byStatus, statuses), taxonFacets(taxonCounts, r)
	f.Stages, f.Stageless = inOrder(stage, stages), stage[NoStage]
	f.Recorded, f.Species = newDiversity(recorded), newDiversity(species)
	f.Santamour = []Rule{
		newRule(taxa.Species, 0.10, f.Species),
		newRule(taxa.Genus, 0.20, newDiversity(genus)), newRule(Family, 0.30, newDiversity(family)),
	}
	return f
}

func (f *Figures) addStanding(c Cell) {
	f.Standing += c.N
	if c.Remarkable {
		f.Remarkable += c.N
	}
	if c.Diameter == UnknownDiameter {
		f.Unsized += c.N
	} else {
		f.Diameters[c.Diameter] += c.N
	}
}

func (f *Figures) addAges(years []YearCell, now time.Time) {
	for _, y := range years {
		switch {
		case y.Status != Standing:
		case y.Year == 0:
			f.Ageless += y.N
		default:
			f.Ages[AgeClass(now.Year()-y.Year)] += y.N
		}
	}
}

// newDiversity describes groups by name; the group without a name is left out.
func newDiversity(counts map[string]int64) Diversity {
	d := Diversity{}
	for name, n := range counts {
		if name != "" && n > 0 {
			d.N += n
			d.Shares = append(d.Shares, Share{Name: name, N: n})
		}
	}
	slices.SortFunc(d.Shares, func(a, b Share) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	d.Groups = len(d.Shares)
	var squares float64
	for i := range d.Shares {
		p := float64(d.Shares[i].N) / float64(d.N)
		d.Shares[i].Part = p
		d.Shannon -= p * math.Log(p)
		squares += p * p
	}
	if d.Groups > 0 {
		d.Simpson, d.Effective = 1-squares, 1/squares
	}
	if d.Groups > 1 {
		d.Evenness = d.Shannon / math.Log(float64(d.Groups))
	}
	return d
}

// Against gives the same figures read against other marks than Santamour's own,
// one for each of its levels, in parts of 1.
func (f Figures) Against(marks [3]float64) Figures {
	f.Santamour = slices.Clone(f.Santamour)
	for i := range f.Santamour {
		rule := &f.Santamour[i]
		rule.Limit = marks[i]
		rule.Met = rule.N == 0 || rule.Top.Part <= rule.Limit
	}
	return f
}

func newRule(level taxa.Rank, limit float64, d Diversity) Rule {
	rule := Rule{Level: level, Limit: limit, N: d.N, Met: true}
	if len(d.Shares) > 0 {
		rule.Top = d.Shares[0]
		rule.Met = rule.Top.Part <= limit
	}
	return rule
}
