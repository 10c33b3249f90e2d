package atlas

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/modules/atlas/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/module"
	"acvdata/web/components"
)

// mountEdit registers the entry form. It comes before the pages of records,
// which would take "nouvelle" for a number.
func (m *Module) mountEdit(r module.Router) {
	r.Workspace.Get("/"+LayerID+"/nouvelle", authz.Can(PermissionEdit), m.newForm)
	r.Workspace.Post("/"+LayerID+"/nouvelle", authz.Can(PermissionEdit), m.saveNew)
	r.Workspace.Get("/"+LayerID+"/taxons", authz.Can(PermissionRead), m.suggest)
	r.Workspace.Get("/"+LayerID+"/:"+paramNumber+"/modifier", authz.Can(PermissionEdit), m.editForm)
	r.Workspace.Post("/"+LayerID+"/:"+paramNumber+"/modifier", authz.Can(PermissionEdit), m.saveEdit)
	r.Workspace.Post("/"+LayerID+"/:"+paramNumber+"/supprimer", authz.Can(PermissionEdit), m.remove)
}

// form is the entry form: the record it changes, none for a new one, and what
// the person typed, kept to the letter when the form has to come back.
type form struct {
	*guide
	m      *Module
	record Occurrence
	typed  url.Values
}

const (
	yes       = "oui"
	no        = "non"
	fieldSent = "envoi"
)

// reach is what the person may change: everything, or records of own sources.
func (f *form) reach() authz.Reach { return httpd.Scope(f.c).Reach(PermissionEdit) }

func (m *Module) newForm(c *fiber.Ctx) error {
	g := newGuide(c)
	today := m.service.today().Format(time.DateOnly)
	f := form{guide: g, m: m, typed: url.Values{
		fieldFrom: {today}, fieldPresent: {yes}, fieldValid: {"waiting"}, fieldSensitive: {"0"}, fieldSent: {uuid.NewString()},
		fieldObserver: {httpd.Scope(c).Actor.Name},
	}}
	return httpd.Render(c, fiber.StatusOK, views.FormPage(f.view(nil)))
}

func (m *Module) editForm(c *fiber.Ctx) error {
	o, err := m.recordOf(c, PermissionEdit)
	if err != nil {
		return err
	}
	f := form{guide: newGuide(c), m: m, record: o, typed: stored(o)}
	return httpd.Render(c, fiber.StatusOK, views.FormPage(f.view(nil)))
}

// stored is the form as the record fills it.
func stored(o Occurrence) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		fieldTaxon: label(o.Taxon), fieldFrom: o.From.Format(time.DateOnly), fieldLon: comma(o.Position.Lon), fieldLat: comma(o.Position.Lat),
		fieldObserver: o.Observer, fieldBody: o.Body, fieldMethod: o.Method, fieldStage: o.LifeStage, fieldLocality: o.Locality,
		fieldComment: o.Comment, fieldPresent: no, fieldValid: o.Validation, fieldSensitive: itoa(int(o.Sensitivity)), fieldRevision: itoa(o.Revision),
	} {
		v.Set(name, value)
	}
	if o.Present {
		v.Set(fieldPresent, yes)
	}
	if !o.To.Equal(o.From) {
		v.Set(fieldTo, o.To.Format(time.DateOnly))
	}
	if o.AccuracyM != nil {
		v.Set(fieldAccuracy, comma(*o.AccuracyM))
	}
	if o.CountMin != nil {
		v.Set(fieldCount, itoa(*o.CountMin))
	}
	if o.CountMax != nil && (o.CountMin == nil || *o.CountMax != *o.CountMin) {
		v.Set(fieldCountMax, itoa(*o.CountMax))
	}
	return v
}

func comma(v float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64), ".", ",", 1)
}

// label names a taxon so that nobody takes it for another.
func label(t Taxon) string {
	if t.French == "" {
		return t.Name
	}
	return t.French + " (" + t.Name + ")"
}

func (m *Module) saveNew(c *fiber.Ctx) error { return m.save(c, Occurrence{}) }

func (m *Module) saveEdit(c *fiber.Ctx) error {
	o, err := m.recordOf(c, PermissionEdit)
	if err != nil {
		return err
	}
	return m.save(c, o)
}

// save takes the form. Sending it twice does no harm.
func (m *Module) save(c *fiber.Ctx, o Occurrence) error {
	f := form{guide: newGuide(c), m: m, record: o}
	var err error
	if f.typed, err = url.ParseQuery(string(c.Body())); err != nil {
		return fault.New(fault.Invalid, "atlas.fault.form", fault.Because(err))
	}
	sent, err := uuid.Parse(f.typed.Get(fieldSent))
	if err != nil && o.Number == 0 {
		sent = uuid.New()
	}
	filled, refused := f.read()
	if refused == nil {
		var number int64
		if number, err = m.service.Save(f.ctx, f.town, f.reach(), filled, sent); err == nil {
			return httpd.Redirect(c, f.numbered(number, ""), components.OK, "atlas.form.saved")
		}
		refused = fault.From(err)
	}
	if refused.Code != fault.Invalid && refused.Code != fault.Conflict {
		return refused
	}
	return httpd.Render(c, httpd.Status(refused), views.FormPage(f.view(refused)))
}

// read understands what was typed; the fault names every field at once. What was
// left as the form had it stays as the record has it: the form rounds.
func (f *form) read() (o Occurrence, refused *fault.Fault) {
	r := answers{typed: f.typed}
	if o = f.record; o.Number != 0 {
		r.shown = stored(o)
	}
	o.Revision, _ = strconv.Atoi(r.text(fieldRevision)) // none is stale
	o.Present, o.Validation = r.text(fieldPresent) != no, r.text(fieldValid)
	if sources := f.reach().Sources(); sources != nil && o.Number == 0 {
		o.Dataset = r.text(fieldSource)
	}
	o.Observer, o.Body, o.Method, o.LifeStage = r.text(fieldObserver), r.text(fieldBody), r.text(fieldMethod), r.text(fieldStage)
	o.Locality, o.Comment = r.text(fieldLocality), strings.ReplaceAll(r.text(fieldComment), "\r\n", "\n")
	level, ok := parseLevel(r.text(fieldSensitive))
	if o.Sensitivity = level; !ok {
		r.refuse(fieldSensitive, "atlas.fault.field_choice")
	}
	o.From, o.To = r.day(fieldFrom), r.day(fieldTo)
	r.place(&o)
	r.counts(&o)
	f.readTaxon(&o, r.text(fieldTaxon))
	if wrong := fault.From(o.check(f.m.service.today())); wrong != nil {
		for _, w := range wrong.Fields {
			r.options = append(r.options, fault.On(w.Name, w.Key, w.Args))
		}
	}
	if len(r.options) > 0 {
		return o, fault.New(fault.Invalid, "atlas.fault.form", r.options...)
	}
	return o, nil
}

// readTaxon keeps the record's own taxon when its name was left as it is.
func (f *form) readTaxon(o *Occurrence, typed string) {
	if f.record.Number != 0 && typed == label(f.record.Taxon) {
		return
	}
	id, found, err := f.m.service.Name(f.ctx, f.town.ID, cut(typed, maxName))
	if o.TaxonID = id; err != nil || !found {
		o.TaxonID = 0
		return
	}
	o.Cited = typed
	if french, _, ok := strings.Cut(typed, " ("); ok {
		o.Cited = french
	}
}

// remove deletes a record.
func (m *Module) remove(c *fiber.Ctx) error {
	g := newGuide(c)
	o, err := m.recordOf(c, PermissionEdit)
	if err != nil {
		return err
	}
	revision, _ := strconv.Atoi(c.FormValue(fieldRevision)) // none is stale
	if err := m.service.Remove(g.ctx, g.town.ID, httpd.Scope(c).Reach(PermissionEdit), o.Number, revision); err != nil {
		return err
	}
	return httpd.Redirect(c, g.desk(""), components.OK, "atlas.form.removed")
}

// suggested is how many names the form proposes.
const suggested = 8

// suggest proposes names for what is typed, as JSON: the form's list follows it.
func (m *Module) suggest(c *fiber.Ctx) error {
	list, err := m.service.Search(c.UserContext(), httpd.Scope(c).Town.ID, c.Query(paramText), suggested)
	if err != nil {
		return err
	}
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = label(t)
	}
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	return c.JSON(names)
}
