package imports

import "acvdata/services/module"

// schema is a JSON Schema.
type schema = map[string]any

var _ module.Describer = (*Module)(nil)

// Operations describes the module's part of the platform's API.
func (*Module) Operations() []module.Operation {
	text, whole, yes := schema{"type": "string"}, schema{"type": "integer"}, schema{"type": "boolean"}
	counts := schema{}
	for _, name := range []string{"read", "created", "updated", "unchanged", "rejected"} {
		counts[name] = whole
	}
	one := object(schema{
		"id": text, "url": text, "page": text, "target": text, "state": text, "message": text,
		"file": object(schema{"name": text, "size": whole, "sha256": text}), "rows": object(counts),
		"schema":   object(schema{"label": text, "url": text, "respected": yes}),
		"progress": object(schema{"step": text, "done": whole, "total": whole, "rate": schema{"type": "number"}, "seconds_left": schema{"type": "number"}}),
	})
	watch := object(schema{
		"id": text, "url": text, "page": text, "target": text, "address": text, "state": text, "message": text, "owner": text, "next": text,
		"schedule": object(schema{"every": text, "hour": whole, "weekday": whole, "month_day": whole}),
		"checks":   schema{"type": "array", "items": object(schema{"at": text, "state": text, "message": text, "import": text})},
	})
	const json, multipart = "application/json", "multipart/form-data"
	skip := object(schema{"skip_rejected": yes})
	return []module.Operation{
		{
			Method: "GET", Path: "/imports", Summary: "imports.operation.list",
			Query:  []module.Parameter{{Name: "target", About: "imports.operation.target"}, {Name: "before", About: "imports.operation.before"}},
			Answer: object(schema{"imports": schema{"type": "array", "items": one}, "next": text}),
		},
		{
			Method: "POST", Path: "/imports", Summary: "imports.operation.submit", BodyType: multipart, Status: 202, Answer: one,
			Body: object(schema{"file": schema{"type": "string", "format": "binary"}, "target": text, "commit": yes, "skip_rejected": yes, "mapping": text}),
		},
		{
			Method: "GET", Path: "/imports/watches", Summary: "imports.operation.watches",
			Answer: object(schema{"watches": schema{"type": "array", "items": watch}}),
		},
		{Method: "GET", Path: "/imports/watches/:watch", Summary: "imports.operation.watch", Answer: watch},
		{Method: "POST", Path: "/imports/watches/:watch/check", Summary: "imports.operation.watch_check", Status: 202, Answer: watch},
		{Method: "POST", Path: "/imports/watches/:watch/pause", Summary: "imports.operation.watch_pause", Answer: watch},
		{Method: "POST", Path: "/imports/watches/:watch/resume", Summary: "imports.operation.watch_resume", Answer: watch},
		{Method: "GET", Path: "/imports/:id", Summary: "imports.operation.show", Answer: one},
		{Method: "GET", Path: "/imports/:id/problems", Summary: "imports.operation.problems"},
		{Method: "GET", Path: "/imports/:id/rejected", Summary: "imports.operation.rejected"},
		{Method: "GET", Path: "/imports/:id/schema", Summary: "imports.operation.schema", Answer: object(schema{
			"valid": yes, "date": text, "stats": schema{"type": "object"}, "warnings": schema{"type": "array", "items": text},
			"errors": schema{"type": "array"}, "tasks": schema{"type": "array"},
		})},
		{
			Method: "POST", Path: "/imports/:id/check", Summary: "imports.operation.check", BodyType: json, Status: 202, Answer: one,
			Body: object(schema{"mapping": schema{"type": "object"}, "commit": yes, "skip_rejected": yes}),
		},
		{Method: "POST", Path: "/imports/:id/commit", Summary: "imports.operation.commit", BodyType: json, Status: 202, Body: skip, Answer: one},
		{Method: "POST", Path: "/imports/:id/cancel", Summary: "imports.operation.cancel", Status: 202, Answer: one},
		{Method: "POST", Path: "/imports/:id/undo", Summary: "imports.operation.undo", Status: 202, Answer: one},
	}
}

func object(properties schema) schema { return schema{"type": "object", "properties": properties} }
