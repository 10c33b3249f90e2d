package lcz_test

import (
	"math"
	"testing"

	"acvdata/modules/heat/lcz"
	"acvdata/services/geo/crs"
)

func TestFourFamiliesOfCodesNameOneClass(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2": "2", "10": "10", "A": "A", "g": "G", "101": "A", "107": "G", "11": "A", "17": "G", "LCZ 3": "3", "lcz_b": "B",
		" 105 ": "E", "104.0": "D",
	} {
		c, ok := lcz.Parse(text)
		if !ok || c.Code() != want {
			t.Errorf("%q is %s, %v, want %s", text, c.Code(), ok, want)
		}
	}
	for _, text := range []string{"", "0", "18", "100", "108", "H", "2.5", "AB", "-1", "NaN"} {
		if c, ok := lcz.Parse(text); ok {
			t.Errorf("%q is taken for %s", text, c.Code())
		}
	}
}

func TestEveryClassHasALevelAndComesBackFromItsCode(t *testing.T) {
	t.Parallel()
	for _, c := range lcz.All() {
		if back, ok := lcz.Parse(c.Code()); !ok || back != c || c.Level() == "" {
			t.Errorf("class %d: code %s reads as %d, %v, level %q", c, c.Code(), back, ok, c.Level())
		}
	}
}

func TestAHectareIsAHectareWhateverTheSystem(t *testing.T) {
	t.Parallel()
	const square = `{"type":"Polygon","coordinates":[[[317400,6740200],[317500,6740200],[317500,6740300],[317400,6740300],[317400,6740200]]]}`
	for _, code := range []crs.Code{0, crs.Lambert93} {
		s, err := lcz.ReadShape(square, code)
		if err != nil || math.Abs(s.AreaM2-10_000) > 0.01 {
			t.Errorf("area %f, %v", s.AreaM2, err)
		}
		if p := s.Geometry[0][0][0]; p[0] < -3 || p[0] > -1 || p[1] < 47 || p[1] > 48.5 {
			t.Errorf("the square lies at %v, want near Redon", p)
		}
	}
}

func FuzzReadShape(f *testing.F) {
	for _, seed := range []string{
		`{"type":"Polygon","coordinates":[[[2,48],[2.1,48],[2.1,48.1],[2,48]]]}`, `{"type":"Point","coordinates":[1,2]}`,
		`{"type":"Polygon","coordinates":[]}`, `{"type":"MultiPolygon","coordinates":[[[[1e400,0]]]]}`, `{}`, `[`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		s, err := lcz.ReadShape(raw, 0)
		if err == nil && (len(s.Geometry) == 0 || !(s.AreaM2 > 0)) {
			t.Errorf("accepted without area: %q", raw)
		}
	})
}
