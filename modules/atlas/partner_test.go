package atlas_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/modules/atlas"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/tenants"
)

// partner is a member who is nothing but a partner with some sources.
func partner(town *tenants.Tenant, sources ...string) authz.Actor {
	a := apptest.Member(town, authz.Partner)
	a.Towns[town.ID] = authz.Membership{Roles: []authz.Role{authz.Partner}, Sources: sources}
	return a
}

// TestPartnersKeepToTheirSources walks every page and every deed of the staff's
// workspace, those of modules to come included, with the records of another
// source: none is read, none is changed.
func TestPartnersKeepToTheirSources(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	agent, theirs := r.As(apptest.Member(town, authz.Agent)), r.As(partner(town, "Suivi LPO", "Mares"))
	form := filled()
	form.Set("observateur", "Camille Secret")
	agent.Post("/bayonne/espace/biodiversite/nouvelle", form).Want(http.StatusSeeOther)
	body, kind := photoForm(t, jpegOf(t), map[string]string{"description": "Un merle", "auteur": "Camille Secret"})
	agent.Do(agent.Request(http.MethodPost, "/bayonne/espace/biodiversite/1/photo", body, "Content-Type", kind)).Want(http.StatusSeeOther)
	photo := r.rows(town.ID, `SELECT id::text FROM atlas.photo`)[0]

	own := filled()
	theirs.Get("/bayonne/espace/biodiversite/nouvelle").Want(http.StatusOK).Has("Suivi LPO", "Mares")
	theirs.Post("/bayonne/espace/biodiversite/nouvelle", own).Want(http.StatusUnprocessableEntity).Has("choisissez l’une de vos sources")
	own.Set("jeu", "Suivi du voisin")
	theirs.Post("/bayonne/espace/biodiversite/nouvelle", own).Want(http.StatusUnprocessableEntity)
	own.Set("jeu", "Suivi LPO")
	theirs.Post("/bayonne/espace/biodiversite/nouvelle", own).Want(http.StatusSeeOther)
	theirs.Get("/bayonne/espace/biodiversite/2").Want(http.StatusOK).Has("Suivi LPO", "/2/modifier")
	theirs.Get("/bayonne/espace/biodiversite").Want(http.StatusOK).Has("/biodiversite/2").HasNot("/biodiversite/1\"", "Camille Secret")
	r.As(partner(town)).Get("/bayonne/espace/biodiversite/2").Want(http.StatusNotFound)

	before, walked := r.dump(town.ID), 0
	for _, route := range r.Registry.Routes() {
		if route.Owner != atlas.Code || route.Audience != module.Workspace || !strings.Contains(route.Path, ":") {
			continue
		}
		walked++
		path := strings.NewReplacer(":numero", "1", ":photo", photo).Replace(route.Path)
		deed := filled()
		deed.Set("revision", "1")
		deed.Set("jeu", "Suivi LPO")
		request := theirs.Request(route.Method, "/bayonne/espace"+path, strings.NewReader(deed.Encode()), "Content-Type", "application/x-www-form-urlencoded")
		theirs.Do(request).Want(http.StatusNotFound).HasNot("Camille Secret")
	}
	require.GreaterOrEqual(t, walked, 7)
	body, kind = photoForm(t, jpegOf(t), map[string]string{"description": "Un merle", "auteur": "Camille"})
	theirs.Do(theirs.Request(http.MethodPost, "/bayonne/espace/biodiversite/1/photo", body, "Content-Type", kind)).Want(http.StatusNotFound)
	require.Equal(t, before, r.dump(town.ID))
	require.Equal(t, []string{photo}, r.rows(town.ID, `SELECT id::text FROM atlas.photo`))
	agent.Get("/bayonne/espace/biodiversite/2").Want(http.StatusOK)
	moderator := apptest.Member(town, authz.Moderator)
	moderator.Towns[town.ID] = authz.Membership{Roles: []authz.Role{authz.Moderator, authz.Partner}, Sources: []string{"Mares"}}
	r.As(moderator).Get("/bayonne/espace/biodiversite/1").Want(http.StatusOK).HasNot("/1/modifier")
	r.As(moderator).Post("/bayonne/espace/biodiversite/1/supprimer", url.Values{"revision": {"1"}}).Want(http.StatusNotFound)
}

// TestPartnersImportTheirSourcesOnly: a row that names another source, or that
// would change what came from one, is rejected and said; imports of others do
// not show.
func TestPartnersImportTheirSourcesOnly(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	shared, head := uuid.NewString(), "nom_cite,date_min,longitude,latitude,unique_id_sinp,jeu_de_donnees\n"
	row := func(id, source, name string) string {
		return name + ",2024-05-02,-1.4660001,43.4920001," + id + "," + source + "\n"
	}
	towns := r.load(town, "ville.csv", head+row(shared, "Suivi de la ville", "Turdus merula"))
	before := r.rows(town.ID, `SELECT o::text FROM atlas.occurrence o`)

	who := partner(town, "Mares")
	policy := r.Registry.Policy()
	ctx := tenants.With(authz.With(r.Context, who), town)
	caller := imports.Caller{
		Town: town, Can: func(p authz.Permission) bool { return policy.Can(who, town.ID, p) },
		Reach: func(p authz.Permission) authz.Reach { return policy.Reach(who, town.ID, p) },
	}
	content := head + row(shared, "Mares", "Rana dalmatina") + row(uuid.NewString(), "Suivi de la ville", "Turdus merula") +
		row(uuid.NewString(), "Mares", "Turdus merula") + row(uuid.NewString(), "", "Turdus merula")
	i, err := r.imports.Submit(ctx, caller, imports.Submission{Name: "mares.csv", Content: strings.NewReader(content), Target: atlas.TargetCode, Commit: true, SkipRejected: true})
	require.NoError(t, err)
	i, err = r.imports.Wait(ctx, caller, i.ID, nil)
	require.NoError(t, err)
	require.EqualValues(t, 2, i.Counts.Created, "%+v", i.Counts)
	require.EqualValues(t, 2, i.Counts.Rejected)
	require.Equal(t, 2, r.problems(town, i.ID)["not_your_source"])
	require.Equal(t, before, r.rows(town.ID, `SELECT o::text FROM atlas.occurrence o WHERE dataset <> 'Mares'`))
	require.Equal(t, []string{"2"}, r.rows(town.ID, `SELECT count(*)::text FROM atlas.occurrence WHERE dataset = 'Mares'`))

	list, _, err := r.imports.List(ctx, caller, "", uuid.Nil)
	require.NoError(t, err)
	require.Len(t, list, 1)
	theirs := r.As(who)
	theirs.Get("/bayonne/espace/imports/" + i.ID.String()).Want(http.StatusOK)
	theirs.Get("/bayonne/espace/imports").Want(http.StatusOK).Has("mares.csv").HasNot("ville.csv")
	for _, route := range r.Registry.Routes() {
		if route.Owner == "imports" && strings.Contains(route.Path, ":id") && (route.Audience == module.Workspace || route.Audience == module.API) {
			base := map[module.Audience]string{module.Workspace: "/bayonne/espace", module.API: "/api/v1/bayonne"}[route.Audience]
			answer := theirs.Do(theirs.Request(route.Method, base+strings.ReplaceAll(route.Path, ":id", towns.ID.String()), nil))
			require.Equal(t, http.StatusNotFound, answer.Status, strconv.Quote(route.Method+" "+route.Path))
		}
	}
}
