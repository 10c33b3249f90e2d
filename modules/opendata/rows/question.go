package rows

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"acvdata/services/cql"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/fault"
)

// Parameters of a question.
const (
	paramSelect = "select"
	paramWhere  = "where"
	paramGroup  = "group_by"
	paramOrder  = "order_by"
	paramLimit  = "limit"
	paramOffset = "offset"
)

// Parameters lists the names a question may use.
func Parameters() []string {
	return []string{paramSelect, paramWhere, paramGroup, paramOrder, paramLimit, paramOffset}
}

// Limits of a question.
const (
	defaultLimit = 20
	mostRows     = 10_000
	wholeFile    = 1 << 31
	mostItems    = 64 // of select, group_by, order_by
	mostGroups   = 4  // fields rows are grouped by
)

// Question is what is asked of a dataset's rows.
type Question struct {
	items         []item
	where         cql.Filter // nil for every row
	group         []string
	order         []columns.Key
	limit, offset int
	fields        map[string]datasets.Field
}

// item is one value of each answer: a field, or a measure of rows.
type item struct {
	name    string // in the answer
	measure string // "" for a field, else count, sum, avg, min, max
	field   string // "*" of a count
}

// Grouped reports whether rows are measured together.
func (q *Question) grouped() bool {
	return len(q.group) > 0 || slices.ContainsFunc(q.items, func(i item) bool { return i.measure != "" })
}

// Read reads a question. What cannot be answered is an invalid fault that names
// the parameter. Of a file (ReadFile), all rows are asked for unless a limit is said.
func Read(ctx context.Context, d datasets.Description, query url.Values) (*Question, error) {
	return read(ctx, d, query, defaultLimit, mostRows)
}

// ReadFile reads a question whose answer is a file.
func ReadFile(ctx context.Context, d datasets.Description, query url.Values) (*Question, error) {
	return read(ctx, d, query, wholeFile, wholeFile)
}

func read(ctx context.Context, d datasets.Description, query url.Values, limit, most int) (*Question, error) {
	for name, given := range query {
		if !slices.Contains(Parameters(), name) {
			return nil, refused("datasets.fault.unknown_parameter", name)
		}
		if len(given) > 1 {
			return nil, refused("datasets.fault.repeated_parameter", name)
		}
	}
	q := &Question{fields: map[string]datasets.Field{}}
	for _, f := range d.Fields {
		q.fields[f.Name] = f
	}
	known := columns.Fields(d)
	for _, read := range []func() error{
		func() error { return q.readWhere(ctx, known, query.Get(paramWhere)) },
		func() error { return q.readGroup(query.Get(paramGroup)) },
		func() error { return q.readSelect(d, query.Get(paramSelect)) },
		func() error { return q.readOrder(known, query.Get(paramOrder)) },
		func() (err error) { q.limit, err = number(query, paramLimit, limit, most); return err },
		func() (err error) { q.offset, err = number(query, paramOffset, 0, wholeFile); return err },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return q, nil
}

func (q *Question) readWhere(ctx context.Context, known cql.Fields, said string) error {
	if said == "" {
		return nil
	}
	e, err := cql.ParseText(said)
	if err == nil {
		q.where, err = cql.Compile(e, known)
	}
	return cql.Explain(ctx, paramWhere, err)
}

func (q *Question) readGroup(said string) error {
	for _, name := range list(said) {
		if _, known := q.fields[name]; !known || len(q.group) == mostGroups {
			return refused("opendata.fault.rows_group", paramGroup)
		}
		q.group = append(q.group, name)
	}
	return nil
}

// asked is "field", "measure(field)", with "as name" behind or not.
var asked = regexp.MustCompile(`^(?:(\pL+)\s*\(\s*(\*|[\pL\d_]+)\s*\)|([\pL\d_]+))(?:\s+(?i:as)\s+([\pL\d_]+))?$`)

// readSelect reads what is asked for; every field, or every group with its count,
// when nothing is said.
func (q *Question) readSelect(d datasets.Description, said string) error {
	for _, text := range list(said) {
		m := asked.FindStringSubmatch(text)
		if m == nil || len(q.items) == mostItems {
			return refused("opendata.fault.rows_select", paramSelect)
		}
		i := item{name: m[4], measure: strings.ToLower(m[1]), field: m[2] + m[3]}
		if i.name == "" {
			i.name = strings.ReplaceAll(text, " ", "")
		}
		q.items = append(q.items, i)
	}
	switch {
	case said != "":
	case len(q.group) > 0:
		for _, name := range q.group {
			q.items = append(q.items, item{name: name, field: name})
		}
		q.items = append(q.items, item{name: "count", measure: "count", field: "*"})
	default:
		for _, f := range d.Fields {
			q.items = append(q.items, item{name: f.Name, field: f.Name})
		}
	}
	return q.check()
}

// check refuses names that are no field, measures of what is no number, and
// fields that are not of the group.
func (q *Question) check() error {
	for _, i := range q.items {
		f, known := q.fields[i.field]
		switch {
		case i.measure == "count" && (known || i.field == "*"):
		case !known:
			return refused("opendata.fault.rows_select", paramSelect)
		case i.measure == "":
			if q.grouped() && !slices.Contains(q.group, i.field) {
				return refused("opendata.fault.rows_ungrouped", paramSelect)
			}
		case measures[i.measure] == nil || !f.Type.Numeric():
			return refused("opendata.fault.rows_measure", paramSelect)
		}
	}
	return nil
}

// readOrder reads "name desc, other": fields of the rows, or values of the
// answer when rows are grouped.
func (q *Question) readOrder(known cql.Fields, said string) error {
	for _, text := range list(said) {
		words := strings.Fields(text)
		k := columns.Key{Name: words[0]}
		if len(words) > 1 {
			k.Down = strings.EqualFold(words[1], "desc")
		}
		named := columns.Sortable(known, k.Name)
		if q.grouped() {
			named = slices.ContainsFunc(q.items, func(i item) bool { return i.name == k.Name })
		}
		wrong := len(words) > 2 || len(words) == 2 && !k.Down && !strings.EqualFold(words[1], "asc")
		if wrong || !named || len(q.order) == mostItems {
			return refused("opendata.fault.rows_order", paramOrder)
		}
		q.order = append(q.order, k)
	}
	return nil
}

// list parts a parameter at its commas.
func list(said string) (parts []string) {
	for part := range strings.SplitSeq(said, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func number(query url.Values, name string, otherwise, most int) (int, error) {
	said := query.Get(name)
	if said == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(said)
	if err != nil || n < 0 || n > most {
		return 0, fault.New(fault.Invalid, "opendata.fault.rows_number", fault.Because(err),
			fault.With(fault.Args{"Name": name, "Most": most}), fault.On(name, "opendata.fault.rows_number", fault.Args{"Name": name, "Most": most}))
	}
	return n, nil
}

func refused(key, name string) error {
	return fault.New(fault.Invalid, key, fault.With(fault.Args{"Name": name}), fault.On(name, key, fault.Args{"Name": name}))
}
