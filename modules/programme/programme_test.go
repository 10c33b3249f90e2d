package programme_test

import (
	"bytes"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"acvdata/modules/programme"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
)

type rig struct {
	*apptest.App
	module            *programme.Module
	town, other       *tenants.Tenant
	agent, supervisor *apptest.Client
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{}
	r.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		open := datasets.New(datasets.Parts{DB: k.DB, Blobs: k.Blobs, Jobs: k.Jobs})
		r.module = programme.New(programme.Deps{DB: k.DB, Towns: k.Towns, Datasets: open})
		return []module.Module{r.module, open}
	})
	r.town, r.other = r.Town("ales"), r.Town("bayonne")
	r.agent = r.As(apptest.Member(r.town, authz.Agent))
	r.supervisor = r.As(authz.Actor{AccountID: uuid.New(), Name: "Camille", Platform: []authz.Role{authz.Supervisor}})
	return r
}

func (r *rig) path(rest string) string { return r.town.Path("espace/experience" + rest) }

var version = regexp.MustCompile(`name="version" value="(\d+)"`)

func seen(page *apptest.Response) string { return version.FindStringSubmatch(page.Body)[1] }

func (r *rig) start(t *testing.T) {
	t.Helper()
	r.agent.Post(r.path(""), url.Values{
		"version": {"0"}, "title": {"Des arbres mieux suivis"}, "hypothesis": {"Si nous comptons, alors nous décidons."},
		"threshold": {"90 % des arbres vus"}, "starts_on": {day(30)},
	}).Want(303)
}

func day(fromNow int) string {
	return time.Now().In(i18n.Paris).AddDate(0, 0, fromNow).Format(time.DateOnly)
}

func TestATownKeepsItsRecord(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.agent.Get(r.path("")).Want(200).Has("La fiche n’est pas commencée")
	r.start(t)
	r.agent.Post(r.path("/jalons"), url.Values{"title": {"Lancement"}, "planned": {day(-40)}}).Want(303)
	r.agent.Post(r.path("/journal"), url.Values{"on": {day(-1)}, "text": {"Réunion **utile** <script>alert(1)</script>"}}).Want(303)
	r.agent.Post(r.path("/efforts"), url.Values{"on": {day(-1)}, "role": {"data"}, "days": {"2,5"}, "euros": {"1 200"}}).Want(303)
	page := r.agent.Get(r.path("")).Want(200)
	page.Has("Des arbres mieux suivis", "avant le départ", "En retard de 40", "<strong>utile</strong>", "2,5", "Camille Essai").HasNot("<script>alert")
	r.agent.Post(r.path("/decision"), url.Values{"version": {seen(page)}, "decision": {"adapt"}, "reasons": {"Il manque des bras"}, "decided_on": {day(0)}}).Want(303)
	r.agent.Get(r.path("")).Want(200).Has("Adapter", "Il manque des bras")
}

func TestFormsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(t)
	for path, form := range map[string]url.Values{
		"":           {"version": {"1"}, "title": {" "}},
		"/jalons":    {"title": {"Étape"}, "planned": {"bientôt"}},
		"/journal":   {"on": {day(5)}, "text": {"Demain"}},
		"/efforts":   {"on": {day(0)}, "role": {"king"}, "days": {"NaN"}},
		"/decision":  {"decision": {"generalise"}, "decided_on": {day(0)}},
		"/decision?": {"version": {"1"}, "decision": {"adapt"}, "reasons": {"Trop tôt"}, "decided_on": {day(1)}},
	} {
		r.agent.Post(r.path(path), form).Want(422).Has("error")
	}
	r.agent.Post(r.path(""), url.Values{"version": {"0"}, "title": {"Vieille page"}}).Want(409)
	r.agent.Post(r.path("/jalons/"+uuid.NewString()), url.Values{"title": {"Étape"}, "planned": {day(1)}}).Want(404)
	r.agent.Post(r.path("/jalons/"+uuid.NewString()+"/supprimer"), nil).Want(404)
	r.agent.Get(r.path("")).Want(200).Has("Aucun jalon")
}

func TestAMilestoneIsReachedAndGoes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(t)
	r.agent.Post(r.path("/jalons"), url.Values{"title": {"Essai"}, "planned": {day(-10)}}).Want(303)
	f, err := r.module.File(r.Context, r.town)
	require.NoError(t, err)
	at := r.path("/jalons/" + f.Milestones[0].ID.String())
	again := r.agent.Post(at, url.Values{"title": {"Essai corrigé"}, "planned": {day(-10)}, "reached": {day(1)}}).Want(422).Page()
	form := again.Find(".record-add[open] form")
	require.Equal(t, at, form.AttrOr("action", ""), "the correction is of the same milestone")
	require.Equal(t, "Essai corrigé", form.Find("[name=title]").AttrOr("value", ""))
	r.agent.Post(at, url.Values{"title": {"Essai"}, "planned": {day(-10)}, "reached": {day(-8)}}).Want(303)
	r.agent.Get(r.path("")).Want(200).Has("Atteint avec 2")
	r.agent.Post(at+"/supprimer", nil).Want(303)
	r.agent.Get(r.path("")).Want(200).HasNot("Atteint avec")
}

func TestSupervisorsSeeEveryTownAndNoName(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(t)
	r.agent.Post(r.path("/journal"), url.Values{"on": {day(-1)}, "text": {"Une note"}}).Want(303)
	r.agent.Post(r.path("/jalons"), url.Values{"title": {"Lancement"}, "planned": {day(-45)}}).Want(303)
	page := r.supervisor.Get("/programme").Want(200)
	page.Has("Des arbres mieux suivis", "1 jalon en retard, de 45 jours", "Pas encore de fiche")
	first := page.Page().Find(".concern").First().Text()
	require.Contains(t, first, r.town.Name, "the town in trouble comes first")
	r.supervisor.Get("/programme/villes/ales").Want(200).Has("Une note", "des arbres vus").HasNot("Camille Essai", "<form class=\"form\"")
	r.supervisor.Get("/programme/villes/nulle-part").Want(404)
	r.supervisor.Get(r.path("")).Want(200).HasNot("Camille Essai", "Écrire dans le journal")
	require.Equal(t, 1, r.supervisor.Get("/programme?etat=alert").Want(200).Page().Find("#resultats tbody tr").Length())
	require.Zero(t, r.supervisor.Get("/programme?etat=fine").Want(200).Page().Find("#resultats tbody tr").Length())
}

func TestThePortfolioIsForSupervisors(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, path := range []string{"/programme", "/programme/export.xlsx", "/programme/villes/ales"} {
		r.agent.Get(path).Want(403)
		r.As(authz.Actor{}).Get(path).Want(303)
		r.As(authz.Actor{AccountID: uuid.New(), Platform: []authz.Role{authz.Editor}}).Get(path).Want(403)
	}
}

func TestTheWorkbookOpensAndHoldsNoFormula(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.agent.Post(r.path(""), url.Values{"version": {"0"}, "title": {`=HYPERLINK("http://mal.example")`}}).Want(303)
	answer := r.supervisor.Get("/programme/export.xlsx").Want(200)
	book, err := excelize.OpenReader(bytes.NewReader([]byte(answer.Body)))
	require.NoError(t, err)
	rows, err := book.GetRows("Villes")
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, "Ville", rows[0][0])
	for i := range rows {
		cell, err := excelize.CoordinatesToCellName(7, i+1)
		require.NoError(t, err)
		formula, err := book.GetCellFormula("Villes", cell)
		require.NoError(t, err)
		require.Empty(t, formula)
	}
	require.Contains(t, answer.Header.Get("Content-Disposition"), ".xlsx")
}

func TestSignalsFollowWhatHappens(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	conn, err := pgx.Connect(t.Context(), r.AdminDB)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	_, err = conn.Exec(t.Context(), `
INSERT INTO jobs.progress (tenant_id, subject, kind, state, ended_at)
VALUES ($1, 'import/1', 'imports.commit', 'failed', now() - interval '2 days'),
       ($1, 'import/2', 'imports.commit', 'failed', now() - interval '40 days'),
       ($1, 'import/3', 'imports.commit', 'done', now())`, r.town.ID)
	require.NoError(t, err)
	require.NoError(t, r.module.Refresh(r.Context, r.town))
	require.NoError(t, r.module.Refresh(r.Context, r.other))
	signals, err := r.module.Signals(r.Context)
	require.NoError(t, err)
	require.Len(t, signals, 2)
	for _, s := range signals {
		want := 0
		if s.Tenant == r.town.ID {
			want = 1
		}
		require.Equal(t, want, s.FailedJobs)
	}
	page := r.supervisor.Get("/programme").Want(200).Has("1 traitement en échec").Page()
	require.Equal(t, 1, page.Find(".portfolio-france .pin-alert").Length(), "the map tells the town in trouble")
	require.Equal(t, "/programme/villes/ales", page.Find(".portfolio-france .pin-alert").AttrOr("href", ""))
	require.Contains(t, page.Find(".portfolio-france .pin-alert").AttrOr("aria-label", ""), r.town.Name)
}

// The last file and the last visit are those of the town, whoever came elsewhere.
func TestTheLastFileAndTheLastVisitAreSignals(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	conn, err := pgx.Connect(t.Context(), r.AdminDB)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	for town, days := range map[*tenants.Tenant][2]int{r.town: {200, 70}, r.other: {3, 1}} {
		_, err = conn.Exec(t.Context(), `
INSERT INTO imports.import (tenant_id, id, state, file_name, committed_at)
VALUES ($1, gen_random_uuid(), 'committed', 'a.csv', now() - $2 * interval '1 day'),
       ($1, gen_random_uuid(), 'committed', 'b.csv', now() - ($2 + 90) * interval '1 day'),
       ($1, gen_random_uuid(), 'undone', 'c.csv', now())`, town.ID, days[0])
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), `
WITH someone AS (INSERT INTO platform.account (id, name, email, created_at, last_sign_in_at)
  VALUES (gen_random_uuid(), 'Claire', $2, now(), now()) RETURNING id)
INSERT INTO platform.membership (tenant_id, account_id, name, email, roles, created_at, last_sign_in_at)
SELECT $1, id, 'Claire', $2, '{agent}', now(), now() - $3 * interval '1 day' FROM someone`, town.ID, town.Slug+"@essai.test", days[1])
		require.NoError(t, err)
		require.NoError(t, r.module.Refresh(r.Context, town))
	}
	rows := r.supervisor.Get("/programme").Want(200).Page().Find("#resultats tbody tr").Map(func(_ int, row *goquery.Selection) string {
		return strings.Join(strings.Fields(row.Text()), " ")
	})
	require.Len(t, rows, 2)
	require.Contains(t, rows[0], r.town.Name, "the one to ask about comes first")
	file := r.supervisor.Get("/programme/villes/ales").Want(200)
	file.Has("200", "70").HasNot("Claire")
}

func TestSeedIsAnIllustrationAndComesOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 2 {
		require.NoError(t, r.module.Seed(r.Context, r.town, rand.New(rand.NewPCG(1, 1))))
	}
	f, err := r.module.File(r.Context, r.town)
	require.NoError(t, err)
	require.Len(t, f.Milestones, 6)
	require.True(t, f.Record.Illustrative)
	r.supervisor.Get("/programme/villes/ales").Want(200).Has("illustration")
	page := r.agent.Get(r.path("/modifier")).Want(200)
	r.agent.Post(r.path(""), url.Values{"version": {seen(page)}, "title": {"La nôtre"}}).Want(303)
	f, err = r.module.File(r.Context, r.town)
	require.NoError(t, err)
	require.False(t, f.Record.Illustrative, "once the town writes, it is the town's")
}
