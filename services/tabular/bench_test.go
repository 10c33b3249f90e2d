package tabular_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"acvdata/services/tabular"
)

// inventory writes a file of trees of twenty columns, as towns have them:
// about 180 bytes a row, one cell in quotes when quoted.
func inventory(rows int, quoted bool) string {
	var b strings.Builder
	b.WriteString("longitude;latitude;quartier;secteur;hauteur;tronc;circonference;etat;stade;port;pied;situation;revetement;age;precision;diagnostics;code_insee;plantation;feuillage;remarquable\n")
	place := "Quai Gayant"
	if quoted {
		place = "\"Quai Gayant; rive droite\""
	}
	for i := range rows {
		fmt.Fprintf(&b, "%.8f;%.8f;Quartier du Centre-Ville;%s;%d,5;2,0;%d;EN PLACE;Adulte;semi libre;gazon;Alignement;Non;%d;5;0;02691;%02d/%02d/2018;Feuillu;Non\n",
			3.29+float64(i%1000)*1e-5, 49.84+float64(i%777)*1e-5, place, 5+i%20, 40+i%200, 10+i%80, 1+i%28, 1+i%12)
	}
	return b.String()
}

const benchRows = 50_000

func perSecond(b *testing.B) {
	b.Helper()
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkRead compares reading every row with encoding/csv on the same bytes.
func BenchmarkRead(b *testing.B) {
	for _, c := range []struct {
		name   string
		quoted bool
	}{{"plain", false}, {"quoted", true}} {
		content := inventory(benchRows, c.quoted)
		b.Run(c.name+"/ours", func(b *testing.B) {
			f := open(b, "a.csv", content)
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for r, err := range f.Rows(b.Context()) {
					if err != nil || len(r.Cells) != 20 {
						b.Fatal(err)
					}
					n++
				}
				if n != benchRows {
					b.Fatalf("%d rows", n)
				}
			}
			perSecond(b)
		})
		b.Run(c.name+"/encoding-csv", func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				r := csv.NewReader(strings.NewReader(content))
				r.Comma, r.ReuseRecord = ';', true
				n := 0
				for {
					_, err := r.Read()
					if errors.Is(err, io.EOF) {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != benchRows+1 {
					b.Fatalf("%d rows", n)
				}
			}
			perSecond(b)
		})
	}
}

func BenchmarkProfile(b *testing.B) {
	f := open(b, "a.csv", inventory(benchRows, false))
	for b.Loop() {
		if _, err := f.Profile(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
}

// BenchmarkProfileOfUniqueText is the worst case: no cell comes twice.
func BenchmarkProfileOfUniqueText(b *testing.B) {
	var content strings.Builder
	content.WriteString("nom;note;adresse\n")
	for i := range benchRows {
		fmt.Fprintf(&content, "Platane n° %d;vu le matin du %d, beau;%d rue du Général Leclerc\n", i, i, i)
	}
	f := open(b, "a.csv", content.String())
	for b.Loop() {
		if _, err := f.Profile(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
}

func BenchmarkOpen(b *testing.B) {
	content := inventory(benchRows, false)
	for b.Loop() {
		open(b, "a.csv", content)
	}
}

func BenchmarkFeatures(b *testing.B) {
	one := `{"type":"Feature","properties":{"genre":"Tilia","hauteur":12.5,"etat":"EN PLACE","code":"02691","remarquable":false},"geometry":{"type":"Point","coordinates":[3.29326,49.8405]}}`
	content := `{"type":"FeatureCollection","features":[` + strings.Repeat(one+",", benchRows-1) + one + "]}"
	f := open(b, "a.geojson", content)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		for _, err := range f.Rows(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	perSecond(b)
}

func BenchmarkParse(b *testing.B) {
	for name, parse := range map[string]func() bool{
		"number plain":  func() bool { _, ok := tabular.ParseNumber("3.29326360", tabular.Point); return ok },
		"number comma":  func() bool { _, ok := tabular.ParseNumber("1 234,56", tabular.Comma); return ok },
		"date":          func() bool { _, ok := tabular.ParseDate("30/06/2018", tabular.DMY); return ok },
		"date in words": func() bool { _, ok := tabular.ParseDate("12 février 2020", tabular.DMY); return ok },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if !parse() {
					b.Fatal("not read")
				}
			}
		})
	}
}
