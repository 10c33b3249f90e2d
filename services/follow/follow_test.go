package follow_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/contributions"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/follow"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
)

// press is a module with two things to follow.
type press struct {
	mu     sync.Mutex
	news   []follow.News
	broken bool
}

func (*press) Manifest() module.Manifest {
	return module.Manifest{Code: "press", Title: "follow.title"}
}
func (*press) Mount(module.Router) {}

func (*press) Followed(_ context.Context, _ *tenants.Tenant, topic string) (follow.Topic, error) {
	titles := map[string]string{"press.river": "La rivière", "press.parks": "Les parcs"}
	if titles[topic] == "" {
		return follow.Topic{}, fault.New(fault.NotFound, "follow.fault.no_topic")
	}
	return follow.Topic{Title: titles[topic], Href: "eau"}, nil
}

func (p *press) News(_ context.Context, town *tenants.Tenant, since, until time.Time) (list []follow.News, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken {
		return nil, errors.New("no news today")
	}
	for _, n := range p.news {
		if town.Slug == "ales" && n.At.After(since) && !n.At.After(until) {
			list = append(list, n)
		}
	}
	return list, nil
}

type rig struct {
	*apptest.App
	t           testing.TB
	press       *press
	service     *follow.Service
	town, other *tenants.Tenant
	resident    *apptest.Client
	mu          sync.Mutex
	now         time.Time
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{t: t, press: &press{}, now: time.Date(2026, 11, 29, 10, 0, 0, 0, i18n.Paris)}
	r.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		gate := contributions.New(contributions.Parts{DB: k.DB, Blobs: k.Blobs, Towns: k.Towns, BaseURL: apptest.BaseURL, Now: r.clock})
		r.service = follow.New(follow.Parts{DB: k.DB, Gate: gate, Towns: k.Towns, BaseURL: apptest.BaseURL, Now: r.clock})
		r.service.Add(r.press)
		return []module.Module{r.press, gate, r.service, apptest.Post(t)}
	})
	r.town, r.other, r.resident = r.Town("ales"), r.Town("bayonne"), r.As(authz.Actor{})
	return r
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// form opens the form of a topic and fills it in as a browser does.
func (r *rig) form(topic, email string) url.Values {
	r.t.Helper()
	page := r.resident.Get("/ales/suivre?sur=" + topic).Want(200).HasNot("⟦").Page()
	ticket, _ := page.Find(`input[name="billet"]`).Attr("value")
	bits, _ := page.Find("form.form").Attr("data-bits")
	cost, err := strconv.Atoi(bits)
	require.NoError(r.t, err)
	proof := 0
	for !contributions.Proves(ticket, strconv.Itoa(proof), cost) {
		proof++
	}
	return url.Values{"sur": {topic}, "billet": {ticket}, "preuve": {strconv.Itoa(proof)}, "email": {email}}
}

func (r *rig) ask(topic, email string) *apptest.Response {
	r.t.Helper()
	form := r.form(topic, email)
	r.pass(20 * time.Second)
	return r.resident.Post("/ales/suivre", form)
}

var linkIn = regexp.MustCompile(regexp.QuoteMeta(apptest.BaseURL) + `(/ales/suivi/\S+)`)

// lastLink is the link of the last message.
func (r *rig) lastLink() string {
	r.t.Helper()
	mails := r.Mails()
	require.NotEmpty(r.t, mails)
	found := linkIn.FindStringSubmatch(mails[len(mails)-1].Text)
	require.NotNil(r.t, found)
	return found[1]
}

// follows asks and confirms, and gives the link.
func (r *rig) follows(topic, email string) string {
	r.t.Helper()
	r.ask(topic, email).Want(303)
	link := r.lastLink()
	r.resident.Post(link+"/confirmer", url.Values{"topic": {topic}}).Want(303)
	return link
}

func (r *rig) happens(topic, title string) {
	r.press.mu.Lock()
	defer r.press.mu.Unlock()
	r.press.news = append(r.press.news, follow.News{Topics: []string{topic}, Kind: "Nouvelle version", Title: title, Text: "ajout", Href: "eau", At: r.clock()})
}

func (r *rig) tell() {
	r.t.Helper()
	require.NoError(r.t, r.service.Tell(tenants.With(r.Context, r.town), r.town))
	require.NoError(r.t, r.service.Forget(r.Context, r.town))
}

// rows counts what is kept in the town, by table.
func (r *rig) rows() (followers, topics int) {
	r.t.Helper()
	require.NoError(r.t, r.DB.ReadTenant(r.t.Context(), r.town.ID, func(ctx context.Context, tx *db.Tx) error {
		const query = `SELECT (SELECT count(*) FROM follow.follower WHERE tenant_id = $1), (SELECT count(*) FROM follow.topic WHERE tenant_id = $1)`
		return tx.QueryRow(ctx, query, tx.Tenant()).Scan(&followers, &topics)
	}))
	return followers, topics
}

func TestNothingIsSentBeforeTheOwnerConfirms(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	require.Equal(t, "/ales/suivre/envoye", r.ask("press.river", " Ana@Essai.TEST ").Want(303).Header.Get("Location"))
	r.resident.Get("/ales/suivre/envoye").Want(200).Has("Regardez votre boîte").HasNot("⟦")
	mails := r.Mails()
	require.Len(t, mails, 1)
	require.Equal(t, "ana@essai.test", mails[0].To)
	require.Contains(t, mails[0].Text, "La rivière")
	require.NotEmpty(t, mails[0].ID)
	link := r.lastLink()
	page := r.resident.Get(link).Want(200).Has("À confirmer", "La rivière", "noindex").HasNot("⟦", "Vous suivez")
	require.Equal(t, "private, no-store", page.Header.Get("Cache-Control"))
	r.happens("press.river", "Relevé de novembre")
	r.pass(24 * time.Hour)
	r.tell()
	require.Len(t, r.Mails(), 1, "opening the link confirms nothing")
	r.resident.Post(link+"/confirmer", url.Values{"topic": {"press.river"}}).Want(303)
	r.resident.Get(link).Want(200).Has("Vous suivez").HasNot("À confirmer")
	r.pass(time.Hour)
	r.tell()
	require.Len(t, r.Mails(), 1, "what came before is not told")
	r.happens("press.river", "Relevé de décembre")
	r.happens("press.parks", "Nouveau parc")
	r.pass(time.Hour)
	r.tell()
	mails = r.Mails()
	require.Len(t, mails, 2)
	require.Contains(t, mails[1].Text, "Relevé de décembre")
	require.NotContains(t, mails[1].Text, "parc")
	require.Equal(t, apptest.BaseURL+link, mails[1].Unsubscribe)
	require.NotContains(t, mails[1].Text, "Relevé de novembre")
}

func TestOneMessageADayAndNoneTwice(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.follows("press.river", "ana@essai.test")
	sent := len(r.Mails())
	r.pass(time.Minute)
	r.happens("press.river", "un")
	r.tell()
	require.Len(t, r.Mails(), sent, "news settle first")
	r.pass(11 * time.Minute)
	var all sync.WaitGroup
	for range 4 { // several workers at once
		all.Go(func() { r.tell() })
	}
	all.Wait()
	require.Len(t, r.Mails(), sent+1)
	r.happens("press.river", "deux")
	r.pass(2 * time.Hour)
	r.tell()
	require.Len(t, r.Mails(), sent+1, "one a day")
	r.pass(12 * time.Hour) // past midnight, before seven
	r.tell()
	require.Len(t, r.Mails(), sent+1, "nobody is woken")
	r.pass(10 * time.Hour)
	r.press.broken = true
	require.Error(t, r.service.Tell(r.Context, r.town))
	r.press.broken = false
	r.tell()
	mails := r.Mails()
	require.Len(t, mails, sent+2)
	require.Contains(t, mails[sent+1].Text, "deux")
	require.NotContains(t, mails[sent+1].Text, "un (")
	require.NotEqual(t, mails[sent].ID, mails[sent+1].ID)
	r.pass(24 * time.Hour)
	r.tell()
	require.Len(t, r.Mails(), sent+2, "no news, no message")
}

// A worker killed between noting and sending leaves neither: both are of one
// transaction.
func TestAKilledWorkerLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.follows("press.river", "ana@essai.test")
	sent := len(r.Mails())
	r.pass(time.Minute)
	r.happens("press.river", "un")
	r.pass(time.Hour)
	ctx, kill := context.WithCancel(tenants.With(r.Context, r.town))
	err := r.DB.InTenant(ctx, r.town.ID, func(ctx context.Context, _ *db.Tx) error {
		err := r.service.Tell(ctx, r.town) // joins the transaction
		kill()
		return errors.Join(err, ctx.Err())
	})
	require.Error(t, err)
	require.Len(t, r.Mails(), sent)
	r.tell()
	require.Len(t, r.Mails(), sent+1)
}

func TestAMailboxStopsForItsOwner(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	link := r.follows("press.river", "ana@essai.test")
	r.ask("press.parks", "ana@essai.test").Want(303)
	require.Equal(t, link, r.lastLink())
	r.resident.Post(link+"/confirmer", url.Values{"topic": {"press.parks", "press.absent"}}).Want(303)
	r.resident.Post(link+"/retirer", url.Values{"topic": {"press.parks"}}).Want(303)
	_, topics := r.rows()
	require.Equal(t, 1, topics)
	r.resident.Get(link).Want(200).Has("La rivière").HasNot("Les parcs", "⟦")
	oneClick := func() *apptest.Response { // as RFC 8058 has it: no cookie, no origin
		request := r.resident.Request(http.MethodPost, link, strings.NewReader("List-Unsubscribe=One-Click"),
			"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site", "Accept", "*/*")
		return r.resident.Do(request)
	}
	oneClick().Want(200).Has("arrêté")
	followers, topics := r.rows()
	require.Zero(t, followers+topics)
	oneClick().Want(200)
	r.resident.Get(link).Want(200).Has("Vous ne suivez rien").HasNot("ana@essai.test", "⟦")
	r.resident.Get("/bayonne" + strings.TrimPrefix(link, "/ales")).Want(404)
	r.resident.Get(link[:len(link)-2] + "AA").Want(404)
	r.resident.Get("/ales/suivi/rien").Want(404)
	r.resident.Post("/ales/suivi/rien/confirmer", nil).Want(404)
	r.resident.Post("/ales/suivi/rien", nil).Want(404)
}

func TestNobodysBoxIsFilled(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	known := r.ask("press.river", "victime@essai.test").Want(303)
	for range 6 {
		again := r.ask("press.parks", "Victime@essai.test").Want(303)
		require.Equal(t, known.Header.Get("Location"), again.Header.Get("Location"))
	}
	require.Len(t, r.Mails(), 3)
	form := r.form("press.river", "autre@essai.test")
	r.pass(20 * time.Second)
	for range 3 { // one form, many addresses
		r.resident.Post("/ales/suivre", form).Want(303)
		form.Set("email", "encore@essai.test")
	}
	require.Len(t, r.Mails(), 4)
	r.pass(4 * 24 * time.Hour)
	r.tell()
	followers, topics := r.rows()
	require.Zero(t, followers+topics, "unconfirmed addresses are erased")
	r.ask("press.river", "victime@essai.test").Want(303)
	require.Len(t, r.Mails(), 5)
}

func TestAFormThatCannotBeTakenSaysWhy(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, email := range []string{"", "ana", "ana@essai", "Ana <ana@essai.test>", "ana@essai.test\r\nBcc: b@essai.test"} {
		r.ask("press.river", email).Want(422).Has("nom@exemple.fr").HasNot("⟦")
	}
	form := r.form("press.river", "ana@essai.test")
	form.Set("site_web", "https://pub.example")
	r.resident.Post("/ales/suivre", form).Want(422).Has("rester vide")
	form = r.form("press.river", "ana@essai.test")
	form.Set("sur", "press.parks") // a ticket is good for its topic
	r.pass(20 * time.Second)
	r.resident.Post("/ales/suivre", form).Want(422)
	r.resident.Get("/ales/suivre?sur=press.absent").Want(404)
	r.resident.Get("/ales/suivre?sur=autre.chose").Want(404)
	r.resident.Get("/ales/suivre").Want(404)
	request := r.resident.Request(http.MethodPost, "/ales/suivre", strings.NewReader(form.Encode()),
		"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site")
	r.resident.Do(request).Want(403)
	require.Empty(t, r.Mails())
	without := r.form("press.river", "ana@essai.test")
	without.Set("preuve", "")
	r.resident.Post("/ales/suivre", without).Want(422)
	r.pass(15 * time.Second)
	r.resident.Post("/ales/suivre", without).Want(303)
	require.Len(t, r.Mails(), 1)
}
