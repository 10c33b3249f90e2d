package datasets

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"acvdata/services/fault"
	"acvdata/tenants"
)

// ParseFilter reads the parameters of an address: those of the module's list,
// equality on queryable fields, bbox and datetime. Anything else, or a parameter
// given twice, is an invalid fault that names it: a filter that is silently
// ignored would give rows nobody asked for. Empty parameters, which forms send,
// filter nothing.
func ParseFilter(d Description, values url.Values) (Filter, error) {
	var f Filter
	for name, given := range values {
		if len(given) != 1 && !slices.Contains(d.Filters, name) {
			return f, badParameter("datasets.fault.repeated_parameter", name)
		}
		given = slices.DeleteFunc(slices.Clone(given), func(v string) bool { return v == "" })
		if err := f.read(d, name, given); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (f *Filter) read(d Description, name string, given []string) (err error) {
	field, isField := d.Field(name)
	switch {
	case slices.Contains(d.Filters, name):
		if len(given) > 0 {
			if f.Query == nil {
				f.Query = url.Values{}
			}
			f.Query[name] = given
		}
	case name == "bbox":
		if len(given) > 0 {
			f.BBox, err = ParseBox(given[0])
		}
	case name == "datetime":
		if len(given) > 0 {
			f.From, f.To, err = parseInterval(given[0])
		}
		if d.DateField == "" {
			// Rows without a time always match: OGC API Features, 7.15.4.
			f.From, f.To = time.Time{}, time.Time{}
		}
	case isField && field.Queryable:
		if len(given) > 0 {
			if f.Equal == nil {
				f.Equal = map[string]string{}
			}
			f.Equal[name] = given[0]
		}
	default:
		return badParameter("datasets.fault.unknown_parameter", name)
	}
	return err
}

func badParameter(key, name string) error {
	return fault.New(fault.Invalid, key, fault.With(fault.Args{"Name": name}), fault.On(name, key, fault.Args{"Name": name}))
}

// ParseBox reads "west,south,east,north" in degrees; heights, the third and
// sixth of six numbers, are ignored. A box that crosses the antimeridian has its
// west beyond its east and is refused: no town lies there.
func ParseBox(s string) (*tenants.Bounds, error) {
	parts := strings.Split(s, ",")
	if len(parts) == 6 {
		parts = []string{parts[0], parts[1], parts[3], parts[4]}
	}
	var n [4]float64
	if len(parts) != len(n) {
		return nil, badParameter("datasets.fault.bbox", "bbox")
	}
	for i, part := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, badParameter("datasets.fault.bbox", "bbox")
		}
		n[i] = v
	}
	b := &tenants.Bounds{West: n[0], South: n[1], East: n[2], North: n[3]}
	if b.West > b.East || b.South > b.North || math.Abs(b.South) > 90 || math.Abs(b.North) > 90 {
		return nil, badParameter("datasets.fault.bbox", "bbox")
	}
	return b, nil
}

// parseInterval reads an instant, "start/end", "../end" or "start/.." of RFC
// 3339 times or days. A day means all of it.
func parseInterval(s string) (from, to time.Time, err error) {
	start, end, isInterval := strings.Cut(s, "/")
	if !isInterval {
		end = start
	}
	from, okFrom := parseInstant(start, false, isInterval)
	to, okTo := parseInstant(end, true, isInterval)
	open := from.IsZero() && to.IsZero()
	upsideDown := !from.IsZero() && !to.IsZero() && to.Before(from)
	if !okFrom || !okTo || open && isInterval && s != "../.." && s != "/" || upsideDown {
		return time.Time{}, time.Time{}, badParameter("datasets.fault.datetime", "datetime")
	}
	return from, to, nil
}

// parseInstant reads one end of an interval; the zero time stands for an open
// one.
func parseInstant(s string, last, mayBeOpen bool) (time.Time, bool) {
	if s == "" || s == ".." {
		return time.Time{}, mayBeOpen
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		if last {
			t = t.Add(24*time.Hour - time.Nanosecond)
		}
		return t, true
	}
	t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(s))
	return t, err == nil
}
