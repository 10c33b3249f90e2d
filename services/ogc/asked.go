package ogc

import (
	"context"
	"net/url"
	"strings"

	"acvdata/services/cql"
	"acvdata/services/datasets/columns"
)

// Parameters of OGC API Features parts 1, 2 (coordinate systems), 3 (filtering)
// and 8 (sorting).
const (
	parameterFilter    = "filter"
	parameterLanguage  = "filter-lang"
	parameterFilterCRS = "filter-crs"
	parameterSort      = "sortby"
	parameterCRS       = "crs"
	parameterBoxCRS    = "bbox-crs"
	parameterBox       = "bbox"
	parameterTime      = "datetime"

	cqlText = "cql2-text"
	cqlJSON = "cql2-json"
)

var askedParameters = []string{parameterFilter, parameterLanguage, parameterFilterCRS, parameterSort, parameterCRS, parameterBoxCRS}

// mostKeys is how many fields a list may be sorted by.
const mostKeys = 8

// asked is what a request asks for beyond what sources filter by themselves.
type asked struct {
	filter cql.Filter // nil for every row
	sort   []columns.Key
	crs    system // of the answer
}

// ofColumns reports whether rows are chosen by column, in memory.
func (a asked) ofColumns() bool { return a.filter != nil || len(a.sort) > 0 }

// readAsked reads the parameters about fields, and writes the box of the request
// in degrees.
func readAsked(ctx context.Context, fields cql.Fields, sortable func(string) bool, query url.Values) (a asked, err error) {
	if a.crs, err = systemOf(query.Get(parameterCRS), parameterCRS); err != nil {
		return a, err
	}
	box, err := systemOf(query.Get(parameterBoxCRS), parameterBoxCRS)
	if err != nil {
		return a, err
	}
	if sides := query[parameterBox]; len(sides) == 1 {
		degrees, err := box.boxIn(sides[0])
		if err != nil {
			return a, err
		}
		query[parameterBox] = []string{degrees}
	}
	if a.sort, err = readSort(sortable, query.Get(parameterSort)); err != nil {
		return a, err
	}
	a.filter, err = readFilter(ctx, fields, query)
	return a, err
}

func readFilter(ctx context.Context, fields cql.Fields, query url.Values) (cql.Filter, error) {
	said := query.Get(parameterFilter)
	of, err := systemOf(query.Get(parameterFilterCRS), parameterFilterCRS)
	if err != nil {
		return nil, err
	}
	language := query.Get(parameterLanguage)
	if language != "" && language != cqlText && language != cqlJSON {
		return nil, refused("ogc.fault.language", parameterLanguage)
	}
	if said == "" {
		return nil, nil //nolint:nilnil // every row
	}
	var e cql.Expr
	if language == cqlJSON {
		e, err = cql.ParseJSON([]byte(said))
	} else {
		e, err = cql.ParseText(said)
	}
	if err == nil {
		err = of.into(e)
	}
	var filter cql.Filter
	if err == nil {
		filter, err = cql.Compile(e, fields)
	}
	return filter, badRequest(cql.Explain(ctx, parameterFilter, err))
}

// readSort reads "-hauteur,espece": "+" or nothing for up, "-" for down.
func readSort(sortable func(string) bool, said string) (keys []columns.Key, err error) {
	if said == "" {
		return nil, nil
	}
	for name := range strings.SplitSeq(said, ",") {
		k := columns.Key{Name: strings.TrimSpace(name)} // a "+" of an address is a blank
		k.Name, k.Down = strings.CutPrefix(strings.TrimPrefix(k.Name, "+"), "-")
		if !sortable(k.Name) || len(keys) == mostKeys {
			return nil, refused("ogc.fault.sort", parameterSort)
		}
		keys = append(keys, k)
	}
	return keys, nil
}
