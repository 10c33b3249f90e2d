package trees

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"acvdata/modules/trees/taxa"
	"acvdata/services/geo/qk"
	"acvdata/tenants"
)

// conditions collects the conditions of a statement over trees.tree t and their
// arguments; the town is the first of both.
type conditions struct {
	parts []string
	args  []any
}

func newConditions(town tenants.ID) *conditions {
	return &conditions{parts: []string{"t.tenant_id = $1"}, args: []any{town}}
}

// add adds a condition whose placeholders %s stand for the arguments in order.
func (c *conditions) add(format string, args ...any) {
	places := make([]any, len(args))
	for i, arg := range args {
		c.args = append(c.args, arg)
		places[i] = place(len(c.args))
	}
	c.parts = append(c.parts, fmt.Sprintf(format, places...))
}

// place is the placeholder of the n-th argument.
func place(n int) string { return "$" + strconv.Itoa(n) }

// String is what follows WHERE.
func (c *conditions) String() string { return strings.Join(c.parts, "\n  AND ") }

// selected adds the conditions of a filter that Service.understand has seen.
func (c *conditions) selected(f Filter, register *taxa.Register) error {
	if f.Status != "" {
		c.add("t.status = %s", string(f.Status))
	}
	if f.Stage != NoStage || f.NoStage {
		c.add("t.stage = %s", string(f.Stage))
	}
	if f.District != "" {
		c.add("t.district = %s", f.District)
	}
	if f.Remarkable {
		c.add("t.remarkable")
	}
	if f.Diameter != nil {
		c.add("t.diameter_class = %s", *f.Diameter)
	}
	if f.Taxon != nil {
		c.add("t.taxon_id = ANY(%s::integer[])", register.Within(f.Taxon.ID))
	}
	if f.Text != "" {
		if f.sense == nil || f.sense.text != f.Text {
			return errors.New("trees: the text of a filter was not looked up")
		}
		c.text(f.sense)
	}
	if f.Box != nil {
		return c.box(*f.Box)
	}
	return nil
}

// box keeps the trees of a box: ranges of qk find them, the exact position of
// their site decides.
func (c *conditions) box(box tenants.Bounds) error {
	ranges, err := qk.Ranges(box)
	if err != nil {
		return refuseFilter(paramBox)
	}
	within := make([]string, 0, len(ranges))
	args := make([]any, 0, 2*len(ranges)+4)
	for _, r := range ranges {
		within = append(within, "s.qk >= %s AND s.qk < %s")
		args = append(args, r.Lo, r.Hi)
	}
	args = append(args, box.West, box.East, box.South, box.North)
	c.add(`t.site_id IN (
    SELECT s.id FROM trees.site s
    WHERE s.tenant_id = $1 AND (`+strings.Join(within, " OR ")+`)
      AND s.lon BETWEEN %s AND %s AND s.lat BETWEEN %s AND %s)`, args...)
	return nil
}

// page adds the conditions of a place in a sorted list and says how to sort.
// backwards reads the rows before the cursor, nearest first.
func (c *conditions) page(o Order, at *Cursor, backwards bool) (orderBy string) {
	forward := o.descending() == backwards // in which direction values grow
	compare, direction := "<", "DESC"
	if forward {
		compare, direction = ">", "ASC"
	}
	if o == ByNumber {
		if at != nil {
			c.add("t.number "+compare+" %s", at.Number)
		}
		return "t.number " + direction
	}
	if at != nil {
		cast := "::float8"
		if o == BySpecies {
			cast = "::text"
		}
		c.add("("+o.key()+", t.number) "+compare+" (%s"+cast+", %s::bigint)", at.key(o), at.Number)
	}
	return o.key() + " " + direction + ", t.number " + direction
}

// key is the cursor's key as an argument.
func (c Cursor) key(o Order) any {
	if o == BySpecies {
		return c.Key
	}
	v, err := strconv.ParseFloat(c.Key, 64)
	if err != nil {
		return -1.0 // ParseCursor let only numbers through
	}
	return v
}
