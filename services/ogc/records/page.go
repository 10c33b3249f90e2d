package records

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"acvdata/services/cql"
	"acvdata/services/datasets/columns"
)

// ErrAfter is a Query.After that no page gave.
var ErrAfter = errors.New("records: unreadable place of a page")

// Page is the records of a page, in the order asked for.
type Page struct {
	Matched int // on all pages
	Records []*Record
	Next    string // for Query.After, "" on the last page
}

// place is where a record stands in an order: its values, then its identifier.
type place struct {
	values []any
	id     string
}

// Select finds a page. The order without one is that of the identifiers, which
// never change.
func Select(all []Record, q Query) (p Page, err error) {
	o := newOrder(q.Order)
	var found []*Record
	for i := range all {
		if q.lets(&all[i]) {
			found = append(found, &all[i])
		}
	}
	p.Matched = len(found)
	places := make(map[*Record]place, len(found))
	for _, r := range found {
		places[r] = o.place(r)
	}
	slices.SortFunc(found, func(a, b *Record) int { return o.compare(places[a], places[b]) })
	if q.After != "" {
		after, err := o.read(q.After)
		if err != nil {
			return Page{}, err
		}
		found = found[firstBeyond(found, func(r *Record) bool { return o.compare(places[r], after) > 0 }):]
	}
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
		p.Next = o.write(places[found[len(found)-1]])
	}
	p.Records = found
	return p, nil
}

func firstBeyond(found []*Record, beyond func(*Record) bool) int {
	if at := slices.IndexFunc(found, beyond); at >= 0 {
		return at
	}
	return len(found)
}

// order compares records by the keys asked for.
type order struct {
	keys   []columns.Key
	fields []Queryable
	values func(a, b any, down bool) int
}

func newOrder(keys []columns.Key) order {
	o := order{keys: keys, values: columns.Comparer()}
	known := sortables()
	for _, k := range keys {
		o.fields = append(o.fields, known[k.Name])
	}
	return o
}

func (o order) place(r *Record) place {
	p := place{id: r.ID}
	for _, f := range o.fields {
		p.values = append(p.values, f.of(r))
	}
	return p
}

func (o order) compare(a, b place) int {
	for i, k := range o.keys {
		if c := o.values(a.values[i], b.values[i], k.Down); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.id, b.id)
}

// write gives a place for an address: the values as JSON, the identifier last.
func (o order) write(p place) string {
	parts := make([]any, 0, len(p.values)+1)
	for _, v := range p.values {
		if at, timed := v.(cql.Instant); timed {
			v = at.At.Format(time.RFC3339Nano)
		}
		parts = append(parts, v)
	}
	written, err := json.Marshal(append(parts, p.id))
	if err != nil {
		panic(err) // texts always marshal
	}
	return base64.RawURLEncoding.EncodeToString(written)
}

func (o order) read(said string) (p place, err error) {
	written, err := base64.RawURLEncoding.DecodeString(said)
	if err != nil {
		return p, ErrAfter
	}
	var parts []*string
	if err := json.Unmarshal(written, &parts); err != nil || len(parts) != len(o.fields)+1 || parts[len(o.fields)] == nil {
		return p, ErrAfter
	}
	for i, f := range o.fields {
		switch {
		case parts[i] == nil:
			p.values = append(p.values, nil)
		case f.Type == cql.Time:
			at, err := time.Parse(time.RFC3339Nano, *parts[i])
			if err != nil {
				return p, ErrAfter
			}
			p.values = append(p.values, cql.Instant{At: at})
		default:
			p.values = append(p.values, *parts[i])
		}
	}
	p.id = *parts[len(o.fields)]
	return p, nil
}
