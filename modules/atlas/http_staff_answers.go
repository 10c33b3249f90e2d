package atlas

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"acvdata/services/fault"
	"acvdata/tenants"
)

// answers reads the fields of the entry form and gathers what is wrong with them.
type answers struct {
	typed   url.Values
	shown   url.Values // what the form showed of the record it changes; nil for a new one
	options []fault.Option
}

func (r *answers) refuse(field, key string) {
	r.options = append(r.options, fault.On(field, key, nil))
}

func (r *answers) text(field string) string { return strings.TrimSpace(r.typed.Get(field)) }

// left reports whether a field says what the form showed.
func (r *answers) left(field string) bool {
	return r.shown != nil && r.text(field) == r.shown.Get(field)
}

// day reads a day; nothing is the zero time.
func (r *answers) day(field string) (t time.Time) {
	if r.text(field) == "" {
		return t
	}
	t, err := time.Parse(time.DateOnly, r.text(field))
	if err != nil {
		r.refuse(field, "atlas.fault.field_date")
	}
	return t
}

func (r *answers) number(field string) *float64 {
	v, ok := readNumber(r.text(field))
	if !ok {
		r.refuse(field, "atlas.fault.field_number")
	}
	return v
}

// place reads where it was; one coordinate may be left and the other changed.
func (r *answers) place(o *Occurrence) {
	was := o.Position
	lon, lat := r.number(fieldLon), r.number(fieldLat)
	if o.Position = (tenants.Point{}); lon != nil && lat != nil {
		o.Position = tenants.Point{Lon: *lon, Lat: *lat}
		if r.left(fieldLon) {
			o.Position.Lon = was.Lon
		}
		if r.left(fieldLat) {
			o.Position.Lat = was.Lat
		}
	}
	if !r.left(fieldAccuracy) {
		o.AccuracyM = r.number(fieldAccuracy)
	}
}

// counts reads how many there were: one number is exact.
func (r *answers) counts(o *Occurrence) {
	if r.left(fieldCount) && r.left(fieldCountMax) {
		return
	}
	o.CountMin, o.CountMax = r.count(fieldCount), r.count(fieldCountMax)
	if o.CountMax == nil {
		o.CountMax = o.CountMin
	}
}

// count reads a whole number; nothing is nil.
func (r *answers) count(field string) *int {
	v := r.number(field)
	if v == nil {
		return nil
	}
	if *v != math.Trunc(*v) {
		r.refuse(field, "atlas.fault.field_count")
		return nil
	}
	n := int(max(-1, min(*v, mostCounted+1)))
	return &n
}

// readNumber reads a number with a comma or a point; nothing is nil.
func readNumber(text string) (*float64, bool) {
	if text == "" {
		return nil, true
	}
	v, err := strconv.ParseFloat(strings.Replace(strings.ReplaceAll(text, " ", ""), ",", ".", 1), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, false
	}
	return &v, true
}
