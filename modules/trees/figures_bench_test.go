package trees

import (
	"strconv"
	"testing"
	"time"

	"acvdata/modules/trees/taxa"
)

// BenchmarkFigures computes the figures of a town of 500,000 trees whose counts
// fall into 40,000 cells, about as many as distinct combinations of species,
// stage, district and size allow.
func BenchmarkFigures(b *testing.B) {
	list := []taxa.Taxon{{ID: 0, Rank: taxa.Unknown}}
	for i := 1; i <= 300; i++ {
		genus := "Genus" + strconv.Itoa(i/6)
		list = append(list, taxa.Taxon{ID: i, Slug: strconv.Itoa(i), Rank: taxa.Species, Genus: genus, Epithet: "e" + strconv.Itoa(i), SpeciesID: i, Family: "Family" + strconv.Itoa(i/30)})
	}
	register, cube := taxa.NewRegister(list), &Cube{}
	for i := range 40_000 {
		cube.Cells = append(cube.Cells, Cell{
			Status: Standing, TaxonID: i % 300, SpeciesText: strconv.Itoa(i % 600),
			Stage: stages[i%len(stages)], District: strconv.Itoa(i % 20), Diameter: i % DiameterClasses, N: 12,
		})
	}
	now := time.Date(2026, time.March, 15, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		NewFigures(cube, register, now)
	}
}
