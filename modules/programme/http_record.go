package programme

import (
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/modules/programme/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

const recordPath = "espace/experience"

// given is a form, read.
type given struct {
	values  url.Values
	fault   *fault.Fault // of what could not even be read
	changes uuid.UUID    // the milestone it changes; Nil for what it adds
}

func formOf(c *fiber.Ctx) (*given, error) {
	values, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return nil, fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	return &given{values: values, fault: refused()}, nil
}

func (g *given) text(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(g.values.Get(name), "\r\n", "\n"))
}

// day reads a day as browsers send it, or as people type it.
func (g *given) day(name string) time.Time {
	text := g.text(name)
	if text == "" {
		return time.Time{}
	}
	for _, form := range []string{time.DateOnly, "2/1/2006"} {
		if t, err := time.Parse(form, text); err == nil && t.Year() > 1900 && t.Year() < 2200 {
			return t
		}
	}
	fault.On(name, "programme.fault.day", nil)(g.fault)
	return time.Time{}
}

// number reads a number the French way or the other; empty is 0.
func (g *given) number(name string) float64 {
	text := strings.NewReplacer(",", ".", " ", "", i18n.NBSP, "", "\u202f", "").Replace(g.text(name))
	if text == "" {
		return 0
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || x != x || x > 1e12 || x < -1e12 {
		fault.On(name, "programme.fault.number", nil)(g.fault)
		return 0
	}
	return x
}

func (g *given) version() int {
	n, _ := strconv.Atoi(g.text("version")) // no number is no version
	return n
}

// formFault is a form's fault to show again, nil for any other outcome.
func formFault(err error) *fault.Fault {
	var f *fault.Fault
	if errors.As(err, &f) && f.Code == fault.Invalid {
		return f
	}
	return nil
}

// record shows the town's record.
func (m *Module) record(c *fiber.Ctx) error { return m.renderRecord(c, "", nil, nil) }

// renderRecord shows the record; refused is why the form named was not taken.
func (m *Module) renderRecord(c *fiber.Ctx, form string, sent *given, refused *fault.Fault) error {
	ctx, scope := c.UserContext(), httpd.Scope(c)
	f, err := m.File(ctx, scope.Town)
	if err != nil {
		return err
	}
	v := views.Page{Shell: httpd.Shell(c, i18n.T(ctx, "programme.nav.experiment")), Town: scope.Town}
	_, named := scope.Actor.Towns[scope.Town.ID]
	if v.Record, err = m.recordView(ctx, &f, named); err != nil {
		return err
	}
	status := fiber.StatusOK
	if httpd.Allowed(c, EditPermission) {
		v.EditHref = scope.Town.Path(recordPath + "/modifier")
		m.tools(ctx, scope.Town, &f, &v.Record)
		v.Forms = m.forms(ctx, scope.Town, &f, sent)
		if refused != nil {
			status = httpd.Status(refused)
			i := slices.IndexFunc(v.Forms, func(one views.Form) bool { return one.ID == form })
			v.Forms[i].Open = true
			if sent.changes != uuid.Nil {
				v.Forms[i].Title, v.Forms[i].Action = i18n.T(ctx, "programme.change_milestone"), scope.Town.Path(recordPath+"/jalons/"+sent.changes.String())
			}
			v.Forms[i].Errors = refuse(httpd.FieldMessages(c, refused), httpd.Message(c, refused), v.Forms[i].Fields)
		}
	}
	return httpd.Render(c, status, views.RecordPage(v))
}

// refuse puts messages beside the fields and gives the summary.
func refuse(messages map[string]string, whole string, fields []components.Field) []components.FieldError {
	var list []components.FieldError
	for i := range fields {
		f := &fields[i]
		if message := messages[f.Name]; message != "" {
			f.Error = message
			id := f.ID
			if id == "" {
				id = f.Name
			}
			list = append(list, components.FieldError{ID: id, Message: message})
		}
	}
	if len(list) == 0 {
		list = append(list, components.FieldError{Message: whole})
	}
	return list
}

// answer goes back to the record, or shows the form again.
func (m *Module) answer(c *fiber.Ctx, form string, sent *given, err error) error {
	if refused := formFault(err); refused != nil {
		return m.renderRecord(c, form, sent, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, httpd.Scope(c).Town.Path(recordPath), components.OK, "programme.saved")
}

// unread gives the fault of a form that could not be read, or runs what it asks.
func (g *given) unread(do func() error) error {
	if len(g.fault.Fields) > 0 {
		return g.fault
	}
	return do()
}

// edit shows the form of the record.
func (m *Module) edit(c *fiber.Ctx) error {
	f, err := m.File(c.UserContext(), httpd.Scope(c).Town)
	if err != nil {
		return err
	}
	return m.renderEdit(c, &f.Record, nil)
}

func (m *Module) renderEdit(c *fiber.Ctx, r *Record, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	v := views.EditView{
		Shell: httpd.Shell(c, i18n.T(ctx, "programme.edit")), Title: i18n.T(ctx, "programme.edit"), Lead: i18n.T(ctx, "programme.edit_lead"),
		Back: town.Path(recordPath), Form: recordForm(ctx, town, r),
	}
	v.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "programme.nav.experiment"), Href: v.Back}, {Label: v.Title}}
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
		v.Form.Errors = refuse(httpd.FieldMessages(c, refused), httpd.Message(c, refused), v.Form.Fields)
	}
	return httpd.Render(c, status, views.EditPage(v))
}

// save keeps the record, or shows the form again with what is wrong.
func (m *Module) save(c *fiber.Ctx) error {
	g, err := formOf(c)
	if err != nil {
		return err
	}
	r := Record{
		Title: g.text("title"), Hypothesis: g.text("hypothesis"), Audience: g.text("audience"), Baseline: g.text("baseline"),
		Threshold: g.text("threshold"), StartsOn: g.day("starts_on"), Version: g.version(),
	}
	err = g.unread(func() error { return m.SaveRecord(c.UserContext(), httpd.Scope(c).Town, r) })
	if refused := formFault(err); refused != nil {
		return m.renderEdit(c, &r, refused)
	}
	return m.answer(c, "", g, err)
}

func (m *Module) decide(c *fiber.Ctx) error {
	g, err := formOf(c)
	if err != nil {
		return err
	}
	d := Record{Decision: Decision(g.text("decision")), Reasons: g.text("reasons"), DecidedOn: g.day("decided_on"), Version: g.version()}
	err = g.unread(func() error { return m.Decide(c.UserContext(), httpd.Scope(c).Town, d) })
	return m.answer(c, "decision", g, err)
}

func (m *Module) addMilestone(c *fiber.Ctx) error {
	g, err := formOf(c)
	if err != nil {
		return err
	}
	one := Milestone{Title: g.text("title"), Planned: g.day("planned"), Reached: g.day("reached")}
	err = g.unread(func() error { return m.AddMilestone(c.UserContext(), httpd.Scope(c).Town, one) })
	return m.answer(c, "jalon", g, err)
}

// changeMilestone answers a refusal with the form of that milestone, as it was sent.
func (m *Module) changeMilestone(c *fiber.Ctx) error {
	g, err := formOf(c)
	if err != nil {
		return err
	}
	id, err := lineID(c)
	if err != nil {
		return err
	}
	g.changes = id
	one := Milestone{ID: id, Title: g.text("title"), Planned: g.day("planned"), Reached: g.day("reached")}
	err = g.unread(func() error { return m.ChangeMilestone(c.UserContext(), httpd.Scope(c).Town, one) })
	return m.answer(c, "jalon", g, err)
}

func (m *Module) addEntry(c *fiber.Ctx) error {
	g, err := formOf(c)
	if err != nil {
		return err
	}
	e := Entry{On: g.day("on"), Text: g.text("text")}
	err = g.unread(func() error { return m.AddEntry(c.UserContext(), httpd.Scope(c).Town, e) })
	return m.answer(c, "note", g, err)
}

func (m *Module) addEffort(c *fiber.Ctx) error {
	g, err := formOf(c)
	if err != nil {
		return err
	}
	e := Effort{On: g.day("on"), Role: Role(g.text("role")), Days: g.number("days"), Euros: int64(math.Round(g.number("euros"))), Note: g.text("note")}
	err = g.unread(func() error { return m.AddEffort(c.UserContext(), httpd.Scope(c).Town, e) })
	return m.answer(c, "effort", g, err)
}

// lineKinds are the lines a town may take away, by the word in their address.
var lineKinds = map[string]string{"jalons": "milestone", "journal": "entry", "efforts": "effort"}

func (m *Module) removeLine(c *fiber.Ctx) error {
	what, known := lineKinds[c.Params("kind")]
	id, err := lineID(c)
	if err != nil || !known {
		return fault.New(fault.NotFound, "programme.fault.not_found", fault.Because(err))
	}
	if err := m.Remove(c.UserContext(), httpd.Scope(c).Town, what, id); err != nil {
		return err
	}
	return httpd.Redirect(c, httpd.Scope(c).Town.Path(recordPath), components.OK, "programme.removed")
}

func lineID(c *fiber.Ctx) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return id, fault.New(fault.NotFound, "programme.fault.not_found", fault.Because(err))
	}
	return id, nil
}
