package opendata

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"acvdata/modules/opendata/datagouv"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// identifierOf is what a dataset of ours is known by on data.gouv.fr: the address
// of its page.
func (m *Module) identifierOf(town *tenants.Tenant, slug string) string {
	return m.BaseURL + town.Path("donnees/"+slug)
}

// licencesThere and frequenciesThere are data.gouv.fr's identifiers, the newest
// first: which of them a portal knows, it says itself.
var (
	licencesThere    = map[datasets.Licence][]string{datasets.OpenLicence: {"lov2", "fr-lo"}, datasets.ODbL: {"odc-odbl"}}
	frequenciesThere = map[datasets.Frequency][]string{
		datasets.Continuous: {"continuous", "update_cont"}, datasets.Daily: {"daily"}, datasets.Weekly: {"weekly"}, datasets.Monthly: {"monthly"},
		datasets.Quarterly: {"quarterly"}, datasets.TwiceAYear: {"semiannual", "annual_2"}, datasets.Yearly: {"annual"},
		datasets.AsNeeded: {"punctual", "as_needed"},
	}
)

// draft says what an open dataset should be on data.gouv.fr.
func (m *Module) draft(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) datagouv.Draft {
	page := m.BaseURL + pageAddress(town, d)
	paragraphs := []string{d.Summary}
	if d.Method != "" {
		paragraphs = append(paragraphs, d.Method)
	}
	paragraphs = append(paragraphs, i18n.T(ctx, "opendata.push.text.page", i18n.V{"Address": page}))
	draft := datagouv.Draft{
		Identifier: m.identifierOf(town, d.Slug()), Slug: d.Slug(), Title: d.Title, Description: strings.Join(paragraphs, "\n\n"),
		Licences: licencesThere[d.Licence], Frequencies: append(frequenciesThere[d.Frequency], "unknown"),
		Start: d.TemporalStart, End: d.TemporalEnd, Zone: "fr:commune:" + town.INSEE, Outline: multiPolygon(town.Boundary),
		Tags: d.Keywords, Contact: datagouv.Contact{Name: d.ContactName, Email: d.ContactEmail, Form: d.ContactURL}, Version: d.Latest,
	}
	for _, f := range d.Version.Files {
		if kind, worth := kindsThere[f.Format.Name]; worth {
			draft.Parts = append(draft.Parts, m.filePart(ctx, town, d, f, kind))
		}
	}
	draft.Parts = append(draft.Parts, m.addressParts(ctx, town, d)...)
	return draft
}

// kindsThere are the files worth showing there: the others stay one click away,
// on the dataset's page here.
var kindsThere = map[string]string{
	"csv": "main", "geojson": "main", "xlsx": "main", "gpkg": "main", "zip": "main", "shp.zip": "main", "parquet": "other", "fgb": "other",
}

// filePart is a file of the newest version.
func (m *Module) filePart(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, f datasets.File, kind string) datagouv.Part {
	name, number := f.Format.Name, d.Latest
	media, _, _ := strings.Cut(f.Format.MediaType, ";")
	format := name
	if name == "shp.zip" {
		format = "shp"
	}
	return datagouv.Part{
		Key: name, Type: kind, Format: format, Mime: media, URL: m.BaseURL + exportAddress(town, d, f.Format), Extension: name,
		Title:       i18n.T(ctx, "opendata.push.text.file", i18n.V{"Title": d.Title, "Format": f.Format.Label}),
		Description: i18n.T(ctx, "opendata.push.text.version", i18n.V{"Number": number, "Rows": rowCount(ctx, d.Version.Rows)}),
		Size:        f.Size, Digest: hex.EncodeToString(f.SHA256[:]),
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			file, _, err := m.Datasets.OpenFile(ctx, town, d, d.Version, name)
			return file, err
		},
	}
}

// addressParts are the programs' entrances and the page that explains the data.
func (m *Module) addressParts(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) []datagouv.Part {
	say := func(key string) string { return i18n.T(ctx, "opendata.push.text."+key, i18n.V{"Title": d.Title}) }
	parts := []datagouv.Part{
		{
			Key: "api-rows", Type: "api", Format: "json", Mime: "application/json", Title: say("rows"), Description: say("rows_about"),
			URL: m.BaseURL + "/api/v1" + town.Path("donnees/"+d.Slug()+"/lignes"),
		},
		{
			Key: "api-ogc", Type: "api", Format: "ogc-api", Mime: "application/json", Title: say("ogc"), Description: say("ogc_about"),
			URL: m.BaseURL + town.Path("ogc/collections/"+d.Slug()),
		},
	}
	if d.Documentation != "" {
		parts = append(parts, datagouv.Part{
			Key: "documentation", Type: "documentation", Format: "html", Mime: "text/html", Title: say("documentation"), URL: d.Documentation,
		})
	}
	return parts
}

// multiPolygon makes a MultiPolygon of a GeoJSON Polygon, which is all that
// data.gouv.fr takes; nil of anything else.
func multiPolygon(boundary json.RawMessage) json.RawMessage {
	var shape struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if json.Unmarshal(boundary, &shape) != nil {
		return nil
	}
	switch shape.Type {
	case "MultiPolygon":
		return boundary
	case "Polygon":
		return json.RawMessage(`{"type":"MultiPolygon","coordinates":[` + string(shape.Coordinates) + `]}`)
	}
	return nil
}
