package cql

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"github.com/stretchr/testify/require"
)

// row is a tree by the number of its field.
type row []any

func (r row) Value(at int) any { return r[at] }

var fields = Fields{
	"nom": {Text, 0}, "hauteur": {Number, 1}, "malade": {Boolean, 2}, "plante": {Time, 3}, "vu": {Time, 4}, "geometry": {Shape, 5},
}

func shape(t testing.TB, wkt string) any {
	t.Helper()
	if wkt == "" {
		return nil
	}
	g, err := geom.UnmarshalWKT(wkt)
	require.NoError(t, err)
	return g
}

func instant(t testing.TB, s string) any {
	t.Helper()
	if s == "" {
		return nil
	}
	i, ok := anyInstant(s)
	require.True(t, ok, s)
	return i
}

// rows are four trees: an oak, a lime, one of which little is known, a plane.
func rows(t testing.TB) []row {
	t.Helper()
	return []row{
		{"Chêne pubescent", 18.0, false, instant(t, "1950-03-01"), instant(t, "2026-06-21T10:00:00Z"), shape(t, "POINT(4.08 44.12)")},
		{"tilleul argenté", 7.5, true, instant(t, "2001-11-25"), instant(t, "2026-06-22T08:30:00Z"), shape(t, "POINT(4.09 44.13)")},
		{nil, nil, nil, nil, nil, nil},
		{"Platane 100 %", 25.0, false, instant(t, "1880-01-01"), instant(t, "2025-01-05T00:00:00Z"), shape(t, "POLYGON((4 44,4.05 44,4.05 44.05,4 44.05,4 44))")},
	}
}

func passing(t *testing.T, e Expr) string {
	t.Helper()
	filter, err := Compile(e, fields)
	require.NoError(t, err)
	var kept []string
	for i, r := range rows(t) {
		if filter(r) {
			kept = append(kept, string(rune('0'+i)))
		}
	}
	return strings.Join(kept, "")
}

// Each filter as text, as JSON where a program would send it so, and the rows
// that pass.
func TestWhatPasses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, json, want string }{
		{`hauteur > 10`, `{"op":">","args":[{"property":"hauteur"},10]}`, "03"},
		{`"hauteur" >= 7.5 AND hauteur <= 18`, `{"op":"and","args":[{"op":">=","args":[{"property":"hauteur"},7.5]},{"op":"<=","args":[{"property":"hauteur"},18]}]}`, "01"},
		{`hauteur <> 18`, ``, "13"},
		{`NOT hauteur > 10`, ``, "1"},
		{`not (hauteur > 10 or malade = true)`, ``, ""},
		{`malade`, `{"property":"malade"}`, "1"},
		{`malade = FALSE`, ``, "03"},
		{`hauteur between 7.5 and 18`, `{"op":"between","args":[{"property":"hauteur"},7.5,18]}`, "01"},
		{`hauteur NOT BETWEEN 7.5 AND 18`, ``, "3"},
		{`hauteur in (18, 25)`, `{"op":"in","args":[{"property":"hauteur"},[18,25]]}`, "03"},
		{`hauteur NOT IN (18)`, `{"op":"not","args":[{"op":"in","args":[{"property":"hauteur"},[18]]}]}`, "13"},
		{`hauteur IS NULL`, `{"op":"isNull","args":[{"property":"hauteur"}]}`, "2"},
		{`geometry IS NOT NULL`, ``, "013"},
		{`nom LIKE '%pub%'`, `{"op":"like","args":[{"property":"nom"},"%pub%"]}`, "0"},
		{`nom LIKE 'tilleul_argent_'`, ``, "1"},
		{`nom LIKE 'Platane 100 \%'`, ``, "3"},
		{`nom NOT LIKE '%e%'`, ``, ""},
		{`CASEI(nom) LIKE casei('TILLEUL%')`, `{"op":"like","args":[{"op":"casei","args":[{"property":"nom"}]},{"op":"casei","args":["TILLEUL%"]}]}`, "1"},
		{`ACCENTI(CASEI(nom)) = ACCENTI(CASEI('CHENE PUBESCENT'))`, ``, "0"},
		{`accenti(nom) LIKE 'Chene%'`, ``, "0"},
		{`nom = 'l''if'`, ``, ""},
		{`hauteur * 2 + 1 = 37`, `{"op":"=","args":[{"op":"+","args":[{"op":"*","args":[{"property":"hauteur"},2]},1]},37]}`, "0"},
		{`hauteur - 5 * 2 > -3 and hauteur^2 < 400`, ``, "01"},
		{`2 ^ 3 ^ 2 = 512 AND 7 div 2 = 3 AND -7 % 3 = -1`, ``, "0123"},
		{`hauteur / 0 = 1 OR hauteur = 25`, ``, "3"},
		{`plante < DATE('2000-01-01')`, `{"op":"<","args":[{"property":"plante"},{"date":"2000-01-01"}]}`, "03"},
		{`plante >= '1950-03-01'`, ``, "01"},
		{`vu > TIMESTAMP('2026-06-21T12:00:00+02:00')`, ``, "1"},
		{`T_AFTER(plante, DATE('1949-12-31'))`, `{"op":"t_after","args":[{"property":"plante"},{"date":"1949-12-31"}]}`, "01"},
		{`T_DURING(vu, INTERVAL('2026-06-21','2026-06-22'))`, `{"op":"t_during","args":[{"property":"vu"},{"interval":["2026-06-21","2026-06-22"]}]}`, "01"},
		{`T_INTERSECTS(vu, INTERVAL('..','2026-06-21'))`, `{"op":"t_intersects","args":[{"property":"vu"},{"interval":["..","2026-06-21"]}]}`, "03"},
		{`T_EQUALS(plante, DATE('1880-01-01'))`, ``, "3"},
		{`T_INTERSECTS(vu, DATE('2026-06-22'))`, ``, "1"},
		{`T_CONTAINS(INTERVAL(plante, vu), DATE('2000-05-05'))`, ``, "03"},
		{`S_INTERSECTS(geometry, BBOX(4.07, 44.11, 4.085, 44.2))`, `{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[4.07,44.11,4.085,44.2]}]}`, "0"},
		{`S_WITHIN(geometry, POLYGON((4 44, 4.2 44, 4.2 44.2, 4 44.2, 4 44)))`, `{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[4,44],[4.2,44],[4.2,44.2],[4,44.2],[4,44]]]}]}`, "013"},
		{`S_DISJOINT(geometry, POINT(4.08 44.12))`, ``, "13"},
		{`S_EQUALS(geometry, POINT Z (4.08 44.12 150))`, ``, "0"},
		{`S_CONTAINS(geometry, POINT(4.02 44.02))`, ``, "3"},
		{`S_TOUCHES(geometry, LINESTRING(4.05 44, 4.1 44))`, ``, "3"},
		{`S_CROSSES(LINESTRING(3.9 44.02, 4.2 44.02), geometry)`, ``, "3"},
		{`S_OVERLAPS(geometry, POLYGON((4.02 44.02,4.3 44.02,4.3 44.3,4.02 44.3,4.02 44.02)))`, ``, "3"},
		{`A_CONTAINS(['a','b','c'], ('b'))`, `{"op":"a_contains","args":[["a","b","c"],"b"]}`, "0123"},
		{`A_CONTAINS(['a','b','c'], ['b','a'])`, `{"op":"a_contains","args":[["a","b","c"],["b","a"]]}`, "0123"},
		{`A_OVERLAPS([nom], ['tilleul argenté'])`, ``, "1"},
		{`A_CONTAINEDBY([hauteur], [18, 25]) AND A_EQUALS([1,2],[2,1])`, ``, "03"},
		{`hauteur > 10 OR nom LIKE 'tilleul%' AND malade = true`, ``, "013"},
		{`true`, `true`, "0123"},
		{`NULL`, ``, ""},
		{`hauteur = NULL`, ``, ""},
	} {
		e, err := ParseText(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, passing(t, e), c.text)
		if c.json == "" {
			continue
		}
		same, err := ParseJSON([]byte(c.json))
		require.NoError(t, err, c.json)
		require.True(t, reflect.DeepEqual(e, same) || passing(t, same) == c.want, "%s is not %s", c.json, c.text)
	}
}

// Whatever is not known makes a condition not known, and so its contrary: no row
// passes both.
func TestARowPassesNoConditionWithItsContrary(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"hauteur > 10", "malade", "nom LIKE '%e%'", "hauteur IN (18)", "S_INTERSECTS(geometry, POINT(4.08 44.12))", "T_AFTER(vu, DATE('2026-01-01'))", "hauteur > 10 OR malade", "hauteur > 10 AND malade"} {
		e, err := ParseText(s)
		require.NoError(t, err)
		against, err := ParseText("NOT (" + s + ")")
		require.NoError(t, err)
		for _, i := range passing(t, e) {
			require.NotContains(t, passing(t, against), string(i), s)
		}
	}
}

func TestWhatIsRefusedIsNamed(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		``: "cql.fault.end", `hauteur >`: "cql.fault.end", `hauteur 10`: "cql.fault.unexpected", `(hauteur > 1`: "cql.fault.end",
		`nom = 'x`: "cql.fault.string", `hauteur > 10 ; DROP TABLE x`: "cql.fault.character", `taille > 10`: "cql.fault.property",
		`hauteur > 'dix'`: "cql.fault.type", `hauteur`: "cql.fault.condition", `buffer(geometry, 10) = 1`: "cql.fault.function",
		`plante > DATE('21/06/2026')`: "cql.fault.instant", `plante > 'hier'`: "cql.fault.instant", `S_INTERSECTS(geometry)`: "cql.fault.operands",
		`S_INTERSECTS(nom, POINT(1 2))`: "cql.fault.type", `S_INTERSECTS(geometry, POLYGON((1 2, 3 4)))`: "cql.fault.geometry",
		`S_INTERSECTS(geometry, POINT(1 2)`: "cql.fault.end", `nom LIKE hauteur`: "cql.fault.type", `hauteur IN 3`: "cql.fault.unexpected",
		`hauteur NOT`: "cql.fault.end", `BBOX(1,2,3) = 1`: "cql.fault.operands", strings.Repeat("(", 200) + "true": "cql.fault.deep",
		strings.Repeat("NOT ", 200) + "true": "cql.fault.deep", strings.Repeat("x", 70<<10): "cql.fault.deep", `malade AND hauteur`: "cql.fault.type",
	} {
		e, err := ParseText(said)
		if err == nil {
			_, err = Compile(e, fields)
		}
		var refused *Error
		require.True(t, errors.As(err, &refused), "%.40s gives %v", said, err)
		require.Equal(t, want, refused.Key, "%.40s", said)
	}
	for said, want := range map[string]string{
		`{`: "cql.fault.json", `{"a":1}`: "cql.fault.json", `{"op":">","args":[{"property":"hauteur"}]}`: "cql.fault.operands",
		`{"op":"sleep","args":[10]}`: "cql.fault.function", `{"type":"Polygon","coordinates":"x"}`: "cql.fault.geometry",
		`{"date":"x"}`: "cql.fault.instant", strings.Repeat("[", 200) + strings.Repeat("]", 200): "cql.fault.deep",
	} {
		e, err := ParseJSON([]byte(said))
		if err == nil {
			_, err = Compile(e, fields)
		}
		var refused *Error
		require.True(t, errors.As(err, &refused), "%.40s gives %v", said, err)
		require.Equal(t, want, refused.Key, "%.40s", said)
	}
}

func TestShapesAreConverted(t *testing.T) {
	t.Parallel()
	e, err := ParseText(`malade AND S_INTERSECTS(geometry, BBOX(1, 2, 3, 4))`)
	require.NoError(t, err)
	require.NoError(t, Convert(e, func(x, y float64) (float64, float64, error) { return y, x, nil }))
	want, err := ParseText(`malade AND S_INTERSECTS(geometry, BBOX(2, 1, 4, 3))`)
	require.NoError(t, err)
	find := func(e Expr) geom.Envelope {
		return e.(*Call).Args[1].(*Call).Args[1].(*Literal).Value.(geom.Geometry).Envelope()
	}
	require.Equal(t, find(want), find(e))
	require.Error(t, Convert(e, func(_, _ float64) (float64, float64, error) { return 0, 0, errors.New("no") }))
}

// Whatever is sent is read or refused, and what is read runs.
func FuzzText(f *testing.F) {
	for _, s := range []string{`a > 1 AND b LIKE 'x%'`, `S_WITHIN(geometry, POLYGON((0 0,1 0,1 1,0 0)))`, `T_DURING(vu, INTERVAL('..', DATE('2020-01-01')))`, `[1,2`, `NOT NOT -x ^ 2`, `hauteur IN (1,NULL)`, `POINT EMPTY`, `'é''\'`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseText(s)
		run(t, e, err)
	})
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"op":"and","args":[true,{"property":"malade"}]}`, `{"op":"in","args":[1,[1,null]]}`, `{"interval":["..","2020-01-01"]}`, `{"bbox":[1,2,3,4,5,6]}`, `{"type":"Point","coordinates":[1,2]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseJSON([]byte(s))
		run(t, e, err)
	})
}

func run(t *testing.T, e Expr, err error) {
	t.Helper()
	var filter Filter
	if err == nil {
		filter, err = Compile(e, fields)
	}
	var refused *Error
	if err != nil {
		require.True(t, errors.As(err, &refused), "%v", err)
		return
	}
	for _, r := range rows(t) {
		filter(r)
	}
}
