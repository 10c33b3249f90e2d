package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
)

// doorTo serves the application at an address that other programs reach; its own
// links lead there.
func doorTo(t *testing.T, who *apptest.Client) string {
	t.Helper()
	var door *httptest.Server
	door = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := who.Do(who.Request(r.Method, r.URL.RequestURI(), nil, "Accept", r.Header.Get("Accept")))
		w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
		w.WriteHeader(answer.Status)
		_, _ = w.Write([]byte(strings.ReplaceAll(answer.Body, apptest.BaseURL, door.URL))) //nolint:gosec // the application's own answer
	}))
	t.Cleanup(door.Close)
	return door.URL
}

// read by OWSLib, as testdata/read_api.py says it.
type owsRead struct {
	OpenAPI, Title, Item, Record                        string
	Conforms, Collections, Queryables, RecordQueryables []string
	First, Box, Filtered, Placed, Sorted, Records       []string
	Matched                                             int
}

// OWSLib, the client that Python programs use, reads features, filters and the
// catalogue as a browser does.
func TestOWSLibReadsFeaturesAndRecords(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3" // whose packages are the distribution's
	if said, err := exec.CommandContext(t.Context(), python, "-c", "import owslib.ogcapi.records").CombinedOutput(); err != nil {
		t.Skipf("OWSLib is missing (python3-owslib): %s", said)
	}
	n := newNeighbours(t)
	resident, c := n.app.As(authz.Actor{}), n.a.Center
	degrees := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	west, south, east, north := degrees(c.Lon-0.004), degrees(c.Lat-0.004), degrees(c.Lon+0.004), degrees(c.Lat+0.004)
	out, err := exec.CommandContext(t.Context(), python, "testdata/read_api.py", doorTo(t, resident)+"/ales/ogc/", west, south, east, north).Output()
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit)
		t.Fatalf("%v: %s", err, exit.Stderr)
	}
	var read owsRead
	require.NoError(t, json.Unmarshal(out, &read))
	asked := func(pairs ...string) []string {
		q := url.Values{"f": {"json"}, "limit": {"10000"}}
		for pair := range slices.Chunk(pairs, 2) {
			q.Set(pair[0], pair[1])
		}
		var got struct{ Features []struct{ ID string } }
		resident.Get("/ales/ogc/collections/arbres/items?" + q.Encode()).Want(http.StatusOK).Decode(&got)
		ids := make([]string, len(got.Features))
		for i, f := range got.Features {
			ids[i] = f.ID
		}
		return ids
	}
	all, box := asked(), strings.Join([]string{west, south, east, north}, ",")
	require.Equal(t, "3.0.3", read.OpenAPI)
	require.Contains(t, read.Conforms, "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/searchable-catalog")
	require.Subset(t, read.Collections, []string{"arbres", "biodiversite"})
	require.Subset(t, read.Queryables, []string{"genre", "hauteur", "geometry"})
	require.Subset(t, read.RecordQueryables, []string{"title", "updated"})
	require.Equal(t, len(all), read.Matched)
	require.Equal(t, all[:3], read.First)
	require.Equal(t, all[0], read.Item)
	require.Equal(t, asked("bbox", box), read.Box)
	require.Greater(t, len(all), len(read.Box))
	require.NotEmpty(t, read.Box)
	require.Equal(t, read.Box, read.Placed, "a box is one whichever way it is asked")
	require.Equal(t, asked("genre", "Tilia", "remarquable", "false"), read.Filtered)
	require.NotEmpty(t, read.Filtered)
	require.Equal(t, fmt.Sprint(all[len(all)-1]), read.Sorted[0])
	require.NotEmpty(t, read.Records)
	require.NotEmpty(t, read.Record)
	require.NotEmpty(t, read.Title)
}
