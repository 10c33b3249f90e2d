package opendata_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"acvdata/modules/opendata/tables"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/words"
	"acvdata/tenants"
)

// survey is a line of the file, as the test knows it; note may be empty.
type survey struct {
	number int64
	name   string
	height float64
	note   string
}

func surveys(n int) (list []survey, file string) {
	names := []string{"Érable champêtre", "Chêne d’Œuvre", "Zelkova", "aulne", "Frêne élevé", "Cèdre"}
	notes := []string{"", "à l’étang", "près du CŒUR de ville", "rien"}
	luck := rand.New(rand.NewPCG(7, 11))
	out := &strings.Builder{}
	out.WriteString("Nom;Hauteur;Note\n")
	for i := range n {
		s := survey{number: int64(i + 1), name: names[luck.IntN(len(names))], note: notes[luck.IntN(len(notes))], height: float64(luck.IntN(9)) + 0.5}
		list = append(list, s)
		fmt.Fprintf(out, "%s;%s;%s\n", s.name, strings.Replace(strconv.FormatFloat(s.height, 'f', 1, 64), ".", ",", 1), s.note)
	}
	return list, out.String()
}

// Whatever is looked for, in whatever order, pages one after the other show each
// row that a plain reading of the file finds, once.
func TestPagesShowWhatAPlainReadingFinds(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	lines, file := surveys(700)
	r.load(r.town, "Relevés", file)
	table := r.find(r.town, "releves")
	french := collate.New(language.French)
	byName := func(a, b survey) int { return french.CompareString(a.name, b.name) }
	byHeight := func(a, b survey) int { return cmp.Compare(a.height, b.height) }
	byNote := func(a, b survey) int {
		if (a.note == "") != (b.note == "") {
			return strings.Compare(b.note, a.note) // nothing comes last
		}
		return french.CompareString(a.note, b.note)
	}
	for _, text := range []string{"", "érable", "oeuvre CHENE", "etang", "coeur ville", "absent", "!!"} {
		for _, name := range []string{"", "Zelkova"} {
			for column, compare := range map[string]func(a, b survey) int{"": nil, "nom": byName, "hauteur": byHeight, "note": byNote} {
				f := datasets.Filter{Query: map[string][]string{}, Equal: map[string]string{}}
				if text != "" {
					f.Query.Set("q", text)
				}
				if name != "" {
					f.Equal["nom"] = name
				}
				want := plainReading(lines, text, name, compare)
				got := r.pages(table, f, tables.Order{Column: column})
				if !slices.Equal(got, want) {
					t.Errorf("%q %q by %q: %d rows %v, not %d %v", text, name, column, len(got), head(got), len(want), head(want))
				}
			}
		}
	}
}

func head(numbers []string) []string { return numbers[:min(len(numbers), 12)] }

func plainReading(lines []survey, text, name string, compare func(a, b survey) int) (numbers []string) {
	var kept []survey
	for _, s := range lines {
		all := words.Fold(s.name + " " + s.note)
		missing := slices.ContainsFunc(words.Of(text), func(w string) bool { return !strings.Contains(all, w) })
		if !missing && (name == "" || s.name == name) {
			kept = append(kept, s)
		}
	}
	if compare != nil {
		slices.SortStableFunc(kept, compare)
	}
	for _, s := range kept {
		numbers = append(numbers, strconv.FormatInt(s.number, 10))
	}
	return numbers
}

// pages reads a list to its end.
func (r *shelf) pages(table *tables.Table, f datasets.Filter, o tables.Order) (numbers []string) {
	r.t.Helper()
	ctx := tenants.With(r.Context, r.town)
	for {
		p, err := r.tables.Page(ctx, r.town, table, f, o, 64)
		must(r.t, err)
		for _, row := range p.Rows {
			numbers = append(numbers, row.ID)
		}
		if o.After = p.Next; p.Next == "" {
			if int(p.Matched) != len(numbers) {
				r.t.Errorf("%d matched, %d shown", p.Matched, len(numbers))
			}
			return numbers
		}
	}
}

// Down is up turned round, but for the rows without a value, which stay last.
func TestSortedDownRowsWithoutAValueStillComeLast(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Mesures", "Nom;Hauteur\na;3\nb;\nc;1\nd;2\ne;\n")
	table := r.find(r.town, "mesures")
	for down, want := range map[bool]string{false: "3 4 1 2 5", true: "1 4 3 2 5"} {
		got := strings.Join(r.pages(table, datasets.Filter{}, tables.Order{Column: "hauteur", Down: down}), " ")
		if got != want {
			t.Errorf("down %v: %s, not %s", down, got, want)
		}
	}
}

// What is kept of a table is forgotten with its edition: another file of the same
// title, then undoing it, each show their own rows.
func TestASearchFollowsTheEdition(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	search := func() (numbers []string) {
		f := datasets.Filter{Query: map[string][]string{"q": {"tilleul"}}}
		return r.pages(r.find(r.town, "arbres-du-parc"), f, tables.Order{Column: "nom"})
	}
	r.load(r.town, "Arbres du parc", "Nom;Rang\nTilleul;1\nChêne;2\n")
	first := search()
	second := r.load(r.town, "Arbres du parc", "Nom;Rang\nChêne;1\nTilleul;2\nTilleul argenté;3\n")
	after := search()
	r.undo(r.town, second)
	if undone := search(); len(first) != 1 || len(after) != 2 || !slices.Equal(undone, first) {
		t.Errorf("found %v, then %v, then %v", first, after, undone)
	}
}

// Exports and interfaces look for words as the page does, a thousand rows at a
// time, and stop where they are told to.
func TestASearchIsStreamedWhole(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	var file strings.Builder
	file.WriteString("Nom;Rang\n")
	for n := range 2500 {
		fmt.Fprintf(&file, "Sujet n° %d;%d\nAutre;0\n", n, n)
	}
	r.load(r.town, "Sujets", file.String())
	for limit, want := range map[int]int{0: 2500, 1: 1, 1000: 1000, 1500: 1500} {
		f := datasets.Filter{Query: map[string][]string{"q": {"sujet"}}, Limit: limit}
		var numbers []string
		must(t, r.DB.ReadTenant(tenants.With(r.Context, r.town), r.town.ID, func(ctx context.Context, tx *db.Tx) error {
			sources, err := r.tables.TownSources(ctx, tx, "")
			must(t, err)
			return sources[0].Rows(ctx, tx, f, func(row datasets.Row) error {
				numbers = append(numbers, row.ID)
				return nil
			})
		}))
		last := strconv.Itoa(2*want - 1) // every other row
		if len(numbers) != want || numbers[len(numbers)-1] != last {
			t.Errorf("limit %d: %d rows, the last is %s, not %s", limit, len(numbers), numbers[len(numbers)-1], last)
		}
	}
}
