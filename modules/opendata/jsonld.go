package opendata

import (
	"context"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// object is a JSON object.
type object map[string]any

// schemaOrg describes a dataset for search engines (schema.org/Dataset).
func (m *Module) schemaOrg(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) object {
	page := m.BaseURL + pageAddress(town, d)
	organisation := object{"@type": "Organization", "name": d.Producer, "url": m.BaseURL + town.Path("")}
	downloads := []object{}
	for _, f := range d.Version.Files {
		downloads = append(downloads, object{
			"@type": "DataDownload", "name": f.Format.Label, "encodingFormat": f.Format.MediaType,
			"contentUrl": m.BaseURL + exportAddress(town, d, f.Format), "contentSize": f.Size,
			"sha256": hex.EncodeToString(f.SHA256[:]),
		})
	}
	about := object{
		"@context": "https://schema.org/", "@type": "Dataset", "@id": page + "#dataset",
		"name": d.Title, "description": plainSummary(ctx, town, d), "url": page, "identifier": town.Slug + "/" + d.Slug(),
		"license": d.Licence.URL(), "isAccessibleForFree": true, "inLanguage": "fr",
		"keywords": d.Keywords, "version": d.Latest,
		"creator": organisation, "publisher": organisation,
		"datePublished": d.Issued.UTC().Format(time.RFC3339), "dateModified": d.Modified.UTC().Format(time.RFC3339),
		"distribution":          downloads,
		"includedInDataCatalog": object{"@type": "DataCatalog", "@id": m.catalogueID(town), "name": catalogueName(ctx, town), "url": m.BaseURL + town.Path("donnees")},
		"spatialCoverage": object{"@type": "Place", "name": town.Name, "geo": object{
			"@type": "GeoShape", "box": box(town.Bounds),
		}},
	}
	if !d.TemporalStart.IsZero() {
		about["temporalCoverage"] = interval(d.TemporalStart, d.TemporalEnd)
	}
	if d.Method != "" {
		about["measurementTechnique"] = d.Method
	}
	variables := make([]object, len(d.Source.Fields))
	for i, f := range d.Source.Fields {
		variables[i] = object{"@type": "PropertyValue", "name": f.Name}
		if f.Unit != "" {
			variables[i]["unitText"] = f.Unit
		}
	}
	about["variableMeasured"] = variables
	return about
}

func (m *Module) catalogueID(town *tenants.Tenant) string {
	return m.BaseURL + town.Path("catalog#catalogue")
}

func catalogueName(ctx context.Context, town *tenants.Tenant) string {
	return i18n.T(ctx, "opendata.dcat.town.title", i18n.V{"Town": town.Name})
}

// Search engines take descriptions of these lengths only, in characters
// (developers.google.com/search/docs/appearance/structured-data/dataset).
const (
	shortestDescription = 50
	longestDescription  = 5000
)

// plainSummary is the summary as search engines take it: one that is too short
// says whose data it is and under which licence, demonstration data says so.
func plainSummary(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) string {
	text := d.Summary
	if town.Illustrative {
		text = i18n.T(ctx, "opendata.illustrative") + "\n\n" + text
	}
	if utf8.RuneCountInString(text) < shortestDescription {
		text = strings.TrimSpace(text + "\n\n" + i18n.T(ctx, "opendata.schema_org.about", i18n.V{
			"Title": d.Title, "Producer": d.Producer, "Licence": d.Licence.Name(),
		}))
	}
	return shorten(strings.Join(strings.Fields(text), " "), longestDescription)
}

// schemaOrgCatalogue describes the town's catalogue for search engines
// (schema.org/DataCatalog): the datasets are described on their own pages.
func (m *Module) schemaOrgCatalogue(ctx context.Context, town *tenants.Tenant, open []datasets.Dataset) object {
	named := make([]object, len(open))
	for i := range open {
		page := m.BaseURL + pageAddress(town, &open[i])
		named[i] = object{"@id": page + "#dataset", "url": page, "name": open[i].Title}
	}
	return object{
		"@context": "https://schema.org/", "@type": "DataCatalog", "@id": m.catalogueID(town),
		"name": catalogueName(ctx, town), "description": i18n.T(ctx, "opendata.dcat.town.description", i18n.V{"Town": town.Name}),
		"url": m.BaseURL + town.Path("donnees"), "inLanguage": "fr", "isAccessibleForFree": true,
		"publisher": object{"@type": "Organization", "name": town.Name, "url": m.BaseURL + town.Path("")},
		"dataset":   named,
	}
}

// interval is an ISO 8601 interval, open when it still runs.
func interval(start, end time.Time) string {
	if end.IsZero() {
		return start.Format(time.DateOnly) + "/.."
	}
	return start.Format(time.DateOnly) + "/" + end.Format(time.DateOnly)
}

// box writes "south west north east", as schema.org wants.
func box(b tenants.Bounds) string {
	return decimal(b.South) + " " + decimal(b.West) + " " + decimal(b.North) + " " + decimal(b.East)
}
