package ogc_test

import (
	"testing"
)

// OGC 19-079r2, queryables-query-parameters: each field with a simple value is a
// parameter, of the field's type, beside all others.
func (f *field) testFieldParameters(t *testing.T) {
	const lambert = "http://www.opengis.net/def/crs/EPSG/0/2154"
	for name, test := range map[string]struct{ path, want string }{
		"a number as it is not written":   {query("hauteur", "2.50"), "5"},
		"a whole number":                  {query("numero", "7"), "7"},
		"a whole number with a point":     {query("numero", "7.0"), "7"},
		"a day":                           {query("semee", "2024-05-07"), "7"},
		"a moment":                        {query("vue", "2024-05-07T09:00:00Z"), "7"},
		"a moment elsewhere":              {query("vue", "2024-05-07T11:00:00+02:00"), "7"},
		"the day of a moment":             {query("vue", "2024-05-07"), "7"},
		"another moment of the day":       {query("vue", "2024-05-07T10:00:00Z"), ""},
		"yes":                             {query("rare", "true"), "5 10 15 20 25"},
		"a text, exactly":                 {query("nom", "Coquelicot"), ""},
		"several":                         {query("rare", "true", "nom", "coquelicot", "numero", "10"), "10"},
		"with a filter":                   {query("rare", "true", "filter", "numero > 12"), "15 20 25"},
		"with a box":                      {query("rare", "true", "bbox", "4.0,44.0,4.080125,45"), "5 10"},
		"with a box and a system":         {query("rare", "true", "bbox", "4.0,44.0,4.080125,45", "crs", lambert), "5 10"},
		"with a date":                     {query("rare", "true", "datetime", "2024-05-01/..", "sortby", "-numero", "limit", "2"), "25 20"},
		"a name of the API keeps its own": {query("limit", "3"), "1 2 3"},
		"such a field in a filter":        {query(`filter`, `"limit" = 300`), "3"},
		"a field before a list's own":     {query("q", "q4"), "4"},
		"without a value":                 {query("nom", "", "limit", "2"), "1 2"},
	} {
		t.Run(name, func(t *testing.T) {
			var got items
			f.resident.Get(test.path).Want(200).Decode(&got)
			if got.ids() != test.want {
				t.Errorf("%q, not %q", got.ids(), test.want)
			}
		})
	}
	for name, test := range map[string]struct{ path, has string }{
		"no number":       {query("numero", "sept"), "numero"},
		"not a number":    {query("hauteur", "NaN"), "hauteur"},
		"no day":          {query("semee", "hier"), "semee"},
		"neither yes nor": {query("rare", "oui"), "true ou false"},
		"twice":           {query("rare", "true") + "&rare=false", "rare"},
		"a geometry":      {query("geometry", "x"), "geometry"},
		"unknown":         {query("couleur", "bleu"), "couleur"},
	} {
		t.Run(name, func(t *testing.T) {
			f.resident.Get(test.path).Want(400).Has(test.has).HasNot("⟦")
		})
	}
	f.resident.Get("/ales/ogc/conformance?f=json").Has("features-3/1.0/conf/queryables-query-parameters")
	f.testDescribedParameters(t)
}

// The document names each parameter once, with the schema of its queryable.
func (f *field) testDescribedParameters(t *testing.T) {
	var doc struct {
		Paths map[string]struct {
			Get struct {
				Parameters []struct {
					Name   string
					Schema struct{ Type, Format string }
				}
			}
		}
	}
	f.resident.Get("/ales/ogc/api").Want(200).Decode(&doc)
	types := map[string]string{}
	for _, p := range doc.Paths["/collections/fleurs/items"].Get.Parameters {
		if types[p.Name] != "" {
			t.Errorf("%s is there twice", p.Name)
		}
		types[p.Name] = p.Schema.Type + p.Schema.Format
	}
	for name, want := range map[string]string{
		"numero": "integer", "hauteur": "number", "semee": "stringdate", "vue": "stringdate-time", "rare": "boolean", "nom": "string", "limit": "integer", "q": "string",
	} {
		if types[name] != want {
			t.Errorf("%s: %q, not %q", name, types[name], want)
		}
	}
}
