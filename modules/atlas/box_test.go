package atlas_test

import (
	"math/rand/v2"
	"testing"

	"acvdata/services/apptest/boxes"
)

// Records of protected species share a few places, which pages part.
func TestPagesOfABoxHoldEachRecordOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	for _, f := range draw(town, rand.New(rand.NewPCG(2, 9)), 300) {
		r.put(town, f)
	}
	boxes.Check{DB: r.DB, Town: town, Source: r.module.Datasets()[0]}.Run(t)
}
