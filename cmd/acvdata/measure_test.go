package main

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// measured is what a load on a few addresses gave.
type measured struct {
	rate          float64 // answers a second
	p50, p95, p99 time.Duration
	bytes         float64 // mean body, as sent
}

const (
	loadWorkers = 4
	loadTime    = 2 * time.Second
	loadRounds  = 3
)

// compare measures two servers in turn, round after round, so that a busy
// minute of the machine falls on both; each gets its median round.
func compare(b *testing.B, ours, baseline []string, headers ...string) (a, base measured) {
	b.Helper()
	var as, bases []measured
	for range loadRounds {
		as = append(as, load(b, ours, headers...))
		bases = append(bases, load(b, baseline, headers...))
	}
	return median(as), median(bases)
}

func median(rounds []measured) measured {
	slices.SortFunc(rounds, func(x, y measured) int {
		switch {
		case x.rate < y.rate:
			return -1
		case x.rate > y.rate:
			return 1
		}
		return 0
	})
	return rounds[len(rounds)/2]
}

// load asks for the addresses in turn from a few clients for a while.
func load(b *testing.B, addresses []string, headers ...string) measured {
	b.Helper()
	return loadBy(b, loadWorkers, addresses, headers...)
}

// loadBy is load with so many clients.
func loadBy(b *testing.B, clients int, addresses []string, headers ...string) measured {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(b.Context(), loadTime)
	defer cancel()
	var next, total atomic.Int64
	var mu sync.Mutex
	var all []time.Duration
	var group sync.WaitGroup
	start := time.Now()
	for range clients {
		group.Go(func() {
			var times []time.Duration
			for ctx.Err() == nil {
				address := addresses[int(next.Add(1))%len(addresses)]
				begin := time.Now()
				n, err := fetch(ctx, client, address, headers)
				if err != nil {
					if ctx.Err() == nil {
						b.Errorf("%s: %v", address, err)
					}
					break
				}
				times = append(times, time.Since(begin))
				total.Add(n)
			}
			mu.Lock()
			all = append(all, times...)
			mu.Unlock()
		})
	}
	group.Wait()
	return summary(all, time.Since(start), total.Load())
}

func summary(times []time.Duration, elapsed time.Duration, bytes int64) measured {
	if len(times) == 0 {
		return measured{}
	}
	slices.Sort(times)
	return measured{
		rate: float64(len(times)) / elapsed.Seconds(),
		p50:  times[len(times)/2], p95: times[len(times)*95/100], p99: times[len(times)*99/100],
		bytes: float64(bytes) / float64(len(times)),
	}
}

// benchClient asks for single pages.
var benchClient = &http.Client{}

type statusError int

func (e statusError) Error() string { return http.StatusText(int(e)) }

func fetch(ctx context.Context, client *http.Client, address string, headers []string) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	n, err := io.Copy(io.Discard, answer.Body)
	if err == nil && answer.StatusCode >= http.StatusBadRequest {
		err = statusError(answer.StatusCode)
	}
	return n, err
}

// report prints a figure, its baseline of the same run and their ratio.
func report(b *testing.B, name string, ours, baseline measured) {
	b.Helper()
	b.ReportMetric(ours.rate, name+"-req/s")
	b.ReportMetric(baseline.rate, name+"-baseline-req/s")
	b.ReportMetric(ours.rate/baseline.rate, name+"-ratio")
	b.ReportMetric(ours.bytes/1024, name+"-kB")
	b.ReportMetric(baseline.bytes/1024, name+"-baseline-kB")
	b.ReportMetric(float64(ours.p95.Microseconds())/1000, name+"-p95-ms")
}
