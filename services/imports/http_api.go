package imports

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// api answers programs.
type api struct{ service *Service }

// submit takes a file in: multipart fields target, commit, skip_rejected,
// mapping (JSON, see Overrides) before or after the file.
func (a *api) submit(c *fiber.Ctx) error {
	ctx, cancel := uploadContext(c)
	defer cancel()
	who := caller(c)
	var i *Import
	fields, err := receiveForm(c, func(fields url.Values, name string, file io.Reader) (err error) {
		if code := fields.Get("target"); code != "" { // refused before a long upload where it can be
			if _, err := a.service.allowed(who, code); err != nil {
				return err
			}
		}
		i, err = a.service.Upload(ctx, who, name, file)
		return err
	})
	var sub Submission
	if err == nil {
		sub, err = submission(fields)
	}
	if err != nil {
		if i != nil {
			a.service.discard(ctx, i)
		}
		return err
	}
	i, err = a.service.Resume(ctx, who, i, sub)
	if i != nil {
		c.Location(address(who.Town, i.ID))
	}
	if err != nil {
		return err
	}
	c.Status(fiber.StatusAccepted)
	return a.answer(c, i)
}

func submission(fields url.Values) (Submission, error) {
	sub := Submission{Target: fields.Get("target"), Commit: fields.Get("commit") == "true", SkipRejected: fields.Get("skip_rejected") == "true"}
	if raw := fields.Get("mapping"); raw != "" {
		if err := json.Unmarshal([]byte(raw), &sub.Overrides); err != nil {
			return sub, badMapping(err)
		}
	}
	return sub, nil
}

func badMapping(err error) error {
	return fault.New(fault.Invalid, "imports.fault.mapping_json", fault.Because(err), fault.On("mapping", "imports.fault.mapping_json", nil))
}

func (a *api) list(c *fiber.Ctx) error {
	before, _ := uuid.Parse(c.Query("before"))
	list, more, err := a.service.List(c.UserContext(), caller(c), c.Query("target"), before)
	if err != nil {
		return err
	}
	out := struct {
		Imports []document `json:"imports"`
		Next    string     `json:"next,omitempty"`
	}{Imports: []document{}}
	for _, i := range list {
		out.Imports = append(out.Imports, a.document(c, i))
	}
	if more {
		out.Next = addressOfList(httpd.Scope(c).Town) + "?" + url.Values{"before": {list[len(list)-1].ID.String()}, "target": {c.Query("target")}}.Encode()
	}
	return c.JSON(out)
}

func (a *api) show(c *fiber.Ctx) error {
	return a.with(c, func(ctx context.Context, who Caller, id uuid.UUID) (*Import, error) {
		return a.service.Get(ctx, who, id)
	})
}

// check maps again, with the corrections of the body if any, and checks.
func (a *api) check(c *fiber.Ctx) error {
	return a.with(c, func(ctx context.Context, who Caller, id uuid.UUID) (*Import, error) {
		var body struct {
			Mapping      Overrides `json:"mapping"`
			Commit       bool      `json:"commit"`
			SkipRejected bool      `json:"skip_rejected"`
		}
		if raw := c.Body(); len(raw) > 0 {
			if err := json.Unmarshal(raw, &body); err != nil {
				return nil, badMapping(err)
			}
		}
		i, err := a.service.Get(ctx, who, id)
		if err != nil {
			return nil, err
		}
		c.Status(fiber.StatusAccepted)
		return a.service.Proceed(ctx, who, i, Submission{Commit: body.Commit, SkipRejected: body.SkipRejected, Overrides: body.Mapping})
	})
}

func (a *api) commit(c *fiber.Ctx) error {
	return a.with(c, func(ctx context.Context, who Caller, id uuid.UUID) (*Import, error) {
		var body struct {
			SkipRejected bool `json:"skip_rejected"`
		}
		if raw := c.Body(); len(raw) > 0 {
			if err := json.Unmarshal(raw, &body); err != nil {
				return nil, badMapping(err)
			}
		}
		c.Status(fiber.StatusAccepted)
		return a.service.Commit(ctx, who, id, body.SkipRejected)
	})
}

func (a *api) cancel(c *fiber.Ctx) error {
	return a.with(c, func(ctx context.Context, who Caller, id uuid.UUID) (*Import, error) {
		c.Status(fiber.StatusAccepted)
		return a.service.Cancel(ctx, who, id)
	})
}

func (a *api) undo(c *fiber.Ctx) error {
	return a.with(c, func(ctx context.Context, who Caller, id uuid.UUID) (*Import, error) {
		c.Status(fiber.StatusAccepted)
		return a.service.Undo(ctx, who, id)
	})
}

func (a *api) problems(c *fiber.Ctx) error { return sendProblems(c, a.service) }

func (a *api) with(c *fiber.Ctx, do func(context.Context, Caller, uuid.UUID) (*Import, error)) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	i, err := do(c.UserContext(), caller(c), id)
	if err != nil {
		return err
	}
	return a.answer(c, i)
}

func (a *api) answer(c *fiber.Ctx, i *Import) error {
	doc := a.document(c, i)
	if p, err := a.service.Preview(c.UserContext(), caller(c), i.ID); err == nil {
		doc.Problems = problemsOf(c, p)
	}
	if of, err := a.service.SchemaOf(c.UserContext(), i); err == nil && of != nil {
		doc.Schema = &schemaDocument{of.Label, of.Address, i.Respected}
	}
	if i.State.Working() {
		if p, err := a.service.Jobs.Progress(c.UserContext(), i.Tenant, i.Subject()); err == nil {
			doc.Progress = &progressDocument{
				Step: i18n.T(c.UserContext(), phaseKey(p.Phase)), Done: p.Done, Total: p.Total,
				Rate: p.Rate, SecondsLeft: p.Left.Seconds(),
			}
		}
	}
	return c.JSON(doc)
}

// document is an import as programs see it.
type document struct {
	ID       uuid.UUID         `json:"id"`
	URL      string            `json:"url"`
	Page     string            `json:"page"`
	Target   string            `json:"target"`
	State    State             `json:"state"`
	Message  string            `json:"message,omitempty"` // why the last step did not go through
	File     fileDocument      `json:"file"`
	Rows     rowsDocument      `json:"rows"`
	Progress *progressDocument `json:"progress,omitempty"`
	Problems []problemDocument `json:"problems"`
	Schema   *schemaDocument   `json:"schema,omitempty"`
	Columns  map[string]string `json:"columns"` // target column → heading
	Dates    map[string]any    `json:"dates"`
}

type fileDocument struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type rowsDocument struct {
	Read      int64 `json:"read"`
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Rejected  int64 `json:"rejected"`
	Warned    int64 `json:"warned"`
	Skipped   int64 `json:"skipped"`
}

type progressDocument struct {
	Step        string  `json:"step"`
	Done        int64   `json:"done"`
	Total       int64   `json:"total"`
	Rate        float64 `json:"rate"`
	SecondsLeft float64 `json:"seconds_left"`
}

// schemaDocument is the schema the file is checked against. Respected is null
// before the check.
type schemaDocument struct {
	Label     string `json:"label"`
	URL       string `json:"url,omitempty"`
	Respected *bool  `json:"respected"`
}

type problemDocument struct {
	Code     string   `json:"code"`
	Message  string   `json:"message"`
	Severity Severity `json:"severity"`
	Column   string   `json:"column,omitempty"`
	Count    int64    `json:"count"`
	Lines    []int    `json:"lines"`
	Values   []string `json:"values,omitempty"`
}

func (a *api) document(c *fiber.Ctx, i *Import) document {
	town := httpd.Scope(c).Town
	doc := document{
		ID: i.ID, URL: address(town, i.ID), Page: pageOf(town, i.ID), Target: i.Target, State: i.State,
		File: fileDocument{i.File.Name, i.File.Size, hex.EncodeToString(i.File.SHA256)},
		Rows: rowsDocument{
			i.Counts.Rows, i.Counts.Created, i.Counts.Updated, i.Counts.Unchanged, i.Counts.Rejected,
			i.Counts.Warned, i.Counts.Skipped,
		},
		Problems: []problemDocument{}, Columns: map[string]string{}, Dates: map[string]any{},
	}
	if i.Fault != nil {
		doc.Message = httpd.Message(c, i.Fault)
	}
	for name, index := range i.Mapping.Columns {
		if index >= 0 && index < len(i.Detection.Columns) {
			doc.Columns[name] = i.Detection.Columns[index].Heading
		}
	}
	for name, at := range map[string]time.Time{
		"created": i.Created.At, "checked": i.CheckedAt,
		"committed": i.Committed.At, "undone": i.Undone.At,
	} {
		if !at.IsZero() {
			doc.Dates[name] = at.UTC().Format(time.RFC3339)
		}
	}
	return doc
}

func problemsOf(c *fiber.Ctx, p *Preview) []problemDocument {
	list := make([]problemDocument, 0, len(p.Groups))
	for _, g := range p.Groups {
		list = append(list, problemDocument{
			Code: g.Key, Message: i18n.T(c.UserContext(), g.Key, i18n.V(g.Args)),
			Severity: g.Severity, Column: g.Column, Count: g.Count, Lines: slices.Clone(g.Lines), Values: g.Values,
		})
	}
	return list
}

func addressOfList(t *tenants.Tenant) string { return "/api/v1/" + t.Slug + "/imports" }

func address(t *tenants.Tenant, id uuid.UUID) string { return addressOfList(t) + "/" + id.String() }

func pageOf(t *tenants.Tenant, id uuid.UUID) string { return t.Path("espace/imports/" + id.String()) }

func phaseKey(phase string) string {
	if strings.HasPrefix(phase, "imports.phase.") {
		return phase
	}
	return "imports.phase.queued"
}
