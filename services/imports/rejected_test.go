package imports_test

import (
	"encoding/csv"
	"math/rand/v2"
	"strings"
	"testing"

	"acvdata/services/imports"
)

// rejectedFile reads the list of rejected rows as a spreadsheet would.
func (r *rig) rejectedFile(i *imports.Import) (body string, rows [][]string) {
	r.t.Helper()
	body = r.As(r.agent).Get("/ales/espace/imports/" + i.ID.String() + "/refusees.csv").Want(200).Body
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	reader.Comma, reader.FieldsPerRecord = ';', -1
	rows, err := reader.ReadAll()
	if err != nil {
		r.t.Fatal(err)
	}
	return body, rows
}

// TestRejectedRowsComeWholeWithTheirReason over files with traps: as many rows as
// were rejected, each as the file has it, in its order.
func TestRejectedRowsComeWholeWithTheirReason(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	for seed := range uint64(6) {
		content, _ := anyFile(rand.New(rand.NewPCG(seed, 7)))
		lines := strings.Split(content, "\n")
		i := r.load(imports.Ready, content)
		_, rows := r.rejectedFile(i)
		if int64(len(rows)-1) != i.Counts.Rejected {
			t.Fatalf("seed %d: %d rows rejected, %d in the file", seed, i.Counts.Rejected, len(rows)-1)
		}
		for _, row := range rows[1:] {
			line, why := row[6], row[9]
			want := lines[atoi(t, line)-1]
			own := strings.Join(row[:6], ";")
			if extra := row[10:]; len(extra) > 0 {
				own += ";" + strings.Join(extra, ";")
			}
			if strings.ReplaceAll(own, "'", "") != want || why == "" {
				t.Fatalf("seed %d, line %s: %q for %q, because %q", seed, line, own, want, why)
			}
		}
	}
}

func atoi(t *testing.T, s string) (n int) {
	t.Helper()
	for _, c := range s {
		n = 10*n + int(c-'0')
	}
	return n
}

// TestCorrectedRowsComeBackAlone: what was stored and what comes back corrected
// make the whole file.
func TestCorrectedRowsComeBackAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	content := file(20) + "B-00003;pierre;2;40;01/01/2020;non;4,09;44,13\nX-1;pierre;2;999;01/01/2020;non;4,09;44,13\n=X;pierre;2;999;;;4,09;44,13\n"
	first := r.load(imports.Committed, content, andCommit, func(s *imports.Submission) { s.SkipRejected = true })
	is(t, first.Counts, 23, 19, 0, 0, 4)
	body, rows := r.rejectedFile(first)
	if got := rows[0][8:]; strings.Join(got, ";") != "Ligne d’origine;Colonne en cause;Cellule en cause;Motif du refus" {
		t.Errorf("headings %q", got)
	}
	if got := rows[3]; got[8] != "23" || got[9] != "hauteur" || got[10] != "999" || !strings.Contains(got[11], "300") {
		t.Errorf("a rejected row says %q", got)
	}
	corrected := strings.NewReplacer("X-1;pierre;2;999", "X-1;pierre;2;99", "X\";pierre;2;999", "X\";pierre;2;99", "B-00003;pierre", "B-90003;pierre").Replace(body)
	second := r.load(imports.Committed, corrected, andCommit)
	if !second.Detection.Known || len(second.Detection.Columns) != 8 {
		t.Errorf("the shape of the file it comes from is not recognised: %d columns", len(second.Detection.Columns))
	}
	is(t, second.Counts, 4, 4, 0, 0, 0)
	if n := r.benchesStored(); n != 23 {
		t.Errorf("%d benches, want the 23 rows of the file", n)
	}
	if n := r.count(`SELECT count(*) FROM benches.bench WHERE code = '=X'`); n != 1 {
		t.Error("the mark that keeps a spreadsheet from running a cell was stored")
	}
}
