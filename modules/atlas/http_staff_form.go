package atlas

import (
	"acvdata/modules/atlas/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// formLabels are the fields of the form in their order, with what they are
// called.
var formLabels = []struct{ field, label string }{
	{fieldTaxon, "atlas.column.species"},
	{fieldFrom, "atlas.form.date"},
	{fieldTo, "atlas.form.date_end"},
	{fieldLat, "atlas.form.latitude"},
	{fieldLon, "atlas.form.longitude"},
	{fieldAccuracy, "atlas.form.accuracy"},
	{fieldLocality, "atlas.form.locality"},
	{fieldCount, "atlas.form.count"},
	{fieldCountMax, "atlas.form.count_max"},
	{fieldMethod, "atlas.form.method"},
	{fieldStage, "atlas.form.stage"},
	{fieldObserver, "atlas.form.observer"},
	{fieldBody, "atlas.form.body"},
	{fieldSource, "atlas.desk.dataset"},
	{fieldComment, "atlas.form.comment"},
	{fieldPresent, "atlas.desk.presence"},
	{fieldValid, "atlas.desk.validation"},
	{fieldSensitive, "atlas.form.sensitivity"},
}

// view draws the form with what was typed, and what is wrong with it.
func (f *form) view(refused *fault.Fault) views.Form {
	title := f.t("atlas.form.new")
	v := views.Form{Action: f.desk("/nouvelle"), Back: f.desk(""), Hidden: map[string]string{fieldSent: f.typed.Get(fieldSent)}}
	if f.record.Number != 0 {
		title = f.t("atlas.form.edit", i18n.V{"Number": i18n.Text(f.record.Number)})
		v.Action, v.Back = f.numbered(f.record.Number, "/modifier"), f.numbered(f.record.Number, "")
		v.Hidden = map[string]string{fieldRevision: f.typed.Get(fieldRevision)}
	}
	v.Shell = httpd.Shell(f.c, title)
	v.Shell.Crumbs = []components.Crumb{{Label: f.t("atlas.nav"), Href: f.desk("")}, {Label: title}}
	wrong := map[string]string{}
	if refused != nil {
		wrong = httpd.FieldMessages(f.c, refused)
		v.Faults = f.faults(wrong)
		if len(v.Faults) == 0 {
			v.Conflict = httpd.Message(f.c, refused)
			v.Hidden[fieldRevision] = itoa(f.record.Revision)
		}
	}
	fields := map[string]components.Field{}
	for _, l := range formLabels {
		fields[l.field] = components.Field{Name: l.field, Label: f.t(l.label), Value: f.typed.Get(l.field), Error: wrong[l.field]}
	}
	f.kinds(fields)
	list := func(names ...string) (out []components.Field) {
		for _, name := range names {
			out = append(out, fields[name])
		}
		return out
	}
	v.Taxon, v.Suggest = fields[fieldTaxon], f.desk("/taxons")
	v.When = list(fieldFrom, fieldTo)
	v.Where = list(fieldLat, fieldLon, fieldAccuracy, fieldLocality)
	v.What = list(fieldCount, fieldCountMax, fieldMethod, fieldStage)
	v.Who = list(fieldObserver, fieldBody)
	v.Comment, v.Present = fields[fieldComment], fields[fieldPresent]
	v.Judged = list(fieldValid, fieldSensitive)
	if sources := f.reach().Sources(); sources != nil && f.record.Number == 0 {
		v.Judged = append(v.Judged, f.sourceField(fields[fieldSource], sources))
	}
	v.Map = f.placeMap()
	return v
}

// kinds gives fields their controls.
func (f *form) kinds(fields map[string]components.Field) {
	change := func(name string, with func(*components.Field)) {
		field := fields[name]
		with(&field)
		fields[name] = field
	}
	hint := func(name, key string) { change(name, func(x *components.Field) { x.Hint = f.t(key) }) }
	for _, name := range []string{fieldTaxon, fieldFrom, fieldLon, fieldLat} {
		change(name, func(x *components.Field) { x.Required = true })
	}
	change(fieldTaxon, func(x *components.Field) {
		x.Attrs, x.Suggestions = map[string]any{"autocomplete": "off"}, []string{x.Value}
	})
	hint(fieldTaxon, "atlas.form.taxon_hint")
	hint(fieldTo, "atlas.form.date_end_hint")
	hint(fieldObserver, "atlas.form.observer_hint")
	hint(fieldComment, "atlas.form.comment_hint")
	hint(fieldSensitive, "atlas.form.sensitivity_hint")
	for _, name := range []string{fieldFrom, fieldTo} {
		change(name, func(x *components.Field) { x.Type = "date" })
	}
	for _, name := range []string{fieldLon, fieldLat, fieldAccuracy} {
		change(name, func(x *components.Field) { x.InputMode = "decimal" })
	}
	change(fieldAccuracy, func(x *components.Field) { x.Suffix = "m" })
	for _, name := range []string{fieldCount, fieldCountMax} {
		change(name, func(x *components.Field) { x.InputMode = "numeric" })
	}
	hint(fieldCountMax, "atlas.form.count_max_hint")
	change(fieldMethod, func(x *components.Field) { x.Suggestions = []string{seen, heard, traced} })
	change(fieldComment, func(x *components.Field) { x.Rows = 4 })
	f.choices(change)
}

func (f *form) choices(change func(string, func(*components.Field))) {
	choice := func(name, value, key string) components.Choice {
		return components.Choice{Value: value, Label: f.t(key), Selected: f.typed.Get(name) == value}
	}
	change(fieldPresent, func(x *components.Field) {
		x.Inline = true
		x.Choices = []components.Choice{choice(fieldPresent, yes, "atlas.form.seen"), choice(fieldPresent, no, "atlas.form.absent")}
	})
	change(fieldValid, func(x *components.Field) {
		for _, s := range Validations() {
			x.Choices = append(x.Choices, choice(fieldValid, s, "atlas.validation."+s))
		}
	})
	change(fieldSensitive, func(x *components.Field) {
		for _, l := range Levels() {
			x.Choices = append(x.Choices, choice(fieldSensitive, itoa(int(l)), l.LabelKey()))
		}
	})
}

// sourceField has a partner say which of its sources a new record belongs to.
func (f *form) sourceField(field components.Field, sources []string) components.Field {
	field.Required, field.Hint = true, f.t("atlas.form.source_hint")
	if len(sources) > 1 {
		field.Blank = f.t("atlas.form.source_choose")
	}
	for _, code := range sources {
		field.Choices = append(field.Choices, components.Choice{Value: code, Label: code, Selected: field.Value == code})
	}
	return field
}

// placeMap lets the place be chosen by a touch.
func (f *form) placeMap() components.MapProps {
	p := components.MapProps{
		Title: f.t("atlas.form.map"), Level: 3, Bounds: f.town.Bounds, Places: []components.MapPlace{components.TownPlace(f.town)}, BaseMap: f.m.background,
		Approximate: f.town.Approximate, Compact: true, Pick: &components.MapPick{Lon: fieldLon, Lat: fieldLat},
	}
	lon, okLon := readNumber(f.typed.Get(fieldLon))
	lat, okLat := readNumber(f.typed.Get(fieldLat))
	if okLon && okLat && lon != nil && lat != nil {
		p.Marker, p.MarkerLabel = &tenants.Point{Lon: *lon, Lat: *lat}, f.t("atlas.desk.place")
	}
	return p
}

// faults lists what is wrong in the order of the form.
func (f *form) faults(wrong map[string]string) []components.FieldError {
	var list []components.FieldError
	for _, l := range formLabels {
		if message := wrong[l.field]; message != "" {
			list = append(list, components.FieldError{ID: l.field, Message: f.t("atlas.form.wrong", i18n.V{"Field": f.t(l.label), "Message": message})})
		}
	}
	return list
}
