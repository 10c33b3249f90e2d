package imports_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
	"acvdata/services/mail"
	"acvdata/services/module"
)

// post is the platform's mail, without a server: messages stay in the queue.
type post struct{ *mail.Sender }

func (post) Manifest() module.Manifest {
	return module.Manifest{Code: "mail", Core: true, Title: "imports.title"}
}
func (post) Mount(module.Router) {}

// gazette is a site whose file changes.
type gazette struct {
	*httptest.Server
	mu      sync.Mutex
	content string
	status  int
	tagged  bool // it gives ETags, and answers 304
	stalls  chan struct{}
	asked   int // requests
	sent    int // answers with the whole file
}

func newGazette(t *testing.T, content string) *gazette {
	t.Helper()
	g := &gazette{content: content, status: http.StatusOK, tagged: true}
	g.Server = httptest.NewServer(http.HandlerFunc(g.answer))
	t.Cleanup(g.Close)
	return g
}

func (g *gazette) answer(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	content, status, stalls := g.content, g.status, g.stalls
	g.asked++
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(content)))
	if status == http.StatusOK && g.tagged {
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			status = http.StatusNotModified
		}
	}
	if status == http.StatusOK {
		g.sent++
	}
	g.mu.Unlock()
	w.WriteHeader(status)
	if status != http.StatusOK {
		return
	}
	if stalls != nil {
		_, _ = w.Write([]byte(content[:len(content)/2]))
		w.(http.Flusher).Flush()
		close(stalls)
		<-r.Context().Done()
		return
	}
	_, _ = w.Write([]byte(content))
}

// publishes changes the file; change may alter how it is served.
func (g *gazette) publishes(content string, change ...func(*gazette)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.content = content
	for _, fn := range change {
		fn(g)
	}
}

func (g *gazette) counts() (asked, sent int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked, g.sent
}

// secretPath ends with a key that nobody must see.
const secretPath = "/donnees/bancs.csv?format=csv&jeton=S3CRET"

// follower is a rig whose agent follows an address.
type follower struct {
	*rig
	site  *gazette
	http  *apptest.Client
	watch uuid.UUID
	first *imports.Import
	page  string
}

// follow loads the file at the address and has it followed each day.
func follow(t *testing.T, content string) *follower {
	t.Helper()
	f := &follower{rig: newRig(t, reading(true)), site: newGazette(t, content)}
	f.enroll(f.agent)
	f.Work()
	f.http = f.As(f.agent)
	f.first = f.bring()
	answer := f.http.Post("/ales/espace/imports/"+f.first.ID.String()+"/suivre", url.Values{"every": {"day"}, "hour": {"6"}}).Want(http.StatusSeeOther)
	f.page = answer.Header.Get("Location")
	f.watch = idOf(t, f.page)
	return f
}

// bring loads the file at the site's address, as a person does.
func (f *follower) bring() *imports.Import {
	f.t.Helper()
	answer := f.http.Post(addressForm, url.Values{"address": {f.site.URL + secretPath}, "target": {importtest.Code}}).Want(http.StatusSeeOther)
	i, err := f.service.Get(f.ctx(), f.caller(), idOf(f.t.(*testing.T), answer.Header.Get("Location")))
	require.NoError(f.t, err)
	i, err = f.service.Proceed(f.ctx(), f.caller(), i, imports.Submission{Commit: true, SkipRejected: true})
	require.NoError(f.t, err)
	i = f.wait(i.ID)
	require.Equal(f.t, imports.Committed, i.State, "%v", i.Fault)
	return i
}

// later has so much time pass for the watch, and starts what is due.
func (f *follower) later(d time.Duration) *imports.WatchCheck {
	f.t.Helper()
	importtest.Admin(f.t, f.AdminDB, fmt.Sprintf(`UPDATE imports.watch SET next_at = next_at - interval '%d seconds'`, int(d.Seconds())))
	require.NoError(f.t, f.service.Sweep(f.Context))
	return f.last()
}

// look has the address read now, and gives how that ended.
func (f *follower) look() *imports.WatchCheck {
	f.t.Helper()
	f.http.Post(f.page+"/verifier", nil).Want(http.StatusSeeOther)
	return f.last()
}

// last waits for the reading under way, and gives it.
func (f *follower) last() *imports.WatchCheck {
	f.t.Helper()
	var last *imports.WatchCheck
	f.until("the end of the reading", func() bool {
		_, checks, err := f.service.Watch(f.ctx(), f.caller(), f.watch)
		require.NoError(f.t, err)
		if len(checks) == 0 {
			return true
		}
		last = checks[0]
		return last.State != imports.CheckRunning
	})
	return last
}

func (f *follower) stands() *imports.Watch {
	f.t.Helper()
	w, _, err := f.service.Watch(f.ctx(), f.caller(), f.watch)
	require.NoError(f.t, err)
	return w
}

// enroll makes an actor a member of the town in the database, as a sign-in does.
func (r *rig) enroll(a authz.Actor) {
	r.t.Helper()
	id, town := a.AccountID.String(), r.town.ID.String()
	var roles []string
	for _, role := range a.Towns[r.town.ID].Roles {
		roles = append(roles, string(role))
	}
	importtest.Admin(r.t, r.AdminDB, `
INSERT INTO platform.account (id, name, email, created_at, last_sign_in_at) VALUES ('`+id+`', '`+a.Name+`', '`+a.Email+`', now(), now());
INSERT INTO platform.membership (tenant_id, account_id, name, email, roles, created_at, last_sign_in_at)
VALUES ('`+town+`', '`+id+`', '`+a.Name+`', '`+a.Email+`', '{`+strings.Join(roles, ",")+`}', now(), now())`)
}

func (r *rig) mails() (list []mail.Message) {
	r.t.Helper()
	conn, err := pgx.Connect(r.t.Context(), r.AdminDB)
	require.NoError(r.t, err)
	defer func() { _ = conn.Close(r.Context) }()
	rows, err := conn.Query(r.t.Context(), `SELECT args -> 'args' FROM river.river_job WHERE kind = 'mail.send' ORDER BY id`)
	require.NoError(r.t, err)
	texts, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	require.NoError(r.t, err)
	for _, text := range texts {
		var m mail.Message
		require.NoError(r.t, json.Unmarshal(text, &m))
		list = append(list, m)
	}
	return list
}
