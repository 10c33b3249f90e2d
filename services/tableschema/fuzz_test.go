package tableschema_test

import (
	"testing"

	"acvdata/services/tableschema"
)

// FuzzParse: no descriptor panics, and one that is taken checks any row.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"fields":[{"name":"a"}]}`, field(`,"type":"number","decimalChar":","`), field(`,"type":"date","format":"%d/%m/%Y"`),
		`{"fields":[{"name":"a"}],"primaryKey":["a"],"custom_checks":[{"name":"french-siret-value","params":{"column":"a"}}]}`,
		`{"fields":[{"name":"a","constraints":{"pattern":"(a)\\1","enum":[1],"minimum":2}}],"uniqueKeys":[["a"]],"fieldsMatch":"partial"}`,
		`{"fields":[{"name":"a"},{"name":"b"}],"foreignKeys":[{"fields":"a","reference":{"fields":"b"}}]}`,
	} {
		f.Add([]byte(seed), "12")
	}
	f.Fuzz(func(_ *testing.T, raw []byte, content string) {
		s, err := tableschema.Parse(raw)
		if err != nil {
			return
		}
		v := s.Validate("f", []string{"a", "b", content}, day)
		v.Row(tableschema.Row{Number: 2, Cells: []string{content, content, ""}})
		v.Row(tableschema.Row{Number: 3, Cells: []string{"1"}, Missing: 2})
		v.Row(tableschema.Row{Number: 4, Cells: []string{"1", "2", "3"}, Extra: []string{content}})
		r := v.Close()
		r.Document(func(key string, _ map[string]any) string { return key })
	})
}

// FuzzCells: no cell makes a type or a check panic.
func FuzzCells(f *testing.F) {
	var schemas []*tableschema.Schema
	for _, of := range []string{
		`,"type":"number","groupChar":" ","bareNumber":false`, `,"type":"integer"`, `,"type":"date","format":"any"`, `,"type":"datetime"`,
		`,"type":"date","format":"%d %B %Y %j %f %p %z"`, `,"type":"duration"`, `,"type":"geopoint"`, `,"type":"geojson"`, `,"type":"array"`,
		`,"type":"object"`, `,"type":"list","itemType":"date"`, `,"format":"uri"`, `,"format":"email"`, `,"type":"year"`, `,"type":"yearmonth"`,
	} {
		schemas = append(schemas, schema(f, field(of)))
	}
	for _, name := range []string{"french-siret-value", "french-siren-value", "phone-number-value", "opening-hours-value", "year-interval-value", "nomenclature-actes-value"} {
		schemas = append(schemas, schema(f, `{"fields":[{"name":"a"},{"name":"b"}],"custom_checks":[{"name":"`+name+`","params":{"column":"a"}}]}`))
	}
	for _, seed := range []string{"12,5 €", "2024-02-29", "P1Y", "[1,2]", `{"type":"Point","coordinates":[1,2]}`, "Mo-Fr 08:00-12:00", "+33549787980", "2023/2024"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		for _, s := range schemas {
			cell(t, s, content)
		}
	})
}
