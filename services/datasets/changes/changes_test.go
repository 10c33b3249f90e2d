package changes_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"acvdata/services/datasets/changes"
)

// row is a row by column, in JSON.
type row map[string]string

// edition makes an edition of rows, in their order.
func edition(rows []row, columns ...string) changes.Edition {
	var b bytes.Buffer
	for _, r := range rows {
		for i, c := range columns {
			fmt.Fprintf(&b, "%c%q:%s", []rune("{,")[min(i, 1)], c, cmp.Or(r[c], "null"))
		}
		b.WriteString("}\n")
	}
	e := changes.Edition{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
	for _, c := range columns {
		e.Columns = append(e.Columns, changes.Column{Name: c})
	}
	return e
}

func run(t testing.TB, c changes.Comparison) *changes.Result {
	t.Helper()
	result, err := c.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = result.Close() })
	return result
}

// told reads every change of a result.
func told(t testing.TB, r *changes.Result) (list []changes.Record) {
	t.Helper()
	list, err := r.Page(r.ReaderAt(), changes.Filter{}, 0, int(r.Total())+1)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func values(list []changes.Value) row {
	r := row{}
	for _, v := range list {
		r[v.Name] = string(v.JSON)
	}
	return r
}

func (r row) text(columns []string) string {
	var b strings.Builder
	for _, c := range columns {
		b.WriteString(cmp.Or(r[c], "null") + "|")
	}
	return b.String()
}

// bag counts rows by their content.
func bag(rows []row, columns []string) map[string]int {
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.text(columns)]++
	}
	return counts
}

// apply makes the newer rows from the older ones and what is told of them.
func apply(t *testing.T, older []row, list []changes.Record, columns []string) []row {
	t.Helper()
	rows := slices.Clone(older)
	take := func(r row) {
		i := slices.IndexFunc(rows, func(o row) bool { return o.text(columns) == r.text(columns) })
		if i < 0 {
			t.Fatalf("%v is told of, and was never there", r)
		}
		rows = slices.Delete(rows, i, i+1)
	}
	for _, c := range list {
		is := values(c.Row)
		switch c.Kind {
		case changes.Added:
			rows = append(rows, is)
		case changes.Removed:
			take(is)
		case changes.Changed:
			was := maps.Clone(is)
			maps.Copy(was, values(c.Before))
			take(was)
			rows = append(rows, is)
		}
	}
	return rows
}

func someText(chance *rand.Rand) string {
	texts := []string{"null", `""`, `"tilleul"`, `"é\"\\ ,}]{["`, "12", "-3.5", "true", `"\u003cb\u003e"`, `{"type":"Point","coordinates":[4.1,44.12]}`}
	return texts[chance.IntN(len(texts))]
}

// edited changes rows here and there; ids of new rows follow.
func edited(chance *rand.Rand, rows []row, columns []string) []row {
	var out []row
	for _, r := range rows {
		r = maps.Clone(r)
		switch chance.IntN(8) {
		case 0:
			continue
		case 1:
			r[columns[1+chance.IntN(len(columns)-1)]] = someText(chance)
		}
		out = append(out, r)
	}
	for n := range chance.IntN(6) {
		r := row{"id": strconv.Itoa(10_000 + n)}
		for _, c := range columns[1:] {
			r[c] = someText(chance)
		}
		out = append(out, r)
	}
	return out
}

// TestWhatIsToldMakesTheNewRowsFromTheOldOnes edits random rows at random, in order
// and shuffled, with a key, without one and with a broken one, in a memory so small
// that sorting goes through files.
func TestWhatIsToldMakesTheNewRowsFromTheOldOnes(t *testing.T) {
	t.Parallel()
	columns := []string{"id", "nom", "hauteur", "lieu"}
	for seed := range uint64(120) {
		chance := rand.New(rand.NewPCG(seed, 1))
		var older []row
		for n := range chance.IntN(60) {
			r := row{"id": strconv.Itoa(n - 5)}
			for _, c := range columns[1:] {
				r[c] = someText(chance)
			}
			older = append(older, r)
		}
		newer := edited(chance, older, columns)
		c := changes.Comparison{Key: []string{"id"}, Folder: t.TempDir()}
		why := ""
		if seed%2 == 0 {
			shuffle(chance, older)
			shuffle(chance, newer)
			c.Memory = 300
		}
		switch {
		case seed%3 == 0:
			c.Key, why = nil, changes.NoKey
		case seed%7 == 0 && len(newer) > 0:
			newer, why = append(newer, maps.Clone(newer[0])), changes.DuplicateKey
		}
		c.Old, c.New = edition(older, columns...), edition(newer, columns...)
		r := run(t, c)
		list := told(t, r)
		if got := bag(apply(t, older, list, columns), columns); !maps.Equal(got, bag(newer, columns)) {
			t.Fatalf("seed %d: the rows differ", seed)
		}
		if r.Why != why || int64(len(list)) != r.Total() || int64(len(newer)) != r.Same+r.Added+r.Changed || int64(len(older)) != r.Same+r.Removed+r.Changed {
			t.Fatalf("seed %d: %+v of %d and %d rows", seed, r.Summary, len(older), len(newer))
		}
		if why != "" && r.Changed > 0 {
			t.Fatalf("seed %d: rows without a key changed", seed)
		}
		if seed%4 == 1 {
			checkPages(t, r, list)
		}
	}
}

func shuffle(chance *rand.Rand, rows []row) {
	chance.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

// checkPages reads every filter page by page.
func checkPages(t *testing.T, r *changes.Result, all []changes.Record) {
	t.Helper()
	filters := []changes.Filter{{}}
	for _, k := range changes.Kinds() {
		filters = append(filters, changes.Filter{Kind: k})
	}
	for _, c := range r.Touched {
		filters = append(filters, changes.Filter{Column: c.Name}, changes.Filter{Kind: changes.Added, Column: c.Name})
	}
	for _, f := range filters {
		var want, got []string
		for _, c := range all {
			if (f.Kind == "" || c.Kind == f.Kind) && (f.Column == "" || slices.Contains(c.Fields, f.Column)) {
				want = append(want, fmt.Sprint(c))
			}
		}
		for skip := int64(0); skip <= r.Matched(f); skip += 3 {
			page, err := r.Page(r.ReaderAt(), f, skip, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page {
				got = append(got, fmt.Sprint(c))
			}
		}
		if !slices.Equal(want, got) || int64(len(want)) != r.Matched(f) {
			t.Fatalf("%+v: %d changes, %d on pages, %d counted", f, len(want), len(got), r.Matched(f))
		}
	}
}

func TestPagesOfManyBlocksLeadEverywhere(t *testing.T) {
	t.Parallel()
	var older, newer []row
	for n := range 4000 {
		id := strconv.Itoa(n)
		older = append(older, row{"id": id, "nom": `"a"`, "hauteur": "1"})
		switch {
		case n%5 == 0:
			newer = append(newer, row{"id": id, "nom": `"b"`, "hauteur": "1"})
		case n%5 == 1 && n > 3000: // a column that only late blocks know
			newer = append(newer, row{"id": id, "nom": `"a"`, "hauteur": "2"})
		case n%5 == 2:
		default:
			newer = append(newer, row{"id": id, "nom": `"a"`, "hauteur": "1"})
		}
	}
	r := run(t, changes.Comparison{Old: edition(older, "id", "nom", "hauteur"), New: edition(newer, "id", "nom", "hauteur"), Key: []string{"id"}})
	if len(r.Blocks) < 3 || r.Changed != 1000 || r.Removed != 800 {
		t.Fatalf("%d blocks, %d changed, %d removed", len(r.Blocks), r.Changed, r.Removed)
	}
	checkPages(t, r, told(t, r))
	whole := 0
	err := changes.Each(r.Open(), func([]byte, *changes.Record) error { whole++; return nil })
	if err != nil || int64(whole) != r.Total() {
		t.Errorf("%d changes in the file as a whole: %v", whole, err)
	}
}

func TestColumnsThatComeAndGoChangeNoRow(t *testing.T) {
	t.Parallel()
	older := changes.Edition{Open: lines(`{"id":1,"nom":"a","mail":"x@y"}`, `{"id":2,"nom":"b","mail":"z@y"}`), Columns: []changes.Column{
		{Name: "id", Type: "integer"}, {Name: "nom", Type: "string"}, {Name: "mail", Type: "string"},
	}}
	newer := changes.Edition{Open: lines(`{"id":1,"haut":3,"nom":"a"}`, `{"id":2,"haut":4,"nom":"c"}`), Columns: []changes.Column{
		{Name: "id", Type: "string"}, {Name: "haut", Type: "number"}, {Name: "nom", Type: "string"},
	}}
	r := run(t, changes.Comparison{Old: older, New: newer, Key: []string{"id"}})
	want := []changes.ColumnChange{
		{Name: "id", Change: changes.Retyped, From: "integer", To: "string"},
		{Name: "haut", Change: string(changes.Added), To: "number"},
		{Name: "mail", Change: string(changes.Removed), From: "string"},
	}
	if !slices.Equal(r.Columns, want) || r.Changed != 1 || r.Same != 1 || r.Total() != 1 {
		t.Errorf("%+v", r.Summary)
	}
}

func lines(list ...string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(strings.Join(list, "\n") + "\n")), nil
	}
}

// What is withheld stands nowhere: not in rows, not in counts, not among columns.
func TestWithheldColumnsStandNowhere(t *testing.T) {
	t.Parallel()
	older := edition([]row{{"id": "1", "mail": `"SECRET-1"`, "nom": `"a"`}, {"id": "2", "mail": `"SECRET-2"`}}, "id", "mail", "nom")
	newer := edition([]row{{"id": "1", "mail": `"SECRET-3"`, "nom": `"a"`}, {"id": "3", "mail": `"SECRET-4"`}}, "id", "mail", "nom")
	for _, key := range [][]string{{"id"}, {"mail"}, nil} {
		r := run(t, changes.Comparison{Old: older, New: newer, Key: key, Without: []string{"mail"}})
		summary, err := json.Marshal(r.Summary)
		if err != nil || bytes.Contains(summary, []byte("mail")) {
			t.Errorf("%s %v", summary, err)
		}
		err = changes.Each(r.Open(), func(line []byte, _ *changes.Record) error {
			if bytes.Contains(line, []byte("SECRET")) || bytes.Contains(line, []byte("mail")) {
				return errors.New(string(line))
			}
			return nil
		})
		if err != nil || r.Changed != 0 || r.Added != 1 || r.Removed != 1 {
			t.Errorf("key %v: %v %+v", key, err, r.Summary)
		}
	}
}

// A one-sided file says nothing that the newer edition does not hold, keys apart.
func TestOneSidedTellsOnlyWhatIsThereNow(t *testing.T) {
	t.Parallel()
	older := edition([]row{{"id": "1", "lon": `"OLD-1"`}, {"id": "2", "lon": `"OLD-2"`}}, "id", "lon")
	newer := edition([]row{{"id": "1", "lon": `"NEW"`}}, "id", "lon")
	for _, key := range [][]string{{"id"}, nil} {
		r := run(t, changes.Comparison{Old: older, New: newer, Key: key, OneSided: true})
		err := changes.Each(r.Open(), func(line []byte, c *changes.Record) error {
			if bytes.Contains(line, []byte("OLD")) || c.Kind == changes.Changed && !slices.Equal(c.Fields, []string{"lon"}) {
				return errors.New(string(line))
			}
			return nil
		})
		if err != nil || r.Total() == 0 {
			t.Errorf("key %v: %v %+v", key, err, r.Summary)
		}
	}
}

func TestBrokenRowsAreAnError(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{`{"id":1`, `[1]`, `{"id":1,"nom":"a","more":2}`, `{"id" 1}`, `{"id":}`, `id`} {
		e := changes.Edition{Open: lines(broken), Columns: []changes.Column{{Name: "id"}, {Name: "nom"}}}
		none := edition(nil, "id", "nom")
		if r, err := (changes.Comparison{Old: none, New: e, Key: []string{"id"}}).Run(t.Context()); err == nil {
			t.Errorf("%s: %+v", broken, r.Summary)
		}
	}
}

// FuzzNames reads any line as encoding/json does, or refuses it.
func FuzzNames(f *testing.F) {
	for _, seed := range []string{`{"a":1,"b":[1,{"c":"}"}]}`, `{}`, `{"é\"":null}`, `{"a":"\\"}`, `{"a":1}}`, `{"a":1,}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		var whole map[string]json.RawMessage
		if strings.ContainsAny(line, " \n\r\t") || json.Unmarshal([]byte(line), &whole) != nil {
			_, _ = changes.Names(strings.NewReader(line)) // no panic
			return
		}
		names, err := changes.Names(strings.NewReader(line))
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		for _, name := range names {
			if _, known := whole[name]; !known {
				t.Errorf("%q: %q is no name of it", line, name)
			}
		}
	})
}
