package heat

import (
	"github.com/gofiber/fiber/v2"

	"acvdata/modules/heat/views"
	"acvdata/services/authz"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/web/components"
)

// mountWorkspace registers the pages of the town's staff.
func (m *Module) mountWorkspace(r module.Router) {
	r.Workspace.Get("/chaleur", authz.Can(PermissionRead), m.deskHome)
	r.Workspace.Get("/chaleur/connexion", authz.Can(PermissionEdit), m.connectPage)
	r.Workspace.Get("/chaleur/nouvelle", authz.Can(PermissionEdit), m.newStation)
	r.Workspace.Post("/chaleur/nouvelle", authz.Can(PermissionEdit), m.saveStation)
	r.Workspace.Get("/chaleur/stations/:"+paramStation, authz.Can(PermissionRead), m.deskStation)
	r.Workspace.Get("/chaleur/stations/:"+paramStation+"/modifier", authz.Can(PermissionEdit), m.editStation)
	r.Workspace.Post("/chaleur/stations/:"+paramStation+"/modifier", authz.Can(PermissionEdit), m.saveStation)
	r.Workspace.Post("/chaleur/stations/:"+paramStation+"/capteurs", authz.Can(PermissionEdit), m.deployDevice)
	r.Workspace.Post("/chaleur/stations/:"+paramStation+"/retrait", authz.Can(PermissionEdit), m.removeDevice)
}

func (m *Module) deskHome(c *fiber.Ctx) error {
	d := m.newDesk(c, true)
	g, err := m.service.Glance(d.ctx, d.town, false)
	if err != nil {
		return err
	}
	sightings, err := m.service.Sightings(d.ctx, d.town.ID)
	if err != nil {
		return err
	}
	v := views.Desk{Shell: httpd.Shell(c, d.t("heat.desk.title")), Actions: d.actions(), Rule: d.ruleText()}
	v.Shell.Wide = true
	v.Alerts, v.Sightings, v.Imports = d.alerts(&g), d.sightingsTable(sightings), d.feeds()
	if len(g.Stations) == 0 {
		v.Empty = &views.Empty{Props: components.EmptyProps{Icon: "thermometer", Title: d.t("heat.desk.none"), Text: d.t("heat.desk.none_text")}}
		return httpd.Render(c, fiber.StatusOK, views.DeskPage(v))
	}
	v.Stats, v.Table = d.deskStats(&g), d.stationsTable(&g)
	return httpd.Render(c, fiber.StatusOK, views.DeskPage(v))
}

func (d *desk) actions() []components.LinkProps {
	list := []components.LinkProps{{Label: d.t("heat.desk.public"), Href: d.town.Path("chaleur"), Icon: "globe"}}
	if httpd.Allowed(d.c, PermissionEdit) {
		list = append(list,
			components.LinkProps{Label: d.t("heat.desk.connect"), Href: d.path("/connexion"), Icon: "radio-tower"},
			components.LinkProps{Label: d.t("heat.desk.new"), Href: d.path("/nouvelle"), Icon: "plus", Kind: components.Primary})
	}
	return list
}

// alerts say what needs somebody: silent stations, and a missing reference.
func (d *desk) alerts(g *Glance) (list []components.AlertProps) {
	for i := range g.Stations {
		s := &g.Stations[i]
		if !s.Temperature.Silent.IsZero() {
			list = append(list, components.AlertProps{
				Tone: components.Warning, Title: d.t("heat.alert.silent", i18n.V{"Name": s.Name}),
				Message: d.t("heat.alert.silent_text", i18n.V{"Since": i18n.DateTime(s.Temperature.Silent)}),
			})
		}
	}
	if len(g.Stations) > 1 && g.Reference() == nil {
		list = append(list, components.AlertProps{Title: d.t("heat.alert.no_reference"), Message: d.t("heat.alert.no_reference_text")})
	}
	return list
}

func (d *desk) deskStats(g *Glance) []components.StatProps {
	fresh, silent, live := 0, 0, 0
	for i := range g.Stations {
		s := &g.Stations[i]
		if s.Fresh(d.now) {
			fresh++
		}
		if s.Temperature.Live {
			live++
		}
		if !s.Temperature.Silent.IsZero() {
			silent++
		}
	}
	list := []components.StatProps{
		{Label: d.t("heat.desk.stat.stations", i18n.N(len(g.Stations))), Value: i18n.Number(len(g.Stations)), Icon: "map-pin"},
		{Label: d.t("heat.desk.stat.fresh"), Value: i18n.Number(fresh), Icon: "radio-tower", Sentence: d.t("heat.desk.stat.fresh_text", i18n.N(live))},
	}
	if live > 0 {
		tone := components.OK
		if silent > 0 {
			tone = components.Warning
		}
		list = append(list, components.StatProps{Label: d.t("heat.desk.stat.silent", i18n.N(silent)), Value: i18n.Number(silent), Icon: "bell", Tone: tone})
	}
	if middle, n, at := g.Now(d.now); n > 0 {
		list = append(list, components.StatProps{
			Label: d.t("heat.desk.stat.now"), Value: degrees(middle, 1), Icon: "thermometer-sun", Tone: components.Heat, Date: i18n.DateTime(at),
		})
	}
	return list
}

func (d *desk) stationsTable(g *Glance) components.TableProps {
	t := components.TableProps{
		ID: "liste-stations", Caption: d.t("heat.desk.stations"), CaptionHidden: true, Stack: true,
		Columns: []components.Column{
			{Label: d.t("heat.column.station")},
			{Label: d.t("heat.import.column.setting")},
			{Label: d.t("heat.column.state")},
			{Label: d.t("heat.column.last"), Numeric: true},
			{Label: d.t("heat.column.night"), Numeric: true},
		},
	}
	for i := range g.Stations {
		s := &g.Stations[i]
		last, low := components.Cell{Text: noValue}, components.Cell{Text: noValue}
		if !s.Temperature.ValueAt.IsZero() {
			last = components.Cell{Text: degrees(s.Temperature.Value, 1), Note: i18n.DateTime(s.Temperature.ValueAt)}
		}
		if s.Night.Known {
			low = views.DegreeCell(degrees(s.Night.Low, 1), heatClass(s.Night.Low))
		}
		setting := d.t(s.Setting.LabelKey())
		if s.Reference {
			setting = d.t("heat.setting.reference")
		}
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: s.Name, Href: d.station(s.Code), Note: s.Code}, {Text: setting}, views.MarkCell(d.state(s)), last, low,
		}})
	}
	return t
}

// state says how a station is doing.
func (d *desk) state(s *Station) views.Mark {
	switch t := s.Temperature; {
	case !t.Silent.IsZero():
		return views.Mark{Label: d.t("heat.state.silent"), Tone: components.Warning, Icon: "bell"}
	case t.First.IsZero():
		return views.Mark{Label: d.t("heat.state.empty"), Icon: "circle-help"}
	case s.Fresh(d.now):
		return views.Mark{Label: d.t("heat.state.fresh"), Tone: components.OK, Icon: "circle-check"}
	}
	return views.Mark{Label: d.t("heat.state.past"), Icon: "history"}
}

func (d *desk) sightingsTable(list []Sighting) components.TableProps {
	t := components.TableProps{
		ID: "capteurs-inconnus", Caption: d.t("heat.desk.sightings"), CaptionHidden: true, Stack: true,
		Columns: []components.Column{
			{Label: d.t("heat.column.serial")},
			{Label: d.t("heat.column.name")},
			{Label: d.t("heat.column.messages"), Numeric: true},
			{Label: d.t("heat.column.last")},
		},
	}
	for _, s := range list {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: s.Serial}, {Text: s.Name}, {Text: i18n.Number(s.Messages)}, {Text: i18n.DateTime(s.Last)},
		}})
	}
	return t
}

// feeds are the ways data come in.
func (d *desk) feeds() []components.CardProps {
	if !httpd.Allowed(d.c, PermissionImport) || !httpd.Allowed(d.c, imports.RunPermission) {
		return nil
	}
	card := func(name, icon string) components.CardProps {
		return components.CardProps{
			Title: d.t("heat.import." + name + ".title"), Text: d.t("heat.import." + name + ".summary"), Icon: icon,
			Href: d.town.Path("espace/imports"), Tone: components.Heat,
		}
	}
	return []components.CardProps{
		card("daily", "calendar-days"), card("readings", "thermometer"), card("stations", "map-pin"), card("zones", "layers"),
	}
}

// connectPage tells how to have a network server send what devices say.
func (m *Module) connectPage(c *fiber.Ctx) error {
	d := m.newDesk(c, true)
	v := views.Connect{Shell: httpd.Shell(c, d.t("heat.connect.title"))}
	v.Shell.Crumbs = []components.Crumb{{Label: d.t("heat.module.title"), Href: d.path("")}, {Label: v.Shell.Title}}
	if httpd.Scope(c).Actor.Administers(d.town.ID) {
		v.Tokens = d.town.Path("espace/jetons")
	}
	server := func(id string) views.Server {
		return views.Server{
			ID: id, Name: d.t("heat.connect." + id), Address: m.baseURL + "/api/v1/" + d.town.Slug + "/chaleur/reseaux/" + id,
			Header: "Authorization: Bearer " + d.t("heat.connect.your_token"),
			Steps:  []string{d.t("heat.connect." + id + "_1"), d.t("heat.connect." + id + "_2"), d.t("heat.connect." + id + "_3")},
		}
	}
	v.Servers = []views.Server{server("chirpstack"), server("ttn")}
	v.Answers = components.TableProps{
		ID: "codes", Caption: d.t("heat.connect.answers"), CaptionHidden: true,
		Columns: []components.Column{{Label: d.t("heat.column.answer")}, {Label: d.t("heat.column.meaning")}},
	}
	for _, code := range []string{"200", "401", "403", "404", "409", "413", "422"} {
		v.Answers.Rows = append(v.Answers.Rows, components.Row{Cells: []components.Cell{{Text: code}, {Text: d.t("heat.connect.code." + code)}}})
	}
	return httpd.Render(c, fiber.StatusOK, views.ConnectPage(v))
}
