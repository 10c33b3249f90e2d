package tableschema_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhatEachTypeReads: cells that read, and cells that do not, after the
// specification of Table Schema and what frictionless-py makes of it.
func TestWhatEachTypeReads(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		of        string
		good, bad []string
	}{
		"string":          {`,"type":"string"`, []string{"é", "12", " "}, nil},
		"no type":         {``, []string{"x"}, nil},
		"email":           {`,"format":"email"`, []string{"mairie@vitre.fr"}, []string{"mairie", "Mairie <mairie@vitre.fr>", "a b@c.fr"}},
		"uri":             {`,"format":"uri"`, []string{"https://vitre.fr/a?b=c", "urn:isbn:12"}, []string{"vitre.fr", "https://vitre.fr/a b", "https://vitré.fr"}},
		"uuid":            {`,"format":"uuid"`, []string{"123e4567-e89b-12d3-a456-426614174000"}, []string{"123e4567"}},
		"binary":          {`,"format":"binary"`, []string{"YWN2"}, []string{"é"}},
		"unknown format":  {`,"format":"plouf"`, []string{"x"}, nil},
		"integer":         {`,"type":"integer"`, []string{"12", "-3", "+4", "007"}, []string{"1.0", "1e3", "1 000", "1_000", "0x1f", "douze", "--1"}},
		"integer, a unit": {`,"type":"integer","bareNumber":false`, []string{"12 %", "€95"}, []string{"%"}},
		"integer, groups": {`,"type":"integer","groupChar":" "`, []string{"1 000"}, []string{"1.000"}},
		"number":          {`,"type":"number"`, []string{"12.5", ".5", "5.", "1e3", "-1.5E-3", "NaN", "INF", "-INF"}, []string{"12,5", "1 000", "0x1p-2", "1_0", ".", "e5"}},
		"number, comma":   {`,"type":"number","decimalChar":",","groupChar":" "`, []string{"1 234,56", "12"}, []string{"12.5", "1,2,3"}},
		"number, euros":   {`,"type":"number","decimalChar":",","bareNumber":"false"`, []string{"12,50 €"}, []string{"€"}},
		"boolean":         {`,"type":"boolean"`, []string{"true", "True", "TRUE", "1", "0", "false"}, []string{"oui", "vrai", "yes", "tRUE"}},
		"boolean, oui":    {`,"type":"boolean","trueValues":["oui"],"falseValues":["non"]`, []string{"oui", "non"}, []string{"true", "1", "Oui"}},
		"date":            {`,"type":"date"`, []string{"2024-02-29"}, []string{"2023-02-29", "29/02/2024", "2024-2-9", "2024"}},
		"date, any":       {`,"type":"date","format":"any"`, []string{"2024-02-29", "29/02/2024", "20240229"}, []string{"hier", "32/01/2024"}},
		"date, pattern":   {`,"type":"date","format":"%d/%m/%Y"`, []string{"29/02/2024", "1/3/2024"}, []string{"2024-02-29", "30/02/2024", "29/02/24"}},
		"date, fmt:":      {`,"type":"date","format":"fmt:%y%m%d"`, []string{"240229"}, []string{"20240229"}},
		"date, words":     {`,"type":"date","format":"%d %B %Y"`, []string{"1 March 2024"}, []string{"1 mars 2024"}},
		"date, per cent":  {`,"type":"date","format":"%Y%%%m"`, []string{"2024%02"}, []string{"2024-02"}},
		"time":            {`,"type":"time"`, []string{"14:30:00"}, []string{"14:30", "25:00:00"}},
		"time, pattern":   {`,"type":"time","format":"%H:%M"`, []string{"14:30", "7:05"}, []string{"14:61", "14h30"}},
		"datetime":        {`,"type":"datetime"`, []string{"2024-02-29T10:00:00Z", "2024-02-29T10:00:00", "2024-02-29T10:00:00+02:00"}, []string{"2024-02-29", "2024-02-29 10:00"}},
		"datetime, any":   {`,"type":"datetime","format":"any"`, []string{"2024-02-29 10:00", "29/02/2024 10:00"}, []string{"bientôt"}},
		"datetime, zone":  {`,"type":"datetime","format":"%Y-%m-%dT%H:%M:%S%z"`, []string{"2024-02-29T10:00:00+0200"}, []string{"2024-02-29T10:00:00"}},
		"year":            {`,"type":"year"`, []string{"2024"}, []string{"24", "20245", "-2024", "deux"}},
		"yearmonth":       {`,"type":"yearmonth"`, []string{"2024-02"}, []string{"2024-13", "02/2024"}},
		"duration":        {`,"type":"duration"`, []string{"P1Y2M", "PT30M", "P3W", "P1DT12H"}, []string{"P", "P1DT", "30 minutes"}},
		"geopoint":        {`,"type":"geopoint"`, []string{"2.35, 48.85", "-1.21,48.12"}, []string{"48.85", "200, 48", "2.35, 98", "a, b", "2.35 48.85"}},
		"geopoint, array": {`,"type":"geopoint","format":"array"`, []string{"[2.35, 48.85]"}, []string{"2.35, 48.85", "[2.35]"}},
		"geopoint, objet": {`,"type":"geopoint","format":"object"`, []string{`{"lon":2.35,"lat":48.85}`}, []string{`{"x":1,"y":2}`, "[1,2]"}},
		"geojson": {
			`,"type":"geojson"`,
			[]string{`{"type":"Point","coordinates":[2,48]}`, `{"type":"Feature","geometry":null,"properties":{}}`, `{"type":"GeometryCollection","geometries":[]}`, `{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,1],[0,0]]]}`},
			[]string{`{"type":"Point","coordinates":[[2,48]]}`, `{"type":"Rond"}`, `{}`, `POINT(2 48)`, `{"type":"FeatureCollection"}`},
		},
		"topojson":     {`,"type":"geojson","format":"topojson"`, []string{`{"type":"Topology","objects":{}}`}, []string{`{"type":"Point","coordinates":[2,48]}`}},
		"array":        {`,"type":"array"`, []string{`[]`, `["a", 1]`}, []string{`{}`, `a,b`, `null`}},
		"object":       {`,"type":"object"`, []string{`{}`, `{"a":1}`}, []string{`[]`, `null`}},
		"list":         {`,"type":"list","itemType":"integer","delimiter":";"`, []string{"1;2", "3"}, []string{"1;x", "1,2"}},
		"any":          {`,"type":"any"`, []string{"x", "1"}, nil},
		"missing word": {`,"type":"integer","missingValues":["NC"]`, []string{"NC", "3"}, []string{""}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := schema(t, field(test.of))
			for _, c := range test.good {
				require.Empty(t, cell(t, s, c), "%q reads", c)
			}
			for _, c := range test.bad {
				require.Equal(t, []string{"type-error"}, cell(t, s, c), "%q does not read", c)
			}
		})
	}
}

// TestWhatEachConstraintRefuses.
func TestWhatEachConstraintRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		of        string
		good, bad []string
	}{
		"required":             {`,"constraints":{"required":true}`, []string{"x"}, []string{""}},
		"required, text":       {`,"constraints":{"required":"true"}`, []string{"x"}, []string{""}},
		"minLength":            {`,"constraints":{"minLength":3}`, []string{"été", ""}, []string{"ét"}},
		"maxLength":            {`,"constraints":{"maxLength":3}`, []string{"été"}, []string{"étés"}},
		"items":                {`,"type":"array","constraints":{"minLength":1,"maxLength":2}`, []string{`[1,2]`}, []string{`[]`, `[1,2,3]`}},
		"minimum":              {`,"type":"integer","constraints":{"minimum":3}`, []string{"3", "10"}, []string{"2"}},
		"minimum, comma":       {`,"type":"number","decimalChar":",","constraints":{"minimum":0.5}`, []string{"0,5"}, []string{"0,4"}},
		"maximum, text":        {`,"type":"number","decimalChar":",","constraints":{"maximum":"0,5"}`, []string{"0,5"}, []string{"0,6"}},
		"maximum of days":      {`,"type":"date","format":"%d/%m/%Y","constraints":{"maximum":"31/12/2024"}`, []string{"31/12/2024"}, []string{"01/01/2025"}},
		"minimum of years":     {`,"type":"year","constraints":{"minimum":"1900"}`, []string{"1900"}, []string{"1899"}},
		"exclusive":            {`,"type":"integer","constraints":{"exclusiveMinimum":0,"exclusiveMaximum":10}`, []string{"1", "9"}, []string{"0", "10"}},
		"pattern, whole":       {`,"constraints":{"pattern":"[0-9]{5}"}`, []string{"35500"}, []string{"355001", "x35500"}},
		"pattern, alternative": {`,"constraints":{"pattern":"a|b"}`, []string{"a", "b"}, []string{"ab"}},
		"pattern, looks back":  {`,"constraints":{"pattern":"(a|b)\\1"}`, []string{"aa"}, []string{"ab"}},
		"enum":                 {`,"constraints":{"enum":["oui","non"]}`, []string{"oui"}, []string{"Oui"}},
		"enum of numbers":      {`,"type":"number","constraints":{"enum":[1,2.5]}`, []string{"1.0", "2.50"}, []string{"3"}},
		"categories":           {`,"categories":[{"value":"a","label":"A"},"b"]`, []string{"a", "b"}, []string{"c"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := schema(t, field(test.of))
			for _, c := range test.good {
				require.Empty(t, cell(t, s, c), "%q is allowed", c)
			}
			for _, c := range test.bad {
				require.Equal(t, []string{"constraint-error"}, cell(t, s, c), "%q is refused", c)
			}
		})
	}
}

func TestAPatternThatWouldTakeForEverIsCutShort(t *testing.T) {
	t.Parallel()
	s := schema(t, field(`,"constraints":{"pattern":"(a+)+\\1$"}`))
	require.Equal(t, []string{"constraint-error"}, cell(t, s, strings.Repeat("a", 4_000)+"!"))
}
