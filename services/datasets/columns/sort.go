package columns

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"acvdata/services/cql"
)

// Key is a column that rows are sorted by.
type Key struct {
	Name string
	Down bool
}

// ranks are the places of a column's values once sorted, worked out once.
type ranks struct {
	once sync.Once
	of   []uint32
}

// Sort puts rows in the order of the keys, the first first; rows that are equal
// keep theirs, rows without a value come last. Names that cannot be sorted by
// are for the caller to refuse (Sortable).
func (t *Table) Sort(rows []uint32, keys []Key) {
	for _, k := range slices.Backward(keys) { // each pass keeps the order of the one before
		c := t.columns[t.fields[k.Name].Value]
		t.pass(rows, c, c.ranked(), k.Down)
	}
}

// Sortable reports whether rows can be sorted by a field.
func Sortable(fields cql.Fields, name string) bool {
	f, known := fields[name]
	return known && f.Type != cql.Shape
}

// pass sorts by counting: ranks are small whole numbers.
func (t *Table) pass(rows []uint32, c *column, rank []uint32, down bool) {
	last := uint32(len(c.values))
	place := func(row uint32) uint32 {
		code := c.codes[row]
		switch {
		case code == 0:
			return last
		case down:
			return last - rank[code]
		}
		return rank[code]
	}
	counts := make([]uint32, last+2)
	for _, row := range rows {
		counts[place(row)+1]++
	}
	for i := 1; i < len(counts); i++ {
		counts[i] += counts[i-1]
	}
	sorted := make([]uint32, len(rows))
	for _, row := range rows {
		at := place(row)
		sorted[counts[at]] = row
		counts[at]++
	}
	copy(rows, sorted)
}

// ranked gives each value its place among the others, from 1; texts as French
// readers sort them, equal values the same place.
func (c *column) ranked() []uint32 {
	c.order.once.Do(func() {
		french := collate.New(language.French)
		var buffer collate.Buffer
		keys := make([][]byte, len(c.asked))
		for i, v := range c.asked {
			if s, ok := v.(string); ok {
				keys[i] = french.KeyFromString(&buffer, s)
			}
		}
		compare := func(a, b uint32) int {
			if keys[a] != nil && keys[b] != nil {
				return slices.Compare(keys[a], keys[b])
			}
			return order(c.asked[a], c.asked[b])
		}
		sorted := make([]uint32, len(c.asked))
		for i := range sorted {
			sorted[i] = uint32(i)
		}
		slices.SortFunc(sorted[1:], compare)
		c.order.of = make([]uint32, len(c.asked))
		for i, code := range sorted {
			switch {
			case i == 0:
			case i > 1 && compare(sorted[i-1], code) == 0:
				c.order.of[code] = c.order.of[sorted[i-1]]
			default:
				c.order.of[code] = uint32(i)
			}
		}
	})
	return c.order.of
}

// Comparer gives what orders two values of one field as lists are sorted: texts
// as French readers do, nothing last whichever the direction. It is not for
// several goroutines at once.
func Comparer() func(a, b any, down bool) int {
	french := collate.New(language.French)
	return func(a, b any, down bool) (c int) {
		switch {
		case a == nil && b == nil:
			return 0
		case a == nil:
			return 1
		case b == nil:
			return -1
		}
		if x, ok := a.(string); ok {
			y, _ := b.(string)
			c = french.CompareString(x, y)
		} else {
			c = order(inOrder(a), inOrder(b))
		}
		if down {
			return -c
		}
		return c
	}
}

// inOrder is a value as filters compare it.
func inOrder(v any) any {
	if _, ok := v.(time.Time); ok {
		return instant(v, false)
	}
	return number(v)
}

func order(a, b any) int {
	switch x := a.(type) {
	case float64:
		y, _ := b.(float64)
		return cmp.Compare(x, y)
	case cql.Instant:
		y, _ := b.(cql.Instant)
		return x.At.Compare(y.At)
	case bool:
		y, _ := b.(bool)
		switch {
		case x == y:
			return 0
		case x:
			return 1
		}
		return -1
	}
	return 0
}
