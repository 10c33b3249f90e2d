package opendata

import (
	"context"
	"strconv"

	"acvdata/modules/opendata/tables"
	"acvdata/services/contributions"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// The kinds of contributions about datasets; their subject is a dataset's slug.
const (
	errorKind = "opendata.error"
	errorPath = "erreur"
)

// Contributions implements contributions.Provider.
func (m *Module) Contributions() []contributions.Kind {
	return []contributions.Kind{m.errorKind(), m.asking(), m.declaring(), m.arguing(), m.proposing()}
}

func option(value, label string) contributions.Option {
	return contributions.Option{Value: value, Label: label}
}

// errorKind reports an error in a dataset, or in one of its rows.
func (m *Module) errorKind() contributions.Kind {
	return contributions.Kind{
		Code: errorKind, Path: errorPath, Icon: "flag", Permission: ModeratePermission,
		Title: "opendata.report.title", Lead: "opendata.report.lead",
		Choice: "opendata.report.choice",
		Choices: []contributions.Option{
			option("value", "opendata.report.value"), option("place", "opendata.report.place"), option("gone", "opendata.report.gone"),
			option("missing", "opendata.report.missing"), option("other", "opendata.report.other"),
		},
		BodyAsk: "opendata.report.body", BodyHint: "opendata.report.body_hint", PhotoAsk: "opendata.report.photo",
		Outcomes: []contributions.Option{
			option("corrected", "opendata.report.corrected"), option("not_an_error", "opendata.report.not_an_error"),
			option("duplicate", "opendata.report.duplicate"),
		},
		AnswerAsk: "opendata.report.answer",
		Find:      m.findSubject, Now: m.rowNow,
	}
}

// findSubject finds a dataset everybody may have, and one of its rows.
func (m *Module) findSubject(ctx context.Context, town *tenants.Tenant, slug, row string) (s contributions.Subject, err error) {
	d, err := m.Datasets.GetOpen(ctx, town, slug)
	if err != nil {
		return s, err
	}
	return m.subjectOf(ctx, town, d, row)
}

// subjectOf describes a dataset, or one of its rows, as a report keeps it.
func (m *Module) subjectOf(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, row string) (s contributions.Subject, err error) {
	slug, version := d.Slug(), max(d.Latest, 1) // a demonstration's is on its way
	s = contributions.Subject{
		Title: d.Title, Href: "donnees/" + slug, Label: i18n.T(ctx, "opendata.report.version", i18n.V{"Version": version}),
		Reference: map[string]string{"version": strconv.Itoa(version)},
	}
	if row == "" {
		return s, nil
	}
	found, err := m.rowsOf(ctx, town, d, datasets.Filter{ID: row, Limit: 1})
	if err != nil {
		return s, err
	}
	if len(found) == 0 {
		return s, fault.New(fault.NotFound, "opendata.fault.no_row")
	}
	t, err := m.Tables.Find(ctx, town, slug)
	if err != nil {
		return s, err
	}
	if t != nil {
		s.Href += "/lignes"
		s.Reference["edition"] = strconv.Itoa(t.Edition)
	} else {
		s.Href += "/apercu"
	}
	s.Label = i18n.T(ctx, "opendata.report.row", i18n.V{"Version": version, "Row": row})
	s.Facts = factsOf(ctx, d, found[0])
	return s, m.keyOf(ctx, town, d, found[0], s.Reference)
}

// rowsOf reads rows; an identifier that cannot be read is nobody's.
func (m *Module) rowsOf(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, f datasets.Filter) ([]datasets.Row, error) {
	found, err := m.Datasets.Sample(ctx, town, d.Slug(), f)
	if fault.Is(err, fault.Invalid) {
		return nil, nil
	}
	return found, err
}

// factsOf are the values of a row, under their headings.
func factsOf(ctx context.Context, d *datasets.Dataset, r datasets.Row) (list []contributions.Fact) {
	for i, f := range d.Source.Fields {
		if i >= len(r.Values) {
			break
		}
		label := i18n.T(ctx, f.Label)
		if f.Unit != "" {
			label += " (" + f.Unit + ")"
		}
		list = append(list, contributions.Fact{Name: f.Name, Label: label, Value: datasets.Display(ctx, f, r.Values[i])})
	}
	return list
}

// keyColumns is how many columns are tried as a row's key.
const keyColumns = 4

// keyOf looks for a value only this row has, so that the row is found again in a
// later edition of its table, whose rows are numbered anew.
func (m *Module) keyOf(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, r datasets.Row, reference map[string]string) error {
	tried := 0
	for i, f := range d.Source.Fields {
		value := keyText(f, r, i)
		if value == "" {
			continue
		}
		same, err := m.rowsOf(ctx, town, d, datasets.Filter{Equal: map[string]string{f.Name: value}, Limit: 2})
		if err != nil {
			return err
		}
		if len(same) == 1 {
			reference["key"], reference["value"] = f.Name, value
			return nil
		}
		if tried++; tried == keyColumns {
			return nil
		}
	}
	return nil
}

// keyText is a value that may tell a row from the others, "" for none.
func keyText(f datasets.Field, r datasets.Row, i int) string {
	if !f.Queryable || i >= len(r.Values) {
		return ""
	}
	switch v := r.Values[i].(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

// rowNow gives the values of a reported row as they are now: by its key, else by
// its number while the table's edition is the same; nil when it is not found.
func (m *Module) rowNow(ctx context.Context, town *tenants.Tenant, c *contributions.Contribution) ([]contributions.Fact, error) {
	d, err := m.Datasets.Get(ctx, town, c.Subject)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if key := c.About.Reference["key"]; key != "" {
		found, err := m.rowsOf(ctx, town, d, datasets.Filter{Equal: map[string]string{key: c.About.Reference["value"]}, Limit: 2})
		if err != nil {
			return nil, err
		}
		if len(found) == 1 {
			return factsOf(ctx, d, found[0]), nil
		}
	}
	t, err := m.Tables.Find(ctx, town, c.Subject)
	if err != nil || !sameEdition(t, c.About.Reference["edition"]) {
		return nil, err
	}
	found, err := m.rowsOf(ctx, town, d, datasets.Filter{ID: c.Part, Limit: 1})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return factsOf(ctx, d, found[0]), nil
}

// sameEdition reports whether rows still have the numbers they had.
func sameEdition(t *tables.Table, edition string) bool {
	return t == nil || strconv.Itoa(t.Edition) == edition
}
