package heat

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/modules/heat/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

const yes = "1"

func (m *Module) deskStation(c *fiber.Ctx) error {
	return m.showStation(c, fiber.StatusOK, url.Values{}, nil)
}

// showStation is the staff's page of a station, with the form of a device as it
// was typed.
func (m *Module) showStation(c *fiber.Ctx, status int, typed url.Values, refused *fault.Fault) error {
	d := m.newDesk(c, true)
	v, sheet, err := m.stationView(d, c.Params(paramStation))
	if err != nil {
		return err
	}
	v.Actions = []components.LinkProps{{Label: d.t("heat.desk.public"), Href: d.town.Path("chaleur/stations/" + sheet.Code), Icon: "globe"}}
	if httpd.Allowed(c, PermissionEdit) {
		v.Actions = append(v.Actions, components.LinkProps{
			Label: d.t("heat.station.edit"), Href: d.station(sheet.Code) + "/modifier", Icon: "pencil", Kind: components.Primary,
		})
	}
	if t, has := sheet.Of(Temperature); has && !t.Silent.IsZero() {
		v.Alert = &components.AlertProps{
			Tone: components.Warning, Title: d.t("heat.alert.silent", i18n.V{"Name": sheet.Name}),
			Message: d.t("heat.alert.silent_text", i18n.V{"Since": i18n.DateTime(t.Silent)}),
		}
	}
	v.Devices = d.devices(sheet, typed, refused)
	return httpd.Render(c, status, views.StationPage(v))
}

func (d *desk) devices(s *StationSheet, typed url.Values, refused *fault.Fault) *views.Devices {
	edit := httpd.Allowed(d.c, PermissionEdit)
	v := &views.Devices{Table: components.TableProps{
		ID: "liste-capteurs", Caption: d.t("heat.devices.title"), CaptionHidden: true, Stack: true,
		Columns: []components.Column{
			{Label: d.t("heat.column.serial")}, {Label: d.t("heat.column.model")}, {Label: d.t("heat.column.since")}, {Label: d.t("heat.column.until")},
		},
	}}
	for _, p := range s.Deployments {
		until := components.Cell{Text: d.t("heat.devices.present")}
		switch {
		case !p.Until.IsZero():
			until = components.Cell{Text: i18n.DateTime(p.Until)}
		case edit:
			until = views.RemoveCell(views.Remove{Action: d.station(s.Code) + "/retrait", ID: p.ID.String(), Serial: p.Serial})
		}
		v.Table.Rows = append(v.Table.Rows, components.Row{Cells: []components.Cell{
			{Text: p.Serial}, {Text: cmp.Or(p.Model, noValue)}, {Text: i18n.DateTime(p.Since)}, until,
		}})
	}
	if !edit {
		return v
	}
	wrong := map[string]string{}
	if refused != nil {
		wrong = httpd.FieldMessages(d.c, refused)
		if len(wrong) == 0 {
			v.Faults = []components.FieldError{{Message: httpd.Message(d.c, refused)}}
		}
	}
	field := func(name, value string) components.Field {
		return components.Field{Name: name, Label: d.t("heat.devices." + name), Hint: d.t("heat.devices." + name + "_hint"), Value: value, Error: wrong[name]}
	}
	v.Action = d.station(s.Code) + "/capteurs"
	v.Serial, v.Model = field("serial", typed.Get("serial")), field("model", typed.Get("model"))
	v.Since = field("since", cmp.Or(typed.Get("since"), localDay(d.now).Format(time.DateOnly)))
	v.Since.Type = "date"
	for name, message := range wrong {
		v.Faults = append(v.Faults, components.FieldError{ID: name, Message: message})
	}
	return v
}

func (m *Module) deployDevice(c *fiber.Ctx) error {
	d := m.newDesk(c, true)
	typed, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return fault.New(fault.Invalid, "heat.fault.device", fault.Because(err))
	}
	day, err := time.Parse(time.DateOnly, typed.Get("since"))
	if err != nil {
		day = time.Time{} // refused with the rest
	}
	err = m.service.Deploy(d.ctx, d.town.ID, c.Params(paramStation), typed.Get("serial"), typed.Get("model"), dayStart(day))
	if err == nil {
		return httpd.Redirect(c, d.station(c.Params(paramStation)), components.OK, "heat.devices.added")
	}
	if refused := fault.From(err); refused.Code == fault.Invalid || refused.Code == fault.Conflict {
		return m.showStation(c, httpd.Status(refused), typed, refused)
	}
	return err
}

func (m *Module) removeDevice(c *fiber.Ctx) error {
	d := m.newDesk(c, true)
	id, err := uuid.Parse(c.FormValue("deployment"))
	if err != nil {
		return fault.New(fault.NotFound, "heat.fault.no_deployment", fault.Because(err))
	}
	if err := m.service.Remove(d.ctx, d.town.ID, c.Params(paramStation), id); err != nil {
		return err
	}
	return httpd.Redirect(c, d.station(c.Params(paramStation)), components.OK, "heat.devices.removed")
}

func (m *Module) newStation(c *fiber.Ctx) error {
	return m.showForm(c, fiber.StatusOK, url.Values{"setting": {string(Built)}, "public": {yes}}, nil, nil)
}

func (m *Module) editStation(c *fiber.Ctx) error {
	sheet, err := m.service.Sheet(c.UserContext(), httpd.Scope(c).Town.ID, c.Params(paramStation), false)
	if err != nil {
		return err
	}
	return m.showForm(c, fiber.StatusOK, storedForm(&sheet.Site), &sheet.Site, nil)
}

// storedForm fills the form with a station.
func storedForm(s *Site) url.Values {
	v := url.Values{"code": {s.Code}, "name": {s.Name}, "setting": {string(s.Setting)}, "revision": {strconv.Itoa(s.Revision)}}
	if p := s.Position; p != nil {
		v.Set("lat", numberText(p.Lat))
		v.Set("lon", numberText(p.Lon))
	}
	if s.AltitudeM != nil {
		v.Set("altitude", numberText(*s.AltitudeM))
	}
	if s.Reference {
		v.Set("reference", yes)
	}
	if s.Public {
		v.Set("public", yes)
	}
	return v
}

func numberText(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
}

// readForm understands what was typed; the fault names every field at once.
func readForm(typed url.Values) (s Site, refused *fault.Fault) {
	var wrong []fault.Option
	number := func(name string) *float64 {
		text := strings.TrimSpace(typed.Get(name))
		if text == "" {
			return nil
		}
		v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		if err != nil {
			wrong = append(wrong, fault.On(name, "heat.fault.field_number", nil))
		}
		return &v
	}
	s = Site{
		Code: typed.Get("code"), Name: typed.Get("name"), Setting: Setting(typed.Get("setting")), AltitudeM: number("altitude"),
		Reference: typed.Get("reference") == yes, Public: typed.Get("public") == yes,
	}
	lat, lon := number("lat"), number("lon")
	switch {
	case lat != nil && lon != nil:
		s.Position = &tenants.Point{Lon: *lon, Lat: *lat}
	case lat != nil:
		wrong = append(wrong, fault.On("lon", "heat.fault.field_both", nil))
	case lon != nil:
		wrong = append(wrong, fault.On("lat", "heat.fault.field_both", nil))
	}
	s.Revision, _ = strconv.Atoi(typed.Get("revision")) // none is stale
	if len(wrong) > 0 {
		return s, fault.New(fault.Invalid, "heat.fault.station", wrong...)
	}
	return s, nil
}

// saveStation takes the form of a new station or of one that changes.
func (m *Module) saveStation(c *fiber.Ctx) error {
	typed, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return fault.New(fault.Invalid, "heat.fault.station", fault.Because(err))
	}
	d := m.newDesk(c, true)
	var stored *Site
	if code := c.Params(paramStation); code != "" {
		sheet, err := m.service.Sheet(d.ctx, d.town.ID, code, false)
		if err != nil {
			return err
		}
		stored = &sheet.Site
		typed.Set("code", stored.Code)
	}
	site, refused := readForm(typed)
	if refused == nil {
		if stored != nil {
			site.ID = stored.ID
		}
		if err = m.service.Save(d.ctx, d.town.ID, &site); err == nil {
			return httpd.Redirect(c, d.station(site.Code), components.OK, "heat.form.saved")
		}
		if refused = fault.From(err); refused.Code != fault.Invalid && refused.Code != fault.Conflict {
			return err
		}
	}
	if refused.Code == fault.Conflict && stored != nil {
		typed.Set("revision", strconv.Itoa(stored.Revision)) // sending it again is a choice made knowingly
	}
	return m.showForm(c, httpd.Status(refused), typed, stored, refused)
}

func (m *Module) showForm(c *fiber.Ctx, status int, typed url.Values, stored *Site, refused *fault.Fault) error {
	d := m.newDesk(c, true)
	v := views.StationForm{Action: d.path("/nouvelle"), Back: d.path(""), New: true, Revision: typed.Get("revision")}
	title := d.t("heat.form.new")
	if stored != nil {
		v.Action, v.Back, v.New, title = d.station(stored.Code)+"/modifier", d.station(stored.Code), false, d.t("heat.form.edit", i18n.V{"Name": stored.Name})
	}
	v.Shell = httpd.Shell(c, title)
	v.Shell.Crumbs = []components.Crumb{{Label: d.t("heat.module.title"), Href: d.path("")}, {Label: title}}
	v.Head = components.HeadProps{Eyebrow: d.t("heat.module.title"), Icon: "map-pin", Title: title}
	wrong := map[string]string{}
	if refused != nil {
		wrong = httpd.FieldMessages(c, refused)
	}
	if refused != nil && refused.Code == fault.Conflict {
		v.Conflict = &components.AlertProps{Tone: components.Warning, Message: httpd.Message(c, refused), Live: true}
	}
	d.formFields(&v, typed, wrong)
	return httpd.Render(c, status, views.StationFormPage(v))
}

func (d *desk) formFields(v *views.StationForm, typed url.Values, wrong map[string]string) {
	field := func(name string) components.Field {
		f := components.Field{Name: name, Label: d.t("heat.form." + name), Value: typed.Get(name), Error: wrong[name]}
		if f.Error != "" {
			v.Faults = append(v.Faults, components.FieldError{ID: name, Message: f.Label + i18n.NBSP + ": " + f.Error})
		}
		return f
	}
	v.Code, v.Name, v.Setting = field("code"), field("name"), field("setting")
	v.Code.Hint, v.Code.Required, v.Name.Required = d.t("heat.form.code_hint"), true, true
	for _, s := range settings {
		v.Setting.Choices = append(v.Setting.Choices, components.Choice{Value: string(s), Label: d.t(s.LabelKey()), Selected: typed.Get("setting") == string(s)})
	}
	v.Lat, v.Lon, v.Altitude = field("lat"), field("lon"), field("altitude")
	v.Lat.InputMode, v.Lon.InputMode, v.Altitude.InputMode, v.Altitude.Suffix = "decimal", "decimal", "decimal", "m"
	v.Lat.Hint, v.Lon.Hint = d.t("heat.form.lat_hint"), d.t("heat.form.lon_hint")
	check := func(name string) components.Field {
		f := field(name)
		f.Hint, f.Checked, f.Value = d.t("heat.form."+name+"_hint"), typed.Get(name) == yes, yes
		return f
	}
	v.Reference, v.Public = check("reference"), check("public")
}
