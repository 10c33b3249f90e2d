package opendata

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/datasets/changes"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// The parameters of a page of differences.
const (
	paramSince  = "depuis"
	paramKind   = "nature"
	paramColumn = "colonne"
	paramPage   = "page"
)

// changesOfPage is how many rows a page of differences tells.
const changesOfPage = 25

// differencesAddress is the page of what changed up to a version.
func differencesAddress(town *tenants.Tenant, d *datasets.Dataset, number int) string {
	return versionAddress("", town, d, number) + "/differences"
}

// compared is two versions with what is asked about them.
type compared struct {
	dataset *datasets.Dataset
	number  int // of the address
	since   int
	diff    *datasets.Difference
}

// compare finds the difference that an address names: a version, and the one it is
// compared with, the one before unless another is said. It is withdrawn with its
// dataset.
func (m *Module) compare(c *fiber.Ctx, since string) (q compared, err error) {
	var v *datasets.Version
	if q.dataset, v, err = m.versionOf(c); err != nil {
		return q, err
	}
	q.number, q.since = v.Number, v.Number-1
	if since != "" {
		if q.since, err = strconv.Atoi(since); err != nil {
			return q, fault.New(fault.NotFound, "datasets.fault.unknown_version", fault.With(fault.Args{"Number": since}))
		}
	}
	if q.since == 0 {
		return q, fault.New(fault.NotFound, "opendata.fault.first_version")
	}
	q.diff, err = m.Datasets.Difference(c.UserContext(), httpd.Scope(c).Town, q.dataset, q.since, q.number)
	return q, err
}

// filterOfChanges reads which changes a page shows.
func filterOfChanges(c *fiber.Ctx, s changes.Summary) (f changes.Filter) {
	for kind, words := range changeKinds {
		if c.Query(paramKind) == words.Param {
			f.Kind = kind
		}
	}
	if name := c.Query(paramColumn); slices.ContainsFunc(s.Touched, func(t changes.Touched) bool { return t.Name == name }) {
		f.Column = name
	}
	return f
}

// differences shows what changed between two versions.
func (m *Module) differences(c *fiber.Ctx) error {
	q, err := m.compare(c, c.Query(paramSince))
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Difference{Frame: m.frame(c, q.dataset, "versions"), Title: i18n.T(ctx, "opendata.difference.title", i18n.V{
		"Older": q.diff.Older, "Newer": q.diff.Newer,
	})}
	view.Frame.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")},
		{Label: q.dataset.Title, Href: pageAddress(town, q.dataset)},
		{Label: i18n.T(ctx, "opendata.tab.versions"), Href: pageAddress(town, q.dataset) + "/versions"},
		{Label: view.Title},
	}
	if !q.diff.Ready {
		view.Waiting = string(c.Request().URI().RequestURI())
		c.Set(fiber.HeaderCacheControl, "no-store")
		return httpd.Render(c, fiber.StatusAccepted, views.DifferencePage(view))
	}
	t := telling{ctx: ctx, dataset: q.dataset, summary: q.diff.Summary}
	p := differencePage{telling: t, compared: q, town: town, filter: filterOfChanges(c, q.diff.Summary)}
	view.Overview = t.overall(p.filtered)
	if err := m.fillDifference(c, &p, &view); err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.DifferencePage(view))
}

// differencePage is a page of differences on its way.
type differencePage struct {
	telling
	compared

	town   *tenants.Tenant
	filter changes.Filter
}

// address is the same page with other questions; page counts from 0.
func (p *differencePage) address(f changes.Filter, page int64) string {
	query := url.Values{}
	if p.since != p.number-1 {
		query.Set(paramSince, strconv.Itoa(p.since))
	}
	if f.Kind != "" {
		query.Set(paramKind, changeKinds[f.Kind].Param)
	}
	if f.Column != "" {
		query.Set(paramColumn, f.Column)
	}
	if page > 0 {
		query.Set(paramPage, strconv.FormatInt(page, 10))
	}
	address := differencesAddress(p.town, p.compared.dataset, p.number)
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}

func (p *differencePage) filtered(f changes.Filter) string { return p.address(f, 0) + "#modifications" }

// fillDifference adds the rows that a page shows, and what leads to others.
func (m *Module) fillDifference(c *fiber.Ctx, p *differencePage, view *views.Difference) error {
	matched := p.diff.Matched(p.filter)
	page, _ := strconv.ParseInt(c.Query(paramPage), 10, 32)
	page = min(max(page, 0), max(matched-1, 0)/changesOfPage)
	records, err := m.Datasets.Changes(p.ctx, p.town, p.diff, p.filter, page*changesOfPage, changesOfPage)
	if err != nil {
		return err
	}
	for i := range records {
		view.List = append(view.List, p.change(&records[i]))
	}
	view.Found = i18n.T(p.ctx, "opendata.difference.found", i18n.N(matched))
	switch {
	case p.diff.Total() == 0:
		view.None = i18n.T(p.ctx, "opendata.difference.nothing")
	case matched == 0:
		view.None = i18n.T(p.ctx, "opendata.difference.none")
	}
	if err := m.differenceFields(p, view); err != nil {
		return err
	}
	if first := page * changesOfPage; matched > changesOfPage {
		view.Pages.Summary = i18n.T(p.ctx, "opendata.difference.page", i18n.V{
			"From": i18n.Number(first + 1), "To": i18n.Number(first + int64(len(records))), "Total": i18n.Number(matched),
		})
		if page > 0 {
			view.Pages.Previous = p.address(p.filter, page-1) + "#modifications"
		}
		if first+int64(len(records)) < matched {
			view.Pages.Next = p.address(p.filter, page+1) + "#modifications"
		}
	}
	for _, f := range datasets.DifferenceFormats() {
		view.Files = append(view.Files, components.LinkProps{
			Label: f.Label, Href: differenceFile(p.town, p.compared, f), Icon: "download", Download: true, Small: true,
		})
	}
	view.Map = m.changesMap(p, records)
	return nil
}

// differenceFile is the permanent address of differences in a format.
func differenceFile(town *tenants.Tenant, q compared, f datasets.Format) string {
	return differencesAddress(town, q.dataset, q.number) + "." + f.Name + "?" + paramSince + "=" + strconv.Itoa(q.since)
}

// differenceFields are the questions of the filter.
func (m *Module) differenceFields(p *differencePage, view *views.Difference) error {
	versions, err := m.Datasets.Versions(p.ctx, p.town, p.compared.dataset)
	if err != nil {
		return err
	}
	since := components.Field{Name: paramSince, Label: i18n.T(p.ctx, "opendata.difference.since")}
	for _, v := range versions {
		if v.Number == p.number {
			continue
		}
		since.Choices = append(since.Choices, components.Choice{
			Value: strconv.Itoa(v.Number), Selected: v.Number == p.since,
			Label: i18n.T(p.ctx, "opendata.difference.version", i18n.V{"Number": v.Number, "Date": i18n.DateShort(v.Published)}),
		})
	}
	nature := components.Field{Name: paramKind, Label: i18n.T(p.ctx, "opendata.difference.nature"), Blank: i18n.T(p.ctx, "opendata.difference.any_nature")}
	for _, k := range changes.Kinds() {
		nature.Choices = append(nature.Choices, components.Choice{
			Value: changeKinds[k].Param, Selected: p.filter.Kind == k,
			Label: i18n.T(p.ctx, "opendata.difference.choice", i18n.V{"Label": p.word(k), "Number": i18n.Number(p.diff.Count(k))}),
		})
	}
	view.Fields = []components.Field{since, nature}
	if len(p.diff.Touched) > 0 {
		column := components.Field{Name: paramColumn, Label: i18n.T(p.ctx, "opendata.difference.column"), Blank: i18n.T(p.ctx, "opendata.difference.any_column")}
		for _, t := range p.diff.Touched {
			column.Choices = append(column.Choices, components.Choice{
				Value: t.Name, Selected: p.filter.Column == t.Name,
				Label: i18n.T(p.ctx, "opendata.difference.choice", i18n.V{"Label": p.label(t.Name), "Number": i18n.Number(t.Rows)}),
			})
		}
		view.Fields = append(view.Fields, column)
	}
	view.Filter = components.FilterProps{
		Label: i18n.T(p.ctx, "opendata.difference.filter"), Action: differencesAddress(p.town, p.compared.dataset, p.number), Results: view.Found,
	}
	for _, set := range []bool{p.filter.Kind != "", p.filter.Column != ""} {
		if set {
			view.Filter.Active++
			view.Filter.Reset = p.address(changes.Filter{}, 0)
		}
	}
	return nil
}

// changesMap draws the points of a page that were added, changed or removed.
func (m *Module) changesMap(p *differencePage, records []changes.Record) *components.MapProps {
	features := []any{}
	for i := range records {
		r := &records[i]
		for _, v := range r.Row {
			if at, ok := pointAt(v.JSON); ok && len(v.JSON) > 0 && v.JSON[0] == '{' {
				title, _ := p.title(r)
				features = append(features, map[string]any{
					"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": at},
					"properties": map[string]any{"id": i + 1, "nature": string(r.Kind), "nom": p.word(r.Kind) + i18n.NBSP + ": " + title},
				})
				break
			}
		}
	}
	data, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil || len(features) == 0 {
		return nil
	}
	layer := components.MapLayer{
		ID: "modifications", Label: i18n.T(p.ctx, "opendata.difference.rows"), Kind: components.MapGeoJSON, Data: data, Property: "nature", Name: "nom",
	}
	shapes := map[changes.Kind]components.Shape{changes.Added: components.Circle, changes.Changed: components.Diamond, changes.Removed: components.Cross}
	for _, k := range changes.Kinds() {
		layer.Classes = append(layer.Classes, components.MapClass{Value: string(k), Label: p.word(k), Shape: shapes[k], Tone: changeKinds[k].Tone})
	}
	return &components.MapProps{
		Title: i18n.T(p.ctx, "opendata.difference.map"), Bounds: p.town.Bounds, Places: []components.MapPlace{components.TownPlace(p.town)},
		BaseMap: m.BaseMap.Background(), Approximate: p.town.Approximate, Compact: true,
		ListHref: "#lignes-modifiees", ListLabel: i18n.T(p.ctx, "opendata.difference.list"), Layers: []components.MapLayer{layer},
	}
}

// differencesFile gives the differences as a file. It never changes as long as the
// same columns are shown to everybody.
func (m *Module) differencesFile(c *fiber.Ctx) error {
	format, known := datasets.DifferenceFormat(c.Params("format"))
	if !known {
		return fault.New(fault.NotFound, "opendata.fault.difference_format", fault.With(fault.Args{"Format": c.Params("format")}))
	}
	q, err := m.compare(c, c.Query(paramSince))
	if err != nil {
		return err
	}
	if !q.diff.Ready {
		return fault.New(fault.Conflict, "opendata.fault.difference_waiting")
	}
	town := httpd.Scope(c).Town
	about, err := json.Marshal(q.diff.Summary)
	if err != nil {
		return err
	}
	name := q.dataset.Slug() + "-differences-" + strconv.Itoa(q.diff.Older) + "-" + strconv.Itoa(q.diff.Newer)
	attach(c, name, format)
	c.Set(fiber.HeaderCacheControl, cacheShortly)
	etag := strings.TrimPrefix(tagOf(town.ID.String()+name+format.Name+string(about)+release), "W/")
	return httpd.Resume(c, etag, func(ctx context.Context, w io.Writer) error {
		file, err := m.Datasets.OpenChanges(ctx, town, q.diff)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		return datasets.WriteDifference(ctx, w, format, q.diff, file)
	})
}
