package tabular_test

import (
	"fmt"
	"strings"
	"testing"

	"acvdata/services/fault"
	"acvdata/services/tabular"
)

const places = `<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Ville</name><Style id="s"><IconStyle/></Style>
<Folder><name>Parc</name>
<Placemark><name>Érable &amp; co</name><description><![CDATA[<b>beau</b>]]></description><styleUrl>#s</styleUrl><TimeStamp><when>2019-03-15</when></TimeStamp>
<ExtendedData><Data name="code"><displayName>Code</displayName><value>01004</value></Data><SchemaData schemaUrl="#x"><SimpleData name="hauteur">12.5</SimpleData></SchemaData></ExtendedData>
<Point><coordinates> 4.081234567,44.121234567,120 </coordinates></Point></Placemark>
</Folder>
<Placemark><name>Zone</name><MultiGeometry>
<Polygon><outerBoundaryIs><LinearRing><coordinates>4,44 4.1,44 4.1,44.1 4,44</coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>4.05,44.01 4.06,44.01 4.06,44.02 4.05,44.01</coordinates></LinearRing></innerBoundaryIs></Polygon>
<Polygon><outerBoundaryIs><LinearRing><coordinates>5,44 5.1,44 5.1,44.1 5,44</coordinates></LinearRing></outerBoundaryIs></Polygon>
</MultiGeometry></Placemark>
<Placemark><name>Sans lieu</name></Placemark>
</Document></kml>`

func TestPlacesAreRows(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"a.kml": places, "a.kmz": archive(t, map[string]string{"doc.kml": places, "files/icone.png": "x"}),
	} {
		f := open(t, name, raw)
		if f.Format() != tabular.KML || f.CRS() != 4326 || strings.Join(f.Headings(), "¦") != "dossier¦nom¦description¦date¦code¦hauteur¦geometry" {
			t.Fatalf("%s: got %s, %d, %q", name, f.Format(), f.CRS(), f.Headings())
		}
		got := rows(t, f)
		want := []string{
			`Parc¦Érable & co¦<b>beau</b>¦2019-03-15¦01004¦12.5¦{"type":"Point","coordinates":[4.081234567,44.121234567]}`,
			`¦Zone¦¦¦¦¦{"type":"MultiPolygon","coordinates":[[[[4,44],[4.1,44],[4.1,44.1],[4,44]],[[4.05,44.01],[4.06,44.01],[4.06,44.02],[4.05,44.01]]],[[[5,44],[5.1,44],[5.1,44.1],[5,44]]]]}`,
			`¦Sans lieu¦¦¦¦¦`,
		}
		for i, w := range want {
			if i >= len(got) || got[i].cells != w {
				t.Fatalf("%s: got %+v", name, got)
			}
		}
		if got[2].codes() != "no_geometry" {
			t.Errorf("got problems %q", got[2].codes())
		}
	}
}

func TestHostilePlacesAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, reason string }{
		"an external entity": {`<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><Placemark><name>&x;</name></Placemark></kml>`, "kml_entity"},
		"a link":             {`<kml><NetworkLink><Link><href>http://169.254.169.254/</href></Link></NetworkLink></kml>`, "kml_link"},
		"cut off":            {places[:900], "broken_kml"},
		"no place":           {`<kml><Document/></kml>`, "no_feature"},
		"words as positions": {`<kml><Placemark><Point><coordinates>a,b</coordinates></Point></Placemark></kml>`, "broken_kml"},
		"nested":             {"<kml>" + strings.Repeat("<Folder>", 5000), "broken_kml"},
		"nested shapes":      {"<kml><Placemark>" + strings.Repeat("<MultiGeometry>", 5000), "broken_kml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := tryOpen(t, "a.kml", c.content)
			if got := fault.From(err); got == nil || got.Key != "tabular.refused."+c.reason {
				t.Errorf("got %v, want %s", err, c.reason)
			}
		})
	}
	bomb := archive(t, map[string]string{"doc.kml": "<kml>" + strings.Repeat(" ", 40<<20) + "</kml>"})
	if _, err := tryOpen(t, "a.kmz", bomb); fault.From(err) == nil || fault.From(err).Key != "tabular.refused.bomb" {
		t.Errorf("a bomb: got %v", err)
	}
}

func FuzzPlaces(f *testing.F) {
	f.Add(places)
	f.Add(fmt.Sprintf("<kml>%s</kml>", "<Placemark><LineString><coordinates>1,2 3,4</coordinates></LineString></Placemark>"))
	f.Fuzz(func(t *testing.T, content string) { readAll(t, "a.kml", content) })
}

func FuzzObjects(f *testing.F) {
	f.Add("[" + objectA + "," + objectB + "]")
	f.Add(objectA + "\n" + objectB)
	f.Fuzz(func(t *testing.T, content string) { readAll(t, "a.ndjson", content) })
}
