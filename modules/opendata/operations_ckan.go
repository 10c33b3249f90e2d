package opendata

import (
	"reflect"
	"strings"

	"acvdata/modules/opendata/ckan"
	"acvdata/services/module"
)

// ckanActions describes each read action of CKAN's API: what it is asked, and what
// stands under "result".
func ckanActions() (list []module.Operation) {
	for _, name := range ckan.Actions() {
		about := ckan.About(name)
		o := module.Operation{
			Audience: module.Public, Method: "GET", Path: "/api/3/action/:action", Fixed: map[string]string{"action": name},
			Summary: "opendata.operation.ckan." + name,
			Answer: object{
				"type": "object", "required": []string{"help", "success", "result"},
				"properties": object{"help": object{"type": "string"}, "success": object{"type": "boolean"}, "result": schemaOf(reflect.TypeOf(about.Result))},
			},
			Refusal: object{
				"type": "object", "required": []string{"help", "success", "error"},
				"properties": object{"help": object{"type": "string"}, "success": object{"type": "boolean"}, "error": object{
					"type": "object", "required": []string{"__type"}, "properties": object{"__type": object{"type": "string"}, "message": object{"type": "string"}},
				}},
			},
		}
		for _, p := range about.Parameters {
			o.Query = append(o.Query, module.Parameter{Name: p.Name, About: "opendata.operation.ckan." + p.Name, Type: p.Type, Required: p.Required})
		}
		list = append(list, o)
	}
	return list
}

// schemaOf is the JSON Schema of what a Go value of a type is written as.
func schemaOf(t reflect.Type) object {
	switch t.Kind() { //nolint:exhaustive // what else there is may be anything
	case reflect.Pointer:
		s := schemaOf(t.Elem())
		if kind, named := s["type"].(string); named {
			s["type"] = []string{kind, "null"}
		}
		return s
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Map:
		return object{"type": "object"}
	case reflect.Struct:
		properties := object{}
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && !f.Anonymous {
				properties[name] = schemaOf(f.Type)
			}
		}
		return object{"type": "object", "properties": properties}
	}
	return object{}
}
