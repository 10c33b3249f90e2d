package opendata_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/modules/opendata/datagouv"
	"acvdata/services/apptest"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// pushRig is a town that gave its key to a portal.
type pushRig struct {
	*rig
	gouv *gouv
}

func newPushRig(t *testing.T) *pushRig {
	t.Helper()
	g := newGouv(t)
	r := &pushRig{newRigWith(t, 3, g.URL), g}
	r.Work()
	r.give(t, gouvKey)
	return r
}

const pushPage = "/ales/espace/donnees/data-gouv"

func (r *pushRig) give(t *testing.T, key string) {
	t.Helper()
	answer := r.agent.Post(pushPage, url.Values{"key": {key}})
	require.Equal(t, http.StatusSeeOther, answer.Status, answer.Body)
}

// want asks for something of a dataset and waits for the end of its job.
func (r *pushRig) want(t *testing.T, do string) *jobs.Progress {
	t.Helper()
	answer := r.agent.Post("/ales/espace/donnees/plantes/data-gouv", url.Values{"do": {do}})
	require.Equal(t, http.StatusSeeOther, answer.Status, answer.Body)
	return r.ended(t)
}

func (r *pushRig) ended(t *testing.T) *jobs.Progress {
	t.Helper()
	return r.WaitFor(r.town.ID, datagouv.Subject("plantes"))
}

// says is the chip and the sentence of the dataset's page.
func (r *pushRig) says(t *testing.T) string {
	t.Helper()
	page := r.agent.Get("/ales/espace/donnees/plantes")
	require.Equal(t, http.StatusOK, page.Status)
	return strings.Join(strings.Fields(page.Page().Find("#data-gouv-etat").Text()), " ")
}

func (r *pushRig) admin(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), r.AdminDB)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// whole checks that the dataset over there is the newest version here, whole and
// once.
func (r *pushRig) whole(t *testing.T) *gouvDataset {
	t.Helper()
	there := r.gouv.only(t)
	here, err := r.datasets.Get(tenants.With(r.Context, r.town), r.town, "plantes")
	require.NoError(t, err)
	require.Equal(t, false, there.fields["private"])
	seen := map[string]map[string]any{}
	for _, one := range there.resources {
		extras, _ := one["extras"].(map[string]any)
		part := fmt.Sprint(extras["acvdata:part"])
		require.NotContains(t, seen, part, "twice")
		seen[part] = one
	}
	for _, name := range []string{"csv", "geojson", "xlsx", "gpkg", "shp.zip"} {
		f, known := datasets.FormatOf(here.Source, name)
		require.True(t, known)
		file, known := here.Version.File(f)
		require.True(t, known)
		require.Equal(t, "file", seen[name]["filetype"], name)
		sum := sha256.Sum256(there.files[fmt.Sprint(seen[name]["id"])])
		require.Equal(t, hex.EncodeToString(file.SHA256[:]), hex.EncodeToString(sum[:]), name)
	}
	for _, name := range []string{"parquet", "fgb", "api-rows", "api-ogc"} {
		require.Equal(t, "remote", seen[name]["filetype"], name)
		require.True(t, strings.HasPrefix(fmt.Sprint(seen[name]["url"]), apptest.BaseURL+"/"), name)
	}
	require.Len(t, there.files, 5)
	return there
}

func TestADatasetIsSentWholeFollowedAndRetired(t *testing.T) {
	t.Parallel()
	r := newPushRig(t)
	require.NotContains(t, r.agent.Get("/ales/espace/donnees/plantes").Body, "Publier aussi", "not before it is published here")
	r.publish(t, r.town, "plantes")
	require.NoError(t, r.datasets.Describe(tenants.With(r.Context, r.town), r.town, "plantes", datasets.Metadata{
		Licence: datasets.ODbL, ContactEmail: "arbres@ales.example", Keywords: []string{"flore", "ru"}, Frequency: datasets.TwiceAYear,
		Title: strings.Repeat("é", 200), TemporalStart: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC),
	}))
	require.Contains(t, r.says(t), "Jamais envoyé")
	require.Equal(t, "done", r.want(t, "on").State)
	there := r.whole(t)
	require.Equal(t, "odc-odbl", there.fields["license"])
	require.Equal(t, "semiannual", there.fields["frequency"])
	require.Equal(t, []any{"flore"}, there.fields["tags"], "what the portal takes as a tag")
	require.Equal(t, map[string]any{"start": "2024-03-01"}, there.fields["temporal_coverage"])
	require.Equal(t, gouvIDs+"0001", there.fields["organization"])
	require.Equal(t, map[string]any{"zones": []any{"fr:commune:" + r.town.INSEE}}, there.fields["spatial"])
	extras, _ := there.fields["extras"].(map[string]any)
	require.Equal(t, apptest.BaseURL+"/ales/donnees/plantes", extras["acvdata:identifier"])
	require.Equal(t, "csv", there.resources[0]["extras"].(map[string]any)["acvdata:part"], "in the order of the page here")
	require.Contains(t, r.says(t), "Envoyé le")
	require.Contains(t, r.agent.Get("/ales/espace/donnees/plantes").Body, r.gouv.URL+"/fr/datasets/"+there.id)

	uploads := r.gouv.count("POST datasets/" + there.id)
	require.Equal(t, "done", r.want(t, "again").State)
	require.Equal(t, uploads, r.gouv.count("POST datasets/"+there.id), "files that are there are not sent again")
	require.Equal(t, 1, r.gouv.count("POST contacts/"), "nor is who answers")

	// Somebody adds a notice over there, by hand, and a fact.
	r.gouv.mu.Lock()
	there.resources = append(there.resources, map[string]any{
		"id": "rhand", "title": "Notice", "type": "documentation", "filetype": "remote", "url": "https://ales.example/notice", "extras": map[string]any{},
	})
	there.fields["extras"].(map[string]any)["theirs"] = "kept"
	r.gouv.mu.Unlock()
	r.publish(t, r.town, "plantes")
	require.Equal(t, "done", r.ended(t).State, "a publication is followed")
	r.whole(t)
	require.Equal(t, "Notice", there.resources[len(there.resources)-1]["title"])
	require.Equal(t, "kept", there.fields["extras"].(map[string]any)["theirs"])
	require.EqualValues(t, 2, there.fields["extras"].(map[string]any)["acvdata:version"])

	answer := r.agent.Post("/ales/espace/donnees/plantes/retirer", url.Values{"reason": {"erreur de relevé"}})
	require.Equal(t, http.StatusSeeOther, answer.Status)
	require.Equal(t, "done", r.ended(t).State)
	require.Equal(t, true, there.fields["private"])
	require.Empty(t, there.files, "the data are gone")
	require.Len(t, there.resources, 1, "what others added stays")
	require.Contains(t, r.says(t), "Retiré")

	r.publish(t, r.town, "plantes")
	require.Equal(t, "done", r.ended(t).State)
	require.Equal(t, there.id, r.whole(t).id, "it comes back at its address")
	require.Equal(t, "done", r.want(t, "off").State)
	require.Equal(t, true, there.fields["private"])
	before := len(r.gouv.asked)
	r.publish(t, r.town, "plantes")
	require.Len(t, r.gouv.asked, before, "no longer followed")
}

// The answer to a creation is lost, then our note of it: the dataset is known
// again over there.
func TestADatasetIsNeverCreatedTwice(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(*testing.T, *pushRig){
		"answer lost": func(_ *testing.T, r *pushRig) {
			cut := false
			r.gouv.after = func(q *http.Request) {
				if q.Method == http.MethodPost && q.URL.Path == "/api/1/datasets/" && !cut {
					cut = true
					panic(http.ErrAbortHandler)
				}
			}
		},
		"note lost": func(t *testing.T, r *pushRig) {
			t.Helper()
			_, err := r.admin(t).Exec(t.Context(), `
CREATE SEQUENCE public.cut;
GRANT USAGE ON SEQUENCE public.cut TO acv_app;
CREATE FUNCTION public.cut_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.remote_id <> OLD.remote_id AND nextval('public.cut') = 1 THEN RAISE EXCEPTION 'cut'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cut BEFORE UPDATE ON opendata.push FOR EACH ROW EXECUTE FUNCTION public.cut_once()`)
			require.NoError(t, err)
		},
		"label lost": func(_ *testing.T, r *pushRig) {
			cut := false
			r.gouv.after = func(q *http.Request) {
				if q.Method == http.MethodPost && strings.HasSuffix(q.URL.Path, "/upload/") && !cut {
					cut = true
					panic(http.ErrAbortHandler)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newPushRig(t)
			for i := range 3 { // others of the organisation, more than a page of them
				r.gouv.datasets = append(r.gouv.datasets, &gouvDataset{id: fmt.Sprintf("other%d", i), deleted: true, fields: map[string]any{
					"organization": gouvIDs + "0001", "extras": map[string]any{"acvdata:identifier": apptest.BaseURL + "/ales/donnees/plantes"},
				}})
			}
			cut(t, r)
			r.publish(t, r.town, "plantes")
			require.Equal(t, "done", r.want(t, "on").State)
			r.whole(t)
			if name != "label lost" {
				require.Equal(t, 1, exactly(r.gouv, "POST datasets/"))
			}
		})
	}
}

func exactly(g *gouv, asked string) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, a := range g.asked {
		if a == asked {
			n++
		}
	}
	return n
}

func TestAPortalInTroubleIsAskedAgain(t *testing.T) {
	t.Parallel()
	r := newPushRig(t)
	busy, broken := 0, 0
	var parts atomic.Int32
	r.gouv.meddle = func(w http.ResponseWriter, q *http.Request) bool {
		switch {
		case q.URL.Path == "/api/1/datasets/licenses/" && busy < 2:
			busy++
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		case strings.HasSuffix(q.URL.Path, "/upload/") && strings.HasPrefix(q.Header.Get("Content-Type"), "multipart/") && parts.Add(1) == 7:
			broken++ // in the middle of a file's parts
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	}
	r.publish(t, r.town, "plantes")
	require.Equal(t, "done", r.want(t, "on").State)
	r.whole(t)
	require.Equal(t, 2, busy)
	require.Equal(t, 1, broken)
	require.Equal(t, 1, exactly(r.gouv, "POST datasets/"))
}

// Somebody changes the description while the files go: the same job sees it, and
// a second one never runs beside it.
func TestAWishMadeMeanwhileIsSeen(t *testing.T) {
	t.Parallel()
	r := newPushRig(t)
	r.publish(t, r.town, "plantes")
	held, going := make(chan struct{}), make(chan struct{})
	var once sync.Once
	r.gouv.meddle = func(_ http.ResponseWriter, q *http.Request) bool {
		if strings.HasSuffix(q.URL.Path, "/upload/") {
			once.Do(func() { close(going); <-held })
		}
		return false
	}
	require.Equal(t, http.StatusSeeOther, r.agent.Post("/ales/espace/donnees/plantes/data-gouv", url.Values{"do": {"on"}}).Status)
	<-going
	require.Contains(t, r.says(t), "En attente")
	saved := r.agent.Post("/ales/espace/donnees/plantes", url.Values{"title": {"Plantes de la gare"}, "licence": {"LO-2.0"}})
	require.Equal(t, http.StatusSeeOther, saved.Status, saved.Body)
	close(held)
	require.Equal(t, "done", r.ended(t).State)
	require.Equal(t, "Plantes de la gare", r.whole(t).fields["title"])
	var asked int
	require.NoError(t, r.admin(t).QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE kind = 'opendata.push'`).Scan(&asked))
	require.Equal(t, 1, asked)
}

// closed waits until the queue, too, has written that the jobs are over: it does
// so after they said it themselves, and a sweep leaves what is under way alone.
func (r *pushRig) closed(t *testing.T) {
	t.Helper()
	admin := r.admin(t)
	require.Eventually(t, func() bool {
		var open int
		err := admin.QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE kind = 'opendata.push' AND finalized_at IS NULL`).Scan(&open)
		return err == nil && open == 0
	}, 30*time.Second, 50*time.Millisecond)
}

// A job that is gone without a word leaves nothing waiting for ever.
func TestWhatWaitsForNobodyIsTakenUp(t *testing.T) {
	t.Parallel()
	r := newPushRig(t)
	r.publish(t, r.town, "plantes")
	require.Equal(t, "done", r.want(t, "on").State)
	_, err := r.admin(t).Exec(t.Context(), `UPDATE opendata.push SET state = 'waiting', version = 0`)
	require.NoError(t, err)
	require.Contains(t, r.says(t), "En attente")
	r.closed(t)
	require.NoError(t, r.DB.InTenant(r.Context, r.town.ID, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Enqueue(ctx, datagouv.SweepJob{})
		return err
	}))
	require.Eventually(t, func() bool { return strings.Contains(r.says(t), "Envoyé le") }, 30*time.Second, 100*time.Millisecond)
	r.whole(t)
}
