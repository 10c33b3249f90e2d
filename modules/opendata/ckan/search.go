package ckan

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/services/words"
)

// Limits of package_search, CKAN's own.
const (
	usualRows = 10
	mostRows  = 1000
)

// condition is one word or one field:value of a question.
type condition struct {
	field, value string // field is "" for words anywhere
	not          bool
}

// conditions reads the part of the Solr syntax that catalogues are asked in:
// words, "exact words", field:value, -field:value, NOT, AND and + between them;
// *:* is everything. OR and ranges are refused rather than misread.
func conditions(question string) (list []condition, err error) {
	not := false
	for _, token := range tokens(question) {
		switch token {
		case "AND", "*:*", "":
			continue
		case "NOT":
			not = true
			continue
		case "OR":
			return nil, invalid("q", "opendata.ckan.no_or")
		}
		c := condition{not: not}
		not = false
		if rest, minus := strings.CutPrefix(token, "-"); minus {
			token, c.not = rest, !c.not
		}
		token = strings.TrimPrefix(token, "+")
		if field, value, is := strings.Cut(token, ":"); is && !strings.ContainsAny(field, `"/`) {
			c.field, token = field, value
		}
		c.value = strings.Trim(strings.Trim(token, "()"), `"`)
		list = append(list, c)
	}
	return list, nil
}

// tokens cuts at spaces outside quotes.
func tokens(s string) []string {
	quoted := false
	return strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
}

// known are the fields that can be asked for.
var known = map[string]func(d *datasets.Dataset, value string, s Site) bool{
	"name":         func(d *datasets.Dataset, v string, _ Site) bool { return same(d.Slug(), v) },
	"id":           func(d *datasets.Dataset, v string, _ Site) bool { return d.ID.String() == v },
	"title":        func(d *datasets.Dataset, v string, _ Site) bool { return holds(d.Title, v) },
	"notes":        func(d *datasets.Dataset, v string, _ Site) bool { return holds(d.Summary, v) },
	"author":       func(d *datasets.Dataset, v string, _ Site) bool { return holds(d.Producer, v) },
	"organization": func(_ *datasets.Dataset, v string, s Site) bool { return v == s.Town.Slug },
	"license_id":   func(d *datasets.Dataset, v string, _ Site) bool { return licences[d.Licence] == v },
	"type":         func(_ *datasets.Dataset, v string, _ Site) bool { return v == "dataset" },
	"state":        func(_ *datasets.Dataset, v string, _ Site) bool { return v == active },
	"groups":       func(d *datasets.Dataset, v string, _ Site) bool { return hasTheme(d, datasets.Theme(v)) },
	"tags":         hasTag,
	"res_format":   hasFormat,
}

func hasTheme(d *datasets.Dataset, t datasets.Theme) bool { return slices.Contains(d.Themes, t) }

func hasTag(d *datasets.Dataset, value string, _ Site) bool {
	return slices.ContainsFunc(d.Keywords, func(k string) bool { return same(k, value) })
}

func hasFormat(d *datasets.Dataset, value string, _ Site) bool {
	return slices.ContainsFunc(d.Version.Listed(), func(f datasets.File) bool { return same(f.Format.FileType, value) })
}

func same(a, b string) bool { return words.Fold(a) == words.Fold(b) }

// holds looks for words without minding case and accents; "*" is any.
func holds(text, phrase string) bool {
	return phrase == "*" || strings.Contains(words.Fold(text), words.Fold(strings.Trim(phrase, "*")))
}

// meets reports whether a dataset is what a condition asks for.
func (s Site) meets(d *datasets.Dataset, c condition) bool {
	if c.field == "" {
		return c.not != holds(d.Title+"\n"+d.Summary+"\n"+d.Producer+"\n"+d.Slug()+"\n"+strings.Join(d.Keywords, "\n"), c.value)
	}
	return c.not != known[c.field](d, c.value, s)
}

// found is the answer to package_search.
type found struct {
	Count   int            `json:"count"`
	Sort    string         `json:"sort"`
	Facets  map[string]any `json:"facets"`
	Search  map[string]any `json:"search_facets"`
	Results []Package      `json:"results"`
}

// usualOrder is CKAN's; we have no score, so the newest come first.
const usualOrder = "score desc, metadata_modified desc"

func (s Site) search(asked url.Values) (any, error) {
	start, rows, err := window(asked, "start", "rows", usualRows)
	if err != nil {
		return nil, err
	}
	list, err := s.matching(asked.Get("q") + " " + strings.Join(asked["fq"], " "))
	if err != nil {
		return nil, err
	}
	order := cmp.Or(asked.Get("sort"), usualOrder)
	if err := arrange(list, order); err != nil {
		return nil, err
	}
	out := found{Count: len(list), Sort: order, Facets: map[string]any{}, Search: map[string]any{}, Results: []Package{}}
	list = list[min(start, len(list)):]
	for _, d := range list[:min(rows, len(list))] {
		out.Results = append(out.Results, s.packageOf(d))
	}
	return out, nil
}

// matching lists the datasets that meet every condition of a question.
func (s Site) matching(question string) (list []*datasets.Dataset, err error) {
	asked, err := conditions(question)
	if err != nil {
		return nil, err
	}
	for _, c := range asked {
		if _, is := known[c.field]; !is && c.field != "" {
			return nil, invalid("q", "opendata.ckan.no_field", i18n.V{"Field": c.field})
		}
	}
	for i := range s.Datasets {
		d := &s.Datasets[i]
		if !slices.ContainsFunc(asked, func(c condition) bool { return !s.meets(d, c) }) {
			list = append(list, d)
		}
	}
	return list, nil
}

// orders compares two datasets by a field, downwards where desc says so.
var orders = map[string]func(a, b *datasets.Dataset) int{
	"score":             func(_, _ *datasets.Dataset) int { return 0 },
	"name":              func(a, b *datasets.Dataset) int { return cmp.Compare(a.Slug(), b.Slug()) },
	"title":             func(a, b *datasets.Dataset) int { return cmp.Compare(words.Fold(a.Title), words.Fold(b.Title)) },
	"title_string":      func(a, b *datasets.Dataset) int { return cmp.Compare(words.Fold(a.Title), words.Fold(b.Title)) },
	"metadata_modified": func(a, b *datasets.Dataset) int { return a.Modified.Compare(b.Modified) },
	"metadata_created":  func(a, b *datasets.Dataset) int { return a.Issued.Compare(b.Issued) },
}

// arrange sorts as asked, then by name: the same question has one answer.
func arrange(list []*datasets.Dataset, order string) error {
	type step struct {
		by   func(a, b *datasets.Dataset) int
		sign int
	}
	var steps []step
	for part := range strings.SplitSeq(order, ",") {
		field, way, _ := strings.Cut(strings.TrimSpace(part), " ")
		by, is := orders[field]
		sign := map[string]int{"": 1, "asc": 1, "desc": -1}[strings.ToLower(strings.TrimSpace(way))]
		if !is || sign == 0 {
			return invalid("sort", "opendata.ckan.no_sort", i18n.V{"Sort": strings.TrimSpace(part)})
		}
		steps = append(steps, step{by, sign})
	}
	steps = append(steps, step{orders["name"], 1})
	slices.SortStableFunc(list, func(a, b *datasets.Dataset) int {
		for _, s := range steps {
			if way := s.sign * s.by(a, b); way != 0 {
				return way
			}
		}
		return 0
	})
	return nil
}

// window reads where to start and how many to give: whole numbers that are not
// negative; more than mostRows is mostRows, as in CKAN.
func window(asked url.Values, startName, rowsName string, usual int) (start, rows int, err error) {
	rows = usual
	for name, into := range map[string]*int{startName: &start, rowsName: &rows} {
		given := asked.Get(name)
		if given == "" {
			continue
		}
		n, err := strconv.Atoi(given)
		if err != nil || n < 0 {
			return 0, 0, invalid(name, "opendata.ckan.no_number")
		}
		*into = n
	}
	return start, min(rows, mostRows), nil
}
