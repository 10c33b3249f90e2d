package tabular

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strconv"

	"github.com/tidwall/gjson"

	"acvdata/services/fault"
)

// geometryHeading is the heading of the column that holds the geometries.
const geometryHeading = "geometry"

// sampleFeatures bounds the bytes read to find the properties of features.
const sampleFeatures = 4 << 20

// openJSON settles the format, the columns and the CRS of a file of features.
func (f *File) openJSON(ctx context.Context, start []byte) error {
	if start[0] == '[' {
		return refuse("json", f.name)
	}
	if f.dialect.Encoding == "" {
		var sample encodingSample
		sample.add(start)
		f.dialect.Encoding, _ = sample.decide()
		f.single = sample.single()
	}
	f.dialect.Confidence = 1
	rows, err := f.featureSource(ctx)
	if err != nil {
		return err
	}
	f.format = GeoJSONSeq
	if rows.scanner.collection {
		f.format = GeoJSON
		f.crs = epsg(rows.scanner.crs)
	}
	s, err := f.sampleFeatures(rows)
	if err != nil {
		return err
	}
	if s.rows == 0 {
		return refuse("no_feature", f.name)
	}
	f.columns, f.sampled, f.whole = s.columns(), s.rows, s.whole
	return nil
}

var epsgCode = regexp.MustCompile(`EPSG:[^"]*?(\d{4,5})"`)

// epsg reads the code out of the "crs" member of older GeoJSON.
func epsg(crs []byte) int {
	const wgs84 = 4326
	if bytes.Contains(crs, []byte("CRS84")) {
		return wgs84
	}
	if m := epsgCode.FindSubmatch(crs); m != nil {
		code, err := strconv.Atoi(string(m[1]))
		if err == nil {
			return code
		}
	}
	return 0
}

// sampleFeatures reads the first features and gathers their properties.
func (f *File) sampleFeatures(rows *featureSource) (*sample, error) {
	s := newSample(nil)
	geometry := newColumnEvidence(0, geometryHeading, 1)
	var r Record
	for read := 0; read < sampleFeatures; read += rows.length {
		more, err := rows.next(&r)
		if err != nil {
			return nil, err
		}
		if !more {
			s.whole = true
			break
		}
		for at := len(s.evidence); at < len(rows.keys); at++ {
			late := newColumnEvidence(at, rows.keys[at], len(rows.keys))
			late.blank = s.rows
			s.evidence = append(s.evidence, late)
		}
		if len(rows.keys) > f.limits.Columns {
			return nil, f.tooManyColumns(len(rows.keys))
		}
		geometry.add(r.Cells[len(r.Cells)-1], r.Line)
		r.Cells = r.Cells[:len(r.Cells)-1]
		s.add(&r, r.Line)
	}
	geometry.index, geometry.fixed = len(s.evidence), Geometry
	s.evidence = append(s.evidence, geometry)
	return s, nil
}

// featureSource reads features as rows.
type featureSource struct {
	scanner *featureScanner
	decoder decoder
	name    string
	limits  Limits
	keys    []string // properties, in order
	places  map[string]int
	open    bool // new properties become columns; afterwards they are problems
	length  int  // bytes of the last feature
}

func (f *File) featureSource(ctx context.Context) (*featureSource, error) {
	text, err := f.stream(ctx)
	if err != nil {
		return nil, err
	}
	s := &featureSource{
		scanner: newFeatureScanner(text, f.limits.Record), decoder: decoder{utf8: true, page: pageOf(f.single)},
		name: f.name, limits: f.limits, places: map[string]int{}, open: len(f.columns) == 0,
	}
	for i := 0; i < len(f.columns)-1; i++ {
		s.column(f.columns[i].Heading)
	}
	return s, s.fault(s.scanner.enter())
}

func (s *featureSource) column(key string) int {
	s.places[key] = len(s.keys)
	s.keys = append(s.keys, key)
	return len(s.keys) - 1
}

// fault turns what stops the scanner into a fault for people.
func (s *featureSource) fault(err error) error {
	args := fault.Args{"Name": s.name, "Rank": s.scanner.rank + 1, "LimitKB": s.limits.Record >> 10}
	switch {
	case errors.Is(err, errNotFeatures):
		return refuse("json", s.name)
	case errors.Is(err, errBrokenJSON):
		return fault.New(fault.Invalid, "tabular.refused.broken_json", fault.With(args))
	case errors.Is(err, errRecordTooLong):
		return overLimit("feature_too_long", args)
	}
	return err
}

// next reads one feature into r; false at the end.
func (s *featureSource) next(r *Record) (bool, error) {
	raw, err := s.scanner.next()
	if err != nil || raw == nil {
		return false, s.fault(err)
	}
	s.length = len(raw)
	r.reset(s.scanner.rank)
	text, _, repaired := s.decoder.text(raw, []span{{0, len(raw)}})
	if repaired != "" {
		r.problem(Problem{Code: repaired, Severity: Warning, Column: -1, Value: excerpt(text)})
	}
	if !gjson.Valid(text) || gjson.Get(text, "type").Str != "Feature" {
		s.pad(r)
		r.problem(Problem{Code: BrokenFeature, Severity: Severe, Column: -1, Value: excerpt(text)})
		return true, nil
	}
	s.fill(r, gjson.Parse(text))
	return true, nil
}

// pad gives the record an empty cell per column.
func (s *featureSource) pad(r *Record) {
	for len(r.Cells) <= len(s.keys) {
		r.Cells = append(r.Cells, "")
	}
}

func (s *featureSource) fill(r *Record, feature gjson.Result) {
	properties := feature.Get("properties")
	s.pad(r)
	if id := feature.Get("id"); id.Exists() && !properties.Get("id").Exists() {
		s.set(r, "id", id)
	}
	if properties.IsObject() {
		properties.ForEach(func(key, value gjson.Result) bool {
			s.set(r, key.Str, value)
			return true
		})
	}
	geometry := feature.Get("geometry")
	if !geometry.IsObject() {
		r.problem(Problem{Code: NoGeometry, Severity: Warning, Column: len(s.keys), Heading: geometryHeading})
		return
	}
	r.Cells[len(s.keys)] = geometry.Raw
}

// set puts a property in its cell, or says that it has none.
func (s *featureSource) set(r *Record, key string, value gjson.Result) {
	at, known := s.places[key]
	if !known && s.open && len(s.keys) <= s.limits.Columns {
		at, known = s.column(key), true
		s.pad(r)
	}
	var text string
	switch value.Type {
	case gjson.Null:
	case gjson.String:
		text = value.Str
	default:
		text = value.Raw
	}
	if !known {
		r.Extra = append(r.Extra, text)
		r.problem(Problem{
			Code: UnknownProperty, Severity: Warning, Column: -1, Value: excerpt(text),
			Args: map[string]any{"Property": excerpt(key)},
		})
		return
	}
	if len(text) > s.limits.Cell {
		r.problem(Problem{
			Code: CellTooLong, Severity: Severe, Column: at, Heading: key, Value: excerpt(text),
			Args: map[string]any{"LimitKB": s.limits.Cell >> 10},
		})
		text = ""
	}
	r.Cells[at] = text
}
