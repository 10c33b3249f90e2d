package imports_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

// TestTheDatabaseRestartedInMidImport stops a real server while an import has
// written all its rows and not committed them.
func TestTheDatabaseRestartedInMidImport(t *testing.T) {
	t.Parallel()
	for name, down := range map[string]func(*dbtest.Server){
		"restarted": (*dbtest.Server).Stop,
		"crashed":   (*dbtest.Server).Crash,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := dbtest.OwnServer(t)
			d, admin := server.Pair()
			r := newRigOn(t, d, admin)
			reached, goOn := r.halts()
			r.Work()
			i, err := r.submit("bancs.csv", file(2000), andCommit)
			if err != nil {
				t.Fatal(err)
			}
			<-reached
			page := "/ales/espace/imports/" + i.ID.String()
			events := r.follow(page + "/events")
			events.until("Enregistrement")

			down(server)
			close(goOn)
			r.saysThatTheDatabaseIsAway(page)
			events.until("La base de données ne répond pas pour le moment. Rien n’est perdu\u00a0: le travail reprendra de lui-même.")

			server.Start()
			events.until("event: fin")
			if i = r.wait(i.ID); i.State != imports.Committed {
				t.Fatalf("state %s, fault %v", i.State, i.Fault)
			}
			is(t, i.Counts, 2000, 2000, 0, 0, 0)
			if n := r.benchesStored(); n != 2000 {
				t.Errorf("%d benches, want 2000", n)
			}
			if n := r.count(`SELECT count(*) FROM audit.event WHERE action = 'imports.commit'`); n != 1 {
				t.Errorf("%d commits on record, want 1", n)
			}
			r.As(r.agent).Get(page).Want(200).Has("Chargé").HasNot("⟦")
		})
	}
}

// halts has the first commit stand still once all its rows are written.
func (r *rig) halts() (reached, goOn chan struct{}) {
	reached, goOn = make(chan struct{}), make(chan struct{})
	var once sync.Once
	r.benches.AfterMerge = func(ctx context.Context, tx *db.Tx) error {
		once.Do(func() { close(reached); <-goOn })
		_, err := tx.Exec(ctx, `SELECT 1`)
		return err
	}
	return reached, goOn
}

func (r *rig) saysThatTheDatabaseIsAway(page string) {
	r.t.Helper()
	agent := r.As(r.agent)
	const said = "La base de données ne répond pas pour le moment. Rien n’est perdu"
	again := agent.Get(page).Want(503).Has("<!doctype html>", "Service momentanément indisponible", said).HasNot("⟦")
	if href, _ := again.Page().Find("main a.btn").Attr("href"); !strings.HasSuffix(href, page) || again.Header.Get("Retry-After") == "" {
		r.t.Errorf("the page offers to try again at %q, after %q", href, again.Header.Get("Retry-After"))
	}
	posted := agent.Post(page+"/abandonner", nil, "Referer", apptest.BaseURL+page).Want(503).Has(said)
	if href, _ := posted.Page().Find("main a.btn").Attr("href"); href != page {
		r.t.Errorf("a form leads back to %q", href)
	}
	files := r.filesStored()
	agent.Upload("/ales/espace/imports", "bancs.csv", []byte(file(3)), url.Values{"target": {importtest.Code}}).Want(503).Has(said)
	if n := r.filesStored(); n != files {
		r.t.Errorf("%d files, %d before an upload without a database", n, files)
	}
	var problem httpd.Problem
	agent.JSON("POST", "/api/v1/ales/imports"+strings.TrimPrefix(page, "/ales/espace/imports")+"/commit", nil).Want(503).Decode(&problem)
	if problem.Code != fault.Unavailable || !strings.HasPrefix(problem.Message, said) {
		r.t.Errorf("the API says %+v", problem)
	}
	agent.Get("/readyz").Want(503)
	agent.Get("/healthz").Want(200)
}

// stream is a browser that follows a job.
type stream struct {
	t     testing.TB
	lines *bufio.Scanner
}

func (r *rig) follow(path string) *stream {
	r.t.Helper()
	request := r.As(r.agent).Request(http.MethodGet, path, nil).WithContext(r.t.Context())
	request.RequestURI, request.URL.Host = "", r.listen()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = answer.Body.Close() })
	return &stream{r.t, bufio.NewScanner(answer.Body)}
}

// listen has the application answer on a port, as browsers know it.
func (r *rig) listen() (address string) {
	r.t.Helper()
	listener, err := new(net.ListenConfig).Listen(r.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	go func() { _ = r.Server.App().Listener(listener) }()
	return listener.Addr().String()
}

// until reads on to a line that holds the text.
func (s *stream) until(text string) {
	s.t.Helper()
	for s.lines.Scan() {
		if strings.Contains(s.lines.Text(), text) {
			return
		}
	}
	s.t.Fatalf("the events ended without %q: %v", text, s.lines.Err())
}
