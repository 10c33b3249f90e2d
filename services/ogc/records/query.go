package records

import (
	"slices"
	"strings"
	"time"

	"acvdata/services/cql"
	"acvdata/services/datasets/columns"
	"acvdata/services/words"
	"acvdata/tenants"
)

// Query is what is asked of a catalogue; its zero value is everything on one page.
type Query struct {
	Box      *tenants.Bounds
	From, To time.Time  // of the period that records must touch, both included; zero for open
	Terms    []string   // of Terms: one is enough
	Types    []string   // one is enough
	IDs      []string   // one is enough
	External []string   // "value", "scheme:value", "scheme:" or "scheme": one is enough
	Filter   cql.Filter // nil for every record
	Order    []columns.Key
	After    string // Page.Next of the page before
	Limit    int    // 0 for no limit
}

// Terms parts the parameter q: alternatives at commas, each a word, or words that
// follow one another.
func Terms(said string) (terms []string) {
	for part := range strings.SplitSeq(said, ",") {
		if term := spaced(words.Fold(part)); term != "" {
			terms = append(terms, term)
		}
	}
	return terms
}

// List parts a parameter at its commas.
func List(said string) (parts []string) {
	for part := range strings.SplitSeq(said, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// spaced writes one blank where there are several.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// lets reports whether a record is asked for.
func (q *Query) lets(r *Record) bool {
	return (q.Types == nil || slices.Contains(q.Types, r.Type)) &&
		(q.IDs == nil || slices.Contains(q.IDs, r.ID)) &&
		(q.External == nil || slices.ContainsFunc(q.External, r.known)) &&
		q.touches(r) && q.lasts(r) && q.says(r) &&
		(q.Filter == nil || q.Filter(row{r}))
}

// touches: records without a place are not left out, as OGC 17-069r4 has it.
func (q *Query) touches(r *Record) bool {
	a, b := q.Box, r.Bounds
	return a == nil || b == nil || a.West <= b.East && b.West <= a.East && a.South <= b.North && b.South <= a.North
}

// lasts: records without a period are not left out, as OGC 17-069r4 has it.
func (q *Query) lasts(r *Record) bool {
	if !r.timed() {
		return true
	}
	early := !q.From.IsZero() && !r.To.IsZero() && r.last().Before(q.From)
	late := !q.To.IsZero() && !r.From.IsZero() && r.From.After(q.To)
	return !early && !late
}

// says looks for the terms in each text of the record.
func (q *Query) says(r *Record) bool {
	if len(q.Terms) == 0 {
		return true
	}
	said := make([]string, 0, 8)
	for _, s := range append([]string{r.Title, r.Description, r.Publisher()}, r.Keywords...) {
		said = append(said, spaced(words.Fold(s)))
	}
	for _, t := range r.Themes {
		for _, c := range t.Concepts {
			said = append(said, spaced(words.Fold(c.Title)))
		}
	}
	return slices.ContainsFunc(q.Terms, func(term string) bool {
		return slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, term) })
	})
}

// known reports whether others know the record by an identifier, with its scheme,
// without it, or by the scheme alone.
func (r *Record) known(asked string) bool {
	return slices.ContainsFunc(r.External, func(e External) bool {
		return e.Value == asked || e.Scheme != "" && (asked == e.Scheme+":"+e.Value || strings.TrimSuffix(asked, ":") == e.Scheme)
	})
}
