package opendata

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/rows"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

const (
	// consoleRows is how many rows of an answer the console shows.
	consoleRows     = 20
	parameterFormat = "format"
	formatJSON      = "json" // of the API itself
)

// typed is a question as somebody wrote it into the console.
type typed struct {
	town    *tenants.Tenant
	dataset *datasets.Dataset
	query   url.Values // of the API, without the format
	format  string
	lines   string // address of the rows, without a format
}

// console lets people ask the API of rows: the fields of the form are its
// parameters, the answer is shown with its address and how to ask for it.
func (m *Module) console(c *fiber.Ctx, d *datasets.Dataset, sample []datasets.Row) (views.Console, error) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	t := typed{
		town: town, dataset: d, query: url.Values{}, format: formatJSON, lines: m.BaseURL + "/api/v1" + town.Path("donnees/"+d.Slug()+"/lignes"),
	}
	for _, name := range rows.Parameters() {
		if said := strings.TrimSpace(c.Query(name)); said != "" {
			t.query.Set(name, said)
		}
	}
	source, err := m.Datasets.Source(ctx, town, d.Slug())
	if err != nil {
		return views.Console{}, err
	}
	formats := datasets.Formats(source.Describe())
	if said := c.Query(parameterFormat); slices.ContainsFunc(formats, func(f datasets.Format) bool { return f.Name == said }) {
		t.format = said
	}
	page := pageAddress(town, d) + "/api"
	view := views.Console{
		Filter: components.FilterProps{ID: "question", Label: i18n.T(ctx, "opendata.console.form"), Action: page, Target: "#reponse", Submit: i18n.T(ctx, "opendata.console.ask"), Open: true},
		Fields: t.fields(ctx, formats, sample), Questions: questionsAbout(ctx, page, d, sample), Columns: fields(ctx, d),
	}
	view.Columns.ID = "champs-console"
	if len(t.query) > 0 {
		view.Filter.Reset = page
	}
	return view, m.answer(c, &view, t, source, sample)
}

// answer fills in the answer, or what is wrong with the question.
func (m *Module) answer(c *fiber.Ctx, view *views.Console, t typed, source datasets.Source, sample []datasets.Row) error {
	ctx := c.UserContext()
	if len(t.query) == 0 {
		view.Rows = sampleTable(ctx, t.dataset, sample)
		view.Found = i18n.T(ctx, "opendata.console.first", i18n.N(len(sample)))
	} else if err := m.ask20(ctx, view, t, source); err != nil {
		wrong, is := errors.AsType[*fault.Fault](err)
		if !is || wrong.Code != fault.Invalid {
			return err
		}
		view.Error = httpd.Message(c, wrong)
		for name, message := range httpd.FieldMessages(c, wrong) {
			view.Error = message
			for i := range view.Fields {
				if view.Fields[i].Name == name {
					view.Fields[i].Error = message
				}
			}
		}
		return nil
	}
	view.Rows.ID = "reponse-lignes"
	address := t.address()
	view.Address = views.Example{Label: i18n.T(ctx, "opendata.console.address"), Text: address}
	view.Open = components.LinkProps{Label: i18n.T(ctx, "opendata.console.open"), Href: address, Icon: "braces", Kind: components.Quiet}
	if t.format != formatJSON {
		view.Open.Label, view.Open.Icon, view.Open.Download = i18n.T(ctx, "opendata.console.download"), "download", true
	}
	view.Codes = t.codes(ctx, address)
	return nil
}

// address is where the API answers the question.
func (t typed) address() string {
	address := t.lines
	if t.format != formatJSON {
		address += "." + t.format
	}
	if len(t.query) > 0 {
		address += "?" + t.query.Encode()
	}
	return address
}

// ask20 reads the question and shows the first rows of its answer.
func (m *Module) ask20(ctx context.Context, view *views.Console, t typed, source datasets.Source) error {
	read := rows.ReadFile // a file has no limit unless one is said
	if t.format == formatJSON {
		read = rows.Read
	}
	question, err := read(ctx, source.Describe(), t.query)
	if err != nil {
		return err
	}
	q := asked{Question: question, dataset: t.dataset, source: source, query: t.query}
	about := *t.dataset
	about.Source = q.Describe(source.Describe())
	if _, can := datasets.FormatOf(about.Source, t.format); !can && t.format != formatJSON {
		return fault.New(fault.Invalid, "opendata.console.no_format", fault.On(parameterFormat, "opendata.console.no_format", nil))
	}
	var first []datasets.Row
	total := 0
	err = m.DB.ReadTenant(ctx, t.town.ID, func(ctx context.Context, tx *db.Tx) error {
		fresh, err := source.Changed(ctx, tx)
		if err != nil {
			return err
		}
		table, chosen, err := m.choose(ctx, tx, q, fresh.Version)
		if err != nil {
			return err
		}
		total, err = q.Page(table, chosen, consoleRows, func(r datasets.Row) error {
			r.Values, r.Codes = slices.Clone(r.Values), nil
			first = append(first, r)
			return nil
		})
		return err
	})
	view.Rows = sampleTable(ctx, &about, first)
	view.Found = i18n.T(ctx, "opendata.console.found", i18n.N(total))
	if len(first) < total {
		view.Found += " " + i18n.T(ctx, "opendata.console.shown", i18n.N(len(first)))
	}
	return err
}

// fields are the questions of the form, as the person left them.
func (t typed) fields(ctx context.Context, formats []datasets.Format, sample []datasets.Row) []components.Field {
	class, _ := classField(t.dataset, sample)
	number := numberField(t.dataset, sample)
	if class == "" && len(t.dataset.Source.Fields) > 0 {
		class = t.dataset.Source.Fields[0].Name
	}
	examples := map[string]string{"select": class + ", count(*)", "where": number + " > 10", "group_by": class, "order_by": class + " desc"}
	if number == "" {
		examples["where"] = class + " = 'x'"
	}
	var list []components.Field
	for _, name := range rows.Parameters() {
		f := components.Field{
			ID: "console-" + name, Name: name, Value: t.query.Get(name), Label: i18n.T(ctx, "opendata.console."+name),
			Hint: i18n.T(ctx, "opendata.console."+name+"_hint", i18n.V{"Example": examples[name]}),
		}
		if name == "limit" || name == "offset" {
			f.InputMode = "numeric"
		}
		list = append(list, f)
	}
	format := components.Field{ID: "console-format", Name: parameterFormat, Label: i18n.T(ctx, "opendata.console.format"), Value: t.format}
	format.Choices = append(format.Choices, components.Choice{Value: formatJSON, Label: i18n.T(ctx, "opendata.console.json"), Selected: t.format == formatJSON})
	for _, f := range formats {
		if f.Name != formatJSON && !f.Archive {
			format.Choices = append(format.Choices, components.Choice{Value: f.Name, Label: f.Label, Selected: t.format == f.Name})
		}
	}
	return append(list, format)
}

// questionsAbout are questions that fit a dataset, to begin with.
func questionsAbout(ctx context.Context, page string, d *datasets.Dataset, sample []datasets.Row) (list []components.LinkProps) {
	add := func(key string, words i18n.V, pairs ...string) {
		query := url.Values{}
		for pair := range slices.Chunk(pairs, 2) {
			query.Set(pair[0], pair[1])
		}
		list = append(list, components.LinkProps{
			Label: i18n.T(ctx, "opendata.console.try_"+key, words), Href: page + "?" + query.Encode() + "#console", Small: true, Kind: components.Quiet, Icon: "search",
		})
	}
	class, value := classField(d, sample)
	number := numberField(d, sample)
	if class != "" {
		words := i18n.V{"Field": class, "Value": shorten(value, 40)}
		add("group", words, "group_by", class, "order_by", "count desc")
		add("where", words, "where", class+" = '"+strings.ReplaceAll(value, "'", "''")+"'")
	}
	if number != "" {
		add("order", i18n.V{"Field": number}, "order_by", number+" desc", "limit", "10")
	}
	if class != "" && number != "" {
		add("average", i18n.V{"Field": number, "Class": class}, "select", class+", count(*) as nombre, avg("+number+") as moyenne", "group_by", class, "order_by", "nombre desc")
	}
	return list
}

// classField is the text that sorts rows best, few values for many rows, with the
// value most of them have; "" when there is none.
func classField(d *datasets.Dataset, sample []datasets.Row) (name, value string) {
	fewest := len(sample) + 1
	for i, f := range d.Source.Fields {
		if f.Type != datasets.Text {
			continue
		}
		counts, most := map[string]int{}, ""
		for _, r := range sample {
			if s, ok := valueAt(r, i).(string); ok && s != "" {
				if counts[s]++; counts[s] > counts[most] {
					most = s
				}
			}
		}
		if n := len(counts); n > 1 && n < fewest {
			name, value, fewest = f.Name, most, n
		}
	}
	return name, value
}

// numberField is the first measure that differs between rows, "" when there is
// none. A coordinate is no measure.
func numberField(d *datasets.Dataset, sample []datasets.Row) string {
	for _, kind := range []datasets.FieldType{datasets.Number, datasets.Integer} {
		for i, f := range d.Source.Fields {
			seen := map[any]bool{}
			if f.Type != kind || f.Unit == "°" || f.Name == "longitude" || f.Name == "latitude" {
				continue // nobody ranks places
			}
			for _, r := range sample {
				if v := valueAt(r, i); v != nil {
					seen[v] = true
				}
			}
			if len(seen) > 1 {
				return f.Name
			}
		}
	}
	return ""
}

func valueAt(r datasets.Row, i int) any {
	if i < len(r.Values) {
		return r.Values[i]
	}
	return nil
}

// codes ask for the answer in the languages people work with. The address has no
// quote and no backslash: it stands in all of them as it is.
func (t typed) codes(ctx context.Context, address string) []views.Example {
	file := t.dataset.Slug() + "." + t.format
	written := map[string]string{
		"curl":   "curl " + quote(address),
		"python": "import requests\n\nreponse = requests.get(\n    \"" + address + "\",\n    timeout=30,\n)\nreponse.raise_for_status()\nlignes = reponse.json()[\"results\"]",
		"r":      "library(jsonlite)\n\nlignes <- fromJSON(\n  \"" + address + "\"\n)$results",
		"js":     "const reponse = await fetch(\n  '" + address + "',\n)\nif (!reponse.ok) throw new Error(await reponse.text())\nconst { results } = await reponse.json()",
	}
	if t.format != formatJSON {
		name := strconv.Quote(file)
		written = map[string]string{
			"curl":   "curl -o " + quote(file) + " " + quote(address),
			"python": "from urllib.request import urlretrieve\n\nurlretrieve(\n    \"" + address + "\",\n    " + name + ",\n)",
			"r":      "download.file(\n  \"" + address + "\",\n  " + name + ", mode = \"wb\"\n)",
			"js":     "const reponse = await fetch(\n  '" + address + "',\n)\nif (!reponse.ok) throw new Error(await reponse.text())\nconst fichier = await reponse.blob()",
		}
	}
	if t.format == "csv" {
		written["python"] = "import pandas as pd\n\nlignes = pd.read_csv(\n    \"" + address + "\"\n)"
		written["r"] = "lignes <- read.csv(\n  \"" + address + "\"\n)"
	}
	var list []views.Example
	for _, language := range []string{"curl", "python", "r", "js"} {
		list = append(list, views.Example{Label: i18n.T(ctx, "opendata.console.code_"+language), Text: written[language]})
	}
	return list
}
