package ogc

import (
	"context"

	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// object is a JSON object under construction.
type object map[string]any

// openAPI describes the API for what a reader may see, in OpenAPI 3.0.
func (s *Service) openAPI(ctx context.Context, town *tenants.Tenant, list []collection) object {
	title, text, _ := s.words(ctx, town)
	paths := object{
		"/":            operation("landing", title, object{"200": answer(mediaJSON, mediaHTML)}),
		"/conformance": operation("conformance", i18n.T(ctx, "ogc.link.conformance"), object{"200": answer(mediaJSON, mediaHTML)}),
		"/collections": operation("collections", i18n.T(ctx, "ogc.link.collections"), object{"200": answer(mediaJSON, mediaHTML)}),
	}
	for i := range list {
		describePaths(ctx, paths, &list[i])
	}
	if s.catalogued(town) {
		describeRecords(ctx, paths)
	}
	return object{
		"openapi": "3.0.3",
		"info": object{
			"title":       title,
			"description": text,
			"version":     "1.0.0",
		},
		"servers": []object{{"url": s.address(town).root}},
		"paths":   paths,
	}
}

func describePaths(ctx context.Context, paths object, one *collection) {
	root := "/collections/" + one.id
	paths[root] = operation("describe_"+one.id, one.title, found(mediaJSON, mediaHTML))
	if d := one.dataset; d != nil {
		items := operation("items_"+one.id, one.title, found(mediaGeoJSON, mediaHTML))
		get, _ := items["get"].(object)
		get["parameters"] = itemParameters(ctx, d.Source)
		paths[root+"/items"] = items
		for _, kind := range []string{"queryables", "sortables"} {
			paths[root+"/"+kind] = operation(kind+"_"+one.id, i18n.T(ctx, "ogc.link."+kind), found(mediaSchema, mediaHTML))
		}
		item := operation("item_"+one.id, one.title, found(mediaGeoJSON, mediaHTML))
		get, _ = item["get"].(object)
		get["parameters"] = []object{parameter("itemId", "path", object{"type": "string"}), formParameter()}
		paths[root+"/items/{itemId}"] = item
	}
	if one.layer != nil {
		title := i18n.T(ctx, "ogc.link.tilesets")
		paths[root+"/tiles"] = operation("tilesets_"+one.id, title, found(mediaJSON))
		paths[root+"/tiles/"+gridName] = operation("tileset_"+one.id, title, found(mediaJSON))
		tiles := operation("tile_"+one.id, title, found(mediaTile))
		get, _ := tiles["get"].(object)
		get["parameters"] = tileParameters(one.layer.Describe())
		paths[root+"/tiles/"+gridName+"/{tileMatrix}/{tileRow}/{tileCol}"] = tiles
	}
}

func operation(id, summary string, responses object) object {
	return object{"get": object{
		"operationId": id, "summary": summary, "parameters": []object{formParameter()}, "responses": responses,
	}}
}

// answer is a success in the media types given.
func answer(media ...string) object {
	content := object{}
	for _, m := range media {
		content[m] = object{"schema": object{"type": map[bool]string{true: "string", false: "object"}[m == mediaHTML || m == mediaTile]}}
	}
	return object{"description": "OK", "content": content}
}

// found adds what a collection may answer besides.
func found(media ...string) object {
	return object{
		"200": answer(media...),
		"400": object{"description": "unknown or unreadable parameter"},
		"404": object{"description": "no such resource"},
		"410": object{"description": "withdrawn by the town"},
	}
}

func parameter(name, place string, schema object) object {
	return object{"name": name, "in": place, "required": place == "path", "schema": schema}
}

func formParameter() object {
	return parameter(parameterForm, "query", object{"type": "string", "enum": []string{asJSON, asHTML}})
}

// pageParameters are those of every collection's items.
func pageParameters() []object {
	return []object{
		formParameter(),
		parameter(parameterLimit, "query", object{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit}),
		parameter(parameterAfter, "query", object{"type": "string", "description": "from the link next"}),
		{
			"name": parameterBox, "in": "query", "required": false, "style": "form", "explode": false,
			"schema": object{"type": "array", "items": object{"type": "number"}, "minItems": 4, "maxItems": 6},
		},
		parameter(parameterTime, "query", object{"type": "string"}),
		parameter(parameterFilter, "query", object{"type": "string"}),
		parameter(parameterLanguage, "query", object{"type": "string", "enum": []string{cqlText, cqlJSON}, "default": cqlText}),
		parameter(parameterFilterCRS, "query", object{"type": "string", "enum": systemNames(), "default": crs84}),
		parameter(parameterBoxCRS, "query", object{"type": "string", "enum": systemNames(), "default": crs84}),
		parameter(parameterCRS, "query", object{"type": "string", "enum": systemNames(), "default": crs84}),
		parameter(parameterSort, "query", object{"type": "string", "description": "names of fields, - before one for the reverse"}),
	}
}

// itemParameters are those of a dataset's items: its fields by their names, with
// the schemas they have as queryables, and what its module filters by.
func itemParameters(ctx context.Context, d datasets.Description) []object {
	list, fields := pageParameters(), columns.Fields(d)
	for _, f := range d.Fields {
		if isParameter(f.Name, fields[f.Name].Type) {
			list = append(list, fieldParameter(f.Name, property(f, i18n.T(ctx, f.Label))))
		}
	}
	for _, name := range d.Filters {
		if _, twice := d.Field(name); !twice {
			list = append(list, parameter(name, "query", object{"type": "string"}))
		}
	}
	return list
}

func fieldParameter(name string, schema object) object {
	p := parameter(name, "query", schema)
	p["style"], p["explode"] = "form", false
	return p
}

func tileParameters(d Description) []object {
	integer := object{"type": "integer", "minimum": 0}
	list := []object{
		parameter("tileMatrix", "path", object{"type": "integer", "minimum": 0, "maximum": MaxZoom}),
		parameter("tileRow", "path", integer), parameter("tileCol", "path", integer),
	}
	for _, name := range d.Filters {
		list = append(list, parameter(name, "query", object{"type": "string"}))
	}
	return list
}
