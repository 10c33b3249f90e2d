package scdl

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/services/words"
	"acvdata/tenants"
)

// Schema is where the schema followed stands.
const Schema = "https://schema.data.gouv.fr/schemas/scdl/catalogue/0.1.3/schema.json"

// columns are those of the schema, in its order and spelling.
var columns = []string{
	"COLL_NOM", "COLL_SIRET", "ID", "TITRE", "DESCRIPTION", "THEME", "PRODUCTEUR_NOM", "PRODUCTEUR_SIRET",
	"COUV_SPAT_MAILLE", "COUV_SPAT_NOM", "COUV_TEMP_DEBUT", "COUV_TEMP_FIN", "DATE_PUBL", "FREQ_MAJ", "DATE_MAJ",
	"MOTS_CLES", "LICENCE", "NOMBRE_RESSOURCES", "FORMAT_RESSOURCES", "URL",
}

// frequencies are the schema's words, the list is closed.
var frequencies = map[datasets.Frequency]string{
	datasets.Continuous: "Continuelle",
	datasets.Daily:      "Quotidienne ou plusieurs fois par jour",
	datasets.Weekly:     "Hebdomadaire ou plusieurs fois par semaine",
	datasets.Monthly:    "Mensuelle ou plusieurs fois par mois",
	datasets.Quarterly:  "Trimestrielle",
	datasets.TwiceAYear: "Semestrielle",
	datasets.Yearly:     "Annuelle",
	datasets.AsNeeded:   "Irrégulière",
}

var licences = map[datasets.Licence]string{
	datasets.OpenLicence: "Licence Ouverte-LO", datasets.ODbL: "Open Database License-ODBL",
}

// Longest texts of the specification, in characters.
const (
	longName = 140 // names, themes, keywords
	longText = 356 // the description
	longest  = 256 // the title
)

// Inventory is what a town publishes.
type Inventory struct {
	Base     string // address of the installation, without a slash at the end
	Town     *tenants.Tenant
	SIRET    string // of the town hall, 14 digits
	Datasets []datasets.Dataset
}

// Write writes the inventory as CSV in UTF-8, with commas as the schema wants.
func (i Inventory) Write(ctx context.Context, w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(columns); err != nil {
		return err
	}
	for n := range i.Datasets {
		line := i.line(ctx, &i.Datasets[n])
		for c := range line {
			line[c] = quiet(line[c])
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (i Inventory) line(ctx context.Context, d *datasets.Dataset) []string {
	start, end := d.TemporalStart, d.TemporalEnd
	if start.IsZero() {
		start = d.Modified // of undated data we know the day they were read
	}
	if end.Before(start) {
		end = d.Modified
	}
	if end.Before(start) {
		end = start
	}
	formats := formatsOf(d)
	return []string{
		short(i.Town.Name, longName), i.SIRET, d.Slug(), short(d.Title, longest), short(i.description(ctx, d), longText),
		short(themesOf(ctx, d), longName), short(d.Producer, longName), i.SIRET,
		"Communale", short(i.Town.Name, longName), day(start), day(end), day(d.Issued), frequencies[d.Frequency], day(d.Modified),
		keywords(ctx, d), licences[d.Licence], strconv.Itoa(len(d.Version.Listed()) + 1), strings.Join(formats, ";"),
		i.Base + i.Town.Path("donnees/"+d.Slug()),
	}
}

// description is one paragraph; demonstration data says so first.
func (i Inventory) description(ctx context.Context, d *datasets.Dataset) string {
	text := d.Summary
	if i.Town.Illustrative {
		text = i18n.T(ctx, "opendata.illustrative") + " " + text
	}
	return strings.Join(strings.Fields(text), " ")
}

func themesOf(ctx context.Context, d *datasets.Dataset) string {
	names := make([]string, len(d.Themes))
	for i, t := range d.Themes {
		names[i] = i18n.T(ctx, t.LabelKey())
	}
	return strings.Join(names, ";")
}

// keywords are in lower case without accents, and as many as the column holds. A
// dataset without any has its themes: the column may not be empty.
func keywords(ctx context.Context, d *datasets.Dataset) string {
	given := d.Keywords
	if len(given) == 0 {
		given = strings.Split(themesOf(ctx, d), ";")
	}
	var out string
	for _, k := range given {
		k = strings.ReplaceAll(words.Fold(k), ";", " ")
		if next := strings.Trim(out+";"+k, ";"); utf8.RuneCountInString(next) <= longName {
			out = next
		}
	}
	return out
}

// formatsOf are the extensions, and the API's format.
func formatsOf(d *datasets.Dataset) (list []string) {
	seen := map[string]bool{}
	for _, f := range d.Version.Listed() {
		name := f.Format.Name[strings.LastIndexByte(f.Format.Name, '.')+1:]
		if !seen[name] {
			seen[name] = true
			list = append(list, name)
		}
	}
	if !seen["geojson"] {
		list = append(list, "geojson")
	}
	return list
}

func day(t time.Time) string { return t.In(i18n.Paris).Format(time.DateOnly) }

// short cuts at a word, with an ellipsis.
func short(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := string([]rune(text)[:most-1])
	if space := strings.LastIndexByte(cut, ' '); space > len(cut)/2 {
		cut = cut[:space]
	}
	return cut + "…"
}

// quiet puts an apostrophe before a text that a spreadsheet would run.
func quiet(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
