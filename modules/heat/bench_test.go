package heat_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/modules/heat"
	"acvdata/services/authz"
	"acvdata/tenants"
)

// A sensor that speaks every five minutes, for a year; beside it in its town, and in
// the neighbours, others speak every hour.
const (
	benchYear    = 365 * 288
	benchSensors = 20
)

// year is what a sensor says until now, one value every step.
func year(number, n int, step time.Duration) []heat.Sample {
	list := make([]heat.Sample, n)
	for i := range list {
		at := now.Add(-time.Duration(n-i) * step)
		season, day := float64(at.YearDay())/365*2*math.Pi, float64(at.Hour())/24*2*math.Pi
		value := 12 - 9*math.Cos(season) - 5*math.Cos(day) + float64((i*7919+number)%100)/100
		list[i] = heat.Sample{Series: number, At: at, Value: math.Round(value*100) / 100}
	}
	return list
}

func (r *rig) series(town *tenants.Tenant, code string) int {
	r.t.Helper()
	r.station(town, code)
	number, err := r.service.SeriesOf(r.Context, town.ID, code, heat.Temperature)
	if err != nil {
		r.t.Fatal(err)
	}
	return number
}

func (r *rig) admin(b *testing.B) *pgx.Conn {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), r.AdminDB)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close(context.WithoutCancel(b.Context())) })
	return conn
}

func run(b *testing.B, conn *pgx.Conn, statement string, args ...any) time.Duration {
	b.Helper()
	start := time.Now()
	if _, err := conn.Exec(b.Context(), statement, args...); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// The same picture without figures kept beside the readings.
const naiveCurve = `
SELECT (at AT TIME ZONE 'Europe/Paris')::date, min(value), max(value), avg(value)
FROM heat.reading
WHERE tenant_id = $1 AND series = $2
GROUP BY 1
ORDER BY 1`

// BenchmarkHeatChart measures a year of a sensor at five minutes on its chart, as page
// and as API, and the town's page, against the same figures taken from the
// readings. Bars: 120 ms p95 and 60 kB for the chart.
func BenchmarkHeatChart(b *testing.B) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	r := newRig(b)
	town, conn := r.Town("vitre"), r.admin(b)
	for _, slug := range []string{"ales", "saint-omer"} {
		r.neighbours(b, r.Town(slug), 1)
	}
	number := r.series(town, "banc-01")
	if err := r.service.Store(r.Context, town.ID, year(number, benchYear, 5*time.Minute)); err != nil {
		b.Fatal(err)
	}
	r.neighbours(b, town, 2)
	run(b, conn, `UPDATE heat.site SET reference = true WHERE tenant_id = $1 AND code = 'banc-20'`, town.ID)
	run(b, conn, `VACUUM ANALYZE`)
	for name, address := range map[string]string{
		"page": "/vitre/chaleur/stations/banc-01?periode=annee",
		"api":  "/api/v1/vitre/chaleur/stations/banc-01/mesures?periode=annee",
		"town": "/vitre/chaleur",
	} {
		b.Run(name, func(b *testing.B) {
			resident := r.As(authz.Actor{})
			resident.Get(address).Want(200)
			for b.Loop() {
				var times, naive []time.Duration
				size := 0
				for range 60 {
					start := time.Now()
					size = len(resident.Get(address).Want(200).Body)
					times = append(times, time.Since(start))
				}
				for range 5 {
					naive = append(naive, run(b, conn, naiveCurve, town.ID, number))
				}
				reportTimes(b, times)
				b.ReportMetric(float64(size)/1024, "kB")
				slices.Sort(naive)
				b.ReportMetric(milliseconds(naive[len(naive)/2]), "baseline-aggregate-ms")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// neighbours gives a town hourly sensors, numbered from first.
func (r *rig) neighbours(b *testing.B, town *tenants.Tenant, first int) {
	b.Helper()
	var all []heat.Sample
	for n := first; n <= benchSensors; n++ {
		all = append(all, year(r.series(town, fmt.Sprintf("banc-%02d", n)), 365*24, time.Hour)...)
	}
	if err := r.service.Store(r.Context, town.ID, all); err != nil {
		b.Fatal(err)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func reportTimes(b *testing.B, times []time.Duration) {
	b.Helper()
	slices.Sort(times)
	b.ReportMetric(milliseconds(times[len(times)/2]), "p50-ms")
	b.ReportMetric(milliseconds(times[len(times)*95/100]), "p95-ms")
}

// BenchmarkHeatIngest measures how many values a second come into the table of
// readings with its keys, alone and with checks and figures, against the
// server's own COPY of the same rows from a file into the same indexed table,
// without row-level security. Bar: 100,000 values a second with keys.
func BenchmarkHeatIngest(b *testing.B) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	for b.Loop() {
		r := newRig(b)
		conn := r.admin(b)
		town, whole := r.Town("vitre"), r.Town("ales")
		var samples []heat.Sample
		for n := range 5 {
			samples = append(samples, year(r.series(town, fmt.Sprint("banc-", n)), benchYear, 5*time.Minute)...)
			r.series(whole, fmt.Sprint("banc-", n))
		}
		start := time.Now()
		if err := r.service.Write(r.Context, town.ID, samples); err != nil {
			b.Fatal(err)
		}
		keys := time.Since(start)
		floor := serverCopy(b, conn)
		start = time.Now()
		for year := range slices.Chunk(samples, benchYear) {
			if err := r.service.Store(r.Context, whole.ID, year); err != nil {
				b.Fatal(err)
			}
		}
		all := time.Since(start)
		n := float64(len(samples))
		b.ReportMetric(n/keys.Seconds(), "values/s-with-keys")
		b.ReportMetric(n/all.Seconds(), "values/s-with-figures")
		b.ReportMetric(n/floor.Seconds(), "baseline-server-copy-values/s")
		b.ReportMetric(floor.Seconds()/keys.Seconds(), "of-server-copy")
	}
	b.ReportMetric(0, "ns/op")
}

// serverCopy times the floor, and leaves the table empty.
func serverCopy(b *testing.B, conn *pgx.Conn) time.Duration {
	b.Helper()
	var folder string
	if err := conn.QueryRow(b.Context(), `SELECT current_setting('data_directory')`).Scan(&folder); err != nil {
		b.Fatal(err)
	}
	path := "'" + folder + "/bench-heat.bin'"
	run(b, conn, `COPY (SELECT * FROM heat.reading ORDER BY tenant_id, series, at) TO `+path+` (FORMAT binary)`)
	run(b, conn, `TRUNCATE heat.reading`)
	run(b, conn, `CHECKPOINT`)
	took := run(b, conn, `COPY heat.reading FROM `+path+` (FORMAT binary)`)
	run(b, conn, `COPY (SELECT 1 LIMIT 0) TO `+path)
	run(b, conn, `TRUNCATE heat.reading`)
	return took
}

// BenchmarkHeatWebhook measures how long after an uplink was sent its value is on the
// station's public page, in a town with a year of readings. Bar: 2 s. Its
// baseline is the page alone.
func BenchmarkHeatWebhook(b *testing.B) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	r := newRig(b)
	town := r.Town("vitre")
	r.neighbours(b, town, 1)
	if err := r.service.Deploy(r.Context, town.ID, "banc-01", serial, "", now.AddDate(0, 0, -1)); err != nil {
		b.Fatal(err)
	}
	server, resident := r.server(town), r.As(authz.Actor{})
	const page = "/vitre/chaleur/stations/banc-01"
	counter := 0
	for b.Loop() {
		var times, alone []time.Duration
		for range 100 {
			counter++
			r.now = r.now.Add(5 * time.Minute)
			value := fmt.Sprintf("%.1f", 20+float64(counter%150)/10)
			start := time.Now()
			r.send(server, hooked, uplink(serial, counter, r.now, `{"temperature":`+value+`}`)).Want(http.StatusOK)
			for shown := strings.Replace(value, ".", ",", 1); !strings.Contains(resident.Get(page).Body, shown); {
				if time.Since(start) > 10*time.Second {
					b.Fatalf("%s is not on the page", shown)
				}
			}
			times = append(times, time.Since(start))
			start = time.Now()
			resident.Get(page).Want(200)
			alone = append(alone, time.Since(start))
		}
		reportTimes(b, times)
		slices.Sort(alone)
		b.ReportMetric(milliseconds(alone[len(alone)/2]), "baseline-page-alone-ms")
	}
	b.ReportMetric(0, "ns/op")
}
