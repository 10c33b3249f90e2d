package opendata

import (
	"encoding/hex"
	"time"

	"acvdata/services/datasets"
	"acvdata/tenants"
)

// object is a JSON object.
type object map[string]any

// schemaOrg describes a dataset for search engines (schema.org/Dataset).
func (m *Module) schemaOrg(town *tenants.Tenant, d *datasets.Dataset) object {
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
		"name": d.Title, "description": d.Summary, "url": page, "identifier": town.Slug + "/" + d.Slug(),
		"license": d.Licence.URL(), "isAccessibleForFree": true, "inLanguage": "fr",
		"keywords": d.Keywords, "version": d.Latest,
		"creator": organisation, "publisher": organisation,
		"datePublished": d.Issued.UTC().Format(time.RFC3339), "dateModified": d.Modified.UTC().Format(time.RFC3339),
		"distribution":          downloads,
		"includedInDataCatalog": object{"@type": "DataCatalog", "name": town.Name, "url": m.BaseURL + town.Path("donnees")},
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
