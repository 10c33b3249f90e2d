package atlas

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/atlas/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/web/components"
)

const (
	paramNumber = "numero"
	paramValid  = "validation"
	paramLevel  = "niveau"
)

// mountWorkspace registers the pages of the town's staff.
func (m *Module) mountWorkspace(r module.Router) {
	r.Workspace.Get("/"+LayerID, authz.Can(PermissionRead), m.deskList)
	r.Workspace.Get("/"+LayerID+"/:"+paramNumber, authz.Can(PermissionRead), m.deskShow)
}

func (g *guide) desk(rest string) string { return g.town.Path("espace/" + LayerID + rest) }

func (g *guide) numbered(number int64, rest string) string {
	return g.desk("/" + strconv.FormatInt(number, 10) + rest)
}

func (m *Module) deskList(c *fiber.Ctx) error {
	g := newGuide(c)
	query, err := queryOf(c)
	if err != nil {
		return err
	}
	l, err := m.parseList(g, query)
	if err != nil {
		return err
	}
	page, err := m.service.Records(g.ctx, g.town.ID, httpd.Scope(c).Reach(PermissionRead), l)
	if err != nil {
		return err
	}
	v := views.Desk{Shell: httpd.Shell(c, g.t("atlas.desk.title")), Actions: g.deskActions()}
	v.Shell.Wide = true
	active := activeIn(query)
	if page.Total > 0 || active > 0 {
		g.deskFilters(&v, query, active)
	}
	if page.Total == 0 {
		v.Empty = g.deskEmpty(active)
		return httpd.Render(c, fiber.StatusOK, views.DeskPage(v))
	}
	v.Count = g.t("atlas.records", i18n.N(page.Total))
	v.Table = g.recordTable(page.Items)
	if page.Next != "" {
		next := url.Values{paramAfter: {page.Next}}
		for _, name := range []string{paramText, paramValid, paramLevel} {
			if value := query.Get(name); value != "" {
				next.Set(name, value)
			}
		}
		v.Pages.Next = g.desk("?" + next.Encode())
	}
	return httpd.Render(c, fiber.StatusOK, views.DeskPage(v))
}

func activeIn(query url.Values) (n int) {
	for _, name := range []string{paramText, paramValid, paramLevel} {
		if query.Get(name) != "" {
			n++
		}
	}
	return n
}

// parseList reads the address. A name nobody knows selects nothing.
func (m *Module) parseList(g *guide, query url.Values) (l List, err error) {
	l = List{Level: -1, After: query.Get(paramAfter), Validation: query.Get(paramValid)}
	if text := query.Get(paramLevel); text != "" {
		level, ok := parseLevel(text)
		if !ok {
			return l, refuseFilter(paramLevel)
		}
		l.Level = int(level)
	}
	if text := strings.TrimSpace(query.Get(paramText)); text != "" {
		id, found, err := m.service.Name(g.ctx, g.town.ID, cut(text, maxName))
		if err != nil {
			return l, err
		}
		if l.Taxon = id; !found {
			list, err := m.service.Search(g.ctx, g.town.ID, text, 1)
			if err != nil {
				return l, err
			}
			if l.Taxon = -1 << 30; len(list) > 0 {
				l.Taxon = list[0].ID
			}
		}
	}
	return l, nil
}

func (g *guide) deskActions() []components.LinkProps {
	links := []components.LinkProps{{Label: g.t("atlas.desk.public"), Href: g.path(""), Icon: "eye"}}
	if httpd.Allowed(g.c, PermissionLevels) {
		links = append(links, components.LinkProps{Label: g.t("atlas.levels.title"), Href: g.desk("/sensibilite"), Icon: "eye-off"})
	}
	if httpd.Allowed(g.c, PermissionImport) && httpd.Allowed(g.c, imports.RunPermission) {
		links = append(links, components.LinkProps{Label: g.t("atlas.desk.import"), Href: g.town.Path("espace/imports"), Icon: "file-up"})
	}
	if httpd.Allowed(g.c, PermissionEdit) {
		links = append(links, components.LinkProps{Label: g.t("atlas.desk.add"), Href: g.desk("/nouvelle"), Icon: "plus", Kind: components.Primary})
	}
	return links
}

func (g *guide) deskEmpty(active int) *views.Empty {
	if active == 0 {
		return g.nothing()
	}
	return &views.Empty{
		Props:   components.EmptyProps{Icon: "search-x", Title: g.t("atlas.desk.none"), Text: g.t("atlas.desk.none_text")},
		Actions: []components.LinkProps{{Label: g.t("atlas.index.reset"), Href: g.desk(""), Icon: "x"}},
	}
}

func (g *guide) deskFilters(v *views.Desk, query url.Values, active int) {
	bar := components.FilterProps{Label: g.t("atlas.desk.filter"), Action: g.desk(""), Active: active}
	if active > 0 {
		bar.Reset = g.desk("")
	}
	valid := components.Field{Name: paramValid, Label: g.t("atlas.desk.validation"), Blank: g.t("atlas.index.all")}
	for _, s := range Validations() {
		valid.Choices = append(valid.Choices, components.Choice{Value: s, Label: g.t("atlas.validation." + s), Selected: query.Get(paramValid) == s})
	}
	level := components.Field{Name: paramLevel, Label: g.t("atlas.desk.level"), Blank: g.t("atlas.index.all")}
	for _, l := range Levels() {
		level.Choices = append(level.Choices, components.Choice{Value: itoa(int(l)), Label: g.t(l.LabelKey()), Selected: query.Get(paramLevel) == itoa(int(l))})
	}
	v.Filters = &views.DeskFilters{
		Bar:     bar,
		Text:    components.Field{Name: paramText, Type: "search", Label: g.t("atlas.index.text"), Value: query.Get(paramText)},
		Selects: []components.Field{valid, level},
	}
}

func (g *guide) recordTable(items []Occurrence) components.TableProps {
	t := components.TableProps{ID: "observations", Caption: g.t("atlas.desk.caption"), CaptionHidden: true, Stack: true, Columns: []components.Column{
		{Label: g.t("atlas.desk.number")},
		{Label: g.t("atlas.column.species")},
		{Label: g.t("atlas.desk.date")},
		{Label: g.t("atlas.desk.observer")},
		{Label: g.t("atlas.desk.validation")},
		{Label: g.t("atlas.desk.level")},
	}}
	for _, o := range items {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: g.t("atlas.desk.nth", i18n.V{"Number": strconv.FormatInt(o.Number, 10)}), Href: g.numbered(o.Number, "")},
			{Text: o.Taxon.Title(), Note: citedNote(o)},
			{Text: period(o)},
			{Text: orDash(o.Observer), Note: o.Body},
			{Text: g.t("atlas.validation." + o.Validation)},
			{Text: g.t(o.Level.LabelKey())},
		}})
	}
	return t
}

func citedNote(o Occurrence) string {
	if o.Cited != o.Taxon.Title() {
		return o.Cited
	}
	return o.Taxon.Name
}

func period(o Occurrence) string {
	if o.From.Equal(o.To) {
		return i18n.Date(o.From)
	}
	return i18n.Date(o.From) + " – " + i18n.Date(o.To)
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func (m *Module) deskShow(c *fiber.Ctx) error {
	o, err := m.recordOf(c, PermissionRead)
	if err != nil {
		return err
	}
	return m.showRecord(c, o, nil, Photo{})
}

// showRecord draws a record, with the form of a photograph as it was sent when
// it was refused.
func (m *Module) showRecord(c *fiber.Ctx, o Occurrence, refused *fault.Fault, typed Photo) error {
	g := newGuide(c)
	photos, err := m.service.Photos(g.ctx, g.town.ID, httpd.Scope(c).Reach(PermissionRead), o.Number)
	if err != nil {
		return err
	}
	title := g.t("atlas.desk.nth", i18n.V{"Number": strconv.FormatInt(o.Number, 10)})
	v := views.Record{Shell: httpd.Shell(c, title), Figure: views.Figure(o.Taxon.Group), Name: o.Taxon.Title(), Latin: o.Taxon.Name, Marks: g.marks(o.Taxon)}
	v.Shell.Crumbs = []components.Crumb{{Label: g.t("atlas.nav"), Href: g.desk("")}, {Label: title}}
	v.Facts, v.Shown = g.recordFacts(o), g.shownFacts(o)
	v.Comment = o.Comment
	v.Map = components.MapProps{
		Title: g.t("atlas.desk.place"), Bounds: g.boundsOf(o), Places: []components.MapPlace{components.TownPlace(g.town)}, BaseMap: m.background,
		Approximate: g.town.Approximate, Compact: true, Marker: &tenants.Point{Lon: o.Position.Lon, Lat: o.Position.Lat}, MarkerLabel: v.Name,
	}
	if httpd.Scope(c).Reach(PermissionEdit).Covers(o.Dataset) {
		v.Actions = []components.LinkProps{{Label: g.t("atlas.desk.edit"), Href: g.numbered(o.Number, "/modifier"), Icon: "pencil", Kind: components.Primary}}
		v.Remove, v.Revision = g.numbered(o.Number, "/supprimer"), itoa(o.Revision)
		v.PhotoForm = g.photoForm(o.Number, typed, refused)
	}
	v.Photos = g.photos(photos, "espace/"+LayerID)
	for i, p := range photos {
		if v.PhotoForm != nil {
			v.Photos[i].Remove = g.numbered(o.Number, "/photo/"+p.ID.String()+"/supprimer")
		}
	}
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
	}
	return httpd.Render(c, status, views.RecordPage(v))
}

// boundsOf is the town's box, or one around a record outside it.
func (g *guide) boundsOf(o Occurrence) tenants.Bounds {
	const margin = 0.02
	if g.town.Bounds.Contains(o.Position, margin) {
		return g.town.Bounds
	}
	return tenants.Bounds{West: o.Position.Lon - margin, East: o.Position.Lon + margin, South: o.Position.Lat - margin, North: o.Position.Lat + margin}
}

func (g *guide) recordFacts(o Occurrence) []components.Definition {
	facts := []components.Definition{
		{Term: g.t("atlas.desk.cited"), Value: o.Cited},
		{Term: g.t("atlas.desk.date"), Value: period(o)},
		{Term: g.t("atlas.desk.presence"), Value: g.presence(o.Present)},
		{Term: g.t("atlas.form.observer"), Value: o.Observer},
		{Term: g.t("atlas.form.body"), Value: o.Body},
		{Term: g.t("atlas.form.method"), Value: o.Method},
		{Term: g.t("atlas.form.stage"), Value: o.LifeStage},
		{Term: g.t("atlas.form.locality"), Value: o.Locality},
		{Term: g.t("atlas.desk.dataset"), Value: o.Dataset},
	}
	if o.CountMin != nil || o.CountMax != nil {
		facts = append(facts, components.Definition{Term: g.t("atlas.form.count"), Value: g.counted(o)})
	}
	if o.AccuracyM != nil {
		facts = append(facts, components.Definition{Term: g.t("atlas.form.accuracy"), Value: i18n.Decimal(*o.AccuracyM, -1) + i18n.NBSP + "m"})
	}
	return append(facts, components.Definition{Term: g.t("atlas.desk.sinp"), Value: o.SinpID.String()})
}

// counted says how many individuals there were, or between how many.
func (g *guide) counted(o Occurrence) string {
	switch {
	case o.CountMin == nil:
		return g.t("atlas.desk.at_most", i18n.V{"Count": i18n.Number(*o.CountMax)})
	case o.CountMax == nil || *o.CountMax == *o.CountMin:
		return i18n.Number(*o.CountMin)
	}
	return g.t("atlas.desk.between", i18n.V{"From": i18n.Number(*o.CountMin), "To": i18n.Number(*o.CountMax)})
}

func (g *guide) presence(present bool) string {
	if present {
		return g.t("atlas.form.seen")
	}
	return g.t("atlas.form.absent")
}

// shownFacts says what everybody sees of the record, and why.
func (g *guide) shownFacts(o Occurrence) []components.Definition {
	shown := g.t("atlas.desk.shown_no")
	if o.Shown {
		shown = g.t("atlas.desk.shown_yes")
	}
	why := ""
	if o.Level > o.Sensitivity {
		why = g.t("atlas.desk.by_rule")
	}
	return []components.Definition{
		{Term: g.t("atlas.desk.shown"), Value: shown},
		{Term: g.t("atlas.desk.level"), Value: g.t(o.Level.LabelKey()), Note: why},
		{Term: g.t("atlas.desk.validation"), Value: g.t("atlas.validation." + o.Validation)},
	}
}

// recordOf reads the record of the address, as far as a permission reaches.
func (m *Module) recordOf(c *fiber.Ctx, p authz.Permission) (Occurrence, error) {
	number, err := strconv.ParseInt(c.Params(paramNumber), 10, 64)
	if err != nil || number < 1 {
		return Occurrence{}, fault.New(fault.NotFound, "atlas.fault.no_record", fault.Because(err))
	}
	scope := httpd.Scope(c)
	return m.service.Record(c.UserContext(), scope.Town.ID, scope.Reach(p), number)
}
