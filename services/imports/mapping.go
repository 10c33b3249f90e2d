package imports

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/geo/crs"
	"acvdata/services/tabular"
)

// Mapping says which column of the file feeds what.
type Mapping struct {
	Columns  map[string]int    `json:"columns"` // target column → index of the file's column
	Position PositionMapping   `json:"position"`
	Dates    map[int]string    `json:"dates,omitempty"`   // file column → "dmy" or "mdy", where the file does not tell
	Options  map[string]string `json:"options,omitempty"` // the target's options
	Sources  []string          `json:"sources"`           // authz.Reach.Sources of whoever asked last
	Kinds    map[int]Kind      `json:"kinds,omitempty"`   // of a free target: file column → kind, where it is not the detected one
}

// PositionMapping says where the positions are.
type PositionMapping struct {
	Mode    PositionMode `json:"mode"`
	X       int          `json:"x"` // longitude or easting; the only column of one-column modes
	Y       int          `json:"y"`
	CRS     crs.Code     `json:"crs"`
	Swapped bool         `json:"swapped,omitempty"` // the person says that the axes come in the other order
}

// PositionMode is how the file writes positions.
type PositionMode string

// The modes.
const (
	NoPosition PositionMode = "none"
	TwoColumns PositionMode = "xy"       // x and y in two columns
	LatLonCell PositionMode = "latlon"   // "48.85, 2.35"
	LonLatCell PositionMode = "lonlat"   // "2.35, 48.85"
	WKTCell    PositionMode = "wkt"      // "POINT (2.35 48.85)"
	GeoCell    PositionMode = "geometry" // GeoJSON
)

var positionModes = []PositionMode{NoPosition, TwoColumns, LatLonCell, LonLatCell, WKTCell, GeoCell}

// uses lists the file columns that positions take.
func (p PositionMapping) uses() []int {
	switch p.Mode {
	case TwoColumns:
		return []int{p.X, p.Y}
	case LatLonCell, LonLatCell, WKTCell, GeoCell:
		return []int{p.X}
	case NoPosition:
	}
	return nil
}

// reach is what the import may change.
func (m Mapping) reach() authz.Reach {
	if m.Sources == nil {
		return authz.Everything()
	}
	return authz.SourcesOnly(m.Sources...)
}

// check refuses a mapping that cannot work, naming every field at fault.
func (m Mapping) check(d Description, columns int) error {
	var options []fault.Option
	taken := map[int]bool{}
	for _, c := range d.Columns {
		index, mapped := m.Columns[c.Name]
		switch {
		case !mapped && c.Required:
			options = append(options, fault.On(c.Name, "imports.fault.column_required", nil))
		case mapped && (index < 0 || index >= columns):
			options = append(options, fault.On(c.Name, "imports.fault.no_such_column", nil))
		case mapped && taken[index]:
			options = append(options, fault.On(c.Name, "imports.fault.column_twice", nil))
		case mapped:
			taken[index] = true
		}
	}
	for name := range m.Columns {
		if _, known := d.column(name); !known {
			options = append(options, fault.On(name, "imports.fault.no_such_field", nil))
		}
	}
	for index, kind := range m.Kinds {
		if !slices.Contains(kinds, kind) {
			options = append(options, fault.On(freeName(index), "imports.fault.kind_unknown", nil))
		}
	}
	if d.Free && len(m.Columns) == 0 {
		options = append(options, fault.On("columns", "imports.fault.no_column_kept", nil))
	}
	for index, order := range m.Dates {
		if order != string(tabular.DMY) && order != string(tabular.MDY) {
			options = append(options, fault.On("date."+strconv.Itoa(index), "imports.fault.date_order", nil))
		}
	}
	options = append(options, m.Position.check(d, columns)...)
	options = append(options, m.checkOptions(d)...)
	if len(options) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "imports.fault.mapping", options...)
}

func (p PositionMapping) check(d Description, columns int) (options []fault.Option) {
	refuse := func(name, key string) { options = append(options, fault.On(name, key, nil)) }
	if d.Position == PositionRequired && p.Mode == NoPosition {
		refuse("position", "imports.fault.position_required")
	}
	if d.Position == PositionNone && p.Mode != NoPosition || !slices.Contains(positionModes, p.Mode) {
		refuse("position", "imports.fault.position_unknown")
	}
	for _, index := range p.uses() {
		if index < 0 || index >= columns {
			refuse("position", "imports.fault.no_such_column")
		}
	}
	if p.Mode == TwoColumns && p.X == p.Y {
		refuse("position_y", "imports.fault.column_twice")
	}
	if _, known := crs.Find(p.CRS); p.Mode != NoPosition && !known {
		refuse("crs", "imports.fault.crs_unknown")
	}
	return options
}

func (m Mapping) checkOptions(d Description) (options []fault.Option) {
	for _, o := range d.Options {
		if o.Text {
			options = append(options, o.checkText(m.Options[o.Name])...)
			continue
		}
		known := slices.ContainsFunc(o.Choices, func(c Choice) bool { return c.Value == m.Options[o.Name] })
		if !known {
			options = append(options, fault.On("option."+o.Name, "imports.fault.option_unknown", nil))
		}
	}
	return options
}

// maxOptionText is the most characters a text option takes.
const maxOptionText = 2_000

func (o Option) checkText(text string) []fault.Option {
	switch {
	case o.Required && strings.TrimSpace(text) == "":
		return []fault.Option{fault.On("option."+o.Name, "imports.fault.option_required", nil)}
	case utf8.RuneCountInString(text) > maxOptionText:
		return []fault.Option{fault.On("option."+o.Name, "imports.fault.option_long", fault.Args{"Most": maxOptionText})}
	}
	return nil
}
