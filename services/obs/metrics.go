package obs

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is the platform's Prometheus registry. Labels never hold a person or
// a free text: routes are patterns, not paths.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	jobs     *prometheus.CounterVec
	jobTime  *prometheus.HistogramVec
	imported *prometheus.CounterVec
}

// NewMetrics makes an empty registry with Go's and the process's own figures.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "acv_http_requests_total", Help: "Requests answered.",
		}, []string{"method", "route", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "acv_http_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30},
		}, []string{"method", "route"}),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "acv_jobs_total", Help: "Jobs worked, by result: done, failed, cancelled.",
		}, []string{"kind", "result"}),
		jobTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "acv_job_seconds", Help: "Time to work a job.",
			Buckets: []float64{.01, .1, .5, 1, 5, 15, 60, 300, 1200},
		}, []string{"kind"}),
		imported: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "acv_import_rows_total", Help: "Rows imported, by result.",
		}, []string{"target", "result"}),
	}
	m.registry.MustRegister(m.requests, m.latency, m.jobs, m.jobTime, m.imported,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Request counts one answered request; route is the pattern, not the path.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(method, route).Observe(took.Seconds())
}

// Job counts one worked job.
func (m *Metrics) Job(kind, result string, took time.Duration) {
	m.jobs.WithLabelValues(kind, result).Inc()
	m.jobTime.WithLabelValues(kind).Observe(took.Seconds())
}

// Imported counts rows of an import by result: created, updated, unchanged, rejected.
func (m *Metrics) Imported(target, result string, rows int64) {
	m.imported.WithLabelValues(target, result).Add(float64(rows))
}

// Gauge publishes a figure read at scrape time, such as the pool's use.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Handler serves the figures to Prometheus; keep it on the private address.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
