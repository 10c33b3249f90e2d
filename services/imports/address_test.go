package imports_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/fetch"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

const addressForm = "/ales/espace/imports/adresse"

// portal serves a file of benches and every trick.
func portal(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	say := func(path, text string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			_, _ = io.WriteString(w, text)
		})
	}
	say("/donnees/bancs.csv", file(12))
	say("/page.csv", "\ufeff\n <!DOCTYPE html><html><title>Connexion</title></html>")
	say("/vide.csv", "")
	say("/gros.csv", file(40_000))
	mux.HandleFunc("/deplace.csv", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/donnees/bancs.csv", http.StatusFound)
	})
	mux.HandleFunc("/ailleurs.csv", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	mux.HandleFunc("/bombe.csv", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.CopyN(z, zeros{}, 20<<20)
		_ = z.Close()
	})
	mux.HandleFunc("/panne.csv", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func reading(private bool) func(*imports.Parts) {
	return func(p *imports.Parts) {
		p.Limits.Bytes = 1 << 20
		p.Reader = fetch.New(fetch.Settings{AllowPrivate: private, Limits: fetch.Limits{Bytes: 1 << 20}})
	}
}

func TestAFileAtAnAddressGoesTheSameWay(t *testing.T) {
	t.Parallel()
	r, p := newRig(t, reading(true)), portal(t)
	r.Work()
	agent := r.As(r.agent)
	for _, path := range []string{"/donnees/bancs.csv", "/deplace.csv"} {
		answer := agent.Post(addressForm, url.Values{"address": {p.URL + path}, "target": {importtest.Code}})
		require.Equal(t, http.StatusSeeOther, answer.Status, answer.Body)
		page := agent.Get(answer.Header.Get("Location"))
		require.Equal(t, http.StatusOK, page.Status)
		require.Contains(t, page.Body, path[strings.LastIndexByte(path, '/')+1:], "known by the name at the address")
	}
	list, _, err := r.service.List(r.ctx(), r.caller(), "", [16]byte{})
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, imports.Analysed, list[0].State)
	i, err := r.service.Proceed(r.ctx(), r.caller(), mustGet(t, r, list[0]), imports.Submission{Commit: true})
	require.NoError(t, err)
	require.Equal(t, imports.Committed, r.wait(i.ID).State)
	require.EqualValues(t, 12, r.benchesStored())
}

func mustGet(t *testing.T, r *rig, i *imports.Import) *imports.Import {
	t.Helper()
	found, err := r.service.Get(r.ctx(), r.caller(), i.ID)
	require.NoError(t, err)
	return found
}

func TestAddressesThatBringNothing(t *testing.T) {
	t.Parallel()
	r, p := newRig(t, reading(true)), portal(t)
	agent := r.As(r.agent)
	for address, says := range map[string]string{
		"":                      "adresse",
		"ftp://ales.fr/a.csv":   "ftp",
		p.URL + "/absent.csv":   "404",
		p.URL + "/page.csv":     "mène à une page",
		p.URL + "/vide.csv":     "vide",
		p.URL + "/gros.csv":     "dépasse",
		p.URL + "/bombe.csv":    "dépasse",
		p.URL + "/panne.csv":    "503",
		p.URL + "/ailleurs.csv": "adresse",
	} {
		answer := agent.Post(addressForm, url.Values{"address": {address}, "target": {importtest.Code}})
		require.GreaterOrEqual(t, answer.Status, 400, address)
		said := answer.Page().Find("#address-error, [id^=address]").Text()
		require.Contains(t, said, says, address)
		if address != "" {
			value, _ := answer.Page().Find("input[name=address]").Attr("value")
			require.Equal(t, address, value, "what was typed is still there")
		}
	}
	require.Equal(t, http.StatusUnprocessableEntity, agent.Post(addressForm, url.Values{"address": {p.URL + "/donnees/bancs.csv"}, "target": {"none/at-all"}}).Status)
	r.leavesNothing()
}

func TestNoAddressInsideIsRead(t *testing.T) {
	t.Parallel()
	r, p := newRig(t, reading(false)), portal(t)
	agent := r.As(r.agent)
	for _, address := range []string{
		"http://169.254.169.254/latest/meta-data/", "http://localhost/bancs.csv", "http://[::1]/bancs.csv", "http://10.0.0.1/b.csv",
		"http://2130706433/bancs.csv", p.URL + "/donnees/bancs.csv",
	} {
		answer := agent.Post(addressForm, url.Values{"address": {address}, "target": {importtest.Code}})
		require.Equal(t, http.StatusUnprocessableEntity, answer.Status, address)
	}
	r.leavesNothing()
}

func TestTheAddressFormIsFilledFromALink(t *testing.T) {
	t.Parallel()
	r := newRig(t, reading(true))
	page := r.As(r.agent).Get("/ales/espace/imports?cible=" + url.QueryEscape(importtest.Code) + "&adresse=" + url.QueryEscape("https://data.agglo.fr/a.csv"))
	value, _ := page.Page().Find("input[name=address]").Attr("value")
	require.Equal(t, "https://data.agglo.fr/a.csv", value)
	_, open := page.Page().Find("details:has(input[name=address])").Attr("open")
	require.True(t, open)
	none := newRig(t)
	require.NotContains(t, none.As(none.agent).Get("/ales/espace/imports").Body, `name="address"`, "where no address is read, none is asked for")
}
