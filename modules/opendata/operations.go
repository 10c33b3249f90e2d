package opendata

import (
	"slices"

	"acvdata/services/datasets/changes"
	"acvdata/services/module"
)

// Operations describes the module's part of the platform's API.
func (m *Module) Operations() []module.Operation {
	text, whole := object{"type": "string"}, object{"type": "integer"}
	list := func(of object) object { return object{"type": "array", "items": of} }
	file := object{"type": "object", "properties": object{"format": text, "url": text, "size": whole, "sha256": text}}
	version := object{"type": "object", "properties": object{
		"number": whole, "note": text, "rows": whole, "published": text, "files": list(file), "restores": whole,
		"changes": object{"type": "object", "properties": object{"added": whole, "changed": whole, "removed": whole}},
	}}
	about := object{
		"title": text, "summary": text, "licence": object{"type": "string", "enum": []string{"LO-2.0", "ODbL-1.0"}},
		"producer": text, "contact_name": text, "contact_email": text, "contact_url": text, "frequency": text,
		"themes": list(text), "keywords": list(text), "temporal_start": text, "temporal_end": text,
		"method": text, "documentation": text, "high_value": object{"type": "string", "enum": []string{"", "environment", "geospatial", "meteorological", "mobility", "statistics", "companies"}},
	}
	score := object{"type": "object", "properties": object{"points": whole, "of": whole}}
	dataset := object{"type": "object", "properties": object{
		"slug": text, "state": text, "title": text, "summary": text, "licence": text, "page": text, "version": version,
		"quality": object{"type": "object", "properties": object{"datagouv": score, "mqa": score}}, "questions": list(debateSchema()),
	}}
	progress := object{"type": "object", "properties": object{"state": text, "done": whole, "total": whole, "version": whole}}
	const json = "application/json"
	return append([]module.Operation{
		{
			Method: "GET", Path: "/donnees", Summary: "opendata.operation.list",
			Query:  []module.Parameter{{Name: "q", About: "opendata.operation.q"}, {Name: "theme", About: "opendata.operation.theme"}},
			Answer: object{"type": "object", "properties": object{"datasets": list(dataset), "harvested": list(object{"type": "object"})}},
		},
		{Method: "GET", Path: "/donnees/:dataset", Summary: "opendata.operation.show", Answer: dataset},
		{
			Method: "PUT", Path: "/donnees/:dataset", Summary: "opendata.operation.save", BodyType: json,
			Body: object{"type": "object", "properties": about}, Answer: dataset,
		},
		{
			Method: "GET", Path: "/donnees/:dataset/lignes", Summary: "opendata.operation.rows",
			Query:  questions(),
			Answer: object{"type": "object", "properties": object{"total_count": whole, "results": list(object{"type": "object"})}},
		},
		{
			Method: "GET", Path: "/donnees/:dataset/lignes.:format", Summary: "opendata.operation.rows_file",
			Query: questions(), Answer: object{"type": "string", "format": "binary"},
		},
		{
			Method: "GET", Path: "/donnees/:dataset/versions", Summary: "opendata.operation.versions",
			Answer: object{"type": "object", "properties": object{"versions": list(version)}},
		},
		{
			Method: "POST", Path: "/donnees/:dataset/publications", Summary: "opendata.operation.publish", BodyType: json,
			Body: object{"type": "object", "properties": object{"note": text}}, Status: 202, Answer: progress,
		},
		{Method: "GET", Path: "/donnees/:dataset/publications", Summary: "opendata.operation.publication", Answer: progress},
		{
			Method: "POST", Path: "/donnees/:dataset/withdrawal", Summary: "opendata.operation.withdraw", BodyType: json,
			Body: object{"type": "object", "properties": object{"reason": text}}, Answer: dataset,
		},
	}, slices.Concat(decisions(), consultations(), comparisons(), ckanActions())...)
}

// consultations are the operations on collective questions.
func consultations() []module.Operation {
	return []module.Operation{
		{
			Method: "GET", Path: "/donnees/questions-collectives", Summary: "opendata.operation.debates",
			Answer: object{"type": "object", "properties": object{"questions": object{"type": "array", "items": debateSchema()}}},
		},
		{Method: "GET", Path: "/donnees/questions-collectives/:debate", Summary: "opendata.operation.debate", Answer: debateSchema()},
	}
}

// debateSchema describes a collective question.
func debateSchema() object {
	text := object{"type": "string"}
	return object{"type": "object", "properties": object{
		"slug": text, "title": text, "lead": text, "theme": text, "page": text, "opens_on": text, "closes_on": text, "published": text,
		"state": object{"type": "string", "enum": []string{"coming", "open", "closed", "answered", "decided"}},
		"shows": object{"type": "array", "items": text}, "answer": text, "answered_as": text, "answered_at": object{"type": []string{"string", "null"}},
		"decision": text, "decided_on": text, "decision_url": text,
		"arguments": object{"type": "array", "items": object{"type": "object", "properties": object{
			"side": object{"type": "string", "enum": []string{sideFor, sideAgainst}}, "text": text, "name": text, "at": text,
		}}},
	}}
}

// comparisons are the operations on what changed between versions.
func comparisons() []module.Operation {
	text, whole, free := object{"type": "string"}, object{"type": "integer"}, object{"type": "object"}
	list := func(of object) object { return object{"type": "array", "items": of} }
	answer := object{"type": "object", "properties": object{
		"state": object{"type": "string", "enum": []string{"ready", "waiting"}}, "older": whole, "newer": whole,
		"added": whole, "changed": whole, "removed": whole, "same": whole, "key": list(text),
		"key_reason": object{"type": "string", "enum": []string{"", changes.NoKey, changes.DuplicateKey}},
		"columns":    list(object{"type": "object", "properties": object{"name": text, "change": text, "from": text, "to": text}}),
		"touched":    list(object{"type": "object", "properties": object{"name": text, "rows": whole}}),
		"matched":    whole, "changes": list(object{"type": "object", "properties": object{
			"change": object{"type": "string", "enum": changes.Kinds()}, "key": free, "before": free, "fields": list(text), "row": free,
		}}),
		"files": list(object{"type": "object", "properties": object{"format": text, "url": text}}),
	}}
	return []module.Operation{
		{
			Method: "GET", Path: "/donnees/:dataset/versions/:number/differences", Summary: "opendata.operation.differences", Answer: answer,
			Query: []module.Parameter{
				{Name: "since", About: "opendata.operation.differences_since", Type: "integer"},
				{Name: "change", About: "opendata.operation.differences_change"},
				{Name: "column", About: "opendata.operation.differences_column"},
				{Name: "limit", About: "opendata.operation.rows_limit", Type: "integer"},
				{Name: "offset", About: "opendata.operation.rows_offset", Type: "integer"},
			},
		},
		{
			Method: "POST", Path: "/donnees/:dataset/versions/:number/restoration", Summary: "opendata.operation.restore", BodyType: "application/json",
			Body: object{"type": "object", "properties": object{"reason": text}}, Status: 202,
			Answer: object{"type": "object", "properties": object{"state": text, "version": whole, "restores": whole}},
		},
	}
}

// decisions are the operations on columns that look like personal data.
func decisions() []module.Operation {
	text, whole := object{"type": "string"}, object{"type": "integer"}
	list := func(of object) object { return object{"type": "array", "items": of} }
	columns := object{"type": "object", "properties": object{"columns": list(object{"type": "object", "properties": object{
		"column": text, "kinds": list(text), "cells": whole, "filled": whole, "examples": list(text),
		"decision": object{"type": "string", "enum": []string{"", "public", "withheld"}}, "blocks": object{"type": "boolean"},
		"decided_by": text, "decided_at": text,
	}})}}
	return []module.Operation{
		{Method: "GET", Path: "/donnees/:dataset/personal-data", Summary: "opendata.operation.personal", Answer: columns},
		{
			Method: "POST", Path: "/donnees/:dataset/personal-data", Summary: "opendata.operation.decide", BodyType: "application/json",
			Body: object{"type": "object", "properties": object{"column": text, "decision": text}}, Answer: columns,
		},
	}
}

// questions are the parameters of a question about rows.
func questions() []module.Parameter {
	return []module.Parameter{
		{Name: "select", About: "opendata.operation.rows_select"},
		{Name: "where", About: "opendata.operation.rows_where"},
		{Name: "group_by", About: "opendata.operation.rows_group"},
		{Name: "order_by", About: "opendata.operation.rows_order"},
		{Name: "limit", About: "opendata.operation.rows_limit", Type: "integer"},
		{Name: "offset", About: "opendata.operation.rows_offset", Type: "integer"},
	}
}
