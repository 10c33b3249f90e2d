package opendata_test

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkCataloguePage gives the 95th percentile of a page of a hundred datasets
// out of a thousand, in milliseconds, from request to last byte, and of the answer
// to who has it already; beside it the same run's reading of the thousand from the
// database, which no answer can do without. Goal: 200 ms.
func BenchmarkCataloguePage(b *testing.B) {
	r := newRig(b, thousand)
	r.publishBulk(b, r.town, 0, thousand)
	const path = "/ales/catalog.rdf?after=ales%2Fplantes-499"
	etag := r.resident.Get(path, "Accept", "*/*").Want(200).Header.Get("ETag")
	baseline := p95(func() { _, err := r.datasets.Open(r.Context, r.town); must(b, err) })
	page := p95(func() { r.resident.Get(path, "Accept", "*/*").Want(200) })
	unchanged := p95(func() { r.resident.Get(path, "Accept", "*/*", "If-None-Match", etag).Want(304) })
	for b.Loop() {
		r.resident.Get(path, "Accept", "*/*").Want(200)
	}
	b.ReportMetric(page, "p95-ms")
	b.ReportMetric(unchanged, "p95-304-ms")
	b.ReportMetric(baseline, "p95-baseline-ms")
	b.ReportMetric(page/baseline, "ratio")
}

// p95 is the 95th percentile of forty tries, in milliseconds.
func p95(do func()) float64 {
	tries := make([]time.Duration, 40)
	for i := range tries {
		start := time.Now()
		do()
		tries[i] = time.Since(start)
	}
	slices.Sort(tries)
	return float64(tries[len(tries)*95/100-1].Microseconds()) / 1000
}
