package main

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"time"

	"acvdata/services/jobs"
)

// privateServer is what operators see: metrics, health and the job console. It
// has no sign-in; its address must not be reachable from outside.
func (p *platform) privateServer(ctx context.Context) (*http.Server, error) {
	console, err := p.jobs.Console(ctx)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", p.metrics.Handler())
	mux.Handle(jobs.ConsolePath+"/", console)
	mux.Handle("GET /{$}", http.RedirectHandler(jobs.ConsolePath+"/", http.StatusSeeOther))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return &http.Server{
		Addr: p.config.AdminListen, Handler: knownHost(p.config.AdminListen, mux),
		ReadHeaderTimeout: 5 * time.Second, WriteTimeout: time.Minute,
	}, nil
}

// knownHost refuses requests under a foreign name: a web page must not reach
// the console through the operator's own browser by pointing its name here.
func knownHost(listen string, next http.Handler) http.Handler {
	own, _, _ := net.SplitHostPort(listen)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if _, err := netip.ParseAddr(host); err != nil && host != "localhost" && host != own {
			http.Error(w, "unknown host", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
