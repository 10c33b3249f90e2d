package tableschema

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"acvdata/services/fault"
)

// Limits of a descriptor: beyond them nobody wrote it by hand.
const (
	MostBytes  = 2 << 20
	mostFields = 1_000
	mostKeys   = 100 // of each kind
	mostChecks = 200
)

// Schema is a descriptor, read and ready to check rows. It is immutable.
type Schema struct {
	Name    string // short name, may be ""
	Title   string // for people, may be ""
	Version string
	Path    string // address the descriptor says it has, may be ""
	Fields  []Field

	match       match
	missing     []string
	primaryKey  []string
	uniqueKeys  [][]string
	foreignKeys []foreignKey
	checks      []customCheck
	notices     []Notice // what is not checked
}

// Label is how people know the schema.
func (s *Schema) Label() string {
	for _, text := range []string{s.Title, s.Name} {
		if text != "" {
			return text
		}
	}
	return s.Path
}

// Field is one column of a schema.
type Field struct {
	Name     string
	Title    string
	Type     string // as in the descriptor, "string" when it says nothing
	Required bool

	read        reader
	missing     []string // nil: those of the schema
	constraints []constraint
	unique      bool
	key         string // message key of what its type expects
	args        map[string]any
}

// match is how columns of a file and fields are put together.
type match string

// The ways of version 2, and that of version 1.
const (
	matchFirst    match = "" // version 1
	matchExact    match = "exact"
	matchEqual    match = "equal"
	matchSubset   match = "subset"   // the file has all the fields, and maybe more columns
	matchSuperset match = "superset" // the file has fields only, maybe not all
	matchPartial  match = "partial"  // the file has one of them at least
)

var matches = []match{matchExact, matchEqual, matchSubset, matchSuperset, matchPartial}

// foreignKey is a key that points into the same table.
type foreignKey struct{ fields, referenced []string }

// descriptor is what of a Table Schema is read.
type descriptor struct {
	Profile     string            `json:"$schema"`
	Name        text              `json:"name"`
	Title       text              `json:"title"`
	Version     text              `json:"version"`
	Path        text              `json:"path"`
	Fields      []json.RawMessage `json:"fields"`
	Missing     texts             `json:"missingValues"`
	PrimaryKey  texts             `json:"primaryKey"`
	UniqueKeys  []texts           `json:"uniqueKeys"`
	ForeignKeys []struct {
		Fields    texts `json:"fields"`
		Reference struct {
			Resource text  `json:"resource"`
			Fields   texts `json:"fields"`
		} `json:"reference"`
	} `json:"foreignKeys"`
	FieldsMatch texts           `json:"fieldsMatch"`
	Checks      json.RawMessage `json:"custom_checks"`
}

// Parse reads a descriptor. What is no Table Schema is an invalid fault that says
// where; a descriptor over MostBytes is too large.
func Parse(raw []byte) (*Schema, error) {
	if len(raw) > MostBytes {
		return nil, fault.New(fault.TooLarge, "tableschema.fault.large")
	}
	var d descriptor
	if err := json.Unmarshal(trimMark(raw), &d); err != nil {
		return nil, fault.New(fault.Invalid, "tableschema.fault.json", fault.Because(err))
	}
	if len(d.Fields) == 0 {
		return nil, fault.New(fault.Invalid, "tableschema.fault.no_fields")
	}
	if len(d.Fields) > mostFields || len(d.UniqueKeys) > mostKeys || len(d.ForeignKeys) > mostKeys {
		return nil, fault.New(fault.Invalid, "tableschema.fault.too_many", fault.With(fault.Args{"Most": mostFields}))
	}
	s := &Schema{
		Name: string(d.Name), Title: string(d.Title), Version: string(d.Version), Path: string(d.Path),
		missing: d.Missing, primaryKey: d.PrimaryKey,
	}
	if s.missing == nil {
		s.missing = []string{""}
	}
	for n, f := range d.Fields {
		if err := s.addField(n, f); err != nil {
			return nil, err
		}
	}
	if err := s.addKeys(&d); err != nil {
		return nil, err
	}
	return s, s.addChecks(d.Checks)
}

func trimMark(raw []byte) []byte { return []byte(strings.TrimPrefix(string(raw), "\ufeff")) }

// addKeys reads keys and how columns are matched.
func (s *Schema) addKeys(d *descriptor) error {
	for _, key := range d.UniqueKeys {
		s.uniqueKeys = append(s.uniqueKeys, key)
	}
	for _, k := range d.ForeignKeys {
		if k.Reference.Resource != "" && k.Reference.Resource != "self" {
			s.note("tableschema.notice.foreign_key", map[string]any{"Field": strings.Join(k.Fields, ", "), "Resource": excerpt(string(k.Reference.Resource))})
			continue
		}
		if len(k.Fields) != len(k.Reference.Fields) || len(k.Fields) == 0 {
			return fault.New(fault.Invalid, "tableschema.fault.foreign_key")
		}
		s.foreignKeys = append(s.foreignKeys, foreignKey{k.Fields, k.Reference.Fields})
	}
	for _, key := range slices.Concat([][]string{s.primaryKey}, s.uniqueKeys) {
		if err := s.known(key); err != nil {
			return err
		}
	}
	for _, k := range s.foreignKeys {
		if err := s.known(slices.Concat(k.fields, k.referenced)); err != nil {
			return err
		}
	}
	if strings.Contains(d.Profile, "/2.0/") || strings.Contains(d.Profile, "datapackage.org") {
		s.match = matchExact
	}
	if len(d.FieldsMatch) > 0 {
		s.match = match(d.FieldsMatch[0])
	}
	if s.match != matchFirst && !slices.Contains(matches, s.match) {
		return fault.New(fault.Invalid, "tableschema.fault.match", fault.With(fault.Args{"Match": excerpt(string(s.match))}))
	}
	return nil
}

// known refuses a key that names no field.
func (s *Schema) known(key []string) error {
	for _, name := range key {
		if s.at(name) < 0 {
			return fault.New(fault.Invalid, "tableschema.fault.key", fault.With(fault.Args{"Field": excerpt(name)}))
		}
	}
	return nil
}

// at is the rank of a field, -1 when there is none of that name.
func (s *Schema) at(name string) int {
	return slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
}

func (s *Schema) note(key string, args map[string]any) {
	s.notices = append(s.notices, Notice{Key: key, Args: args})
}

// text is a text, or whatever a careless hand wrote in its place: a number, null.
type text string

// UnmarshalJSON takes any scalar.
func (t *text) UnmarshalJSON(raw []byte) error {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	switch x := v.(type) {
	case string:
		*t = text(strings.TrimSpace(x))
	case float64:
		*t = text(strconv.FormatFloat(x, 'f', -1, 64))
	}
	return nil
}

// texts is a list of texts, a single one, or a list of objects with a value: the
// missing values of version 2 carry labels.
type texts []string

// UnmarshalJSON takes all three.
func (w *texts) UnmarshalJSON(raw []byte) error {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	switch x := v.(type) {
	case string:
		*w = texts{x}
	case []any:
		*w = texts{}
		for _, item := range x {
			if object, is := item.(map[string]any); is {
				item = object["value"]
			}
			*w = append(*w, scalar(item))
		}
	}
	return nil
}

// scalar writes a JSON value as a cell would.
func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return ""
}

const excerptLength = 80

// excerpt cuts a cell to what a list can show, between characters.
func excerpt(cell string) string {
	n := 0
	for i := range cell {
		if n == excerptLength {
			return cell[:i] + "…"
		}
		n++
	}
	return cell
}
