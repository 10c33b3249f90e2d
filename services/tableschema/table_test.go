package tableschema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/tableschema"
)

func TestHowColumnsAreMatched(t *testing.T) {
	t.Parallel()
	schemaOf := func(match string) string {
		return `{"fieldsMatch":` + match + `,"fields":[{"name":"a"},{"name":"b","constraints":{"required":true}}]}`
	}
	tests := map[string]struct {
		match, labels string
		want          []string
	}{
		"exact":                  {`"exact"`, "a,b", nil},
		"exact, other order":     {`"exact"`, "b,a", []string{"incorrect-label", "incorrect-label"}},
		"exact, one more":        {`"exact"`, "a,b,c", []string{"extra-label"}},
		"exact, one less":        {`["exact"]`, "a", []string{"missing-label"}},
		"equal":                  {`"equal"`, "b,a", nil},
		"equal, one more":        {`"equal"`, "b,a,c", []string{"extra-label"}},
		"equal, one less":        {`"equal"`, "b", []string{"missing-label"}},
		"subset, one more":       {`"subset"`, "c,b,a", nil},
		"subset, one less":       {`"subset"`, "c,b", []string{"missing-label"}},
		"superset, one less":     {`"superset"`, "b", nil},
		"superset, one more":     {`"superset"`, "b,c", []string{"extra-label"}},
		"partial":                {`"partial"`, "c,b", nil},
		"partial, none":          {`"partial"`, "c,d", []string{"missing-label"}},
		"v4, required missing":   {`[]`, "a", []string{"missing-label"}},
		"v4, optional missing":   {`[]`, "b,c", nil},
		"no heading at all":      {`[]`, `"",""`, []string{"blank-header"}},
		"version 2 wants it all": {`[],"$schema":"https://datapackage.org/profiles/2.0/tableschema.json"`, "b,a", []string{"incorrect-label", "incorrect-label"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, types(check(t, schema(t, schemaOf(test.match)), test.labels+"\n")))
		})
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		keys, file string
		want       []string
		line       int
	}{
		"unique":              {`"fields":[{"name":"a","type":"number","constraints":{"unique":true}},{"name":"b"}]`, "a,b\n1,x\n2,y\n1.0,z\n,\n,w\n", []string{"unique-error", "blank-row"}, 4},
		"primary of two":      {`"fields":[{"name":"a"},{"name":"b"}],"primaryKey":["a","b"]`, "a,b,c\n1,1,\n1,2,\n1,1,z\n", []string{"primary-key"}, 4},
		"primary, empty":      {`"fields":[{"name":"a"},{"name":"b"}],"primaryKey":"a"`, "a,b\n,1\n", []string{"primary-key"}, 2},
		"unique keys of v5":   {`"fields":[{"name":"a"},{"name":"b"}],"uniqueKeys":[["a"],["b"]]`, "a,b\n1,1\n2,1\n,\n", []string{"unique-error", "blank-row"}, 3},
		"foreign, to itself":  {`"fields":[{"name":"a"},{"name":"b"}],"foreignKeys":[{"fields":"b","reference":{"resource":"","fields":"a"}}]`, "a,b\n1,2\n2,\n3,9\n4,9\n", []string{"foreign-key"}, 4},
		"foreign, found late": {`"fields":[{"name":"a"},{"name":"b"}],"foreignKeys":[{"fields":["b"],"reference":{"fields":["a"]}}]`, "a,b\n1,3\n2,3\n3,1\n", nil, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := check(t, schema(t, "{"+test.keys+"}"), test.file)
			require.Equal(t, test.want, types(r))
			if test.line > 0 {
				require.Equal(t, test.line, r.Errors[0].Row)
			}
		})
	}
}

func TestTheTenCustomChecks(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		check, labels string
		good, bad     []string
	}{
		"french-siret-value":       {`"column":"a"`, "a,b", []string{"83014132100026,", "830 141 321 00026,", "35600000000048,", "35600000049837,", ","}, []string{"83014132100027,", "8301413210002,", "abc,"}},
		"french-siren-value":       {`"column":"a"`, "a,b", []string{"830141321,", "830 141 321,", ","}, []string{"830141322,", "83014132100026,"}},
		"compare-columns-value":    {`"column":"a","op":">=","column2":"b"`, "a,b", []string{"2,1", "10,9", "2024-02-01,2023-12-31", ",5", "x,", "b,a"}, []string{"9,10", "1,x", "a,b", "2023-01-01,2024-01-01"}},
		"cohesive-columns-value":   {`"column":"a","othercolumns":["b"]`, "a,b", []string{"1,2", "x,y"}, []string{"1,", ",2"}},
		"opening-hours-value":      {`"column":"a"`, "a,b", []string{"24/7,", "Mo-Fr,", `"Mo-Fr 08:30-12:00,13:30-17:00; Sa 09:00-12:00; PH off",`, "Apr-Oct Mo[1] 10:00-18:00,", "sunrise-sunset,", `"Mo,We 10:00+",`, `"Mo-Sa 10:00-20:00 ""sur rendez-vous""",`}, []string{"Lu-Ve,", "9h-12h,", "Mo-Fr 25:75,", "ouvert,"}},
		"phone-number-value":       {`"column":"a"`, "a,b", []string{"05 49 78 79 80,", "+33549787980,", "0033 5 49 78 79 80,", "+33 (0)5.49.78.79.80,", "112,", "3949,", "+32 2 123 45 67,"}, []string{"05 49 78 79,", "mairie,", "00 00,", "+33 0,"}},
		"year-interval-value":      {`"column":"a"`, "a,b", []string{"2023/2024,", ","}, []string{"2024/2023,", "2024/2024,", "2024,", "23/24,"}},
		"sum-columns-value":        {`"column":"a","columns":["b","c"]`, "a,b,c", []string{"3,1,2", "0.3,0.1,0.2", ",1,2", "3,,3"}, []string{"4,1,2", "0.31,0.1,0.2"}},
		"nomenclature-actes-value": {`"column":"a"`, "a,b", []string{"Finances locales/Subventions,", "LIBERTES PUBLIQUES ET POUVOIRS DE POLICE/x,", "Libertés publiques et pouvoirs de police/x,"}, []string{"Finances locales,", "Finances/x,"}},
		"one-of-required":          {`"column1":"a","column2":"b"`, "a,b", []string{"1,", ",1", "1,1"}, []string{`,,z`}},
	}
	require.Len(t, tests, 10)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := schema(t, `{"fields":[{"name":"a"},{"name":"b"},{"name":"c"}],"custom_checks":[{"name":"`+name+`","params":{`+test.check+`}}]}`)
			labels := test.labels
			if name == "one-of-required" {
				labels = "a,b,c"
			}
			for _, row := range test.good {
				r := check(t, s, labels+"\n"+row+"\n")
				require.NotContains(t, types(r), name, row)
			}
			for _, row := range test.bad {
				require.Contains(t, types(check(t, s, labels+"\n"+row+"\n")), name, row)
			}
		})
	}
}

func TestACheckThatCannotBeMadeIsTold(t *testing.T) {
	t.Parallel()
	for _, check := range []string{
		`{"name":"french-gps-coordinates","params":{"column":"a"}}`, `{"name":"compare-columns-value","params":{"column":"a","op":"!=","column2":"b"}}`,
		`{"name":"french-siret-value","params":{"column":"z"}}`, `{"name":"one-of-required","column":"a"}`, `{"name":"sum-columns-value","params":[]}`,
	} {
		s := schema(t, `{"fields":[{"name":"a"},{"name":"b"}],"custom_checks":[`+check+`]}`)
		r := s.Validate("f", []string{"a", "b"}, day).Close()
		require.Equal(t, "tableschema.notice.custom_check", r.Warnings[0].Key, check)
	}
	// Flat parameters, as newer schemas write them, and a file with neither column.
	s := schema(t, `{"fields":[{"name":"a"},{"name":"b"},{"name":"c"}],"custom_checks":[{"name":"one-of-required","column":"a","column2":"b"}]}`)
	require.Equal(t, []string{"one-of-required"}, types(s.Validate("f", []string{"c"}, day).Close()))
}

func TestAReportIsCappedAndCountsOn(t *testing.T) {
	t.Parallel()
	s := schema(t, field(`,"type":"integer"`))
	v := s.Validate("f.csv", []string{"a", "b"}, day)
	for n := range 5_000 {
		v.Row(tableschema.Row{Number: n + 2, Cells: []string{fmt.Sprintf("x%d", n), ""}})
	}
	r := v.Close()
	require.Len(t, r.Errors, tableschema.MostErrors)
	require.EqualValues(t, 5_000, r.Total)
	require.Len(t, r.Groups, 1)
	require.EqualValues(t, 5_000, r.Groups[0].Count)
	require.Equal(t, []int{2, 3, 4, 5, 6}, r.Groups[0].Rows)
}

// TestTheReportHasValidatasShape, with every message in French.
func TestTheReportHasValidatasShape(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.NewBundle(tableschema.Catalogue)
	require.NoError(t, err)
	ctx := i18n.With(t.Context(), bundle.Localizer())
	say := func(key string, args map[string]any) string { return i18n.T(ctx, key, i18n.V(args)) }
	s := schema(t, `{"fields":[{"name":"n","type":"integer","constraints":{"minimum":3}},{"name":"z"}]}`)
	got := toJSON(t, check(t, s, "n,autre\ndeux,x\n2,y\n").Document(say))
	for _, part := range []string{
		`"valid":false`, `"date":"2026-11-29T12:00:00Z"`, `"stats":{"errors":2`, `"errors":[],"tasks":[{"name":"essai.csv"`,
		`{"type":"type-error","message":"«\u00a0deux\u00a0» n’est pas un nombre entier.`, `"rowNumber":2,"fieldNumber":1,"fieldName":"n","cell":"deux","note":"`,
		`la plus petite valeur permise est 3`, `Une colonne facultative du schéma manque`, `Une colonne n’est pas dans le schéma`,
	} {
		require.Contains(t, strings.ReplaceAll(got, "\u00a0", `\u00a0`), part)
	}
	require.NotContains(t, got, "⟦")
}

func TestDescriptorsThatAreRefused(t *testing.T) {
	t.Parallel()
	for raw, key := range map[string]string{
		``: "tableschema.fault.json", `[]`: "tableschema.fault.json", `{`: "tableschema.fault.json",
		`{}`:                                     "tableschema.fault.no_fields",
		`{"type":"object"}`:                      "tableschema.fault.no_fields",
		`{"fields":[{}]}`:                        "tableschema.fault.field",
		`{"fields":["a"]}`:                       "tableschema.fault.field",
		`{"fields":[{"name":"a"},{"name":"a"}]}`: "tableschema.fault.field_twice",
		`{"fields":[{"name":"a","type":"nombre"}]}`:                                                    "tableschema.fault.type",
		`{"fields":[{"name":"a","type":"integer","constraints":{"minimum":"x"}}]}`:                     "tableschema.fault.constraint",
		`{"fields":[{"name":"a","constraints":{"minLength":-1}}]}`:                                     "tableschema.fault.constraint",
		`{"fields":[{"name":"a","constraints":{"enum":3}}]}`:                                           "tableschema.fault.constraint",
		`{"fields":[{"name":"a"}],"primaryKey":"b"}`:                                                   "tableschema.fault.key",
		`{"fields":[{"name":"a"}],"foreignKeys":[{"fields":["a"],"reference":{"fields":[]}}]}`:         "tableschema.fault.foreign_key",
		`{"fields":[{"name":"a"}],"fieldsMatch":"peut-être"}`:                                          "tableschema.fault.match",
		`{"fields":[{"name":"a"}],"custom_checks":{}}`:                                                 "tableschema.fault.custom_checks",
		`{"fields":[` + strings.Repeat(`{"name":"a"},`, 1_000) + `{"name":"b"}]}`:                      "tableschema.fault.too_many",
		`{"fields":[{"name":"a","description":"` + strings.Repeat("x", tableschema.MostBytes) + `"}]}`: "tableschema.fault.large",
	} {
		_, err := tableschema.Parse([]byte(raw))
		require.Equal(t, key, fault.From(err).Key, "%.80s", raw)
	}
	s := schema(t, "\ufeff"+`{"fields":[{"name":"a","constraints":{"pattern":"(","jsonSchema":{}}}],"missingValues":[{"value":"-","label":"rien"}]}`)
	r := check(t, s, "a\n-\n(\n")
	require.Empty(t, r.Errors)
	require.Len(t, r.Warnings, 2, "a pattern that cannot be read, a constraint that is not known")
}
