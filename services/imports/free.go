package imports

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"acvdata/services/i18n"
	"acvdata/services/tabular"
)

// about describes a target for one file: a free target has the columns of the
// file. mapping holds the kinds a person chose; it may be nil.
func about(t Target, d *Detection, mapping *Mapping) Description {
	a := t.Describe()
	if a.Free {
		a.Columns = freeColumns(d, mapping)
	}
	return a
}

// about describes the import's target for its file.
func (s *Service) about(i *Import) (Description, bool) {
	t := s.target(i.Target)
	if t == nil {
		return Description{}, false
	}
	return about(t, &i.Detection, &i.Mapping), true
}

// freeName is the name of a free target's column, by its rank in the file.
func freeName(index int) string { return "c" + strconv.Itoa(index) }

// freeColumns makes a target's columns of a file's.
func freeColumns(d *Detection, mapping *Mapping) []Column {
	columns := make([]Column, len(d.Columns))
	for n, c := range d.Columns {
		columns[n] = Column{Name: freeName(n), Label: i18n.Literal(headingOrRank(c.Heading, n)), Kind: kindOf(c.Type)}
		if mapping != nil && mapping.Kinds[n] != "" {
			columns[n].Kind = mapping.Kinds[n]
		}
	}
	return columns
}

// headingOrRank names a column without a heading as spreadsheets do.
func headingOrRank(heading string, index int) string {
	if heading != "" {
		return heading
	}
	return "Colonne " + strconv.Itoa(index+1)
}

// kindOf is how a column of a detected type is kept. Codes keep their zeros.
func kindOf(t tabular.Type) Kind {
	switch t { //nolint:exhaustive // everything else is text
	case tabular.Integer:
		return KindInteger
	case tabular.Number, tabular.Longitude, tabular.Latitude, tabular.Easting, tabular.Northing:
		return KindNumber
	case tabular.Date:
		return KindDate
	case tabular.DateTime:
		return KindMoment
	case tabular.Year:
		return KindYear
	case tabular.Boolean:
		return KindBool
	}
	return KindText
}

// keepAll keeps every column that holds something and is not a position.
func (m *Mapping) keepAll(d Description, f *tabular.File, taken []int) {
	for n, c := range f.Columns() {
		if !slices.Contains(taken, n) && c.Type != tabular.Empty && n < len(d.Columns) {
			m.Columns[d.Columns[n].Name] = n
		}
	}
}

// kept lists the columns of a free target that the person keeps, in the order of
// the file; nil for other targets, whose mapping names their own columns.
func (i *Import) kept() []Column {
	var list []Column
	for n, c := range freeColumns(&i.Detection, &i.Mapping) {
		if at, mapped := i.Mapping.Columns[c.Name]; mapped && at == n {
			list = append(list, c)
		}
	}
	return list
}

// inWords makes a title of a file's name: "qualite_eau-2024.csv" is "Qualite eau
// 2024".
func inWords(name string) string {
	name = strings.TrimSuffix(name, ".gz")
	name = strings.TrimSuffix(name, path.Ext(name))
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return r == '_' || r == '-' || r == '.' || unicode.IsSpace(r)
	}), " ")
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + words[size:]
}
