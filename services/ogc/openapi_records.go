package ogc

import (
	"context"
	"slices"

	"acvdata/services/i18n"
	"acvdata/services/ogc/records"
)

// describeRecords adds the catalogue's paths.
func describeRecords(ctx context.Context, paths object) {
	root, title := "/collections/"+catalogueID, i18n.T(ctx, "ogc.records.title")
	paths[root] = operation("describe_"+catalogueID, title, found(mediaJSON, mediaHTML))
	items := operation("items_"+catalogueID, i18n.T(ctx, "ogc.records.all"), found(mediaGeoJSON, mediaHTML))
	get, _ := items["get"].(object)
	get["parameters"] = searchParameters(ctx)
	paths[root+"/items"] = items
	for _, kind := range []string{"queryables", "sortables"} {
		paths[root+"/"+kind] = operation(kind+"_"+catalogueID, i18n.T(ctx, "ogc.link."+kind), found(mediaSchema, mediaHTML))
	}
	one := operation("item_"+catalogueID, title, found(mediaGeoJSON, mediaHTML))
	get, _ = one["get"].(object)
	get["parameters"] = []object{parameter("recordId", "path", object{"type": "string"}), formParameter()}
	paths[root+"/items/{recordId}"] = one
}

// searchParameters are those of records: OGC 20-004r1's, and the queryables with a
// simple value.
func searchParameters(ctx context.Context) []object {
	texts := object{"type": "array", "items": object{"type": "string"}}
	list := pageParameters()
	for _, name := range recordParameters {
		list = append(list, fieldParameter(name, texts))
	}
	for _, q := range records.Queryables() {
		if isParameter(q.Name, q.Type) && !slices.Contains(recordParameters, q.Name) {
			list = append(list, fieldParameter(q.Name, recordProperty(q, i18n.T(ctx, "ogc.records.field."+q.Name))))
		}
	}
	return list
}
