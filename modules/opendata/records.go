package opendata

import (
	"context"
	"strings"
	"time"

	"acvdata/modules/opendata/dcat"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/services/ogc/records"
	"acvdata/tenants"
)

// Records describes what everybody may have of a town, or of every town when town
// is nil: the datasets of the DCAT catalogue, in its order.
func (m *Module) Records(ctx context.Context, town *tenants.Tenant) ([]records.Record, error) {
	entries, err := m.entries(ctx, town)
	if err != nil {
		return nil, err
	}
	if err := m.addFiles(ctx, town, entries); err != nil {
		return nil, err
	}
	list := make([]records.Record, len(entries))
	for i, e := range entries {
		list[i] = m.record(ctx, e)
	}
	return list, nil
}

// Schemes of the identifiers of a record.
const (
	schemeDCAT = "dcat" // dct:identifier
	schemeCKAN = "ckan" // id of the package
)

// spdx are the identifiers of the two licences in the SPDX list.
var spdx = map[datasets.Licence]string{datasets.OpenLicence: "etalab-2.0", datasets.ODbL: "ODbL-1.0"}

func (m *Module) record(ctx context.Context, e dcat.Entry) records.Record {
	d := e.Dataset
	r := records.Record{
		ID: strings.ReplaceAll(e.Key(), "/", ":"), Type: records.Dataset, Title: d.Title, Description: d.Summary, Keywords: d.Keywords,
		Themes: m.recordThemes(ctx, e), Created: d.Issued, Updated: d.Modified, Contacts: recordContacts(d),
		External: []records.External{{Scheme: schemeDCAT, Value: e.Key()}},
		Links: []records.Link{{
			Href: m.BaseURL + pageAddress(e.Town, d), Rel: "describedby", Type: "text/html", Hreflang: "fr", Title: i18n.T(ctx, "opendata.records.page"),
		}},
	}
	if e.Foreign != nil {
		foreignRecord(&r, d, e.Foreign)
		return r
	}
	if e.Town.Illustrative {
		r.Description = i18n.T(ctx, "opendata.illustrative") + "\n\n" + d.Summary
	}
	m.ownRecord(ctx, &r, e)
	return r
}

// ownRecord completes the record of a dataset of the town: its files, its API and
// the territory.
func (m *Module) ownRecord(ctx context.Context, r *records.Record, e dcat.Entry) {
	d := e.Dataset
	bounds := e.Town.Bounds
	r.Own, r.Bounds, r.From, r.To = true, &bounds, d.TemporalStart, d.TemporalEnd
	r.External = append(r.External, records.External{Scheme: schemeCKAN, Value: d.ID.String()})
	r.Licence = spdx[d.Licence]
	r.Links = append(r.Links, records.Link{Href: d.Licence.URL(), Rel: "license", Title: d.Licence.Name()})
	for _, f := range d.Version.Files {
		r.Formats = append(r.Formats, records.Format{Name: f.Format.Label, MediaType: mediaOf(f.Format.MediaType)})
		r.Links = append(r.Links, records.Link{
			Href: m.BaseURL + exportAddress(e.Town, d, f.Format), Rel: "enclosure", Type: f.Format.MediaType, Title: f.Format.Label,
			Length: f.Size, Updated: d.Modified.UTC().Format(time.RFC3339),
		})
	}
	r.Links = append(r.Links, records.Link{
		Href: m.BaseURL + e.Town.Path("ogc/collections/"+d.Slug()+"/items"), Rel: "item", Type: "application/geo+json",
		Title: i18n.T(ctx, "opendata.records.items"),
	})
}

// foreignRecord completes the record of a dataset of others with what their
// catalogue says.
func foreignRecord(r *records.Record, d *datasets.Dataset, f *dcat.Foreign) {
	r.Bounds = f.Box
	r.From, r.To = days(f.From, f.To)
	for _, id := range f.Identifiers {
		if id != "" {
			r.External = append(r.External, records.External{Value: id})
		}
	}
	if r.Licence = spdx[d.Licence]; r.Licence == "" && f.Licence+f.LicenceURL != "" {
		r.Licence = "other"
	}
	if f.LicenceURL != "" {
		r.Links = append(r.Links, records.Link{Href: f.LicenceURL, Rel: "license", Title: f.Licence})
	}
	if f.Origin != "" {
		r.Links = append(r.Links, records.Link{Href: f.Origin, Rel: "via", Type: "text/html", Title: hostOf(f.Origin)})
	}
	known := map[records.Format]bool{}
	for _, file := range f.Files {
		format := records.Format{Name: file.Format, MediaType: file.Media}
		if format != (records.Format{}) && !known[format] {
			known[format] = true
			r.Formats = append(r.Formats, format)
		}
		r.Links = append(r.Links, records.Link{Href: file.URL, Rel: "enclosure", Type: file.Media, Title: file.Title, Length: file.Size})
	}
}

// days are the first and the last day of a period written with days, months or
// years; what cannot be read is open.
func days(from, to string) (first, last time.Time) {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if at, err := time.Parse(layout, from); err == nil {
			first = at
		}
		at, err := time.Parse(layout, to)
		if err != nil {
			continue
		}
		switch layout {
		case "2006":
			at = at.AddDate(1, 0, -1)
		case "2006-01":
			at = at.AddDate(0, 1, -1)
		}
		last = at
	}
	if !last.IsZero() && last.Before(first) {
		return first, time.Time{}
	}
	return first, last
}

// recordThemes are the themes in our own vocabulary and in the European one.
func (m *Module) recordThemes(ctx context.Context, e dcat.Entry) []records.Theme {
	if len(e.Dataset.Themes) == 0 {
		return nil
	}
	ours := records.Theme{Scheme: m.BaseURL + "/catalog#themes"}
	european := records.Theme{Scheme: dcat.ThemeScheme}
	known := map[string]bool{}
	for _, t := range e.Dataset.Themes {
		ours.Concepts = append(ours.Concepts, records.Concept{
			ID: string(t), Title: i18n.T(ctx, t.LabelKey()), URL: m.BaseURL + e.Town.Path("donnees/themes/"+string(t)),
		})
		code := dcat.EuropeanTheme(t)
		if known[code] {
			continue
		}
		known[code] = true
		european.Concepts = append(european.Concepts, records.Concept{
			ID: code, Title: i18n.T(ctx, "opendata.dcat.theme."+code), URL: dcat.ThemeScheme + "/" + code,
		})
	}
	return []records.Theme{ours, european}
}

// recordContacts are who publishes the dataset and who answers for it.
func recordContacts(d *datasets.Dataset) (list []records.Contact) {
	if d.Producer != "" {
		list = append(list, records.Contact{Organization: d.Producer, Roles: []string{"publisher"}})
	}
	answers := records.Contact{Organization: d.ContactName, Roles: []string{"pointOfContact"}}
	if answers.Organization == "" {
		answers.Organization = d.Producer
	}
	if d.ContactEmail != "" {
		answers.Emails = []records.Email{{Value: d.ContactEmail}}
	}
	if d.ContactURL != "" {
		answers.Links = []records.Link{{Href: d.ContactURL, Rel: "about", Type: "text/html"}}
	}
	if answers.Organization != "" && (answers.Emails != nil || answers.Links != nil) {
		list = append(list, answers)
	}
	return list
}
