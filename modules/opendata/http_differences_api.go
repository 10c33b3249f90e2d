package opendata

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/datasets"
	"acvdata/services/datasets/changes"
	"acvdata/services/fault"
	"acvdata/services/httpd"
)

// differencesJSON is what changed between two versions in the API.
type differencesJSON struct {
	State     string                 `json:"state"` // "ready", or "waiting" without anything else but the versions
	Older     int                    `json:"older"`
	Newer     int                    `json:"newer"`
	Added     int64                  `json:"added"`
	Changed   int64                  `json:"changed"`
	Removed   int64                  `json:"removed"`
	Same      int64                  `json:"same"`
	Key       []string               `json:"key"`
	KeyReason string                 `json:"key_reason"` // why there is no key
	Columns   []changes.ColumnChange `json:"columns"`
	Touched   []changes.Touched      `json:"touched"`
	Matched   int64                  `json:"matched"` // changes that the question chooses
	Changes   []changeJSON           `json:"changes"`
	Files     []differenceFileJSON   `json:"files"`
}

type differenceFileJSON struct {
	Format string `json:"format"`
	URL    string `json:"url"`
}

// changeJSON is one row that changed.
type changeJSON struct {
	Change changes.Kind               `json:"change"`
	Key    map[string]json.RawMessage `json:"key,omitempty"`
	Before map[string]json.RawMessage `json:"before,omitempty"`
	Fields []string                   `json:"fields,omitempty"`
	Row    map[string]json.RawMessage `json:"row,omitempty"`
}

func members(values []changes.Value) map[string]json.RawMessage {
	if len(values) == 0 {
		return nil
	}
	all := make(map[string]json.RawMessage, len(values))
	for _, v := range values {
		all[v.Name] = v.JSON
	}
	return all
}

// The pages of the API's differences.
const (
	usualChanges = 100
	mostChanges  = 1000
)

// apiDifferences tells what changed up to a version: 202 while it is computed.
func (m *Module) apiDifferences(c *fiber.Ctx) error {
	q, err := m.compare(c, c.Query("since"))
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*") // without credentials: what residents see
	out := differencesJSON{
		State: "ready", Older: q.diff.Older, Newer: q.diff.Newer, Key: []string{}, Columns: []changes.ColumnChange{},
		Touched: []changes.Touched{}, Changes: []changeJSON{}, Files: []differenceFileJSON{},
	}
	if !q.diff.Ready {
		out.State = "waiting"
		c.Set(fiber.HeaderRetryAfter, "2")
		return c.Status(fiber.StatusAccepted).JSON(out)
	}
	f, skip, most, err := askedChanges(c, q.diff.Summary)
	if err != nil {
		return err
	}
	records, err := m.Datasets.Changes(ctx, town, q.diff, f, skip, most)
	if err != nil {
		return err
	}
	s := q.diff.Summary
	out.Added, out.Changed, out.Removed, out.Same, out.KeyReason, out.Matched = s.Added, s.Changed, s.Removed, s.Same, s.Why, s.Matched(f)
	out.Key, out.Columns, out.Touched = append(out.Key, s.Key...), append(out.Columns, s.Columns...), append(out.Touched, s.Touched...)
	for _, r := range records {
		out.Changes = append(out.Changes, changeJSON{r.Kind, members(r.Key), members(r.Before), r.Fields, members(r.Row)})
	}
	for _, kind := range datasets.DifferenceFormats() {
		out.Files = append(out.Files, differenceFileJSON{kind.Name, m.BaseURL + differenceFile(town, q, kind)})
	}
	return c.JSON(out)
}

// askedChanges reads a question; one that cannot be answered is an invalid fault.
func askedChanges(c *fiber.Ctx, s changes.Summary) (f changes.Filter, skip int64, most int, err error) {
	f = changes.Filter{Kind: changes.Kind(c.Query("change")), Column: c.Query("column")}
	refuse := func(name string) error {
		return fault.New(fault.Invalid, "opendata.fault.differences_question", fault.With(fault.Args{"Name": name, "Most": mostChanges}))
	}
	if f.Kind != "" && !f.Kind.Known() {
		return f, 0, 0, refuse("change")
	}
	if f.Column != "" && !slices.ContainsFunc(s.Rows, func(col changes.Column) bool { return col.Name == f.Column }) {
		return f, 0, 0, refuse("column")
	}
	if most, err = strconv.Atoi(c.Query("limit", strconv.Itoa(usualChanges))); err != nil || most < 0 || most > mostChanges {
		return f, 0, 0, refuse("limit")
	}
	if skip, err = strconv.ParseInt(c.Query("offset", "0"), 10, 64); err != nil || skip < 0 {
		return f, 0, 0, refuse("offset")
	}
	return f, skip, most, nil
}
