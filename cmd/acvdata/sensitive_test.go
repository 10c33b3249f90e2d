package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/geo/crs"
	"acvdata/services/geo/qk"
	"acvdata/services/indicators"
	"acvdata/tenants"
)

// secrets is a town with sensitive records, and what everybody may ask about it.
type secrets struct {
	app   *apptest.App
	town  *tenants.Tenant
	conn  *pgx.Conn
	facts []sensitive
	photo string
	// indicators are the keys of the town's figures.
	indicators []string
}

// sensitive is a record shown coarsely (1 commune, 2 cell of 10 km, 3
// department) or not at all (4); 0 is shown as it is.
type sensitive struct {
	id     uuid.UUID
	number int
	level  int
	taxon  int
	at     tenants.Point
	day    time.Time
	secret string // observer, comment, place name
	around bool   // outside the town: hidden from the cell of 10 km on
}

// sensitiveTaxa are of the shipped register.
var sensitiveTaxa = []string{"4117", "3764", "60015", "60630"}

const putSensitive = `
INSERT INTO atlas.occurrence (tenant_id, id, sinp_id, number, source_key, taxon, cited, sensitivity, lon, lat, qk, date_from, date_to, in_town,
  observer, comment, locality)
VALUES ($1, $2::uuid, $2::uuid, $3, 'test:' || $2::uuid, $4, 'nom', $5::smallint, $6, $7, $8, $9, $9, NOT $11::boolean, $10, $10, CASE WHEN $5::smallint > 0 THEN $10 ELSE '' END)
ON CONFLICT (tenant_id, id) DO UPDATE SET taxon = excluded.taxon, lon = excluded.lon, lat = excluded.lat, qk = excluded.qk,
  date_from = excluded.date_from, date_to = excluded.date_to, in_town = excluded.in_town, observer = excluded.observer, comment = excluded.comment, locality = excluded.locality`

func newSecrets(t *testing.T) *secrets {
	t.Helper()
	s := &secrets{}
	s.app = apptest.New(t, everyModule(t, func() *apptest.App { return s.app }))
	s.app.Work()
	s.town = s.app.Town("bayonne")
	s.conn = (&neighbours{app: s.app}).admin(t)
	chance := rand.New(rand.NewPCG(11, 2026))
	for n := range 40 {
		f := sensitive{id: uuid.New(), number: n + 1, level: n % 5, at: s.somewhere(chance), day: time.Date(2024, 5, 1+n%28, 0, 0, 0, 0, time.UTC)}
		_, err := fmt.Sscan(sensitiveTaxa[n%len(sensitiveTaxa)], &f.taxon)
		require.NoError(t, err)
		f.secret = fmt.Sprintf("SECRET-%d", n)
		s.facts = append(s.facts, f)
		s.put(t, f)
	}
	const photo = `INSERT INTO atlas.photo (tenant_id, id, occurrence_id, width, height, alt, credit, public)
VALUES ($1, gen_random_uuid(), $2, 10, 10, 'SECRET', 'SECRET', true) RETURNING id::text`
	require.NoError(t, s.conn.QueryRow(t.Context(), photo, s.town.ID, s.facts[1].id).Scan(&s.photo))
	for _, version := range []string{"1", "2"} { // the second differs from the first in nothing
		s.app.As(apptest.Member(s.town, authz.Admin)).Post("/bayonne/espace/donnees/biodiversite/publier", nil).Want(http.StatusSeeOther)
		require.Eventually(t, func() bool {
			return s.app.As(authz.Actor{}).Get("/bayonne/donnees/biodiversite/versions/"+version).Status == http.StatusOK
		}, time.Minute, 100*time.Millisecond)
	}
	for _, m := range s.app.Registry.Modules() {
		provider, can := m.(indicators.Provider)
		if !can || !s.town.Has(m.Manifest().Code) {
			continue
		}
		list, err := provider.Indicators(tenants.With(s.app.Context, s.town), s.town)
		require.NoError(t, err)
		for _, i := range list {
			s.indicators = append(s.indicators, i.Key)
		}
	}
	return s
}

func (s *secrets) put(t *testing.T, f sensitive) {
	t.Helper()
	code, err := qk.Encode(f.at.Lon, f.at.Lat)
	require.NoError(t, err)
	_, err = s.conn.Exec(t.Context(), putSensitive, s.town.ID, f.id, f.number, f.taxon, f.level, f.at.Lon, f.at.Lat, code, f.day, f.secret, f.around)
	require.NoError(t, err)
}

func (s *secrets) somewhere(chance *rand.Rand) tenants.Point {
	b := s.town.Bounds
	return tenants.Point{Lon: b.West + (b.East-b.West)*chance.Float64(), Lat: b.South + (b.North-b.South)*chance.Float64()}
}

// move changes everything that a record's level hides, and nothing else.
func (s *secrets) move(t *testing.T, chance *rand.Rand) {
	t.Helper()
	for _, f := range s.facts {
		if f.level == 0 {
			continue
		}
		cell, was := tenCell(t, f.at), f.at
		for f.at = s.somewhere(chance); f.level == 2 && tenCell(t, f.at) != cell || f.at == was; {
			f.at = s.somewhere(chance)
		}
		f.day = time.Date(2024, 5, 1+chance.IntN(28), 0, 0, 0, 0, time.UTC)
		f.secret = fmt.Sprintf("SECRET-%d", 1000+chance.IntN(1000))
		f.around = f.level > 1 && chance.IntN(2) == 0
		if f.level == 4 {
			f.taxon, f.day = 4117, time.Date(2019, 2, 3, 0, 0, 0, 0, time.UTC)
		}
		s.put(t, f)
	}
}

func tenCell(t *testing.T, p tenants.Point) [2]int {
	t.Helper()
	x, y, err := crs.Transform(crs.WGS84, crs.Lambert93, p.Lon, p.Lat)
	require.NoError(t, err)
	return [2]int{int(x / 10000), int(y / 10000)}
}

// values are what the parameters of public addresses are filled with; a route
// with another parameter under what shows records fails the test until its
// values are here.
func (s *secrets) values() map[string][]string {
	items := make([]string, 0, len(s.facts))
	for _, f := range s.facts {
		items = append(items, f.id.String())
	}
	formats := []string{"csv", "excel.csv", "geojson", "xlsx", "ods", "gpkg", "shp.zip", "kml", "fgb", "pmtiles", "parquet", "json", "ndjson", "zip"}
	files := []string{"biodiversite.csv-metadata.json"}
	for _, format := range formats {
		files = append(files, "biodiversite."+format)
	}
	return map[string][]string{
		":town": {s.town.Slug}, ":taxon": sensitiveTaxa, ":photo": {s.photo}, ":dataset": {"biodiversite"}, ":collection": {"biodiversite"},
		":item": items, ":record": {"bayonne:biodiversite"}, ":format": formats, ":number": {"1", "2"}, ":file": files,
		":action": {
			"package_list", "package_show", "package_search", "current_package_list_with_resources", "resource_show", "tag_list", "group_list",
			"organization_list", "organization_show", "site_read", "status_show",
		},
		":z": {"13"}, ":y": {s.tile().y}, ":x": {s.tile().x}, ":module": {"atlas"},
		":row": {"1", "2", "3"}, ":theme": {string(datasets.ThemeBiodiversity)}, ":indicator": s.indicators, ":figure": s.indicators, ":chart": {"g1"}, ":story": {"aucun"}, ":debate": {"aucune"},
	}
}

type tilePlace struct{ x, y string }

// tile is the one of zoom 13 around the middle of the town.
func (s *secrets) tile() tilePlace {
	x, y, _ := qk.Cell(s.town.Center.Lon, s.town.Center.Lat) // within France: no error
	return tilePlace{strconv.FormatUint(uint64(x>>(qk.Zoom-13)), 10), strconv.FormatUint(uint64(y>>(qk.Zoom-13)), 10)}
}

// showsRecords are the modules that show occurrences in some form.
var showsRecords = []string{"atlas", "opendata", "ogc", "datasets", "portal"}

// questions are all public addresses of the town and of the platform, those of
// modules to come included, each with what narrows an answer.
func (s *secrets) questions(t *testing.T) []string {
	t.Helper()
	var all []string
	values := s.values()
	for _, route := range s.app.Registry.Routes() {
		if route.Method != http.MethodGet || !route.Rule.IsPublic() || route.Owner == "auth" {
			continue
		}
		paths := []string{route.Pattern()}
		for _, name := range parameter.FindAllString(route.Pattern(), -1) {
			fill, known := values[name]
			if !known {
				require.NotContains(t, showsRecords, route.Owner, "give %s of %s values", name, route.Pattern())
				fill = []string{"1"}
			}
			var next []string
			for _, path := range paths {
				for _, value := range fill {
					next = append(next, strings.Replace(path, name, value, 1))
				}
			}
			paths = next
		}
		for _, path := range paths {
			all = append(all, path)
			if slices.Contains(showsRecords, route.Owner) {
				all = append(all, path+"?q=merle", path+"?id=biodiversite", path+"?espece=60630", path+"?groupe=mammal", path+"?bbox=-1.47,43.45,-1.44,43.5", path+"?datetime=2024-05-10")
			}
		}
	}
	return all
}

var clock = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T[\d:.]+Z?`)

// answers asks everything as a resident, archives opened, the clock left out.
func (s *secrets) answers(t *testing.T) map[string]string {
	t.Helper()
	const bump = `INSERT INTO ogc.layer (tenant_id, layer, version, changed_at) VALUES ($1, 'biodiversite', 1, now())
ON CONFLICT (tenant_id, layer) DO UPDATE SET version = ogc.layer.version + 1`
	_, err := s.conn.Exec(t.Context(), bump, s.town.ID)
	require.NoError(t, err)
	all := map[string]string{}
	resident := s.app.As(authz.Actor{})
	for _, path := range s.questions(t) {
		answer := resident.Get(path)
		require.Less(t, answer.Status, http.StatusInternalServerError, path)
		if answer.Status >= http.StatusBadRequest {
			all[path] = strconv.Itoa(answer.Status) // error pages name the request
			continue
		}
		all[path] = fmt.Sprint(answer.Status, " ", clock.ReplaceAllString(opened(t, answer.Body), "T"))
	}
	return all
}

// opened is the text of every file of an archive, or the text itself.
func opened(t *testing.T, body string) string {
	t.Helper()
	if !strings.HasPrefix(body, "PK") {
		return body
	}
	archive, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
	require.NoError(t, err)
	var all strings.Builder
	for _, file := range archive.File {
		content, err := file.Open()
		require.NoError(t, err)
		_, err = io.Copy(&all, content)
		require.NoError(t, err)
	}
	return all.String()
}

// TestHiddenFactsChangeNoPublicAnswer walks every public address of the whole
// product, those of modules to come included: two towns that differ only in
// what is hidden give the same answers, and no answer has a word of it.
func TestHiddenFactsChangeNoPublicAnswer(t *testing.T) {
	t.Parallel()
	s := newSecrets(t)
	before := s.answers(t)
	shown := 0
	for path, answer := range before {
		require.NotContains(t, answer, "SECRET", path)
		if strings.HasPrefix(answer, "200") && strings.Contains(answer, "Turdus merula") {
			shown++
		}
	}
	require.Greater(t, shown, 10, "the walk reaches pages, files and items that show records")
	require.Equal(t, "404", before["/bayonne/biodiversite/photos/"+s.photo])
	for _, path := range []string{"/donnees/biodiversite/export.zip", "/donnees/biodiversite/export.csv", "/donnees/biodiversite/versions/1/biodiversite.zip"} {
		require.Contains(t, before["/bayonne"+path], "Turdus merula", path)
	}
	s.move(t, rand.New(rand.NewPCG(12, 2026)))
	for path, answer := range s.answers(t) {
		require.Equal(t, before[path], answer, "%s tells what is hidden", path)
	}
	_, err := s.conn.Exec(t.Context(), `DELETE FROM atlas.occurrence WHERE tenant_id = $1 AND level = 4`, s.town.ID)
	require.NoError(t, err)
	for path, answer := range s.answers(t) {
		require.Equal(t, before[path], answer, "%s tells that a hidden record is there", path)
	}
}
