package opendata_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/opendata/datagouv"
	"acvdata/services/apptest"
	"acvdata/services/authz"
)

func TestWhatThePortalRefusesIsSaidAndStops(t *testing.T) {
	t.Parallel()
	r := newPushRig(t)
	r.publish(t, r.town, "plantes")
	refused := func(says string) {
		t.Helper()
		require.Equal(t, "failed", r.ended(t).State)
		require.Contains(t, r.says(t), says)
		require.Contains(t, r.says(t), "Refusé")
	}
	r.gouv.keys[gouvKey] = false
	r.want(t, "on")
	refused("révoquée")
	r.gouv.keys["udata_new"] = true
	r.give(t, "udata_new")
	require.Equal(t, "done", r.ended(t).State, "another key sends what waited for it")
	there := r.whole(t)

	there.fields["organization"] = "someone-else"
	r.want(t, "again")
	refused("n’a pas le droit")
	there.fields["organization"] = gouvIDs + "0001"

	r.gouv.meddle = func(w http.ResponseWriter, q *http.Request) bool {
		if q.Method == http.MethodPut && strings.HasSuffix(q.URL.Path, there.id+"/") {
			refuse(w, "title", "Titre déjà pris")
			return true
		}
		return false
	}
	r.want(t, "again")
	refused("title Titre déjà pris")
	r.gouv.meddle = nil

	r.gouv.mu.Lock()
	there.deleted = true
	r.gouv.mu.Unlock()
	r.want(t, "again")
	refused("a été supprimé sur data.gouv.fr")
	require.Equal(t, "done", r.want(t, "again").State, "created anew on somebody's word")
	require.NotEqual(t, there.id, r.whole(t).id)
}

func TestAFileTooLargeOrUnknownThereIsDeclared(t *testing.T) {
	t.Parallel()
	r := newPushRig(t)
	r.gouv.unknownZone = true
	r.gouv.extensions = []string{"csv", "zip", "gpkg"}
	r.gouv.largest = 7000 // under a part of a GeoPackage
	r.publish(t, r.town, "plantes")
	require.Equal(t, "done", r.want(t, "on").State)
	there := r.gouv.only(t)
	kinds := map[string]any{}
	for _, one := range there.resources {
		kinds[one["extras"].(map[string]any)["acvdata:part"].(string)] = one["filetype"]
	}
	require.Equal(t, map[string]any{
		"csv": "file", "shp.zip": "file", "gpkg": "remote", "geojson": "remote", "xlsx": "remote", "parquet": "remote", "fgb": "remote",
		"api-rows": "remote", "api-ogc": "remote",
	}, kinds)
	geom := there.fields["spatial"].(map[string]any)["geom"].(map[string]any)
	require.Equal(t, "MultiPolygon", geom["type"], "the outline where the zone is not known")
}

func TestTheKeyIsSealedAndNeverShown(t *testing.T) {
	t.Parallel()
	r := newPushRig(t)
	r.publish(t, r.town, "plantes")
	r.want(t, "on")
	for _, page := range []string{pushPage, "/ales/espace/donnees/plantes"} {
		require.NotContains(t, r.agent.Get(page).Body, gouvKey)
	}
	require.Contains(t, r.agent.Get(pushPage).Body, "Camille Essai")
	var kept int
	conn := r.admin(t)
	require.NoError(t, conn.QueryRow(t.Context(), `
SELECT (SELECT count(*) FROM opendata.push_account a WHERE a::text LIKE '%' || $1 || '%' OR position($1::bytea IN a.sealed) > 0)
  + (SELECT count(*) FROM audit.event e WHERE e::text LIKE '%' || $1 || '%')
  + (SELECT count(*) FROM opendata.push p WHERE p::text LIKE '%' || $1 || '%')
  + (SELECT count(*) FROM river.river_job j WHERE j::text LIKE '%' || $1 || '%')`, gouvKey).Scan(&kept))
	require.Zero(t, kept)
	wrong := r.agent.Post(pushPage, url.Values{"key": {"udata_unknown"}})
	require.Equal(t, http.StatusUnprocessableEntity, wrong.Status)
	require.NotContains(t, wrong.Body, "udata_unknown")
	require.Contains(t, wrong.Body, "ne connaît pas cette clé")

	// A row copied to another town opens nothing there.
	_, err := conn.Exec(t.Context(), `INSERT INTO opendata.push_account SELECT $1, sealed, organization, organization_name, choices, holder, author, given_at FROM opendata.push_account`, r.other.ID)
	require.NoError(t, err)
	r.publish(t, r.other, "plantes")
	thief := r.As(apptest.Member(r.other, authz.Agent))
	before := len(r.gouv.asked)
	require.Equal(t, http.StatusSeeOther, thief.Post("/bayonne/espace/donnees/plantes/data-gouv", url.Values{"do": {"on"}}).Status)
	require.Equal(t, "failed", r.WaitFor(r.other.ID, datagouv.Subject("plantes")).State)
	require.Len(t, r.gouv.asked, before)
	require.Contains(t, thief.Get("/bayonne/espace/donnees/plantes").Body, "ne peut plus être déchiffrée")
}

func TestWhoMayPublishThere(t *testing.T) {
	t.Parallel()
	r := newPushRig(t)
	r.publish(t, r.town, "plantes")
	reader := r.As(apptest.Member(r.town, authz.Reader))
	require.Equal(t, http.StatusOK, reader.Get(pushPage).Status)
	require.NotContains(t, reader.Get(pushPage).Body, `name="key"`)
	for _, path := range []string{pushPage, pushPage + "/organisation", pushPage + "/oublier", "/ales/espace/donnees/plantes/data-gouv"} {
		require.Equal(t, http.StatusForbidden, reader.Post(path, url.Values{"do": {"on"}}).Status, path)
	}
	require.Equal(t, http.StatusConflict, r.agent.Post("/ales/espace/donnees/plantes-001/data-gouv", url.Values{"do": {"on"}}).Status, "not published here")
	require.Equal(t, http.StatusSeeOther, r.agent.Post(pushPage+"/oublier", nil).Status)
	require.Equal(t, http.StatusConflict, r.agent.Post("/ales/espace/donnees/plantes/data-gouv", url.Values{"do": {"on"}}).Status, "no key")
	r.gouv.member = append(r.gouv.member, gouvOrg{gouvIDs + "0002", "Agglomération"})
	r.give(t, gouvKey)
	require.Contains(t, r.agent.Get(pushPage).Body, "Choisir une organisation")
	require.Equal(t, http.StatusUnprocessableEntity, r.agent.Post(pushPage+"/organisation", url.Values{"organization": {"another"}}).Status)
	require.Equal(t, http.StatusSeeOther, r.agent.Post(pushPage+"/organisation", url.Values{"organization": {gouvIDs + "0002"}}).Status)
	require.Equal(t, "done", r.want(t, "on").State)
	require.Equal(t, gouvIDs+"0002", r.whole(t).fields["organization"])
}

func TestAPortalOnThePrivateNetworkIsOutOfReach(t *testing.T) {
	t.Parallel()
	g := newGouv(t)
	client := datagouv.NewClient(datagouv.Settings{Portal: g.URL, BaseURL: apptest.BaseURL})
	_, err := client.Me(t.Context(), gouvKey)
	require.Error(t, err)
	require.Empty(t, g.asked)
}
