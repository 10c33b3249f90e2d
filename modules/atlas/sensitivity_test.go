package atlas_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/modules/atlas"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/geo/crs"
	"acvdata/services/geo/qk"
	"acvdata/tenants"
)

// fact is a record as the tests make it.
type fact struct {
	id, sinp uuid.UUID
	number   int
	taxon    int
	level    atlas.Level
	at       tenants.Point
	day      time.Time
	observer string
	comment  string
	locality string
	altitude int
}

// species are of the shipped register; the last has a rule of the town.
var species = []int{4117, 3764, 4001, 53741, 60015, 60630, 85740}

// draw makes records of every level, one in three around the town.
func draw(town *tenants.Tenant, chance *rand.Rand, n int) []fact {
	list := make([]fact, n)
	for i := range list {
		list[i] = fact{
			id: drawn(chance), sinp: drawn(chance), number: i + 1, taxon: species[chance.IntN(len(species))],
			level: atlas.Level(chance.IntN(5)), at: drawnPlace(town, chance),
			day:      time.Date(2020+chance.IntN(5), time.Month(1+chance.IntN(12)), 1+chance.IntN(28), 0, 0, 0, 0, time.UTC),
			observer: fmt.Sprintf("Observateur %d", chance.IntN(6)), comment: secret(chance), locality: secret(chance), altitude: chance.IntN(100),
		}
		if list[i].inForce(town) == atlas.Precise {
			list[i].locality = "Parc"
		}
	}
	return list
}

// inForce is the level a record is shown at: the town has a rule for otters, and
// "the commune" says nothing of what lies outside it.
func (f fact) inForce(town *tenants.Tenant) atlas.Level {
	if f.taxon == 60630 || f.level == atlas.Commune && !f.inTown(town) {
		return max(f.level, atlas.Cell10)
	}
	return f.level
}

func (f fact) inTown(town *tenants.Tenant) bool { return town.Bounds.Contains(f.at, 0) }

func drawn(chance *rand.Rand) (id uuid.UUID) {
	for i := range id {
		id[i] = byte(chance.UintN(256))
	}
	return id
}

func secret(chance *rand.Rand) string { return fmt.Sprintf("SECRET-%d", chance.IntN(1_000_000)) }

func somewhere(town *tenants.Tenant, chance *rand.Rand) tenants.Point {
	b := town.Bounds
	return tenants.Point{Lon: b.West + (b.East-b.West)*chance.Float64(), Lat: b.South + (b.North-b.South)*chance.Float64()}
}

// around is a place in the town or within some kilometres of it.
func around(town *tenants.Tenant, chance *rand.Rand) tenants.Point {
	const margin = 0.06
	wide := *town
	b := town.Bounds
	wide.Bounds = tenants.Bounds{West: b.West - margin, South: b.South - margin, East: b.East + margin, North: b.North + margin}
	return somewhere(&wide, chance)
}

func drawnPlace(town *tenants.Tenant, chance *rand.Rand) tenants.Point {
	if chance.IntN(3) == 0 {
		return around(town, chance)
	}
	return somewhere(town, chance)
}

// moved changes what the level in force hides of a record, and only that.
func moved(t testing.TB, town *tenants.Tenant, f fact, chance *rand.Rand) fact {
	t.Helper()
	level := f.inForce(town)
	outside := f.level == atlas.Commune && f.taxon != 60630 && level == atlas.Cell10 // what makes it a cell, and so shows
	f.comment, f.observer = secret(chance), fmt.Sprintf("Personne %d", chance.IntN(6))
	switch level {
	case atlas.Precise:
		f.observer = "" // restored by the caller: visits count observers
		return f
	case atlas.Commune:
		f.at = somewhere(town, chance)
	case atlas.Department:
		f.at = around(town, chance)
	case atlas.Cell10:
		x, y, err := crs.Transform(crs.WGS84, crs.Lambert93, f.at.Lon, f.at.Lat)
		require.NoError(t, err)
		for {
			p := around(town, chance)
			px, py, err := crs.Transform(crs.WGS84, crs.Lambert93, p.Lon, p.Lat)
			require.NoError(t, err)
			if int(px/10000) == int(x/10000) && int(py/10000) == int(y/10000) && !(outside && town.Bounds.Contains(p, 0)) {
				f.at = p
				break
			}
		}
	case atlas.Hidden:
		f.at, f.taxon, f.day = around(town, chance), 4117, time.Date(2019, 5, 5, 0, 0, 0, 0, time.UTC)
	}
	f.locality, f.altitude = secret(chance), chance.IntN(100)
	if level != atlas.Hidden {
		f.day = time.Date(f.day.Year(), f.day.Month(), 1+chance.IntN(28), 0, 0, 0, 0, time.UTC)
	}
	return f
}

const putFact = `
INSERT INTO atlas.occurrence (tenant_id, id, sinp_id, number, source_key, taxon, cited, sensitivity, lon, lat, qk, date_from, date_to, in_town,
  observer, comment, locality, altitude_min, altitude_max, dataset)
VALUES ($1, $2::uuid, $3, $4, 'test:' || $2::uuid, $5, 'nom', $6, $7, $8, $9, $10, $10, $15, $11, $12, $13, $14, $14, $13)
ON CONFLICT (tenant_id, id) DO UPDATE SET taxon = excluded.taxon, lon = excluded.lon, lat = excluded.lat, qk = excluded.qk,
  date_from = excluded.date_from, date_to = excluded.date_to, observer = excluded.observer, comment = excluded.comment,
  in_town = excluded.in_town, locality = excluded.locality, dataset = excluded.dataset, altitude_min = excluded.altitude_min, altitude_max = excluded.altitude_max`

func (r *rig) put(town *tenants.Tenant, f fact) {
	r.t.Helper()
	code, err := qk.Encode(f.at.Lon, f.at.Lat)
	require.NoError(r.t, err)
	r.exec(town.ID, putFact, f.id, f.sinp, f.number, f.taxon, int(f.level), f.at.Lon, f.at.Lat, code, f.day, f.observer, f.comment, f.locality, f.altitude, f.inTown(town))
}

// TestHiddenFactsChangeNothing is the property the atlas stands on: two towns
// that differ only in what is hidden (places within their commune, cell or
// department, on either side of the town's outline, days within their month, observers, comments, records that are not
// shown at all) give the same bytes everywhere: pages, API, cells, tiles, OGC
// items, exports, whatever the filter. No difference between two answers can
// then tell what is hidden.
func TestHiddenFactsChangeNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.townAround("secrets", tenants.Bounds{West: -1.50, South: 43.43, East: -1.38, North: 43.53})
	r.exec(town.ID, `INSERT INTO atlas.sensitivity (tenant_id, taxon, level) VALUES ($1, 60630, 2)`)
	chance := rand.New(rand.NewPCG(7, 2026))
	facts := draw(town, chance, 60)
	for _, f := range facts {
		r.put(town, f)
	}
	r.publish(town)
	before := r.everything(town)
	require.Contains(t, before["/secrets/ogc/collections/biodiversite/items?f=json&limit=100"], `"type":"Feature",`, "OGC items are asked for in earnest")
	for name, answer := range before {
		require.NotContains(t, answer, "SECRET-", name+" of a sensitive record")
	}
	for round := range 2 {
		for i, f := range facts {
			g := moved(t, town, f, chance)
			if g.observer == "" {
				g.observer = f.observer
			}
			r.put(town, g)
			facts[i] = g
		}
		after := r.everything(town)
		for name, answer := range before {
			require.Equal(t, answer, after[name], "round %d: %s tells what is hidden", round, name)
		}
	}
	r.exec(town.ID, `DELETE FROM atlas.occurrence WHERE tenant_id = $1 AND level = 4`)
	for name, answer := range r.everything(town) {
		require.Equal(t, before[name], answer, "%s tells that a hidden record is there", name)
	}
}

// everything gathers every public answer about a town, none from a cache of maps.
func (r *rig) everything(town *tenants.Tenant) map[string]string {
	r.t.Helper()
	r.exec(town.ID, `INSERT INTO ogc.layer (tenant_id, layer, version, changed_at) VALUES ($1, 'biodiversite', 1, now())
ON CONFLICT (tenant_id, layer) DO UPDATE SET version = ogc.layer.version + 1`)
	all := map[string]string{}
	resident := r.As(authz.Actor{})
	get := func(path string) {
		answer := resident.Get(path)
		require.Less(r.t, answer.Status, http.StatusInternalServerError, path)
		all[path] = fmt.Sprint(answer.Status, " ", withoutClock(answer.Body))
	}
	base := "/" + town.Slug + "/biodiversite"
	get(base)
	for _, query := range []string{"", "?q=merle", "?q=loutre", "?groupe=bird", "?groupe=mammal", "?statut=protected"} {
		get(base + "/especes" + query)
		get("/api/v1/" + town.Slug + "/biodiversite/especes" + query)
	}
	get("/api/v1/" + town.Slug + "/biodiversite")
	for _, measure := range []string{"especes", "releves", "observations"} {
		get(base + "/mailles.geojson?mesure=" + measure)
	}
	for _, id := range species {
		get(fmt.Sprintf("%s/especes/%d", base, id))
		get(fmt.Sprintf("%s/mailles.geojson?espece=%d", base, id))
		get(fmt.Sprintf("/api/v1/%s/biodiversite/especes/%d", town.Slug, id))
	}
	r.tiles(town, get)
	r.items(town, get)
	r.exports(town, all)
	return all
}

// tiles asks for the tiles of the town's box at several depths.
func (r *rig) tiles(town *tenants.Tenant, get func(string)) {
	for _, z := range []uint32{9, 13, 15} {
		west, north, err := qk.Cell(town.Bounds.West, town.Bounds.North)
		require.NoError(r.t, err)
		east, south, err := qk.Cell(town.Bounds.East, town.Bounds.South)
		require.NoError(r.t, err)
		shift := qk.Zoom - z
		for x := west >> shift; x <= east>>shift && x < west>>shift+4; x++ {
			for y := north >> shift; y <= south>>shift && y < north>>shift+4; y++ {
				for _, query := range []string{"", "?groupe=mammal", "?espece=60630"} {
					get(fmt.Sprintf("/%s/ogc/collections/biodiversite/tiles/WebMercatorQuad/%d/%d/%d%s", town.Slug, z, y, x, query))
				}
			}
		}
	}
}

// publish opens the dataset: until then nobody reads OGC items.
func (r *rig) publish(town *tenants.Tenant) {
	r.t.Helper()
	p, err := r.datasets.Publish(tenants.With(r.Context, town), town, "biodiversite", "")
	require.NoError(r.t, err)
	end := r.WaitFor(town.ID, p.Subject)
	require.Equal(r.t, "done", string(end.State), "%+v", end.Fault)
}

// items asks OGC API – Features for the dataset: all of it, by box, by dates, by
// fields, page after page, and record by record.
func (r *rig) items(town *tenants.Tenant, get func(string)) {
	b := town.Bounds
	base := "/" + town.Slug + "/ogc/collections/biodiversite/items"
	for _, query := range []string{
		"?f=json&limit=100", "?f=json&limit=7", fmt.Sprintf("?f=json&limit=100&bbox=%f,%f,%f,%f", b.West, b.South, (b.West+b.East)/2, (b.South+b.North)/2),
		"?f=json&datetime=2022-05-01/2022-05-15", "?f=json&espece=60630", "?f=json&groupe=bird", "?f=json&vernacularName=Merle%20noir", "?f=html",
	} {
		get(base + query)
	}
	for _, id := range r.rows(town.ID, `SELECT sinp_id::text FROM atlas.occurrence WHERE number <= 12 ORDER BY number`) {
		get(base + "/" + id + "?f=json")
	}
}

// exports streams the dataset whole, by boxes, by dates and by taxa.
func (r *rig) exports(town *tenants.Tenant, all map[string]string) {
	b := town.Bounds
	middle := tenants.Bounds{West: b.West, South: b.South, East: (b.West + b.East) / 2, North: (b.South + b.North) / 2}
	filters := map[string]datasets.Filter{
		"whole": {}, "west": {BBox: &middle}, "may": {From: time.Date(2022, 5, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2022, 5, 15, 0, 0, 0, 0, time.UTC)},
		"otter": {Query: map[string][]string{"espece": {"60630"}}}, "birds": {Query: map[string][]string{"groupe": {"bird"}}}, "first": {Limit: 5},
	}
	ctx := tenants.With(r.Context, town)
	for name, filter := range filters {
		for _, format := range []string{"csv", "geojson"} {
			var out bytes.Buffer
			require.NoError(r.t, r.datasets.Stream(ctx, town, "biodiversite", format, filter, &out))
			all[name+"."+format] = out.String()
		}
	}
}

var ofTheAnswer = regexp.MustCompile(`"(timeStamp|request_id)":"[^"]*"|class="failure-request">.*?</p>`)

// withoutClock drops what every answer has of its own.
func withoutClock(body string) string {
	lines := strings.Split(body, "\n")
	for i, line := range lines {
		lines[i], _, _ = strings.Cut(line, `"mise_a_jour"`)
		lines[i] = ofTheAnswer.ReplaceAllString(lines[i], "")
	}
	return strings.Join(lines, "\n")
}

// TestGeneralisedPlacesHoldTheirRecord: what is shown is coarse and true.
func TestGeneralisedPlacesHoldTheirRecord(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	chance := rand.New(rand.NewPCG(3, 4))
	for _, f := range draw(town, chance, 80) {
		r.put(town, f)
	}
	require.Equal(t, []string{"0"}, r.rows(town.ID, `
SELECT count(*)::text FROM atlas.occurrence
WHERE shown_lon IS NOT NULL AND level > 0
  AND ST_Distance(ST_MakePoint(lon, lat)::geography, ST_MakePoint(shown_lon, shown_lat)::geography) > shown_error_m * 1.002`))
	require.Equal(t, []string{"0"}, r.rows(town.ID, `SELECT count(*)::text FROM atlas.occurrence WHERE level = 3 AND (shown_lon IS NOT NULL OR shown_qk IS NOT NULL)`))
	require.Equal(t, []string{"0"}, r.rows(town.ID, `SELECT count(*)::text FROM atlas.shown WHERE level = 4`))
	require.Equal(t, []string{"0"}, r.rows(town.ID, `SELECT count(*)::text FROM atlas.occurrence WHERE level = 2 AND shown_place !~ '^10kmL93E\d{3}N\d{3}$'`))
	for _, row := range r.rows(town.ID, `SELECT shown_lon || ' ' || shown_lat || ' ' || shown_qk FROM atlas.occurrence WHERE shown_qk IS NOT NULL`) {
		var lon, lat float64
		var code int64
		_, err := fmt.Sscan(row, &lon, &lat, &code)
		require.NoError(t, err)
		want, err := qk.Encode(lon, lat)
		require.NoError(t, err)
		require.Equal(t, want, code, "the database numbers cells as services/geo/qk does")
	}
}

// TestCountsEqualARecount holds after inserts, changes and deletions of any kind.
func TestCountsEqualARecount(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	chance := rand.New(rand.NewPCG(5, 6))
	facts := draw(town, chance, 120)
	for _, f := range facts {
		r.put(town, f)
	}
	for _, f := range facts[:60] {
		f.level, f.taxon, f.at = atlas.Level(chance.IntN(5)), species[chance.IntN(len(species))], somewhere(town, chance)
		r.put(town, f)
	}
	r.exec(town.ID, `DELETE FROM atlas.occurrence WHERE tenant_id = $1 AND number % 4 = 0`)
	r.exec(town.ID, `UPDATE atlas.occurrence SET validation = 'doubtful' WHERE tenant_id = $1 AND number % 7 = 0`)
	for counted, recount := range map[string]string{
		`SELECT taxon || ' ' || in_town || ' ' || month || ' ' || n FROM atlas.tally ORDER BY 1`: `
SELECT taxon || ' ' || in_town || ' ' || month || ' ' || count(*)
FROM (SELECT *, CASE WHEN date_trunc('month', date_from) = date_trunc('month', date_to) THEN extract(month FROM date_from) ELSE 0 END AS month FROM atlas.shown) s
WHERE present
GROUP BY taxon, in_town, month
ORDER BY 1`,
		`SELECT taxon || ' ' || cell || ' ' || n FROM atlas.tally_cell ORDER BY 1`: `
SELECT taxon || ' ' || cell || ' ' || count(*) FROM atlas.shown WHERE present AND cell IS NOT NULL GROUP BY taxon, cell ORDER BY 1`,
		`SELECT count(*) || ' ' || sum(n) FROM atlas.visit WHERE cell = 0`: `
SELECT count(DISTINCT (date_from, observer)) || ' ' || count(*) FROM atlas.occurrence WHERE shown AND level = 0 AND shown_in_town`,
	} {
		require.Equal(t, r.rows(town.ID, recount), r.rows(town.ID, counted), counted)
	}
}

// TestARuleHoldsAtOnceAndForEverybody: the town hides a species that was shown.
func TestARuleHoldsAtOnceAndForEverybody(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	f := draw(town, rand.New(rand.NewPCG(9, 9)), 1)[0]
	f.taxon, f.level = 2938, atlas.Precise
	r.put(town, f)
	resident := r.As(authz.Actor{})
	page := "/bayonne/biodiversite/especes/2938"
	resident.Get(page).Want(http.StatusOK).Has("Faucon pèlerin")
	manager := r.As(apptest.Member(town, authz.Manager))
	manager.Post("/bayonne/espace/biodiversite/sensibilite", map[string][]string{"taxon": {"faucon pelerin (Falco peregrinus)"}, "niveau": {"2"}, "motif": {"Aire"}}).Want(http.StatusSeeOther)
	resident.Get(page).Want(http.StatusOK).Has("10kmL93E")
	resident.Get("/bayonne/biodiversite/mailles.geojson?espece=2938").Want(http.StatusOK).Has(`"features":[]`)
	manager.Post("/bayonne/espace/biodiversite/sensibilite", map[string][]string{"taxon": {"Falco peregrinus"}, "niveau": {"4"}}).Want(http.StatusSeeOther)
	resident.Get(page).Want(http.StatusNotFound)
	resident.Get("/bayonne/biodiversite/especes?q=faucon").Want(http.StatusOK).HasNot("/especes/2938")
	agent := r.As(apptest.Member(town, authz.Agent))
	agent.Get("/bayonne/espace/biodiversite/1").Want(http.StatusOK).Has("Faucon pèlerin", "Non montrée")
	agent.Get("/bayonne/espace/biodiversite/sensibilite").Want(http.StatusForbidden)
	manager.Post("/bayonne/espace/biodiversite/sensibilite", map[string][]string{"numero": {"2938"}, "niveau": {"0"}}).Want(http.StatusSeeOther)
	resident.Get(page).Want(http.StatusOK).HasNot("10kmL93E")
}
