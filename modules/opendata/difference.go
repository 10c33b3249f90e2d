package opendata

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/datasets/changes"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// telling says differences of a dataset in French.
type telling struct {
	ctx     context.Context
	dataset *datasets.Dataset
	summary changes.Summary
}

// kindWords are the picture and tone of a kind of change, and its word in addresses.
type kindWords struct {
	Icon  string
	Tone  components.Tone
	Param string
}

var changeKinds = map[changes.Kind]kindWords{
	changes.Added:   {Icon: "plus", Tone: components.OK, Param: "ajout"},
	changes.Changed: {Icon: "pencil", Tone: components.Warning, Param: "modification"},
	changes.Removed: {Icon: "minus", Tone: components.Danger, Param: "retrait"},
}

// counts says how many rows were added, changed and removed: "12 lignes ajoutées, 3
// modifiées et 1 retirée".
func counts(ctx context.Context, s changes.Summary) string {
	var parts []string
	for _, k := range changes.Kinds() {
		if n := s.Count(k); n > 0 {
			parts = append(parts, i18n.T(ctx, "opendata.difference.count_"+string(k), i18n.N(n)))
		}
	}
	if len(parts) == 0 {
		return i18n.T(ctx, "opendata.difference.no_row")
	}
	last := len(parts) - 1
	if last == 0 {
		return parts[0]
	}
	return i18n.T(ctx, "opendata.difference.and", i18n.V{"First": strings.Join(parts[:last], ", "), "Last": parts[last]})
}

// overall tells a difference as a whole. href leads to the rows of a filter.
func (t telling) overall(href func(changes.Filter) string) views.Overall {
	s := t.summary
	o := views.Overall{Summary: i18n.T(t.ctx, "opendata.difference.summary", i18n.V{
		"Counts": counts(t.ctx, s), "Same": i18n.T(t.ctx, "opendata.difference.same", i18n.N(s.Same)),
	})}
	o.Known = t.known()
	for _, c := range s.Columns {
		o.Columns = append(o.Columns, i18n.T(t.ctx, "opendata.difference.column_"+c.Change, i18n.V{
			"Name": t.label(c.Name), "From": t.typeName(c.From), "To": t.typeName(c.To),
		}))
	}
	if s.Total() > 0 {
		o.Bar = &components.Chart{
			ID: "parts", Title: i18n.T(t.ctx, "opendata.difference.bar"), Finding: counts(t.ctx, s),
			Heading: i18n.T(t.ctx, "opendata.difference.nature"), Measure: i18n.T(t.ctx, "opendata.difference.number"),
		}
		for _, k := range changes.Kinds() {
			if n := s.Count(k); n > 0 {
				o.Bar.Data = append(o.Bar.Data, components.Datum{
					Label: t.word(k), Value: float64(n), Shown: i18n.Number(n), Href: href(changes.Filter{Kind: k}),
				})
			}
		}
	}
	o.Touched = t.touched(href)
	return o
}

// mostTouched is how many columns the bars show.
const mostTouched = 8

func (t telling) touched(href func(changes.Filter) string) *components.Chart {
	list := slices.Clone(t.summary.Touched)
	if len(list) < 2 { // of one column, each row says it
		return nil
	}
	slices.SortStableFunc(list, func(a, b changes.Touched) int { return int(b.Rows - a.Rows) })
	chart := &components.Chart{
		ID: "colonnes-touchees", Title: i18n.T(t.ctx, "opendata.difference.touched"), NoShare: true,
		Finding: i18n.T(t.ctx, "opendata.difference.touched_most", i18n.V{"Name": t.label(list[0].Name)}),
		Heading: i18n.T(t.ctx, "opendata.difference.column"), Measure: i18n.T(t.ctx, "opendata.difference.changed_rows"),
	}
	for _, c := range list[:min(len(list), mostTouched)] {
		chart.Data = append(chart.Data, components.Datum{
			Label: t.label(c.Name), Value: float64(c.Rows), Shown: i18n.Number(c.Rows), Href: href(changes.Filter{Column: c.Name}),
		})
	}
	return chart
}

// known says what tells rows apart.
func (t telling) known() string {
	switch t.summary.Why {
	case changes.DuplicateKey:
		return i18n.T(t.ctx, "opendata.difference.duplicate_key")
	case changes.NoKey:
		return i18n.T(t.ctx, "opendata.difference.no_key")
	}
	labels := make([]string, len(t.summary.Key))
	for i, name := range t.summary.Key {
		labels[i] = t.label(name)
	}
	return i18n.T(t.ctx, "opendata.difference.key", i18n.N(len(labels)), i18n.V{"Columns": strings.Join(labels, ", ")})
}

// word is what happened to a row.
func (t telling) word(k changes.Kind) string { return i18n.T(t.ctx, "opendata.difference."+string(k)) }

// label names a column as the dataset does now.
func (t telling) label(name string) string {
	if f, known := t.dataset.Source.Field(name); known {
		return i18n.T(t.ctx, f.Label)
	}
	if t.typeOf(name) == datasets.GeometryType {
		return i18n.T(t.ctx, "opendata.difference.place")
	}
	return name
}

func (t telling) typeName(name string) string {
	if name == "" || name == datasets.GeometryType {
		return ""
	}
	return i18n.T(t.ctx, "opendata.type."+name)
}

// typeOf is the type of a column of the rows, as the versions kept it.
func (t telling) typeOf(name string) string {
	i := slices.IndexFunc(t.summary.Rows, func(c changes.Column) bool { return c.Name == name })
	if i < 0 || t.summary.Rows[i].Type == "" {
		f, _ := t.dataset.Source.Field(name)
		return string(f.Type)
	}
	return t.summary.Rows[i].Type
}

// value writes a value for people; a place is written as its position.
func (t telling) value(name string, value json.RawMessage) string {
	if len(value) == 0 || string(value) == "null" {
		return ""
	}
	if value[0] == '{' {
		if at, ok := pointAt(value); ok {
			return decimal(at[1]) + ", " + decimal(at[0])
		}
		return i18n.T(t.ctx, "opendata.difference.outline")
	}
	f := datasets.Field{Name: name, Type: datasets.FieldType(t.typeOf(name))}
	read := datasets.ValueOf(f.Type, value)
	if read == nil { // of the type it had before
		read = datasets.ValueOf(datasets.Text, value)
	}
	if at, isTime := read.(time.Time); isTime && f.Type == datasets.DateTime {
		return i18n.DateTime(at)
	}
	return datasets.Display(t.ctx, f, read)
}

// pointAt reads the position of a GeoJSON point, longitude first.
func pointAt(geometry json.RawMessage) (at [2]float64, ok bool) {
	var p struct {
		Type        string
		Coordinates json.RawMessage
	}
	if json.Unmarshal(geometry, &p) != nil || p.Type != "Point" {
		return at, false
	}
	return at, json.Unmarshal(p.Coordinates, &at) == nil
}

// valueLength keeps a long remark from hiding the others.
const valueLength = 240

// shownValues is how many values of an added or removed row stand open.
const shownValues = 4

// change tells one row.
func (t telling) change(r *changes.Record) views.Change {
	c := views.Change{Label: t.word(r.Kind), Icon: changeKinds[r.Kind].Icon, Tone: changeKinds[r.Kind].Tone}
	c.Title, c.Note = t.title(r)
	if r.Kind == changes.Changed {
		c.Moved = t.moved(r)
		return c
	}
	for _, v := range r.Row {
		if t.typeOf(v.Name) == datasets.GeometryType || changes.Of(r.Key, v.Name) != nil {
			continue // on the map; in the title
		}
		one := components.Definition{Term: t.label(v.Name), Value: shorten(t.value(v.Name, v.JSON), valueLength)}
		switch {
		case one.Value == "":
		case len(c.Values) < shownValues:
			c.Values = append(c.Values, one)
		default:
			c.More = append(c.More, one)
		}
	}
	if len(c.More) > 0 {
		c.MoreLabel = i18n.T(t.ctx, "opendata.difference.more", i18n.N(len(c.More)))
	}
	return c
}

// moved lists what changed in a row. The outline of a point is told by its
// coordinates where the row has them.
func (t telling) moved(r *changes.Record) (list []views.Moved) {
	blank := i18n.T(t.ctx, "opendata.difference.blank")
	for _, name := range r.Fields {
		if t.typeOf(name) == datasets.GeometryType && len(r.Fields) > 1 {
			continue
		}
		m := views.Moved{Field: t.label(name), Was: blank, Is: blank}
		if text := t.value(name, changes.Of(r.Row, name)); text != "" {
			m.Is = shorten(text, valueLength)
		}
		switch was := changes.Of(r.Before, name); {
		case was == nil:
			m.Was = i18n.T(t.ctx, "opendata.difference.untold")
		case t.value(name, was) != "":
			m.Was = shorten(t.value(name, was), valueLength)
		}
		list = append(list, m)
	}
	return list
}

// title names a row by its key, and by the first words it holds.
func (t telling) title(r *changes.Record) (title, note string) {
	var parts []string
	for _, v := range r.Key {
		parts = append(parts, t.label(v.Name)+i18n.NBSP+plainValue(t.value(v.Name, v.JSON)))
	}
	inKey := func(name string) bool { return changes.Of(r.Key, name) != nil }
	for _, v := range r.Row {
		if datasets.FieldType(t.typeOf(v.Name)) != datasets.Text || inKey(v.Name) {
			continue
		}
		if text := t.value(v.Name, v.JSON); text != "" {
			note = shorten(text, cellLength)
			break
		}
	}
	if len(parts) == 0 {
		return note, ""
	}
	return strings.Join(parts, ", "), note
}

// plainValue writes a number that names something without spaces.
func plainValue(text string) string { return strings.ReplaceAll(text, i18n.NBSP, "") }
