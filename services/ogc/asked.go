package ogc

import (
	"context"
	"math"
	"net/url"
	"strings"

	"acvdata/services/cql"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/tenants"
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
	expr   cql.Expr   // of the parameter filter, nil without one
	filter cql.Filter // nil for every row
	sort   []columns.Key
	crs    system // of the answer
	// around is a box that holds every point the filter lets through, nil when they
	// may be anywhere.
	around *tenants.Bounds
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
	err = a.readFilter(ctx, fields, query)
	return a, err
}

func (a *asked) readFilter(ctx context.Context, fields cql.Fields, query url.Values) error {
	said := query.Get(parameterFilter)
	of, err := systemOf(query.Get(parameterFilterCRS), parameterFilterCRS)
	if err != nil {
		return err
	}
	language := query.Get(parameterLanguage)
	if language != "" && language != cqlText && language != cqlJSON {
		return refused("ogc.fault.language", parameterLanguage)
	}
	if said == "" {
		return nil
	}
	if language == cqlJSON {
		a.expr, err = cql.ParseJSON([]byte(said))
	} else {
		a.expr, err = cql.ParseText(said)
	}
	if err == nil {
		err = of.into(a.expr)
	}
	if err == nil {
		a.filter, err = cql.Compile(a.expr, fields)
	}
	return badRequest(cql.Explain(ctx, parameterFilter, err))
}

// place finds out where the points are that the filter lets through. A filter that
// is a box and nothing else becomes the parameter bbox, which sources answer from
// their index whatever the size of the layer.
func (a *asked) place(query url.Values) error {
	if a.expr == nil {
		return nil
	}
	box, exact, bounded := cql.Around(a.expr, columns.Geometry)
	if !bounded {
		return nil
	}
	a.around = &box
	if !exact || len(a.sort) > 0 {
		return nil
	}
	if query.Get(parameterBox) != "" {
		given, err := datasets.ParseBox(query.Get(parameterBox))
		if err != nil {
			return err
		}
		box = box.Common(*given)
	}
	if box.West > box.East || box.South > box.North || math.Abs(box.South) > 90 || math.Abs(box.North) > 90 {
		return nil // nothing is there, or no parameter can say it: the filter is asked row by row
	}
	query.Set(parameterBox, boxText(box))
	a.filter = nil
	return nil
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
