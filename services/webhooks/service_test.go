package webhooks_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/apptest"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/services/webhooks"
	"acvdata/tenants"
)

// receiver is a program that is told; its answers are chosen by the test.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	status  int
	heard   []*http.Request
	bodies  []string
	arrived chan struct{}
	gate    sync.Mutex // held: answers wait
}

func listen(t *testing.T, status int) *receiver {
	t.Helper()
	r := &receiver{status: status, arrived: make(chan struct{}, 100)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		r.heard, r.bodies = append(r.heard, request), append(r.bodies, string(body))
		answer := r.status
		r.mu.Unlock()
		r.arrived <- struct{}{}
		r.gate.Lock()
		defer r.gate.Unlock()
		w.Header().Set("Location", "/ailleurs")
		w.WriteHeader(answer)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// pause keeps answers waiting until the test, or resume, ends it.
func (r *receiver) pause(t *testing.T) (resume func()) {
	t.Helper()
	r.gate.Lock()
	resume = sync.OnceFunc(r.gate.Unlock)
	t.Cleanup(resume)
	return resume
}

func (r *receiver) wait(t *testing.T) (*http.Request, string) {
	t.Helper()
	select {
	case <-r.arrived:
	case <-time.After(30 * time.Second):
		t.Fatal("nothing arrived")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.heard[len(r.heard)-1], r.bodies[len(r.bodies)-1]
}

type rig struct {
	*apptest.App
	hooks         *webhooks.Service
	ales, bayonne *tenants.Tenant
	t             *testing.T
}

func newRig(t *testing.T, private bool) *rig {
	t.Helper()
	r := &rig{t: t}
	r.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		r.hooks = webhooks.Make(webhooks.Parts{DB: k.DB, Towns: k.Towns, BaseURL: apptest.BaseURL, AllowPrivate: private}, webhooks.Kind{Name: "verger.recolte", Label: "webhooks.ping"})
		return []module.Module{r.hooks}
	})
	r.ales, r.bayonne = r.Town("ales"), r.Town("bayonne")
	return r
}

func (r *rig) in(town *tenants.Tenant) context.Context { return tenants.With(r.Context, town) }

func (r *rig) create(town *tenants.Tenant, url string) (string, uuid.UUID) {
	r.t.Helper()
	secret, id, err := r.hooks.Create(r.in(town), town.ID, webhooks.New{Name: "SIG " + town.Slug, URL: url, Events: []string{"verger.recolte"}})
	if err != nil {
		r.t.Fatal(err)
	}
	return secret, id
}

// happen announces a harvest on a transaction that ends as asked.
func (r *rig) happen(town *tenants.Tenant, event string, end error) {
	r.t.Helper()
	err := r.DB.InTenant(r.in(town), town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := r.hooks.Announce(ctx, tx, event, map[string]any{"fruits": 12}); err != nil {
			return err
		}
		return end
	})
	if !errors.Is(err, end) {
		r.t.Fatal(err)
	}
}

// until waits for the newest delivery of a program to be as wanted.
func (r *rig) until(town *tenants.Tenant, id uuid.UUID, what string, as func(webhooks.Hook, webhooks.Delivery) bool) {
	r.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		h, sent, err := r.hooks.Get(r.in(town), town.ID, id)
		if err == nil && len(sent) > 0 && as(h, sent[0]) {
			return
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("never %s: %+v %+v %v", what, h, sent, err)
		}
		<-time.After(20 * time.Millisecond)
	}
}

func TestAnEventIsToldSignedToItsTownAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t, true)
	here, elsewhere := listen(t, 204), listen(t, 204)
	secret, id := r.create(r.ales, here.URL)
	r.create(r.bayonne, elsewhere.URL)
	r.Work()
	r.happen(r.ales, "verger.recolte", nil)
	request, body := here.wait(t)
	var message struct {
		Type string `json:"type"`
		Town struct{ Slug, INSEE, URL string }
		Data struct{ Fruits int }
	}
	if err := json.Unmarshal([]byte(body), &message); err != nil || message.Type != "verger.recolte" || message.Town.Slug != "ales" || message.Data.Fruits != 12 {
		t.Errorf("%s %v", body, err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(request.Header.Get("Webhook-Id") + "." + request.Header.Get("Webhook-Timestamp") + "." + body))
	if got := request.Header.Get("Webhook-Signature"); got != "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
		t.Errorf("signature %q", got)
	}
	r.until(r.ales, id, "delivered", func(_ webhooks.Hook, d webhooks.Delivery) bool {
		return d.State == webhooks.Delivered && d.Status == 204 && d.Attempts == 1 && d.ID.String() == request.Header.Get("Webhook-Id")
	})
	if len(elsewhere.arrived) != 0 {
		t.Error("another town's program was told")
	}
}

func TestWhatDidNotHappenIsNotTold(t *testing.T) {
	t.Parallel()
	r := newRig(t, true)
	_, id := r.create(r.ales, "http://127.0.0.1:9/")
	r.happen(r.ales, "verger.recolte", errors.New("taken back"))
	r.happen(r.ales, "verger.gel", nil) // nobody asked for it
	if err := r.hooks.Activate(r.in(r.ales), r.ales.ID, id, false); err != nil {
		t.Fatal(err)
	}
	r.happen(r.ales, "verger.recolte", nil) // while it is paused
	if _, sent, err := r.hooks.Get(r.in(r.ales), r.ales.ID, id); err != nil || len(sent) != 0 {
		t.Errorf("%+v %v", sent, err)
	}
}

func TestARefusalIsTriedAgainUnderTheSameIdentifier(t *testing.T) {
	t.Parallel()
	r := newRig(t, true)
	program := listen(t, 500)
	_, id := r.create(r.ales, program.URL)
	r.Work()
	r.happen(r.ales, "verger.recolte", nil)
	first, _ := program.wait(t)
	r.until(r.ales, id, "waiting again", func(_ webhooks.Hook, d webhooks.Delivery) bool {
		return d.State == webhooks.Queued && d.Status == 500 && d.Problem == "webhooks.problem.refused"
	})
	program.answer(200)
	second, _ := program.wait(t)
	if first.Header.Get("Webhook-Id") != second.Header.Get("Webhook-Id") {
		t.Error("the second attempt has another identifier")
	}
	r.until(r.ales, id, "delivered", func(h webhooks.Hook, d webhooks.Delivery) bool {
		return d.State == webhooks.Delivered && d.Attempts == 2 && h.Failures == 0
	})
}

func TestRedirectionsAreNotFollowedAndGoneIsBelieved(t *testing.T) {
	t.Parallel()
	r := newRig(t, true)
	program := listen(t, 302)
	_, id := r.create(r.ales, program.URL)
	r.Work()
	r.happen(r.ales, "verger.recolte", nil)
	r.until(r.ales, id, "refused", func(_ webhooks.Hook, d webhooks.Delivery) bool { return d.Status == 302 && d.State == webhooks.Queued })
	program.answer(410)
	r.until(r.ales, id, "paused", func(h webhooks.Hook, d webhooks.Delivery) bool {
		return d.State == webhooks.Failed && d.Status == 410 && !h.Active
	})
	program.mu.Lock()
	for _, request := range program.heard {
		if request.URL.Path != "/" {
			t.Errorf("it followed to %s", request.URL.Path)
		}
	}
	program.mu.Unlock()
	_, sent, err := r.hooks.Get(r.in(r.ales), r.ales.ID, id)
	if err != nil {
		t.Fatal(err)
	}
	program.answer(200)
	if err := r.hooks.Again(r.in(r.ales), r.ales.ID, sent[0].ID); err != nil {
		t.Fatal(err)
	}
	r.until(r.ales, id, "delivered in the end", func(_ webhooks.Hook, d webhooks.Delivery) bool { return d.State == webhooks.Delivered })
}

// A name that was public when it was saved and leads inside when it is used is
// refused at the moment of connecting.
func TestAnAddressThatLeadsInsideIsRefusedOnConnecting(t *testing.T) {
	t.Parallel()
	r := newRig(t, false)
	program := listen(t, 200)
	_, id := r.create(r.ales, "https://outil.ville.fr/")
	conn, err := pgx.Connect(t.Context(), r.AdminDB)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), `UPDATE webhooks.hook SET url = $1`, program.URL); err != nil {
		t.Fatal(err)
	}
	r.Work()
	r.happen(r.ales, "verger.recolte", nil)
	r.until(r.ales, id, "refused", func(_ webhooks.Hook, d webhooks.Delivery) bool {
		return d.State == webhooks.Failed && d.Problem == "webhooks.problem.private" && d.Attempts == 1
	})
	if len(program.arrived) != 0 {
		t.Error("the request was made")
	}
}

func TestOneTownCannotTouchAnothersPrograms(t *testing.T) {
	t.Parallel()
	r := newRig(t, true)
	_, id := r.create(r.ales, "http://127.0.0.1:9/")
	ctx, other := r.in(r.bayonne), r.bayonne.ID
	_, renewing := r.hooks.Renew(ctx, other, id)
	_, _, reading := r.hooks.Get(ctx, other, id)
	for name, err := range map[string]error{
		"read": reading, "renew": renewing, "try": r.hooks.Try(ctx, other, id), "delete": r.hooks.Delete(ctx, other, id),
		"pause":  r.hooks.Activate(ctx, other, id, false),
		"change": r.hooks.Change(ctx, other, id, webhooks.New{Name: "x", URL: "http://127.0.0.1:9/", Events: []string{"verger.recolte"}}),
	} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := r.hooks.Create(r.in(r.ales), r.ales.ID, webhooks.New{Name: "SIG ales", URL: "http://127.0.0.1:9/", Events: []string{"verger.recolte"}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("two of one name: %v", err)
	}
}
