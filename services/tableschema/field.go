package tableschema

import (
	"encoding/json"
	"slices"
	"strings"

	"acvdata/services/fault"
)

// fieldDescriptor is what of a field is read.
type fieldDescriptor struct {
	Name        text                       `json:"name"`
	Title       text                       `json:"title"`
	Type        text                       `json:"type"`
	Format      text                       `json:"format"`
	Missing     texts                      `json:"missingValues"`
	DecimalChar *string                    `json:"decimalChar"`
	GroupChar   *string                    `json:"groupChar"`
	BareNumber  *flag                      `json:"bareNumber"`
	True        texts                      `json:"trueValues"`
	False       texts                      `json:"falseValues"`
	Delimiter   string                     `json:"delimiter"` // of a list
	ItemType    text                       `json:"itemType"`
	Categories  texts                      `json:"categories"` // of version 2: the values allowed
	Constraints map[string]json.RawMessage `json:"constraints"`
}

// flag is a boolean, or the text of one.
type flag bool

// UnmarshalJSON takes both.
func (f *flag) UnmarshalJSON(raw []byte) error {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	switch x := v.(type) {
	case bool:
		*f = flag(x)
	case string:
		*f = flag(strings.EqualFold(x, "true") || strings.EqualFold(x, "yes"))
	}
	return nil
}

// addField reads one field; n is its rank.
func (s *Schema) addField(n int, raw json.RawMessage) error {
	var d fieldDescriptor
	where := fault.With(fault.Args{"Number": n + 1})
	if err := json.Unmarshal(raw, &d); err != nil {
		return fault.New(fault.Invalid, "tableschema.fault.field", where, fault.Because(err))
	}
	if d.Name == "" {
		return fault.New(fault.Invalid, "tableschema.fault.field", where)
	}
	if s.at(string(d.Name)) >= 0 {
		return fault.New(fault.Invalid, "tableschema.fault.field_twice", fault.With(fault.Args{"Field": excerpt(string(d.Name))}))
	}
	if d.Type == "" {
		d.Type = "string"
	}
	f := Field{Name: string(d.Name), Title: string(d.Title), Type: string(d.Type), missing: d.Missing}
	kind := d.compile()
	if kind == nil {
		return fault.New(fault.Invalid, "tableschema.fault.type",
			fault.With(fault.Args{"Field": excerpt(f.Name), "Type": excerpt(f.Type)}))
	}
	f.read, f.key, f.args = kind.read, kind.key, kind.args
	if err := f.constrain(s, &d); err != nil {
		return err
	}
	s.Fields = append(s.Fields, f)
	return nil
}

// kind is how a type reads cells, and the message for one that does not read.
type kind struct {
	read reader
	key  string
	args map[string]any
}

// compile gives the type's reading, nil for a type that does not exist.
func (d *fieldDescriptor) compile() *kind {
	format := strings.TrimSpace(string(d.Format))
	if format == "" {
		format = "default"
	}
	switch d.Type {
	case "string":
		return stringKind(format)
	case "number", "integer":
		return d.numberKind()
	case "boolean":
		return d.booleanKind()
	case "date", "time", "datetime":
		return momentKind(string(d.Type), format)
	case "year":
		return &kind{read: readYear, key: "tableschema.type.year"}
	case "yearmonth":
		return &kind{read: readYearMonth, key: "tableschema.type.yearmonth"}
	case "duration":
		return &kind{read: readDuration, key: "tableschema.type.duration"}
	case "geopoint":
		return geopointKind(format)
	case "geojson":
		return geojsonKind(format)
	case "array":
		return &kind{read: readArray, key: "tableschema.type.array"}
	case "object":
		return &kind{read: readObject, key: "tableschema.type.object"}
	case "list":
		return d.listKind()
	case "any":
		return &kind{read: readText, key: "tableschema.type.string"}
	}
	return nil
}

// absent reports whether a cell means "no value".
func (f *Field) absent(cell string, ofSchema []string) bool {
	missing := f.missing
	if missing == nil {
		missing = ofSchema
	}
	return slices.Contains(missing, cell)
}
