package records

import (
	"time"

	"acvdata/services/cql"
)

// Queryable is a property of records that filters and orders may name.
type Queryable struct {
	Name     string
	Type     cql.Type
	Sortable bool
	of       func(*Record) any
}

// queryables are those of OGC 20-004r1, tables 8 and 9, that have one value or a
// list of texts, and the publisher.
var queryables = []Queryable{
	{"id", cql.Text, true, func(r *Record) any { return r.ID }},
	{"type", cql.Text, true, func(r *Record) any { return r.Type }},
	{"title", cql.Text, true, func(r *Record) any { return r.Title }},
	{"description", cql.Text, false, func(r *Record) any { return text(r.Description) }},
	{"publisher", cql.Text, true, func(r *Record) any { return text(r.Publisher()) }},
	{"license", cql.Text, true, func(r *Record) any { return text(r.Licence) }},
	{"created", cql.Time, true, func(r *Record) any { return moment(r.Created) }},
	{"updated", cql.Time, true, func(r *Record) any { return moment(r.Updated) }},
	{"keywords", cql.List, false, func(r *Record) any { return texts(r.Keywords) }},
	{"themes", cql.List, false, func(r *Record) any { return texts(r.concepts()) }},
	{"formats", cql.List, false, func(r *Record) any { return texts(r.formatNames()) }},
	{"externalIds", cql.List, false, func(r *Record) any { return texts(r.externals()) }},
	{"time", cql.Span, false, (*Record).span},
	{"geometry", cql.Shape, false, (*Record).shape},
}

// Queryables lists the properties that filters may name.
func Queryables() []Queryable { return append([]Queryable(nil), queryables...) }

// Fields are the queryables as filters are compiled against them.
func Fields() cql.Fields {
	fields := cql.Fields{}
	for i, q := range queryables {
		fields[q.Name] = cql.Field{Type: q.Type, Value: i}
	}
	return fields
}

// Sortable reports whether records can be ordered by a property.
func Sortable(name string) bool {
	_, sortable := sortables()[name]
	return sortable
}

func sortables() map[string]Queryable {
	byName := map[string]Queryable{}
	for _, q := range queryables {
		if q.Sortable {
			byName[q.Name] = q
		}
	}
	return byName
}

// row gives a record's values to a filter.
type row struct{ *Record }

// Value implements cql.Row.
func (r row) Value(at int) any { return queryables[at].of(r.Record) }

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func texts(list []string) any {
	values := make([]any, len(list))
	for i, s := range list {
		values[i] = s
	}
	return values
}

func moment(t time.Time) any {
	if t.Year() < 2 {
		return nil
	}
	return cql.Instant{At: t.UTC()}
}

func (r *Record) span() any {
	if !r.timed() {
		return nil
	}
	return cql.Between(r.From, r.last())
}

func (r *Record) shape() any {
	if g := r.Extent(); g != nil {
		return *g
	}
	return nil
}

func (r *Record) concepts() (list []string) {
	for _, t := range r.Themes {
		for _, c := range t.Concepts {
			list = append(list, c.ID)
		}
	}
	return list
}

func (r *Record) formatNames() (list []string) {
	for _, f := range r.Formats {
		list = append(list, f.Name)
	}
	return list
}

func (r *Record) externals() (list []string) {
	for _, e := range r.External {
		list = append(list, e.Value)
	}
	return list
}
