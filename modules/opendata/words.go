package opendata

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func base64Of(sum [32]byte) string { return base64.StdEncoding.EncodeToString(sum[:]) }

// shorten cuts a text at a word, for a card.
func shorten(text string, most int) string {
	text, _, _ = strings.Cut(text, "\n")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := string([]rune(text)[:most])
	if i := strings.LastIndexByte(cut, ' '); i > most/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}

// card is a dataset in the catalogue.
func card(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) components.CardProps {
	return components.CardProps{
		Title: d.Title, Href: pageAddress(town, d), Text: shorten(d.Summary, 180), Icon: themeIcon(d.Themes), Tone: themeTone(d.Themes),
		Eyebrow: themeNames(ctx, d.Themes),
		Meta: i18n.T(ctx, "opendata.card.meta", i18n.V{
			"Rows": rowCount(ctx, d.Version.Rows), "Date": i18n.Date(d.Modified), "Formats": formatNames(ctx, d.Version),
		}),
	}
}

// formatNames are the formats a card has room for.
func formatNames(ctx context.Context, v *datasets.Version) string {
	labels, others := v.MainFormats()
	names := strings.Join(labels, ", ")
	if others > 0 {
		names = i18n.T(ctx, "opendata.card.formats", i18n.N(others), i18n.V{"Names": names})
	}
	return names
}

func rowCount(ctx context.Context, rows int64) string {
	return i18n.T(ctx, "opendata.rows", i18n.N(rows))
}

func themeNames(ctx context.Context, themes []datasets.Theme) string {
	names := make([]string, len(themes))
	for i, t := range themes {
		names[i] = i18n.T(ctx, t.LabelKey())
	}
	return strings.Join(names, ", ")
}

// look is the picture of a theme: an icon, and a tone of the tokens.
type look struct {
	Icon string
	Tone components.Tone
}

var looks = map[datasets.Theme]look{
	datasets.ThemeTrees:        {Icon: "trees"},
	datasets.ThemeBiodiversity: {Icon: "bird", Tone: components.Nature},
	datasets.ThemeHeat:         {Icon: "thermometer-sun", Tone: components.Heat},
	datasets.ThemeWater:        {Icon: "droplets", Tone: components.Data},
	datasets.ThemeAir:          {Icon: "wind", Tone: components.Data},
	datasets.ThemeSoil:         {Icon: "shovel", Tone: components.Warning},
	datasets.ThemeEnergy:       {Icon: "zap", Tone: components.Warning},
	datasets.ThemeWaste:        {Icon: "recycle", Tone: components.OK},
	datasets.ThemeMobility:     {Icon: "bike", Tone: components.Data},
	datasets.ThemeLand:         {Icon: "layers"},
	datasets.ThemeTown:         {Icon: "landmark"},
}

func themeTone(themes []datasets.Theme) components.Tone {
	if len(themes) == 0 {
		return components.Neutral
	}
	return looks[themes[0]].Tone
}

func themeIcon(themes []datasets.Theme) string {
	if len(themes) == 0 {
		return "database" // icon
	}
	return looks[themes[0]].Icon
}

// downloads are the files of a version, as links with their sizes.
func downloads(ctx context.Context, v *datasets.Version, address func(datasets.Format) string) []views.Download {
	list := make([]views.Download, len(v.Files))
	for i, f := range v.Files {
		list[i] = views.Download{
			Label: i18n.T(ctx, "opendata.download", i18n.V{"Format": f.Format.Label}),
			Href:  address(f.Format), Format: f.Format.Label, Size: i18n.Bytes(f.Size), Main: f.Format.Main, SHA256: hex.EncodeToString(f.SHA256[:]),
		}
	}
	return list
}

// facts are the identity card of a dataset.
func facts(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) []components.Definition {
	list := []components.Definition{
		{Term: i18n.T(ctx, "opendata.fact.producer"), Value: d.Producer},
		{Term: i18n.T(ctx, "opendata.fact.licence"), Value: d.Licence.Name(), Href: d.Licence.URL()},
		{Term: i18n.T(ctx, "opendata.fact.updated"), Value: i18n.Date(d.Modified)},
		{Term: i18n.T(ctx, "opendata.fact.issued"), Value: i18n.Date(d.Issued)},
		{Term: i18n.T(ctx, "opendata.fact.frequency"), Value: i18n.T(ctx, d.Frequency.LabelKey())},
		{Term: i18n.T(ctx, "opendata.fact.period"), Value: period(ctx, d)},
		{Term: i18n.T(ctx, "opendata.fact.territory"), Value: i18n.T(ctx, "opendata.fact.town", i18n.V{"Town": town.Name, "Code": town.INSEE})},
		{Term: i18n.T(ctx, "opendata.fact.version"), Value: i18n.Number(d.Latest), Note: rowCount(ctx, d.Version.Rows)},
	}
	if s := d.Source.Schema; s.URL != "" {
		list = append(list, components.Definition{
			Term: i18n.T(ctx, "opendata.fact.schema"), Value: s.Name + " " + s.Version, Href: s.URL,
		})
	}
	if d.Documentation != "" {
		list = append(list, components.Definition{
			Term: i18n.T(ctx, "opendata.fact.documentation"), Value: hostOf(d.Documentation), Href: d.Documentation,
		})
	}
	if d.HighValue != "" {
		list = append(list, components.Definition{Term: i18n.T(ctx, "opendata.fact.high_value"), Value: i18n.T(ctx, d.HighValue.LabelKey())})
	}
	return append(list, contact(ctx, d)...)
}

// hostOf names an address by its host.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

func contact(ctx context.Context, d *datasets.Dataset) []components.Definition {
	one := components.Definition{Term: i18n.T(ctx, "opendata.fact.contact"), Value: d.ContactName}
	switch {
	case d.ContactEmail != "":
		one.Href = "mailto:" + d.ContactEmail
	case d.ContactURL != "":
		one.Href = d.ContactURL
	default:
		return nil
	}
	return []components.Definition{one}
}

func period(ctx context.Context, d *datasets.Dataset) string {
	start, end := d.TemporalStart, d.TemporalEnd
	switch {
	case start.IsZero():
		return ""
	case end.IsZero():
		return i18n.T(ctx, "opendata.period.since", i18n.V{"Start": i18n.Date(start)})
	}
	return i18n.T(ctx, "opendata.period.between", i18n.V{"Start": i18n.Date(start), "End": i18n.Date(end)})
}

// fields is the data dictionary.
func fields(ctx context.Context, d *datasets.Dataset) components.TableProps {
	t := components.TableProps{ID: "dictionnaire", Caption: i18n.T(ctx, "opendata.dictionary.title"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"name", "label", "type", "about"} {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "opendata.dictionary."+key)})
	}
	for _, f := range d.Source.Fields {
		kind := i18n.T(ctx, "opendata.type."+string(f.Type))
		if f.Unit != "" {
			kind += " (" + f.Unit + ")"
		}
		about := ""
		if f.Description != "" {
			about = i18n.T(ctx, f.Description)
		}
		note := ""
		if f.Required {
			note = i18n.T(ctx, "opendata.dictionary.required")
		}
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: f.Name}, {Text: i18n.T(ctx, f.Label)}, {Text: kind, Note: note}, {Text: about},
		}})
	}
	return t
}

// cellLength keeps a remark from making every row of the preview tall.
const cellLength = 60

// sampleTable shows rows with the schema's own headings.
func sampleTable(ctx context.Context, d *datasets.Dataset, rows []datasets.Row) components.TableProps {
	t := components.TableProps{ID: "apercu", Caption: i18n.T(ctx, "opendata.preview.title"), CaptionHidden: true}
	for _, f := range d.Source.Fields {
		t.Columns = append(t.Columns, components.Column{Label: f.Name, Numeric: f.Type.Numeric()})
	}
	for _, r := range rows {
		cells := make([]components.Cell, len(d.Source.Fields))
		for i, f := range d.Source.Fields {
			if i < len(r.Values) {
				cells[i].Text = shorten(datasets.Display(ctx, f, r.Values[i]), cellLength)
			}
		}
		t.Rows = append(t.Rows, components.Row{Cells: cells})
	}
	return t
}
