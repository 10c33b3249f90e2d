package opendata

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/dcat"
	"acvdata/modules/opendata/harvest"
	"acvdata/modules/opendata/tables"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/markdown"
	"acvdata/tenants"
	"acvdata/web/components"
)

// harvestedPrefix stands before a harvested dataset's own name in addresses: it
// takes the name of no dataset of the town.
const harvestedPrefix = "moissonnes/"

func harvestedAddress(town *tenants.Tenant, slug string) string {
	return town.Path("donnees/" + harvestedPrefix + slug)
}

// harvested presents a dataset of others. Staff see those that are not published
// too, and are told so.
func (m *Module) harvested(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.harvest.Find(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	staff := httpd.Allowed(c, ReadPermission)
	if !d.Public() && !staff {
		return fault.New(fault.NotFound, "datasets.fault.unknown", fault.With(fault.Args{"Slug": d.Slug}))
	}
	summary, err := markdown.Written(d.Summary, 2)
	if err != nil {
		return err
	}
	view := views.Harvested{
		Shell: m.shell(c, d.Title), Title: d.Title, Themes: themeNames(ctx, d.Themes), Icon: themeIcon(d.Themes),
		Summary: templ.Raw(summary), Keywords: d.Keywords, Facts: harvestedFacts(ctx, d), Landing: d.Landing,
		From: i18n.T(ctx, "opendata.harvested.from", i18n.V{"Source": d.SourceName}),
	}
	view.Shell.Description = shorten(d.Summary, 160)
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")}, {Label: d.Title}}
	if staff {
		view.Edit = sourcePath(town, d.SourceID.String())
	}
	switch {
	case !d.Public():
		view.Notice = i18n.T(ctx, "opendata.harvested.not_public")
	case d.State == "missing":
		view.Notice = i18n.T(ctx, "opendata.harvested.missing", i18n.V{"Date": i18n.Date(d.Since)})
	}
	for _, f := range d.Files {
		view.Files = append(view.Files, remoteFile(ctx, f))
		if httpd.Allowed(c, EditPermission) && slices.Contains(brought, strings.ToLower(f.Format)) {
			query := url.Values{"cible": {tables.TargetCode}, "adresse": {f.URL}}
			view.Files[len(view.Files)-1].Import = town.Path("espace/imports?" + query.Encode())
		}
	}
	return httpd.Render(c, fiber.StatusOK, views.HarvestedPage(view))
}

// brought are the formats of others' files that imports read.
var brought = []string{"csv", "tsv", "xlsx", "ods", "geojson", "ndjson", "parquet", "geoparquet", "gpkg", "geopackage", "shp", "shapefile", "fgb", "kml", "kmz"}

func remoteFile(ctx context.Context, f harvest.File) views.RemoteFile {
	r := views.RemoteFile{Label: f.Title, Href: f.URL, Format: f.Format, Host: hostOf(f.URL)}
	if r.Label == "" {
		r.Label = i18n.T(ctx, "opendata.harvested.file")
	}
	if f.Size > 0 {
		r.Size = i18n.Bytes(f.Size)
	}
	return r
}

func harvestedFacts(ctx context.Context, d *harvest.Dataset) []components.Definition {
	licence := d.Licensed()
	if licence == "" {
		licence = i18n.T(ctx, "opendata.harvest.no_licence")
	}
	list := []components.Definition{
		{Term: i18n.T(ctx, "opendata.fact.producer"), Value: d.Publisher},
		{Term: i18n.T(ctx, "opendata.harvested.catalogue"), Value: d.SourceName, Href: d.SourceURL, Note: hostOf(d.SourceURL)},
		{Term: i18n.T(ctx, "opendata.fact.licence"), Value: shorten(licence, 120), Href: d.LicenceLink()},
		{Term: i18n.T(ctx, "opendata.fact.updated"), Value: dateOf(d.Modified)},
		{Term: i18n.T(ctx, "opendata.fact.issued"), Value: dateOf(d.Issued)},
		{Term: i18n.T(ctx, "opendata.fact.period"), Value: strings.Trim(d.From+" – "+d.To, " –")},
		{Term: i18n.T(ctx, "opendata.fact.territory"), Value: d.Place},
		{Term: i18n.T(ctx, "opendata.harvested.themes"), Value: strings.Join(d.ThemeNames, ", ")},
		{Term: i18n.T(ctx, "opendata.harvested.identifier"), Value: d.Identifier},
		{Term: i18n.T(ctx, "opendata.harvested.read"), Value: dateOf(d.Changed)},
	}
	if d.Frequency != "" {
		list = append(list, components.Definition{Term: i18n.T(ctx, "opendata.fact.frequency"), Value: i18n.T(ctx, d.Frequency.LabelKey())})
	}
	contact := components.Definition{Term: i18n.T(ctx, "opendata.fact.contact"), Value: d.ContactName, Href: d.ContactURL}
	if d.ContactEmail != "" {
		contact.Href = "mailto:" + d.ContactEmail
	}
	if contact.Value == "" {
		contact.Value = d.ContactEmail
	}
	return append(list, contact)
}

func dateOf(t time.Time) string {
	if t.Year() < 2 {
		return ""
	}
	return i18n.Date(t)
}

// everything lists what the catalogue shows: the town's own datasets, then those
// it takes from others, which it searches and sorts alike.
func (m *Module) everything(ctx context.Context, town *tenants.Tenant) (own []datasets.Dataset, all []datasets.Dataset, err error) {
	if own, err = m.Datasets.Open(ctx, town); err != nil {
		return nil, nil, err
	}
	others, err := m.harvest.Open(ctx, town)
	all = append(all, own...)
	for i := range others {
		all = append(all, asDataset(&others[i]))
	}
	return own, all, err
}

// asDataset gives a harvested dataset the shape in which the catalogue searches.
// It has no rows and no files of ours; its version only names its formats.
func asDataset(d *harvest.Dataset) datasets.Dataset {
	v := &datasets.Version{}
	for _, f := range d.Files {
		format := datasets.Format{Name: strings.ToLower(f.Format), Label: f.Format}
		if _, listed := v.File(format); f.Format != "" && !listed {
			v.Files = append(v.Files, datasets.File{Format: format})
		}
	}
	return datasets.Dataset{
		Metadata: datasets.Metadata{
			Title: d.Title, Summary: d.Summary, Licence: d.Licence, Producer: d.Publisher, Themes: d.Themes, Keywords: d.Keywords, Frequency: d.Frequency,
			ContactName: d.ContactName, ContactEmail: d.ContactEmail, ContactURL: d.ContactURL,
		},
		Source: datasets.Description{ID: code + "/" + harvestedPrefix + d.Slug, Slug: harvestedPrefix + d.Slug},
		State:  datasets.Published, Issued: d.Issued, Modified: d.Modified, Version: v,
	}
}

// harvestedCard is a dataset of others in the catalogue.
func harvestedCard(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) components.CardProps {
	p := components.CardProps{
		Title: d.Title, Href: pageAddress(town, d), Text: shorten(plainText(d.Summary), 180), Icon: themeIcon(d.Themes), Tone: themeTone(d.Themes),
		Eyebrow: strings.Trim(i18n.T(ctx, "opendata.harvested.mark")+" · "+d.Producer, " ·"),
	}
	var labels []string
	for _, f := range d.Version.Files {
		labels = append(labels, f.Format.Label)
	}
	if len(labels) > 5 {
		labels = append(labels[:5], "…")
	}
	var parts []string
	if !d.Modified.IsZero() {
		parts = append(parts, i18n.T(ctx, "opendata.harvested.updated", i18n.V{"Date": i18n.Date(d.Modified)}))
	}
	if len(labels) > 0 {
		parts = append(parts, strings.Join(labels, ", "))
	}
	p.Meta = strings.Join(parts, " · ")
	return p
}

var unmarked = strings.NewReplacer(`\`, "", "**", "", "__", "", "#", "")

// plainText drops the signs of Markdown from the beginning of a text.
func plainText(text string) string { return strings.TrimSpace(unmarked.Replace(text)) }

// cataloguePage is how many datasets the catalogue shows at once.
const cataloguePage = 100

// catalogueSlice is one page of what was found, with the ways to the others.
func catalogueSlice(ctx context.Context, c *fiber.Ctx, found []datasets.Dataset) ([]datasets.Dataset, components.Pages) {
	page, _ := strconv.Atoi(c.Query("page"))
	start := min(max(page, 0)*cataloguePage, len(found))
	shown := found[start:min(start+cataloguePage, len(found))]
	if len(found) <= cataloguePage {
		return shown, components.Pages{}
	}
	at := func(n int) string {
		q, _ := url.ParseQuery(string(c.Context().URI().QueryString()))
		q.Set("page", strconv.Itoa(n))
		return httpd.Scope(c).Town.Path("donnees") + "?" + q.Encode() + "#catalogue"
	}
	p := components.Pages{Summary: i18n.T(ctx, "opendata.harvest.pages", i18n.V{"From": start + min(1, len(shown)), "To": start + len(shown), "Total": len(found)})}
	if start > 0 {
		p.Previous = at(page - 1)
	}
	if start+len(shown) < len(found) {
		p.Next = at(page + 1)
	}
	return shown, p
}

// foreignEntries are the harvested datasets that everybody may see, for the
// town's own catalogue: they tell where they come from.
func (m *Module) foreignEntries(ctx context.Context, town *tenants.Tenant) ([]dcat.Entry, error) {
	list, err := m.harvest.Open(ctx, town)
	entries := make([]dcat.Entry, len(list))
	for i := range list {
		d := &list[i]
		shown := asDataset(d)
		shown.Issued, shown.Modified = d.Changed, d.Changed // of our catalogue
		f := &dcat.Foreign{
			Identifiers: append([]string{d.Identifier}, d.Names...), Origin: d.Landing, LicenceURL: d.LicenceLink(), Licence: d.Licensed(),
			Place: d.Place, Box: d.Box, From: d.From, To: d.To, Issued: d.Item.Issued, Modified: d.Item.Modified,
		}
		if d.Landing != "" {
			f.Identifiers = append(f.Identifiers, d.Landing)
		}
		f.Identifiers = append(f.Identifiers, d.Origins...)
		for _, file := range d.Files {
			f.Files = append(f.Files, dcat.ForeignFile{Title: file.Title, URL: file.URL, Format: file.Format, Media: file.Media, Size: file.Size})
		}
		entries[i] = dcat.Entry{Town: town, Dataset: &shown, Foreign: f}
	}
	return entries, err
}

// harvestedJSON is a dataset of others in the API: as its catalogue says, and where
// it stands here.
type harvestedJSON struct {
	Slug       string `json:"slug"`
	Page       string `json:"page"`
	SourceName string `json:"source_name"`
	SourceURL  string `json:"source_url"`
	harvest.Item
}

// harvestedList are the datasets of others that everybody may see and a search
// finds.
func (m *Module) harvestedList(ctx context.Context, town *tenants.Tenant, asked search) ([]harvestedJSON, error) {
	others, err := m.harvest.Open(ctx, town)
	if err != nil {
		return nil, err
	}
	all, equals := make([]datasets.Dataset, len(others)), vocabularyOf(town)
	for i := range others {
		all[i] = asDataset(&others[i])
	}
	list := []harvestedJSON{}
	for i := range others {
		if len(asked.apply(all[i:i+1], equals)) == 0 {
			continue
		}
		d := &others[i]
		list = append(list, harvestedJSON{Slug: d.Slug, Page: m.BaseURL + harvestedAddress(town, d.Slug), SourceName: d.SourceName, SourceURL: d.SourceURL, Item: d.Item})
	}
	return list, nil
}
