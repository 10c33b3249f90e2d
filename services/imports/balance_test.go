package imports_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"acvdata/services/imports"
)

// TestNoRowIsEverLostUnseen loads files made of anything, one after the other
// into the same town: what comes in is always what is stored, left as it was, or
// listed as rejected.
func TestNoRowIsEverLostUnseen(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 7))
		content, rows := anyFile(random)
		i := r.load(imports.Ready, content)
		if i.Counts.Rows+i.Counts.Skipped != rows {
			t.Fatalf("seed %d: %d lines written, %d rows and %d blank lines seen", seed, rows, i.Counts.Rows, i.Counts.Skipped)
		}
		listed := map[int]bool{}
		err := r.service.Problems(r.ctx(), r.caller(), i.ID, func(p imports.Problem) error {
			if p.Severity == imports.Rejected {
				listed[p.Line] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(listed)) != i.Counts.Rejected {
			t.Fatalf("seed %d: %d rows rejected, %d listed", seed, i.Counts.Rejected, len(listed))
		}
		if i.Counts.Rejected == i.Counts.Rows {
			continue
		}
		before := r.benchesStored()
		if _, err := r.service.Commit(r.ctx(), r.caller(), i.ID, true); err != nil {
			t.Fatal(err)
		}
		done := r.wait(i.ID)
		if done.State != imports.Committed || done.Counts != i.Counts {
			t.Fatalf("seed %d: state %s, counts %+v; the preview said %+v", seed, done.State, done.Counts, i.Counts)
		}
		if stored := r.benchesStored() - before; stored != done.Counts.Created {
			t.Fatalf("seed %d: %d benches more, %d said to be created", seed, stored, done.Counts.Created)
		}
	}
}

// anyFile writes a file of good, doubtful and bad rows, and says how many lines
// it has after the headings.
func anyFile(random *rand.Rand) (string, int64) {
	one := func(choices ...string) string { return choices[random.IntN(len(choices))] }
	var b strings.Builder
	b.WriteString("identifiant;matériau;places;hauteur;longitude;latitude\n")
	n := 5 + random.IntN(200)
	for range n {
		if random.IntN(40) == 0 {
			b.WriteString(";;;;;\n")
			continue
		}
		fmt.Fprintf(&b, "%s;%s;%s;%s;%s;%s%s\n",
			one("", fmt.Sprintf("B-%d", random.IntN(120))), one("bois", "pierre", "pierre", "métal", ""), one("2", "4", "", "trois"),
			one("45,5", "", "900", "-3", "haute"), one("4,08123", "4,09876", "44,1", "0", ""), one("44,12345", "44,13001", "0", ""), one("", "", "", ";en trop"))
	}
	return b.String(), int64(n)
}
