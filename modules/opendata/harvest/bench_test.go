package harvest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// manySets is a large regional portal's catalogue.
const manySets = 5_000

// BenchmarkHarvest gives how many datasets a second a catalogue of 5,000 comes in at
// from a CKAN portal, for the first time and again when nothing changed there, with
// every identity looked up and every one stored; beside it the same run's reading of
// the same pages into Go values, which every harvester does before its own work.
func BenchmarkHarvest(b *testing.B) {
	for b.Loop() {
		r, p := newRig(b), newPortal(b)
		p.set("/", "text/html", "<!doctype html><title>Portail</title>")
		p.answer("/api/3/action/package_search", ckan(manySets))
		r.Work()
		pages := time.Now()
		readAlone(b, p.URL)
		baseline := time.Since(pages)

		start := time.Now()
		s, run := r.add(b, usual(p.URL+"/"))
		first := time.Since(start)
		require.Equal(b, manySets, run.Added)
		start = time.Now()
		run = r.again(b, s)
		second := time.Since(start)
		require.Equal(b, manySets, run.Unchanged)
		require.Len(b, r.open(b, r.town), manySets, "none lost, none doubled")

		rate := func(d time.Duration) float64 { return manySets / d.Seconds() }
		b.ReportMetric(rate(first), "first-sets/s")
		b.ReportMetric(rate(second), "again-sets/s")
		b.ReportMetric(rate(baseline), "baseline-sets/s")
		b.ReportMetric(first.Seconds()/baseline.Seconds(), "times-baseline")
	}
}

// readAlone reads the pages of the portal and decodes them.
func readAlone(b *testing.B, address string) {
	b.Helper()
	const size = 100
	for start := 0; start < manySets; start += size {
		question, err := http.NewRequestWithContext(b.Context(), http.MethodGet,
			fmt.Sprintf("%s/api/3/action/package_search?start=%d&rows=%d", address, start, size), http.NoBody)
		require.NoError(b, err)
		answer, err := http.DefaultClient.Do(question)
		require.NoError(b, err)
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		require.NoError(b, err)
		var page struct {
			Result struct {
				Results []map[string]any `json:"results"`
			} `json:"result"`
		}
		require.NoError(b, json.Unmarshal(text, &page))
		require.NotEmpty(b, page.Result.Results)
	}
}
