package ogc

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"acvdata/services/cql"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
)

// reserved are the parameters of items that mean the same in every collection: a
// field of such a name is asked for by the parameter filter only.
var reserved = append([]string{parameterForm, parameterLimit, parameterAfter, parameterBox, parameterTime}, askedParameters...)

// isParameter reports whether a queryable is a parameter of items too: it has a
// simple value (OGC 19-079r2, queryables-query-parameters) and a name of its own.
func isParameter(name string, is cql.Type) bool {
	return is != cql.Shape && is != cql.Span && !slices.Contains(reserved, name)
}

// narrow takes from a query what it says of fields by their names. What the source
// finds by itself stays in the query, as the source writes it; the rest becomes a
// filter, nil for every row. A field goes before a list's parameter of its name.
func narrow(d datasets.Description, query url.Values) (cql.Filter, error) {
	var all []cql.Filter
	fields := columns.Fields(d)
	for _, f := range d.Fields {
		given, asked := query[f.Name]
		if !asked || !isParameter(f.Name, fields[f.Name].Type) {
			continue
		}
		if len(given) > 1 {
			return nil, refused("datasets.fault.repeated_parameter", f.Name)
		}
		delete(query, f.Name)
		if given[0] == "" { // forms send fields that nobody filled in
			continue
		}
		filter, err := equal(fields, f.Name, given[0])
		if err != nil {
			return nil, err
		}
		if written, known := asWritten(f.Type, given[0]); known && f.Queryable && !slices.Contains(d.Filters, f.Name) {
			query.Set(f.Name, written)
			continue
		}
		all = append(all, filter)
	}
	return every(all...), nil
}

// equal lets through the rows whose field has a value, or whose list holds it.
func equal(fields cql.Fields, name, said string) (cql.Filter, error) {
	field, wrong := &cql.Property{Name: name}, refused("ogc.fault.value", name)
	var e cql.Expr
	switch fields[name].Type { //nolint:exhaustive // isParameter leaves out the others
	case cql.Number:
		n, err := strconv.ParseFloat(said, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, wrong
		}
		e = &cql.Call{Op: "=", Args: []cql.Expr{field, &cql.Literal{Value: n}}}
	case cql.Boolean:
		if said != "true" && said != "false" {
			return nil, wrong
		}
		e = &cql.Call{Op: "=", Args: []cql.Expr{field, &cql.Literal{Value: said == "true"}}}
	case cql.Time: // a day holds its moments
		e = &cql.Call{Op: "t_intersects", Args: []cql.Expr{field, &cql.Literal{Value: said}}}
	case cql.List:
		e = &cql.Call{Op: "a_contains", Args: []cql.Expr{field, &cql.Array{Items: []cql.Expr{&cql.Literal{Value: said}}}}}
	default:
		e = &cql.Call{Op: "=", Args: []cql.Expr{field, &cql.Literal{Value: said}}}
	}
	filter, err := cql.Compile(e, fields)
	if err != nil {
		return nil, wrong
	}
	return filter, nil
}

// asWritten is a value as sources compare it (Filter.Equal); they are not asked for
// moments, of which a day means many.
func asWritten(t datasets.FieldType, said string) (written string, known bool) {
	switch t {
	case datasets.Integer, datasets.Year, datasets.Number:
		n, err := strconv.ParseFloat(said, 64)
		whole := t == datasets.Number || n == math.Trunc(n)
		return strconv.FormatFloat(n, 'f', -1, 64), err == nil && whole
	case datasets.Date:
		_, err := time.Parse(time.DateOnly, said)
		return said, err == nil
	case datasets.Text, datasets.Boolean:
		return said, !strings.ContainsRune(said, 0)
	case datasets.DateTime, datasets.GeoPoint:
	}
	return "", false
}

// every lets through what all filters let through; nil when there is none.
func every(filters ...cql.Filter) cql.Filter {
	filters = slices.DeleteFunc(filters, func(f cql.Filter) bool { return f == nil })
	if len(filters) == 0 {
		return nil
	}
	return func(r cql.Row) bool {
		return !slices.ContainsFunc(filters, func(f cql.Filter) bool { return !f(r) })
	}
}
