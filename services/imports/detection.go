package imports

import (
	"acvdata/services/geo/crs"
	"acvdata/services/tabular"
)

// Detection is what was understood of a file, kept to be shown while it is
// mapped.
type Detection struct {
	Format    tabular.Format    `json:"format"`
	Encoding  tabular.Encoding  `json:"encoding,omitempty"`
	Separator string            `json:"separator,omitempty"`
	Sheets    []string          `json:"sheets,omitempty"`    // of a workbook, or layers
	Sheet     string            `json:"sheet,omitempty"`     // the one that is read
	Unlocated bool              `json:"unlocated,omitempty"` // positions are in a system the file does not name
	Columns   []FileColumn      `json:"columns"`
	Systems   []System          `json:"systems,omitempty"` // coordinate systems that fit, best first
	Advice    map[string]Advice `json:"advice,omitempty"`  // by option, what its target made of the first rows
	Shape     string            `json:"shape"`             // stands for the format and the headings
	Known     bool              `json:"known,omitempty"`   // the mapping comes from an earlier file of this shape
	Rows      int64             `json:"rows,omitempty"`    // of the whole file, once it was read
	Exact     []tabular.Column  `json:"exact,omitempty"`   // columns as decided on the whole file
}

// FileColumn is one column of the file.
type FileColumn struct {
	Heading    string         `json:"heading"`
	Type       tabular.Type   `json:"type"`
	Confidence float64        `json:"confidence"`
	Examples   []string       `json:"examples"`
	Ambiguous  bool           `json:"ambiguous,omitempty"` // day and month cannot be told apart
	Order      string         `json:"order,omitempty"`
	Reasons    []ReasonOfType `json:"reasons,omitempty"`
}

// ReasonOfType explains the type of a column.
type ReasonOfType struct {
	Key  string         `json:"key"` // message key
	Args map[string]any `json:"args,omitempty"`
}

// System is a coordinate system that fits the positions of the file.
type System struct {
	Code    crs.Code   `json:"code"`
	Name    string     `json:"name"`
	Swapped bool       `json:"swapped,omitempty"`
	Reason  crs.Reason `json:"reason"`
	Town    float64    `json:"town"` // share of the samples in the town
}

// describe keeps what there is to show of an open file.
func describe(f *tabular.File) Detection {
	dialect := f.Dialect()
	d := Detection{Format: f.Format(), Encoding: dialect.Encoding, Shape: shapeOf(f), Sheets: f.Sheets(), Sheet: f.Sheet(), Unlocated: f.SystemUnknown()}
	if f.Sheet() != "" || f.Format() == tabular.Parquet || f.Format() == tabular.KML {
		d.Encoding = ""
	} else if dialect.Separator != 0 {
		d.Separator = string(dialect.Separator)
	}
	own, _ := returned(f.Headings())
	for _, c := range f.Columns()[:own] {
		column := FileColumn{
			Heading: c.Heading, Type: c.Type, Confidence: c.Confidence,
			Examples: c.Examples, Ambiguous: c.Ambiguous, Order: string(c.DateOrder),
		}
		for _, r := range c.Reasons {
			column.Reasons = append(column.Reasons, ReasonOfType{Key: r.Key(), Args: r.Args})
		}
		d.Columns = append(d.Columns, column)
	}
	return d
}

// shapeOf is the shape of a file; rejected rows that come back have that of the
// file they come from.
func shapeOf(f *tabular.File) string {
	own, _ := returned(f.Headings())
	return f.ShapeOf(own)
}

// layered reports whether what is chosen of the file is a layer, not a sheet.
func (d *Detection) layered() bool {
	return d.Format == tabular.Shapefile || d.Format == tabular.GeoPackage || d.Format == tabular.FlatGeobuf
}

func systems(candidates []crs.Candidate) []System {
	var list []System
	for _, c := range candidates {
		if c.Supported {
			list = append(list, System{Code: c.Code, Name: c.Name, Swapped: c.Swapped, Reason: c.Reason, Town: c.Town})
		}
	}
	return list
}
