package columns

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"acvdata/services/cql"
	"acvdata/services/datasets"
)

// BenchmarkColumns measures what a large town's inventory costs to keep, filter
// and sort: 500,000 rows, beside the same questions asked of the rows one by one
// in Go ("plain"), which is what a stream from the database would come to
// without the database.
func BenchmarkColumns(b *testing.B) {
	rows := many(500_000)
	table := tableOf(datasets.Point, rows)
	report := func(b *testing.B, ours, plain time.Duration) {
		b.Helper()
		b.ReportMetric(float64(ours.Microseconds())/1000, "ms")
		b.ReportMetric(float64(plain.Microseconds())/1000, "plain-ms")
		b.ReportMetric(float64(plain)/float64(ours), "times-plain")
	}
	b.Run("keep", func(b *testing.B) {
		for b.Loop() {
			tableOf(datasets.Point, rows)
		}
		b.ReportMetric(float64(table.bytes)/float64(len(rows)), "bytes/row")
	})
	b.Run("filter", func(b *testing.B) {
		e, err := cql.ParseText("rang > 4 AND CASEI(nom) LIKE 'z%'")
		if err != nil {
			b.Fatal(err)
		}
		filter, err := cql.Compile(e, table.Fields())
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			from := time.Now()
			n := len(table.Select(filter))
			ours := time.Since(from)
			from = time.Now()
			for _, r := range rows {
				rank, _ := r.Values[1].(int64)
				name, _ := r.Values[0].(string)
				if rank > 4 && strings.HasPrefix(strings.ToLower(name), "z") {
					n--
				}
			}
			if n != 0 {
				b.Fatalf("%d rows of difference", n)
			}
			report(b, ours, time.Since(from))
		}
	})
	b.Run("sort", func(b *testing.B) {
		french := collate.New(language.French)
		for b.Loop() {
			order := table.Select(nil)
			from := time.Now()
			table.Sort(order, []Key{{Name: "nom"}, {Name: "hauteur", Down: true}})
			ours := time.Since(from)
			plain := slices.Clone(rows)
			from = time.Now()
			slices.SortStableFunc(plain, func(x, y datasets.Row) int {
				a, _ := x.Values[0].(string)
				z, _ := y.Values[0].(string)
				return french.CompareString(a, z)
			})
			report(b, ours, time.Since(from))
		}
	})
}
