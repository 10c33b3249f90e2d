package tables

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/imports"
	"acvdata/services/words"
)

// selection gives the rows a filter keeps, whatever its page.
func (s source) selection(ctx context.Context, tx *db.Tx, f datasets.Filter) (*rowSet, error) {
	f.After, f.Limit = "", 0
	w := of(tx.Tenant(), s.table)
	if err := w.narrow(s.table, f); err != nil {
		return nil, err
	}
	if f.BBox != nil {
		w.covering(*f.BBox)
	}
	wanted := wordsOf(f)
	asked, err := w.asking("rows", wanted)
	if err != nil {
		return nil, err
	}
	return keep(s.service, s.table.asked(tx.Tenant(), asked), func() (set *rowSet, err error) {
		if len(wanted) > 0 {
			set, err = s.holding(ctx, tx, wanted)
		}
		f.Query = nil
		if err != nil || set != nil && f.Whole() {
			return set, err
		}
		met, err := s.meeting(ctx, tx, w)
		if err == nil && set != nil {
			met = met.and(set)
		}
		return met, err
	})
}

// wordsOf are the words a filter looks for, each once.
func wordsOf(f datasets.Filter) (list []string) {
	for _, text := range f.Query["q"] {
		list = append(list, words.Of(text)...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// meeting gives the rows that meet conditions.
func (s source) meeting(ctx context.Context, tx *db.Tx, w *where) (*rowSet, error) {
	rows, err := tx.Query(ctx, "SELECT r.number FROM opendata.slot_row r WHERE "+w.String()+" ORDER BY r.number", w.args...)
	if err != nil {
		return nil, err
	}
	set, number := &rowSet{}, int64(0)
	_, err = pgx.ForEachRow(rows, []any{&number}, func() error {
		set.add(number)
		return nil
	})
	return set, err
}

// holding gives the rows whose texts hold every word.
func (s source) holding(ctx context.Context, tx *db.Tx, wanted []string) (*rowSet, error) {
	set := &rowSet{}
	for first := int64(0); ; first += pageOfTexts {
		page, err := s.texts(ctx, tx, first)
		if err != nil {
			return nil, err
		}
		page.search(wanted, set)
		if page.last {
			return set, nil
		}
	}
}

// pageOfTexts is how many numbers of rows are looked through together: what is
// kept of a table of millions of rows goes page by page, and so may be forgotten.
const pageOfTexts = 1 << 15

// texts are the folded texts of some rows in a row of their own each.
type texts struct {
	lines   []byte
	ends    []int // of each row's line
	numbers []int64
	last    bool // no rows behind
}

func (t *texts) size() int { return len(t.lines) + 16*len(t.ends) }

// texts reads the texts of the rows from a number on, below the next page.
func (s source) texts(ctx context.Context, tx *db.Tx, first int64) (*texts, error) {
	slots := []string{"''"}
	for _, c := range s.table.Columns {
		if c.Kind == imports.KindText && c.Slot != "" {
			slots = append(slots, "r."+c.Slot)
		}
	}
	w := of(tx.Tenant(), s.table)
	w.add("r.number >= ?", first)
	// One row more tells whether there is a page behind.
	query := "SELECT r.number, concat_ws(' ', " + strings.Join(slots, ", ") + ")\nFROM opendata.slot_row r\nWHERE " +
		w.String() + "\nORDER BY r.number\nLIMIT " + strconv.Itoa(pageOfTexts+1)
	return keep(s.service, s.table.asked(tx.Tenant(), "texts "+strconv.FormatInt(first, 10)), func() (*texts, error) {
		rows, err := tx.Query(ctx, query, w.args...)
		if err != nil {
			return nil, err
		}
		page, number, text := &texts{last: true}, int64(0), ""
		_, err = pgx.ForEachRow(rows, []any{&number, &text}, func() error {
			if number >= first+pageOfTexts {
				page.last = false
				return nil
			}
			page.add(number, text)
			return nil
		})
		return page, err
	})
}

func (t *texts) add(number int64, text string) {
	t.lines = append(t.lines, strings.ReplaceAll(words.Fold(text), "\n", " ")...)
	t.lines = append(t.lines, '\n')
	t.ends, t.numbers = append(t.ends, len(t.lines)), append(t.numbers, number)
}

// search puts the rows that hold every word into a set. The first word is looked
// for in all lines at once, the others where it was found.
func (t *texts) search(wanted []string, into *rowSet) {
	first, others := []byte(wanted[0]), wanted[1:]
	for at := 0; at < len(t.lines); {
		hit := bytes.Index(t.lines[at:], first)
		if hit < 0 {
			return
		}
		row, _ := slices.BinarySearch(t.ends, at+hit+1)
		start, end := 0, t.ends[row]
		if row > 0 {
			start = t.ends[row-1]
		}
		line := t.lines[start:end]
		if !slices.ContainsFunc(others, func(word string) bool { return !bytes.Contains(line, []byte(word)) }) {
			into.add(t.numbers[row])
		}
		at = end
	}
}
