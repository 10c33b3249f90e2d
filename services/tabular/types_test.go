package tabular_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"acvdata/services/tabular"
)

// column makes a file of one column (and a second, so that commas can be in
// the cells) and returns what was understood of it.
func column(t testing.TB, heading string, cells ...string) tabular.Column {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%s|reste\n", heading)
	for i, c := range cells {
		fmt.Fprintf(&b, "%s|r%d\n", strings.ReplaceAll(c, "|", "/"), i)
	}
	f := open(t, "a.csv", b.String(), tabular.WithDialect(tabular.Dialect{Separator: '|', Quote: '"', HeaderLine: 1}))
	return f.Columns()[0]
}

func times(n int, cells ...string) []string { return slices.Repeat(cells, n) }

func TestTypesAreDecidedByColumn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		heading string
		cells   []string
		want    tabular.Type
		reason  string // one of those expected
	}{
		{"words", "genre", []string{"Tilia", "Acer", "12"}, tabular.Text, "plain_text"},
		{"nothing", "note", []string{"", " ", "\u00a0"}, tabular.Empty, "no_value"},
		{"words for nothing", "note", []string{"NC", "-", "N/A", ""}, tabular.Empty, "no_value"},
		{"whole numbers", "hauteur", []string{"12", "8", "1 200", "-3"}, tabular.Integer, "whole_numbers"},
		{"numbers and missing words", "hauteur", []string{"12", "NC", "8", "NA", ""}, tabular.Integer, "whole_numbers"},
		{"decimal commas", "hauteur", []string{"12,5", "8", "1 200,25"}, tabular.Number, "decimal_comma"},
		{"decimal points", "hauteur", []string{"12.5", "8.0", "7"}, tabular.Number, "decimal_point"},
		{"English thousands", "surface", []string{"1,234.5", "1,234", "12.5"}, tabular.Number, "decimal_point"},
		{"French thousands with points", "surface", []string{"1.234,5", "1.234", "12,5"}, tabular.Number, "decimal_comma"},
		{"lone threes", "surface", []string{"1,234", "12,345"}, tabular.Number, "decimal_or_thousands"},
		{"both marks by several hands", "surface", []string{"1,5", "2.5", "3"}, tabular.Number, "decimal_mixed"},
		{"percents", "part", []string{"12 %", "8 %", "7,5 %"}, tabular.Number, "unit"},
		{"euros", "prix", []string{"1 200 €", "8 €"}, tabular.Integer, "unit"},
		{"two units", "haut", []string{"12 m", "80 cm"}, tabular.Text, "plain_text"},
		{"house numbers", "numero", []string{"12", "12 B", "14"}, tabular.Text, "plain_text"},
		{"oui and non", "abattu", []string{"oui", "NON", "Oui", ""}, tabular.Boolean, "yes_no"},
		{"vrai and faux", "abattu", []string{"VRAI", "FAUX"}, tabular.Boolean, "yes_no"},
		{"o and n", "abattu", []string{"O", "N", "N"}, tabular.Boolean, "yes_no"},
		{"n alone", "orientation", []string{"N", "N"}, tabular.Text, "plain_text"},
		{"0 and 1 without a word about it", "controle", []string{"0", "1", "1"}, tabular.Integer, "whole_numbers"},
		{"0 and 1 under a heading that says so", "arbre_remarquable", []string{"0", "1", "1"}, tabular.Boolean, "heading"},
		{"dates, day first", "date", []string{"01/02/2020", "25/02/2020"}, tabular.Date, "day_first"},
		{"dates, month first", "date", []string{"01/02/2020", "02/25/2020"}, tabular.Date, "month_first"},
		{"dates that cannot be told", "date", []string{"01/02/2020", "03/04/2020"}, tabular.Date, "day_or_month"},
		{"dates both ways", "date", []string{"25/02/2020", "02/25/2020"}, tabular.Text, "plain_text"},
		{"ISO dates", "date", []string{"2020-02-25", "2020-12-31", "NC"}, tabular.Date, "dates"},
		{"French months", "date", []string{"12 février 2020", "1er mars 2021"}, tabular.Date, "dates"},
		{"months without day", "date", []string{"février 2020", "mars 2021"}, tabular.Text, "plain_text"},
		{"compact dates", "DATE_LT", []string{"20141028", "20150203"}, tabular.Date, "dates"},
		{"eight digits that are no dates", "identifiant", []string{"20141028", "20150203"}, tabular.Integer, "whole_numbers"},
		{"compact dates with a slip", "date_pose", append(times(7, "20141028", "20150203", "20150204"), "20142111"), tabular.Date, "misfits"},
		{"date-times with zone", "modif", []string{"2018/06/30 22:00:00+00", "2018/07/01 10:00:00+02"}, tabular.DateTime, "dates"},
		{"date-times, day first", "modif", []string{"30/06/2018 22:00", "01/07/2018 10:00"}, tabular.DateTime, "day_first"},
		{"years under a heading about time", "annee_plantation", []string{"1998", "2005", "2010.0"}, tabular.Year, "years"},
		{"numbers like years under another heading", "population", []string{"1998", "2005"}, tabular.Integer, "whole_numbers"},
		{"INSEE codes by heading", "code_insee", []string{"30007", "62765"}, tabular.INSEE, "heading"},
		{"INSEE codes of Corsica", "commune", []string{"2A004", "2B033", "13055"}, tabular.INSEE, "commune_code"},
		{"INSEE codes that lost zeros", "code_insee", []string{"1004", "30007"}, tabular.INSEE, "zeros_lost"},
		{"postcodes", "Code postal", []string{"01000", "20000", "75001"}, tabular.Postcode, "heading"},
		{"five digits with zeros, no heading", "c", []string{"01004", "30007"}, tabular.Code, "leading_zeros"},
		{"one zero keeps all as text", "lot", []string{"12", "13", "007"}, tabular.Code, "leading_zeros"},
		{"SIRET", "etablissement", []string{"21300007000018", "26300012300013", "21620765700014", "73282932000074"}, tabular.Integer, "whole_numbers"},
		{"SIRET with right keys", "etablissement", []string{"73282932000074", "35600000000048", "35600000049837"}, tabular.SIRET, "check_digit"},
		{"SIREN by heading", "siren", []string{"732829320", "356000000"}, tabular.SIREN, "check_digit"},
		{"phones", "tel", []string{"04 66 56 11 00", "06.12.34.56.78", "+33 5 59 46 60 60"}, tabular.Phone, "phone"},
		{"longitudes", "longitude", []string{"4.0817", "4.0821"}, tabular.Longitude, "axis"},
		{"latitudes with commas", "Lat", []string{"44,1245", "44,1250"}, tabular.Latitude, "axis"},
		{"latitudes beyond a pole", "lat", []string{"144.1245", "44.1250"}, tabular.Number, "numbers"},
		{"eastings", "X", []string{"786566.83", "786570.10"}, tabular.Easting, "axis"},
		{"northings in Lambert-93", "y_l93", []string{"6336759", "6336760"}, tabular.Northing, "axis"},
		{"x in degrees", "x", []string{"4.0817", "4.0821"}, tabular.Longitude, "axis"},
		{"x that is no place", "x", []string{"1", "2"}, tabular.Integer, "whole_numbers"},
		{"latitude then longitude", "lieu", []string{"44.1245, 4.0817", "44.13, 4.09"}, tabular.LatLon, "pair_in_france"},
		{"longitude then latitude", "lieu", []string{"4.0817, 44.1245", "[4.09, 44.13]"}, tabular.LonLat, "pair_in_france"},
		{"pairs abroad under a known heading", "geo_point_2d", []string{"-20.9, 55.4"}, tabular.LatLon, "heading"},
		{"pairs abroad", "lieu", []string{"-20.9, 55.4"}, tabular.LatLon, "pair_order_unknown"},
		{"decimal numbers are no pairs", "mesure", []string{"12,5", "13,25"}, tabular.Number, "decimal_comma"},
		{"WKT", "geom", []string{"POINT(4.08 44.12)", "SRID=4326;POLYGON((1 1,2 2,3 3,1 1))"}, tabular.WKT, "geometry"},
		{"EWKB", "geom", []string{"0101000020E6100000A4703D0AD7A310405C8FC2F5280F4640"}, tabular.EWKB, "geometry"},
		{"GeoJSON cells", "geom", []string{`{""type"":""Point"",""coordinates"":[4.08,44.12]}`}, tabular.Geometry, "geometry"},
		{"a slip among many numbers", "hauteur", append(times(60, "12"), "douze"), tabular.Integer, "misfits"},
		{"a slip among few numbers", "hauteur", append(times(5, "12"), "douze"), tabular.Text, "plain_text"},
		{"south-west is a direction", "orientation", []string{"SO", "NE", "SE"}, tabular.Text, "plain_text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cells := c.cells
			if c.want == tabular.Geometry {
				cells = []string{`"` + cells[0] + `"`}
			}
			got := column(t, c.heading, cells...)
			if got.Type != c.want {
				t.Fatalf("got %s %v, want %s", got.Type, got.Reasons, c.want)
			}
			if !slices.ContainsFunc(got.Reasons, func(r tabular.Reason) bool { return r.Code == c.reason }) {
				t.Errorf("got reasons %v, want %s", got.Reasons, c.reason)
			}
			if got.Confidence <= 0 || got.Confidence > 1 {
				t.Errorf("got confidence %v", got.Confidence)
			}
		})
	}
}

func TestWhatAColumnTells(t *testing.T) {
	t.Parallel()
	c := column(t, "haut", "12,0 m", "8 m", "NC", "n.c.", "", "7,0 m", "12,0 m")
	if c.Type != tabular.Number || c.Unit != "m" || !c.Whole || c.Decimal != tabular.Comma {
		t.Errorf("got %+v", c)
	}
	if c.Values != 4 || c.MissingCells != 3 || !slices.Equal(c.MissingWords, []string{"n.c.", "nc"}) || c.Distinct != 5 {
		t.Errorf("got %d values, %d missing, words %q, %d distinct", c.Values, c.MissingCells, c.MissingWords, c.Distinct)
	}
	if !c.IsMissing("Nc") || !c.IsMissing(" ") || c.IsMissing("8 m") || c.IsMissing("NA") {
		t.Error("missing words are not those of the column")
	}
	if got := c.MissingShare(); got < 0.42 || got > 0.43 {
		t.Errorf("got share %v", got)
	}
	d := column(t, "date", "01/02/2020", "03/04/2020")
	if !d.Ambiguous || d.DateOrder != tabular.DMY || d.Confidence > 0.6 {
		t.Errorf("got %+v", d)
	}
	z := column(t, "maj", "2018/06/30 22:00:00+00", "2018/06/30 23:00:00+00")
	if !z.Zoned || z.DateOrder != tabular.YMD || z.Ambiguous {
		t.Errorf("got %+v", z)
	}
	m := column(t, "hauteur", append(times(60, "12"), "douze\u202e")...)
	if m.MisfitCells != 1 || m.Misfits[0].Line != 62 || m.Misfits[0].Value != "douze␣" {
		t.Errorf("got %+v", m.Misfits)
	}
}

// TestNoZeroIsLostAndNoDayIsSwapped goes through many columns of codes and of
// days: a type that would change them is never given.
func TestNoZeroIsLostAndNoDayIsSwapped(t *testing.T) {
	t.Parallel()
	numeric := []tabular.Type{tabular.Integer, tabular.Number, tabular.Year, tabular.Longitude, tabular.Latitude, tabular.Easting, tabular.Northing}
	for width := 2; width <= 14; width++ {
		for _, heading := range []string{"id", "code", "insee", "code postal", "x", "lat", "annee", "date", "siret", "nombre"} {
			zero := "0" + strings.Repeat("1", width-1)
			c := column(t, heading, append(times(100, "9"+strings.Repeat("8", width-1)), zero)...)
			if slices.Contains(numeric, c.Type) {
				t.Errorf("%q under %q is %s", zero, heading, c.Type)
			}
		}
	}
	for day := 13; day <= 31; day++ {
		c := column(t, "date", append(times(40, "03/04/2020"), fmt.Sprintf("%d/01/2020", day))...)
		got, ok := c.Date("03/04/2020")
		if c.Type != tabular.Date || !ok || got.Month() != 4 || got.Day() != 3 {
			t.Errorf("with a day %d: %s, %v", day, c.Type, got)
		}
	}
}
