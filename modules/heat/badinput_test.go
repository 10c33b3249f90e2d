package heat_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/modules/heat"
	"acvdata/services/fault"
	"acvdata/services/imports"
)

// gzipped is a few kilobytes that inflate to n bytes.
func gzipped(t *testing.T, head, line string, n int) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(head))
	require.NoError(t, err)
	block := []byte(strings.Repeat(line, 1+1<<20/len(line)))
	for written := 0; written < n; written += len(block) {
		_, err = w.Write(block)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

// Each kind of import refuses the file of another trade, and what is no table,
// in French, before anything is written.
func TestTheWrongFileIsRefusedForEveryKindOfImport(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	before := r.dump(town.ID)
	wrong := map[string]struct{ name, content, says string }{
		"a tree inventory": {"arbres.csv", "matricule;essence;hauteur\n1;Tilia cordata;12\n", ""},
		"a picture":        {"mesures.csv", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image"},
		"a web page":       {"mesures.csv", "<!doctype html><html><body>Erreur 404</body></html>", "page web"},
		"headers alone":    {"mesures.csv", "station;date;temperature\n", "en-têtes"},
		"JSON cut off":     {"zones.geojson", `{"type":"FeatureCollection","features":[{"type":"Fea`, "geojson"},
	}
	for _, target := range []string{heat.TargetStations, heat.TargetReadings, heat.TargetDaily, heat.TargetZones} {
		for name, file := range wrong {
			t.Run(target+" "+name, func(t *testing.T) {
				page := r.As(r.agent(town)).Upload("/vitre/espace/imports", file.name, []byte(file.content), url.Values{"target": {target}})
				if file.says != "" {
					page.Want(http.StatusUnprocessableEntity).Has(file.says).HasNot("⟦")
					return
				}
				ctx, caller := r.caller(town)
				_, err := r.imports.Submit(ctx, caller, imports.Submission{
					Name: file.name, Content: strings.NewReader(file.content), Target: target, Commit: true, SkipRejected: true,
				})
				require.True(t, fault.Is(err, fault.Invalid), "columns are missing: %v", err)
			})
		}
	}
	require.Equal(t, before, r.dump(town.ID))
}

func TestAFileThatInflatesIsStopped(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	before := r.dump(town.ID)
	bomb := gzipped(t, "station;date;temperature\n", "centre-01;2026-07-01T10:00:00Z;"+strings.Repeat("2", 2000)+"\n", 100<<20)
	require.Less(t, len(bomb), 1<<20)
	ctx, caller := r.caller(town)
	i, err := r.imports.Submit(ctx, caller, imports.Submission{
		Name: "mesures.csv.gz", Content: strings.NewReader(bomb), Target: heat.TargetReadings, Commit: true, SkipRejected: true,
	})
	if err == nil {
		i, err = r.imports.Wait(ctx, caller, i.ID, nil)
		require.NoError(t, err)
		err = i.Fault
	}
	require.True(t, fault.Is(err, fault.TooLarge), "%v", err)
	require.Equal(t, before, r.dump(town.ID))
}

func TestAnUplinkThatInflatesOrNestsIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.station(town, "centre-01")
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "centre-01", serial, "", now.AddDate(0, 0, -1)))
	server, before := r.server(town), r.dump(town.ID)
	bomb := gzipped(t, "", " ", 100<<20)
	request := server.Request(http.MethodPost, hooked, strings.NewReader(bomb), "Content-Type", "application/json", "Content-Encoding", "gzip")
	server.Do(request).Want(http.StatusUnsupportedMediaType).Has("sans compression")
	for name, object := range map[string]string{
		"brackets without end": strings.Repeat("[", 100_000),
		"deep but whole":       strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000),
		"wide":                 `{"x":0` + strings.Repeat(`,"x":{"y":[1,2,3]}`, 4_000) + "}",
	} {
		t.Run(name, func(t *testing.T) {
			r.send(server, hooked, uplink(serial, 1, now, object)).Want(http.StatusUnprocessableEntity).HasNot("⟦")
		})
	}
	require.Equal(t, before, r.dump(town.ID))
}

func TestWhatAFileOfStationsMayNotBe(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, other := r.Town("vitre"), r.Town("bayonne")
	r.station(other, "bourg-01")
	theirs := r.dump(other.ID)
	r.Work()
	const attack = `<script>alert(1)</script>`
	i := r.load(town, heat.TargetStations, "stations.csv", "code;nom;longitude;latitude;environnement;altitude\n"+
		"a-1;"+attack+";-1,21;48,12;parc;90\n"+
		"a-2;Nulle part;0;0;rue;90\n"+ // the middle of the Gulf of Guinea
		"a-3;Ailleurs;2,35;48,85;rue;90\n"+ // far from the town: said, kept
		attack+";Code;-1,21;48,12;rue;90\n"+
		"a-4;Deux fois;-1,21;48,12;rue;90\n"+
		"a-4;Deux fois;-1,21;48,12;rue;90\n"+
		"bourg-01;De l’autre ville;-1,21;48,12;rue;9000\n")
	found := r.problems(town, i.ID)
	codes := r.rows(town.ID, `SELECT code FROM heat.site ORDER BY code`)
	require.NotContains(t, codes, attack)
	require.NotContains(t, codes, "a-4", "twice in one file: neither, %v", found)
	require.Contains(t, codes, "a-1")
	require.Equal(t, []string{"∅"}, r.rows(town.ID, `SELECT coalesce(lon::text, '∅') FROM heat.site WHERE code = 'a-2'
		UNION ALL SELECT '∅' WHERE NOT EXISTS (SELECT FROM heat.site WHERE code = 'a-2')`), "0, 0 is no place: %v", found)
	require.Equal(t, 1, found["heat.problem.code"], "%v", found)
	require.Equal(t, theirs, r.dump(other.ID), "the other town's station of the same code is another one")
	for _, page := range []string{"/vitre/espace/chaleur", "/vitre/espace/chaleur/stations/a-1", "/vitre/espace/imports/" + i.ID.String()} {
		r.As(r.agent(town)).Get(page).Want(200).HasNot(attack, "⟦")
	}
}

func TestWhatAFileOfDaysMayNotBe(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	i := r.load(town, heat.TargetDaily, "jours.csv", "station;date;max;min;moyenne\n"+
		"c-1;2026-07-01;31;18;24\n"+
		"c-1;2026-07-22;31;18;24\n"+ // the day after tomorrow
		"c-1;1850-07-01;31;18;24\n"+
		"c-1;2026-07-02;18;31;24\n"+
		"c-1;2026-07-03;310;18;24\n"+
		"c-1;2026-07-04;31;18;24\nc-1;2026-07-04;32;18;24\n"+
		"c-1;2026-02-30;31;18;24\n"+
		"c-1;2026-07-05;trente;18;24\n")
	require.Equal(t, []string{"2026-07-01"}, r.rows(town.ID, `SELECT day::text FROM heat.day WHERE highest IS NOT NULL AND mean = 24
		AND day <> '2026-07-05' ORDER BY day`), "%v", r.problems(town, i.ID))
	found := r.problems(town, i.ID)
	for key, n := range map[string]int{
		"heat.problem.future": 1, "heat.problem.past": 1, "heat.problem.order": 1, "heat.problem.degrees": 1, "heat.problem.day_twice": 2,
	} {
		require.Equal(t, n, found[key], "%s in %v", key, found)
	}
	ctx, caller := r.caller(town)
	strict, err := r.imports.Submit(ctx, caller, imports.Submission{
		Name: "inconnues.csv", Content: strings.NewReader("station;date;max\nX-9;2026-07-01;31\n"), Target: heat.TargetDaily,
		Commit: true, SkipRejected: true, Overrides: imports.Overrides{Options: map[string]string{"unknown_stations": "reject"}},
	})
	require.NoError(t, err)
	strict, err = r.imports.Wait(ctx, caller, strict.ID, nil)
	require.NoError(t, err)
	require.Equal(t, 1, r.problems(town, strict.ID)["heat.problem.unknown_station"])
	require.Empty(t, r.rows(town.ID, `SELECT code FROM heat.site WHERE code = 'X-9'`))
}

func TestWhatAMapOfZonesMayNotBe(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	square := func(lon, lat string) string {
		return `{"type":"Polygon","coordinates":[[[` + lon + `,` + lat + `],[` + lon + `1,` + lat + `],[` + lon + `1,` + lat + `1],[` + lon + `,` + lat + `]]]}`
	}
	feature := func(class, geometry string) string {
		return `{"type":"Feature","properties":{"lcz":` + class + `},"geometry":` + geometry + `}`
	}
	file := `{"type":"FeatureCollection","features":[` + strings.Join([]string{
		feature(`6`, square("-1.20", "48.10")),
		feature(`6`, square("0.0", "0.0")),
		feature(`"<script>alert(1)</script>"`, square("-1.20", "48.10")),
		feature(`99`, square("-1.20", "48.10")),
		feature(`6`, `{"type":"Point","coordinates":[-1.2,48.1]}`),
		feature(`6`, `{"type":"Polygon","coordinates":[[[-1.2,48.1],[-1.2,48.1]]]}`),
		feature(`6`, `null`),
	}, ",") + `]}`
	i := r.load(town, heat.TargetZones, "zones.geojson", file)
	require.Equal(t, int64(1), i.Counts.Created, "%v", r.problems(town, i.ID))
	require.Equal(t, int64(6), i.Counts.Rejected)
	r.As(r.agent(town)).Get("/vitre/espace/imports/"+i.ID.String()).Want(200).HasNot("<script>alert", "⟦")
	kept := r.dump(town.ID)
	// A map of which nothing can be used does not take the place of the one shown.
	all := `{"type":"FeatureCollection","features":[` + feature(`99`, square("-1.20", "48.10")) + `]}`
	ctx, caller := r.caller(town)
	bad, err := r.imports.Submit(ctx, caller, imports.Submission{
		Name: "vide.geojson", Content: strings.NewReader(all), Target: heat.TargetZones, Commit: true, SkipRejected: true,
	})
	require.NoError(t, err)
	_, err = r.imports.Wait(ctx, caller, bad.ID, nil)
	require.NoError(t, err)
	require.Equal(t, kept, r.dump(town.ID))
}

func TestADeliveryRepeatedALotAtOnceIsKeptOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.station(town, "centre-01")
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "centre-01", serial, "", now.AddDate(0, 0, -1)))
	body := uplink(serial, 7, now.Add(-time.Minute), `{"temperature":29.5,"humidity":40}`)
	u, err := heat.ParseChirpStack([]byte(body))
	require.NoError(t, err)
	states := make(chan string, 16)
	for range cap(states) {
		go func() {
			receipt, err := r.service.Receive(r.Context, town.ID, u)
			if err != nil {
				receipt.State = err.Error()
			}
			states <- receipt.State
		}()
	}
	seen := map[string]int{}
	for range cap(states) {
		seen[<-states]++
	}
	require.Equal(t, map[string]int{"stored": 1, "duplicate": 15}, seen)
	require.Len(t, r.rows(town.ID, `SELECT value::text FROM heat.reading`), 2)
}
