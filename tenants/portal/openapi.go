package portal

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/module"
)

// object is a JSON object of the document.
type object = map[string]any

// endpoint is one call of the API, as the console page and the document show it.
type endpoint struct {
	module.Operation
	Owner      module.Manifest
	Path       string   // "/api/v1/{town}/arbres/{id}"
	PathParams []string // "town", "id"
	Summary    string   // French, "" when the module says nothing
	Open       bool     // needs no token
	Permission string
}

// endpoints lists the routes of the API audience with what their modules say of
// them, and the routes of other audiences that modules describe.
func endpoints(ctx context.Context, r *module.Registry) []endpoint {
	type key struct {
		audience     module.Audience
		method, path string
	}
	said := map[key][]module.Operation{}
	for _, m := range r.Modules() {
		if d, ok := m.(module.Describer); ok {
			for _, o := range d.Operations() {
				at := key{o.Audience, o.Method, o.Path}
				if at.audience == "" {
					at.audience = module.API
				}
				said[at] = append(said[at], o)
			}
		}
	}
	var list []endpoint
	for _, route := range r.Routes() {
		operations := said[key{route.Audience, route.Method, route.Path}]
		if len(operations) == 0 && route.Audience == module.API {
			operations = []module.Operation{{}}
		}
		for _, o := range operations {
			list = append(list, described(ctx, r, route, o))
		}
	}
	return list
}

func described(ctx context.Context, r *module.Registry, route module.Route, o module.Operation) endpoint {
	e := endpoint{Operation: o, Open: route.Rule.IsPublic(), Permission: string(route.Rule.Permission())}
	e.Method = route.Method
	e.Owner, _ = r.Manifest(route.Owner)
	pattern := route.Pattern()
	for name, value := range o.Fixed {
		pattern = strings.Replace(pattern, ":"+name, value, 1)
	}
	e.Path, e.PathParams = template(pattern)
	if o.Summary != "" {
		e.Summary = i18n.T(ctx, o.Summary)
	}
	return e
}

var parameter = regexp.MustCompile(`[:*]([a-zA-Z_]*)\??`)

// template turns a route's pattern into OpenAPI's form.
func template(pattern string) (path string, names []string) {
	path = parameter.ReplaceAllStringFunc(pattern, func(found string) string {
		name := strings.Trim(found, ":?*")
		if name == "" {
			name = "path"
		}
		names = append(names, name)
		return "{" + name + "}"
	})
	return path, names
}

// document is the OpenAPI 3.1 description of the API.
func document(ctx context.Context, baseURL string, list []endpoint) object {
	paths := object{}
	for _, e := range list {
		item, known := paths[e.Path].(object)
		if !known {
			item = object{}
			paths[e.Path] = item
		}
		item[strings.ToLower(e.Method)] = e.operation(ctx)
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": i18n.T(ctx, "portal.api.document"), "version": "1", "description": i18n.T(ctx, "portal.api.text"),
		},
		"servers": []object{{"url": baseURL}},
		"paths":   paths,
		"components": object{
			"securitySchemes": object{"bearer": object{"type": "http", "scheme": "bearer"}},
			"schemas":         object{"Problem": problem},
			"responses": object{"Problem": object{
				"description": i18n.T(ctx, "portal.api.problem"),
				"content":     content(object{"$ref": "#/components/schemas/Problem"}),
			}},
		},
	}
}

// problem is the schema of httpd.Problem.
var problem = object{
	"type":     "object",
	"required": []string{"code", "message", "request_id"},
	"properties": object{
		"code": object{"type": "string"}, "message": object{"type": "string"}, "request_id": object{"type": "string"},
		"fields": object{"type": "array", "items": object{
			"type":       "object",
			"required":   []string{"name", "message"},
			"properties": object{"name": object{"type": "string"}, "message": object{"type": "string"}},
		}},
	},
}

// Its Go form; a field added there belongs into the schema.
var _ = httpd.Problem{}

func content(schema any) object { return object{"application/json": object{"schema": schema}} }

func (e endpoint) operation(ctx context.Context) object {
	status := e.Status
	if status == 0 {
		status = http.StatusOK
	}
	success := object{"description": http.StatusText(status)}
	if e.Answer != nil {
		success["content"] = content(e.Answer)
	}
	refusal := object{"$ref": "#/components/responses/Problem"}
	if e.Refusal != nil {
		refusal = object{"description": i18n.T(ctx, "portal.api.problem"), "content": content(e.Refusal)}
	}
	op := object{
		"operationId": e.id(),
		"tags":        []string{i18n.T(ctx, e.Owner.Title)},
		"parameters":  e.parameters(ctx),
		"responses":   object{strconv.Itoa(status): success, "default": refusal},
	}
	if e.Summary != "" {
		op["summary"] = e.Summary
	}
	if !e.Open {
		op["security"] = []object{{"bearer": []string{}}}
	}
	if e.BodyType != "" {
		schema := e.Body
		if schema == nil {
			schema = object{}
		}
		op["requestBody"] = object{"required": true, "content": object{e.BodyType: object{"schema": schema}}}
	}
	return op
}

// id names the operation for generated clients: "get_arbres_id".
func (e endpoint) id() string {
	_, rest, _ := strings.Cut(e.Path, "{town}")
	words := strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune("/{}.-", r) })
	return strings.Join(append([]string{strings.ToLower(e.Method)}, words...), "_")
}

func (e endpoint) parameters(ctx context.Context) []object {
	list := make([]object, 0, len(e.PathParams)+len(e.Query))
	for _, name := range e.PathParams {
		list = append(list, object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	for _, q := range e.Query {
		kind := q.Type
		if kind == "" {
			kind = "string"
		}
		list = append(list, object{
			"name": q.Name, "in": "query", "required": q.Required,
			"description": i18n.T(ctx, q.About), "schema": object{"type": kind},
		})
	}
	return list
}
