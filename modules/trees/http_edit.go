package trees

import (
	"cmp"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/trees/taxa"
	"acvdata/modules/trees/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

// editing is a form that corrects a tree: the tree as it is, and what the person
// typed, kept to the letter when the form has to come back.
type editing struct {
	*desk
	tree  *Tree
	typed url.Values
}

// editForm shows the form filled with the tree's values.
func (m *Module) editForm(c *fiber.Ctx) error {
	e, err := m.newEditing(c)
	if err != nil {
		return err
	}
	e.typed = e.stored()
	return httpd.Render(c, fiber.StatusOK, views.EditPage(e.view(nil)))
}

func (m *Module) newEditing(c *fiber.Ctx) (*editing, error) {
	d, err := m.newDesk(c)
	if err != nil {
		return nil, err
	}
	number, err := treeNumber(c)
	if err != nil {
		return nil, err
	}
	tree, err := m.service.Tree(d.ctx, d.town.ID, number)
	return &editing{desk: d, tree: tree}, err
}

// saveEdit takes the form. Sending it twice does no harm: what is stored already
// is not written again.
func (m *Module) saveEdit(c *fiber.Ctx) error {
	e, err := m.newEditing(c)
	if err != nil {
		return err
	}
	if e.typed, err = url.ParseQuery(string(c.Body())); err != nil {
		return fault.New(fault.Invalid, "trees.fault.edit", fault.Because(err))
	}
	edit, refused := e.read(m.service.now())
	if refused == nil && !e.holds(edit) {
		err = m.service.Save(e.ctx, e.town.ID, e.tree.Number, edit)
		if refused = fault.From(err); fault.Is(err, fault.Conflict) {
			if e.tree, err = m.service.Tree(e.ctx, e.town.ID, e.tree.Number); err != nil {
				return err
			}
			if e.holds(edit) {
				refused, err = nil, nil
			}
		}
	}
	switch {
	case refused == nil:
		return httpd.Redirect(c, e.numbered(e.tree.Number, ""), components.OK, "trees.edit.saved")
	case refused.Code == fault.Conflict:
		v := e.view(nil)
		v.Conflict = e.conflict(refused, edit)
		return httpd.Render(c, httpd.Status(refused), views.EditPage(v))
	case refused.Code == fault.Invalid:
		v := e.view(refused)
		v.Revision = e.typed.Get(fieldRevision) // what they looked at is still what they looked at
		return httpd.Render(c, httpd.Status(refused), views.EditPage(v))
	}
	return err
}

// conflict says what somebody else changed: the form now holds the new revision,
// so that sending it again is a choice made knowingly.
func (e *editing) conflict(refused *fault.Fault, edit Edit) *views.EditConflict {
	k := &views.EditConflict{Message: httpd.Message(e.c, refused), Stored: e.changes(e.tree.snapshot(), edit.snapshot())}
	tell := func(label, from, to string) {
		if from != to {
			k.Stored = append(k.Stored, e.t("trees.desk.change", i18n.V{
				"Field": e.t(label), "From": cmp.Or(from, e.t("trees.desk.unknown")), "To": cmp.Or(to, e.t("trees.desk.unknown")),
			}))
		}
	}
	stored := EditOf(e.tree)
	tell("trees.import.column.felled", i18n.Date(stored.Felled), i18n.Date(edit.Felled))
	tell("trees.edit.measured_at", wholeText(stored.MeasuredAtCm), wholeText(edit.MeasuredAtCm))
	tell("trees.desk.notes", stored.Notes, edit.Notes)
	return k
}

// holds reports whether the tree is already what the edit makes it.
func (e *editing) holds(edit Edit) bool {
	now := EditOf(e.tree)
	return now.Status == edit.Status && now.TaxonID == edit.TaxonID && same(now.HeightM, edit.HeightM) &&
		same(now.Circumference, edit.Circumference) && now.MeasuredAtCm == edit.MeasuredAtCm && same(now.CrownM, edit.CrownM) &&
		now.Stage == edit.Stage && now.Remarkable == edit.Remarkable && now.Felled.Equal(edit.Felled) && now.Notes == edit.Notes
}

func same(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

func (t *Tree) snapshot() Snapshot { return EditOf(t).snapshot() }

func (e Edit) snapshot() Snapshot {
	return Snapshot{
		Status: e.Status, TaxonID: e.TaxonID, HeightM: e.HeightM, Circumference: e.Circumference,
		CrownM: e.CrownM, Stage: e.Stage, Remarkable: e.Remarkable,
	}
}

// stored is the form as the tree fills it.
func (e *editing) stored() url.Values {
	t, v := e.tree, url.Values{}
	set := func(field, value string) { v[field] = []string{value} }
	set(fieldRevision, strconv.Itoa(t.Revision))
	set(fieldTaxon, "")
	if t.Taxon.ID != taxa.UnknownID {
		set(fieldTaxon, speciesLabel(t.Taxon))
	}
	set(fieldStatus, string(t.Status))
	set(fieldStage, string(t.Stage))
	set(fieldFelled, isoDay(t.Felled))
	set(fieldHeight, sizeText(t.HeightM))
	set(fieldGirth, sizeText(t.Circumference))
	set(fieldCrown, sizeText(t.CrownM))
	set(fieldMeasured, wholeText(t.MeasuredAtCm))
	set(fieldNotes, t.Notes)
	if t.Remarkable {
		set(fieldRemarkable, yes)
	}
	return v
}

// sizeText writes a size for a form: what a diameter gave has a dozen decimals
// nobody wants to read.
func sizeText(v *float64) string {
	if v == nil {
		return ""
	}
	return comma(*v, 2)
}

// wholeText writes a whole number for a form, "" for 0, which says nothing.
func wholeText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// read understands what was typed; the fault names every field at once.
func (e *editing) read(now time.Time) (Edit, *fault.Fault) {
	var options []fault.Option
	refuse := func(field, key string) { options = append(options, fault.On(field, key, nil)) }
	text := func(field string) string { return strings.TrimSpace(e.typed.Get(field)) }
	size := func(field string, stored *float64) *float64 {
		v, ok := readSize(text(field), stored)
		if !ok {
			refuse(field, "trees.fault.field_number")
		}
		return v
	}
	edit := Edit{
		Status: Status(text(fieldStatus)), Stage: Stage(text(fieldStage)), Remarkable: text(fieldRemarkable) == yes,
		Notes: strings.TrimSpace(strings.ReplaceAll(e.typed.Get(fieldNotes), "\r\n", "\n")),
	}
	edit.Revision, _ = strconv.Atoi(text(fieldRevision)) // none is stale
	edit.HeightM, edit.Circumference = size(fieldHeight, e.tree.HeightM), size(fieldGirth, e.tree.Circumference)
	edit.CrownM = size(fieldCrown, e.tree.CrownM)
	if at := size(fieldMeasured, nil); at != nil {
		edit.MeasuredAtCm = int(min(*at, 1e6))
	}
	var ok bool
	if edit.TaxonID, ok = e.readSpecies(text(fieldTaxon)); !ok {
		refuse(fieldTaxon, "trees.fault.field_taxon")
	}
	if day := text(fieldFelled); day != "" {
		var err error
		if edit.Felled, err = time.Parse(time.DateOnly, day); err != nil {
			refuse(fieldFelled, "trees.fault.field_day")
		}
	}
	if wrong := fault.From(edit.check(e.register, now)); wrong != nil {
		for _, f := range wrong.Fields {
			options = append(options, fault.On(f.Name, f.Key, f.Args))
		}
	}
	if len(options) > 0 {
		return edit, fault.New(fault.Invalid, "trees.fault.edit", options...)
	}
	return edit, nil
}

var plainNumber = regexp.MustCompile(`^\d{1,6}([.,]\d{1,6})?$`)

// readSize reads a size; the text that the form showed gives back the stored
// value with all its decimals.
func readSize(text string, stored *float64) (v *float64, ok bool) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(text)
	switch {
	case text == "":
		return nil, true
	case stored != nil && text == sizeText(stored):
		return stored, true
	case !plainNumber.MatchString(text):
		return nil, false
	}
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	return &n, err == nil
}

// readSpecies finds what was typed or chosen; nothing is the unknown species.
func (e *editing) readSpecies(text string) (id int, ok bool) {
	if text == "" {
		return taxa.UnknownID, true
	}
	for _, t := range e.register.All() {
		if taxa.Normal(speciesLabel(t)) == taxa.Normal(text) {
			return t.ID, true
		}
	}
	if t, ok := e.register.BySlug(text); ok {
		return t.ID, true
	}
	t, _ := e.register.Find(text)
	return t.ID, t.ID != taxa.UnknownID
}

// speciesLabel names a species so that nobody takes it for another.
func speciesLabel(t taxa.Taxon) string {
	if t.Scientific == "" {
		return t.French
	}
	return t.French + " (" + t.Scientific + ")"
}

// view draws the form with what was typed, and what is wrong with it.
func (e *editing) view(refused *fault.Fault) views.Edit {
	t := e.tree
	title := e.t("trees.edit.title", i18n.V{"Number": strconv.FormatInt(t.Number, 10)})
	v := views.Edit{
		Shell:  e.shell(t, title, components.Crumb{Label: e.t("trees.desk.edit")}),
		Head:   components.HeadProps{Eyebrow: t.Taxon.French, Icon: "pencil", Title: title, Lead: cmp.Or(t.Site.Address, t.Site.District)},
		Action: e.numbered(t.Number, "/modifier"), Back: e.numbered(t.Number, ""), Revision: strconv.Itoa(t.Revision),
	}
	wrong := map[string]string{}
	if refused != nil {
		wrong = httpd.FieldMessages(e.c, refused)
		v.Faults = e.faults(wrong)
	}
	field := func(name, label string) components.Field {
		return components.Field{Name: name, Label: e.t(label), Value: e.typed.Get(name), Error: wrong[name]}
	}
	v.Species = e.speciesField(field(fieldTaxon, "trees.desk.species"))
	v.Status, v.Stage = field(fieldStatus, "trees.desk.status"), field(fieldStage, "trees.desk.stage")
	for _, s := range statuses {
		v.Status.Choices = append(v.Status.Choices, components.Choice{Value: string(s), Label: e.t(s.LabelKey())})
	}
	v.Stage.Blank = e.t(NoStage.LabelKey())
	for _, s := range stages {
		v.Stage.Choices = append(v.Stage.Choices, components.Choice{Value: string(s), Label: e.t(s.LabelKey())})
	}
	v.Felled = field(fieldFelled, "trees.import.column.felled")
	v.Felled.Type, v.Felled.Hint = "date", e.t("trees.edit.felled_hint")
	v.Sizes = e.sizeFields(field)
	v.Remarkable = field(fieldRemarkable, "trees.field.remarquable")
	v.Remarkable.Checked, v.Remarkable.Value = v.Remarkable.Value == yes, yes
	v.Notes = field(fieldNotes, "trees.desk.notes")
	v.Notes.Hint, v.Notes.Rows = e.t("trees.desk.notes_private"), 5
	return v
}

func (e *editing) speciesField(f components.Field) components.Field {
	f.Hint = e.t("trees.edit.species_hint")
	if e.tree.SpeciesText != "" {
		f.Hint += " " + e.t("trees.desk.as_written", i18n.V{"Text": e.tree.SpeciesText})
	}
	f.Attrs = map[string]any{"autocomplete": "off"}
	for _, t := range e.register.All() {
		if t.ID != taxa.UnknownID {
			f.Suggestions = append(f.Suggestions, speciesLabel(t))
		}
	}
	return f
}

func (e *editing) sizeFields(field func(name, label string) components.Field) []components.Field {
	size := func(name, label, unit, mode string) components.Field {
		f := field(name, label)
		f.Suffix, f.InputMode = unit, mode
		return f
	}
	at := size(fieldMeasured, "trees.edit.measured_at", "cm", "numeric")
	at.Hint = e.t("trees.edit.measured_at_hint")
	return []components.Field{
		size(fieldHeight, "trees.field.hauteur", "m", "decimal"), size(fieldCrown, "trees.field.diametre_couronne", "m", "decimal"),
		size(fieldGirth, "trees.field.circonference", "cm", "decimal"), at,
	}
}

// editLabels are the fields of the form in their order, with what they are called.
var editLabels = []struct{ field, label string }{
	{fieldTaxon, "trees.desk.species"},
	{fieldStatus, "trees.desk.status"},
	{fieldFelled, "trees.import.column.felled"},
	{fieldStage, "trees.desk.stage"},
	{fieldHeight, "trees.field.hauteur"},
	{fieldCrown, "trees.field.diametre_couronne"},
	{fieldGirth, "trees.field.circonference"},
	{fieldMeasured, "trees.edit.measured_at"},
	{fieldNotes, "trees.desk.notes"},
}

// faults lists what is wrong in the order of the form.
func (e *editing) faults(wrong map[string]string) []components.FieldError {
	var list []components.FieldError
	for _, l := range editLabels {
		if message := wrong[l.field]; message != "" {
			text := e.t("trees.edit.wrong", i18n.V{"Field": e.t(l.label), "Message": message})
			list = append(list, components.FieldError{ID: l.field, Message: text})
		}
	}
	return list
}
