package opendata

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// metadataOf reads the form about a dataset.
func metadataOf(body []byte) (datasets.Metadata, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return datasets.Metadata{}, fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	m := datasets.Metadata{
		Title: form.Get("title"), Summary: form.Get("summary"), Licence: datasets.Licence(form.Get("licence")),
		Producer: form.Get("producer"), ContactName: form.Get("contact_name"), ContactEmail: form.Get("contact_email"),
		ContactURL: form.Get("contact_url"), Frequency: datasets.Frequency(form.Get("frequency")),
		Method: form.Get("method"), Documentation: form.Get("documentation"), HighValue: datasets.HighValue(form.Get("high_value")),
		Keywords: strings.FieldsFunc(form.Get("keywords"), func(r rune) bool { return strings.ContainsRune(",;\r\n", r) }),
	}
	for _, t := range form["themes"] {
		m.Themes = append(m.Themes, datasets.Theme(t))
	}
	f := fault.New(fault.Invalid, "datasets.fault.metadata")
	m.TemporalStart = dayOf(form.Get("temporal_start"), "temporal_start", f)
	m.TemporalEnd = dayOf(form.Get("temporal_end"), "temporal_end", f)
	if len(f.Fields) > 0 {
		return m, f
	}
	return m, nil
}

// dayOf reads a day as browsers send it, or as people type it where the browser
// has no date field.
func dayOf(text, field string, f *fault.Fault) time.Time {
	if text = strings.TrimSpace(text); text == "" {
		return time.Time{}
	}
	for _, form := range []string{time.DateOnly, "2/1/2006"} {
		if t, err := time.Parse(form, text); err == nil {
			return t
		}
	}
	fault.On(field, "opendata.fault.day", nil)(f)
	return time.Time{}
}

func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// formOf is the form about a dataset, filled.
func formOf(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, m datasets.Metadata) views.FormFields {
	field := func(name, value string) components.Field {
		return components.Field{Name: name, Label: i18n.T(ctx, "opendata.field."+name), Hint: i18n.T(ctx, "opendata.hint."+name), Value: value}
	}
	f := views.FormFields{
		Title: field("title", m.Title), Summary: field("summary", m.Summary), Keywords: field("keywords", strings.Join(m.Keywords, ", ")),
		Themes: field("themes", ""), Licence: field("licence", ""), Producer: field("producer", m.Producer), Frequency: field("frequency", ""),
		TemporalStart: field("temporal_start", dayText(m.TemporalStart)), TemporalEnd: field("temporal_end", dayText(m.TemporalEnd)),
		ContactName: field("contact_name", d.Own.ContactName), ContactEmail: field("contact_email", m.ContactEmail),
		ContactURL: field("contact_url", m.ContactURL),
		Method:     field("method", m.Method), Documentation: field("documentation", m.Documentation), HighValue: field("high_value", ""),
	}
	if m.ContactName != d.ContactName {
		f.ContactName.Value = m.ContactName
	}
	if own := vocabularyOf(town).preferred(); len(own) > 0 {
		f.Keywords.Hint += " " + i18n.T(ctx, "opendata.hint.vocabulary", i18n.V{"Words": strings.Join(own[:min(len(own), mostKeywords)], ", ")})
	}
	f.Summary.Rows, f.Keywords.Rows, f.Method.Rows = 8, 2, 4
	f.TemporalStart.Type, f.TemporalEnd.Type = "date", "date"
	f.ContactEmail.Type, f.ContactEmail.Autocomplete, f.ContactURL.Type = "email", "email", "url"
	f.Documentation.Type, f.HighValue.Blank = "url", i18n.T(ctx, "opendata.field.high_value_none")
	for _, t := range datasets.Themes() {
		f.Themes.Choices = append(f.Themes.Choices, components.Choice{
			Value: string(t), Label: i18n.T(ctx, t.LabelKey()), Selected: slices.Contains(m.Themes, t),
		})
	}
	f.Themes.Inline = true
	for _, l := range datasets.Licences() {
		f.Licence.Choices = append(f.Licence.Choices, components.Choice{
			Value: string(l), Label: l.Name(), Hint: i18n.T(ctx, "opendata.licence."+string(l)), Selected: l == m.Licence,
		})
	}
	for _, h := range datasets.HighValues() {
		f.HighValue.Choices = append(f.HighValue.Choices, components.Choice{
			Value: string(h), Label: i18n.T(ctx, h.LabelKey()), Selected: h == m.HighValue,
		})
	}
	for _, q := range datasets.Frequencies() {
		f.Frequency.Choices = append(f.Frequency.Choices, components.Choice{
			Value: string(q), Label: i18n.T(ctx, q.LabelKey()), Selected: q == m.Frequency,
		})
	}
	return f
}
