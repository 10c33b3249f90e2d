package contributions_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/contributions"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/services/seal"
	"acvdata/tenants"
)

// garden is a module of benches: residents report them, privately, and tell what
// they like, publicly.
type garden struct {
	mu       sync.Mutex
	accepted map[string]int // by what was written: how often acceptance holds
	broken   bool
	size     string
}

func (g *garden) Manifest() module.Manifest {
	return module.Manifest{Code: "garden", Title: "contributions.title", Permissions: []authz.Grant{
		{Permission: "garden.moderate", Roles: []authz.Role{authz.Moderator, authz.Manager}},
	}}
}
func (g *garden) Mount(module.Router) {}

func (g *garden) find(_ context.Context, _ *tenants.Tenant, subject, part string) (contributions.Subject, error) {
	if subject != "banc" || part != "" && part != "3" {
		return contributions.Subject{}, fault.New(fault.NotFound, "contributions.fault.unknown")
	}
	return contributions.Subject{Title: "Le banc", Label: "Banc n° 3", Href: "parc", Facts: g.facts()}, nil
}

func (g *garden) facts() []contributions.Fact {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.size == "" {
		return nil
	}
	return []contributions.Fact{{Name: "size", Label: "Taille", Value: g.size}}
}

func (g *garden) hold(by int) func(context.Context, *db.Tx, *contributions.Contribution) error {
	return func(_ context.Context, _ *db.Tx, c *contributions.Contribution) error {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.broken {
			return errors.New("the module cannot take it")
		}
		g.accepted[c.Body] += by
		return nil
	}
}

func (g *garden) Contributions() []contributions.Kind {
	return []contributions.Kind{{
		Code: "garden.report", Path: "banc-casse", Icon: "flag", Title: "contributions.title", Lead: "contributions.summary",
		Permission: "garden.moderate", Choice: "contributions.kind",
		Choices: []contributions.Option{{Value: "broken", Label: "contributions.do.reopen"}},
		BodyAsk: "contributions.search", PhotoAsk: "contributions.photo.theirs", AnswerAsk: "contributions.sheet.answer",
		Outcomes: []contributions.Option{{Value: "mended", Label: "contributions.undone"}},
		Find:     g.find, Now: func(context.Context, *tenants.Tenant, *contributions.Contribution) ([]contributions.Fact, error) {
			return g.facts(), nil
		},
	}, {
		Code: "garden.praise", Path: "j-aime", Icon: "flag", Title: "contributions.title", Lead: "contributions.summary",
		Permission: "garden.moderate", Public: true, BodyAsk: "contributions.search", PhotoAsk: "contributions.photo.theirs",
		Find: g.find, Accepted: g.hold(1), Undone: g.hold(-1),
	}}
}

type rig struct {
	*apptest.App
	t                   testing.TB
	garden              *garden
	service             *contributions.Service
	town, other         *tenants.Tenant
	resident, moderator *apptest.Client
	now                 time.Time
	clock               sync.Mutex
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{t: t, garden: &garden{accepted: map[string]int{}, size: "2 m"}, now: time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	box, err := seal.New(strings.Repeat("0f", 32))
	must(t, err)
	r.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		r.service = contributions.New(contributions.Parts{
			DB: k.DB, Blobs: k.Blobs, Towns: k.Towns, BaseURL: apptest.BaseURL, Now: r.clockNow, Box: box,
		})
		r.service.Add(r.garden)
		return []module.Module{r.garden, r.service, apptest.Post(t)}
	})
	r.town, r.other = r.Town("ales"), r.Town("bayonne")
	r.resident, r.moderator = r.As(authz.Actor{}), r.As(apptest.Member(r.town, authz.Moderator))
	return r
}

func (r *rig) clockNow() time.Time {
	r.clock.Lock()
	defer r.clock.Unlock()
	return r.now
}

func (r *rig) pass(d time.Duration) {
	r.clock.Lock()
	defer r.clock.Unlock()
	r.now = r.now.Add(d)
}

// form opens a form and gives what a browser would send with it, proof included.
func (r *rig) form(at string, more ...string) map[string][]string {
	r.t.Helper()
	page := r.resident.Get(at).Want(200).HasNot("⟦").Page()
	fields := map[string][]string{}
	for _, input := range page.Find("form.form input[type=hidden]").EachIter() {
		name, _ := input.Attr("name")
		value, _ := input.Attr("value")
		fields[name] = []string{value}
	}
	bits, _ := page.Find("form.form").Attr("data-bits")
	cost, err := strconv.Atoi(bits)
	must(r.t, err)
	fields["preuve"] = []string{prove(fields["billet"][0], cost)}
	fields["body"] = []string{"Une planche manque."}
	fields["choice"] = []string{"broken"}
	for i := 0; i+1 < len(more); i += 2 {
		fields[more[i]] = []string{more[i+1]}
	}
	return fields
}

func prove(ticket string, cost int) string {
	for n := 0; ; n++ {
		if number := strconv.Itoa(n); contributions.Proves(ticket, number, cost) {
			return number
		}
	}
}

const (
	report = "/ales/contribuer/banc-casse"
	praise = "/ales/contribuer/j-aime"
	about  = "?sur=banc&ligne=3"
)

// send fills a form in, waits as people do, and gives the private page's address.
func (r *rig) send(at string, more ...string) string {
	r.t.Helper()
	fields := r.form(at+about, more...)
	r.pass(20 * time.Second)
	return r.post(at, fields).Want(303).Header.Get("Location")
}

func (r *rig) post(at string, fields map[string][]string) *apptest.Response {
	return r.resident.Upload(at, "", nil, fields)
}

// count counts the town's contributions.
func (r *rig) count(town *tenants.Tenant) (n int) {
	r.t.Helper()
	must(r.t, r.DB.ReadTenant(r.t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM contributions.contribution WHERE tenant_id = $1`, tx.Tenant()).Scan(&n)
	}))
	return n
}

// waiting gives the identifiers of the queue.
func (r *rig) waiting() (ids []string) {
	r.t.Helper()
	for _, box := range r.moderator.Get("/ales/espace/contributions").Want(200).HasNot("⟦").Page().Find(`input[name="id"]`).EachIter() {
		id, _ := box.Attr("value")
		ids = append(ids, id)
	}
	return ids
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
