package main

import (
	"testing"
	"time"

	"acvdata/services/ogc"
)

// BenchmarkPages measures public pages of an ordinary and of a very large town
// among 250. Bar: 40 ms p95 of server time; first
// is the first time anybody asks.
func BenchmarkPages(b *testing.B) {
	p := openForBench(b, crowdDatabase(b), ogc.Memory{Tiles: 64 << 20, Points: pointMemory})
	base, towns := "http://"+listen(b, p.web.App()), crowd()
	for name, path := range map[string]string{
		"platform":    "/",
		"town":        "/" + towns[30].slug + "/",
		"trees20k":    "/" + towns[30].slug + "/arbres",
		"trees500k":   "/" + towns[0].slug + "/arbres",
		"species500k": "/" + towns[0].slug + "/arbres?statut=standing&q=erable",
		"street500k":  "/" + towns[0].slug + "/arbres?statut=standing&q=tilleuls",
		"nothing500k": "/" + towns[0].slug + "/arbres?statut=standing&q=baobab",
		"figures500k": "/" + towns[0].slug + "/arbres/chiffres",
		"catalogue":   "/" + towns[30].slug + "/donnees",
		"tree":        "/" + towns[0].slug + "/arbres/4242",
	} {
		b.Run(name, func(b *testing.B) {
			first := time.Now()
			load1(b, base+path)
			alone := time.Since(first)
			load(b, []string{base + path}, "Accept", "text/html")
			for b.Loop() {
				m := load(b, []string{base + path}, "Accept", "text/html")
				b.ReportMetric(float64(m.p50.Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(m.p95.Microseconds())/1000, "p95-ms")
				b.ReportMetric(m.bytes/1024, "kB")
			}
			b.ReportMetric(float64(alone.Microseconds())/1000, "first-ms")
		})
	}
}
