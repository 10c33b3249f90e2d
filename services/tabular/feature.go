package tabular

import (
	"bytes"
	"context"
	"errors"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"acvdata/services/fault"
)

// geometryHeading is the heading of the column that holds the geometries.
const geometryHeading = "geometry"

// sampleBytes bounds the bytes read to find the properties of objects.
const sampleBytes = 4 << 20

// openJSON settles the format, the columns and the CRS of a file of features.
func (f *File) openJSON(ctx context.Context, start []byte) error {
	if f.dialect.Encoding == "" {
		var sample encodingSample
		sample.add(start)
		f.dialect.Encoding, _ = sample.decide()
		f.single = sample.single()
	}
	f.dialect.Confidence = 1
	rows, err := f.objectSource(ctx)
	if err != nil {
		return err
	}
	if f.geometry = !rows.scanner.flat; f.format == "" {
		f.format = rows.scanner.format()
		f.crs = epsg(rows.scanner.crs)
	}
	s, err := f.sampleObjects(rows)
	if err != nil {
		return err
	}
	if s.rows == 0 {
		if rows.scanner.flat {
			return refuse("no_object", f.name)
		}
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

// hasGeometry reports whether the last column holds the features' geometries.
func (f *File) hasGeometry() bool { return f.geometry }

// sampleObjects reads the first objects and gathers their properties.
func (f *File) sampleObjects(rows *objectSource) (*sample, error) {
	s := newSample(nil)
	geometry := newColumnEvidence(0, geometryHeading, 1)
	var r Record
	for read := 0; read < sampleBytes; read += rows.length {
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
		if !rows.scanner.flat {
			geometry.add(r.Cells[len(r.Cells)-1], r.Line)
			r.Cells = r.Cells[:len(r.Cells)-1]
		}
		s.add(&r, r.Line)
	}
	if !rows.scanner.flat {
		geometry.index, geometry.fixed = len(s.evidence), Geometry
		s.evidence = append(s.evidence, geometry)
	}
	return s, nil
}

// objectSource reads features, or flat objects, as rows.
type objectSource struct {
	scanner *objectScanner
	decoder decoder
	name    string
	limits  Limits
	keys    []string // properties, in order
	places  map[string]int
	open    bool // new properties become columns; afterwards they are problems
	bare    bool // features stand for their properties alone
	typed   bool // text is text: the features come from a format with types
	length  int  // bytes of the last object
}

func (f *File) objectSource(ctx context.Context) (*objectSource, error) {
	text, err := f.stream(ctx)
	if err != nil {
		return nil, err
	}
	s := &objectSource{
		scanner: newObjectScanner(text, f.limits.Record), decoder: decoder{utf8: true, page: pageOf(f.single)},
		name: f.name, limits: f.limits, places: map[string]int{}, open: len(f.columns) == 0,
	}
	s.scanner.lone = loneObjects[strings.ToLower(path.Ext(strings.TrimSuffix(f.name, ".gz")))]
	s.typed = f.unpacked != nil && f.format != KML
	if err := s.fault(s.scanner.enter()); err != nil {
		return nil, err
	}
	if f.bare {
		s.scanner.flat, s.bare = true, true
	}
	known := f.Headings()
	if !s.scanner.flat && len(known) > 0 {
		known = known[:len(known)-1]
	}
	for _, heading := range known {
		s.column(heading)
	}
	return s, nil
}

// loneObjects are the names under which a file may hold a single object.
var loneObjects = map[string]bool{".ndjson": true, ".jsonl": true, ".jsonlines": true}

func (s *objectSource) column(key string) int {
	s.places[key] = len(s.keys)
	s.keys = append(s.keys, key)
	return len(s.keys) - 1
}

// fault turns what stops the scanner into a fault for people.
func (s *objectSource) fault(err error) error {
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

// next reads one object into r; false at the end.
func (s *objectSource) next(r *Record) (bool, error) {
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
	switch object := gjson.Parse(text); {
	case !gjson.Valid(text) || !object.IsObject():
		s.refuseRow(r, text)
	case s.bare:
		s.flat(r, object.Get("properties"))
	case s.scanner.flat:
		s.flat(r, object)
	case object.Get("type").Str != "Feature":
		s.refuseRow(r, text)
	default:
		s.fill(r, object)
	}
	return true, nil
}

// refuseRow says that what stands in the place of a row is none.
func (s *objectSource) refuseRow(r *Record, text string) {
	code := BrokenFeature
	if s.scanner.flat {
		code = BrokenObject
	}
	s.pad(r)
	r.problem(Problem{Code: code, Severity: Severe, Column: -1, Value: excerpt(text)})
}

// flat takes every member of an object as a cell.
func (s *objectSource) flat(r *Record, object gjson.Result) {
	s.pad(r)
	object.ForEach(func(key, value gjson.Result) bool {
		s.set(r, key.Str, value)
		return true
	})
	r.Blank = len(r.Extra) == 0 && len(r.Problems) == 0 && blank(r.Cells)
	if r.Blank {
		r.problem(Problem{Code: BlankRow, Severity: Notice, Column: -1})
	}
}

// pad gives the record an empty cell per column.
func (s *objectSource) pad(r *Record) {
	width := len(s.keys)
	if !s.scanner.flat {
		width++
	}
	for len(r.Cells) < width {
		r.Cells = append(r.Cells, "")
	}
	for len(r.said) < len(s.keys) {
		r.said = append(r.said, saidNothing)
	}
}

func (s *objectSource) fill(r *Record, feature gjson.Result) {
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
func (s *objectSource) set(r *Record, key string, value gjson.Result) {
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
	r.Cells[at], r.said[at] = text, s.wordOn(value)
}

// wordOn is what JSON says of a value. Features often come from software that
// writes every property as text: there, text says nothing.
func (s *objectSource) wordOn(value gjson.Result) said {
	switch value.Type { //nolint:exhaustive // the others as they are written
	case gjson.Number:
		return saidNumber
	case gjson.True, gjson.False:
		return saidBool
	case gjson.String:
		if s.scanner.flat || s.typed {
			return saidText
		}
	}
	return saidNothing
}
