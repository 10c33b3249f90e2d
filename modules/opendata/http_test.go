package opendata_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
)

// Reading never changes anything: one application serves all of it.
func TestReading(t *testing.T) {
	t.Parallel()
	r := newRig(t, 3)
	r.Work()
	r.publish(t, r.town, "plantes", "plantes-001")
	r.publish(t, r.town, "plantes")
	t.Run("addresses", r.testAddresses)
	t.Run("files", r.testFiles)
	t.Run("ranges", r.testRanges)
	t.Run("filtered exports", r.testFilteredExports)
	t.Run("examples work", r.testExamples)
	t.Run("feed", r.testFeed)
	t.Run("schema.org", r.testSchemaOrg)
	t.Run("API", r.testAPIReading)
	t.Run("harvesters' rules", r.testHarvesting)
}

func (r *rig) testAddresses(t *testing.T) {
	tests := map[string]struct {
		path   string
		want   int
		has    []string
		hasNot []string
	}{
		"catalogue":                  {"/ales/donnees", 200, []string{"2 jeux de données", "/ales/donnees/plantes-001", "catalogue/moissonner", "flux.atom", "30 lignes"}, []string{"⟦", "plantes-002"}},
		"catalogue of another town":  {"/bayonne/donnees", 200, []string{"Aucune donnée n’est publiée"}, []string{"/donnees/plantes", "⟦"}},
		"search without accents":     {"/ales/donnees?q=CARACTERES", 200, []string{"2 jeux de données"}, nil},
		"search that finds nothing":  {"/ales/donnees?q=baleine", 200, []string{"Aucun jeu de données ne correspond"}, []string{"⟦"}},
		"theme":                      {"/ales/donnees?theme=biodiversity", 200, []string{"plantes-001"}, []string{`href="/ales/donnees/plantes"`}},
		"dataset":                    {"/ales/donnees/plantes", 200, []string{"export.csv", "export.geojson", "Licence Ouverte", "tiles/WebMercatorQuad", "Ville d’Alès", "application/ld+json"}, []string{"⟦"}},
		"dataset that is no map":     {"/ales/donnees/plantes-001", 200, nil, []string{"WebMercatorQuad", "⟦"}},
		"draft":                      {"/ales/donnees/plantes-002", 404, nil, nil},
		"unknown dataset":            {"/ales/donnees/baleines", 404, []string{"baleines"}, nil},
		"another town's dataset":     {"/bayonne/donnees/plantes", 404, nil, nil},
		"preview":                    {"/ales/donnees/plantes/apercu", 200, []string{"Tilleul à petites feuilles", "hauteur", "nombre (m)", "toujours renseigné"}, []string{"⟦"}},
		"versions":                   {"/ales/donnees/plantes/versions", 200, []string{"Version 2", "Version 1", "quartier de la gare", "Version actuelle"}, []string{"⟦"}},
		"version":                    {"/ales/donnees/plantes/versions/1", 200, []string{"Une version plus récente", "plantes.csv"}, []string{"⟦"}},
		"newest version":             {"/ales/donnees/plantes/versions/2", 200, nil, []string{"Une version plus récente", "⟦"}},
		"unknown version":            {"/ales/donnees/plantes/versions/3", 404, nil, nil},
		"version of letters":         {"/ales/donnees/plantes/versions/x", 404, nil, nil},
		"another town's version":     {"/bayonne/donnees/plantes/versions/1", 404, nil, nil},
		"version's file":             {"/ales/donnees/plantes/versions/1/plantes.csv", 200, []string{"numero,nom,hauteur"}, nil},
		"version's file, other name": {"/ales/donnees/plantes/versions/1/arbres.csv", 404, nil, nil},
		"version's file, format":     {"/ales/donnees/plantes/versions/1/plantes.shp", 404, nil, nil},
		"another town's file":        {"/bayonne/donnees/plantes/versions/1/plantes.csv", 404, nil, nil},
		"examples":                   {"/ales/donnees/plantes/api", 200, []string{"curl ", "collections/plantes/items"}, []string{"⟦"}},
		"export":                     {"/ales/donnees/plantes/export.geojson", 200, []string{`"FeatureCollection"`}, nil},
		"export in an unknown form":  {"/ales/donnees/plantes/export.dbf", 404, []string{"dbf"}, nil},
		"export of a draft":          {"/ales/donnees/plantes-002/export.csv", 404, nil, nil},
		"export, unknown parameter":  {"/ales/donnees/plantes/export.csv?couleur=bleu", 422, []string{"couleur"}, nil},
		"another town's export":      {"/bayonne/donnees/plantes/export.csv", 404, nil, nil},
		"Turtle":                     {"/ales/catalog.ttl", 200, []string{"@prefix dcat:", `"ales/plantes"`}, []string{"plantes-002", "⟦"}},
		"JSON-LD":                    {"/ales/catalog.jsonld", 200, []string{`"@context"`, "ales/plantes-001"}, []string{"⟦"}},
		"RDF/XML":                    {"/ales/catalog.rdf", 200, []string{"<rdf:RDF", "ales/plantes"}, []string{"⟦"}},
		"N-Triples":                  {"/ales/catalog.nt", 200, []string{"ales/plantes"}, []string{"⟦", "@prefix"}},
		"platform's catalogue":       {"/catalog.ttl", 200, []string{`"ales/plantes"`}, []string{"⟦"}},
		"catalogue of nothing":       {"/bayonne/catalog.ttl", 200, []string{"dcat:Catalog"}, []string{"dcat:Dataset "}},
		"catalogue beyond its end":   {"/ales/catalog.ttl?after=zzz", 404, nil, nil},
		"catalogue, other syntax":    {"/ales/catalog.xls", 404, nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r.resident.Get(test.path).Want(test.want).Has(test.has...).HasNot(test.hasNot...)
			head := r.resident.Do(r.resident.Request(http.MethodHead, test.path, nil))
			if head.Status != test.want || head.Body != "" {
				t.Errorf("HEAD: %d with %d bytes", head.Status, len(head.Body))
			}
		})
	}
}

func (r *rig) testFiles(t *testing.T) {
	var about struct {
		Version struct {
			Number int
			Files  []struct {
				Format, URL, SHA256 string
				Size                int
			}
		}
	}
	r.resident.Get("/api/v1/ales/donnees/plantes").Want(200).Decode(&about)
	if about.Version.Number != 2 || len(about.Version.Files) != 13 {
		t.Fatalf("%+v", about)
	}
	for _, f := range about.Version.Files {
		permanent := r.resident.Get(strings.TrimPrefix(f.URL, apptest.BaseURL)).Want(200)
		sum := sha256.Sum256([]byte(permanent.Body))
		if len(permanent.Body) != f.Size || hex.EncodeToString(sum[:]) != f.SHA256 {
			t.Errorf("%s: %d bytes of %d, or another checksum", f.URL, len(permanent.Body), f.Size)
		}
		if digest := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"; permanent.Header.Get("Repr-Digest") != digest {
			t.Errorf("Repr-Digest %q", permanent.Header.Get("Repr-Digest"))
		}
		if cache := permanent.Header.Get("Cache-Control"); !strings.Contains(cache, "immutable") {
			t.Errorf("a version may be kept for ever: %q", cache)
		}
		newest := r.resident.Get("/ales/donnees/plantes/export." + f.Format).Want(200)
		if newest.Body != permanent.Body || newest.Header.Get("ETag") != permanent.Header.Get("ETag") {
			t.Errorf("%s: the newest file is another one", f.Format)
		}
		if !strings.Contains(newest.Header.Get("Content-Disposition"), "ales-plantes."+f.Format) {
			t.Errorf("%q", newest.Header.Get("Content-Disposition"))
		}
		r.resident.Get("/ales/donnees/plantes/export."+f.Format, "If-None-Match", newest.Header.Get("ETag")).Want(304)
	}
	head := r.resident.Do(r.resident.Request(http.MethodHead, "/ales/donnees/plantes/export.csv", nil)).Want(200)
	if head.Header.Get("Content-Length") != strconv.Itoa(about.Version.Files[0].Size) {
		t.Errorf("HEAD says %q bytes", head.Header.Get("Content-Length"))
	}
}

func (r *rig) testRanges(t *testing.T) {
	const path = "/ales/donnees/plantes/export.csv"
	whole := r.resident.Get(path).Want(200)
	size := len(whole.Body)
	tests := map[string]struct {
		headers []string
		want    int
		body    string
	}{
		"first bytes":            {[]string{"Range", "bytes=0-9"}, 206, whole.Body[:10]},
		"from the middle":        {[]string{"Range", "bytes=100-"}, 206, whole.Body[100:]},
		"last bytes":             {[]string{"Range", "bytes=-5"}, 206, whole.Body[size-5:]},
		"beyond the end":         {[]string{"Range", "bytes=10-999999"}, 206, whole.Body[10:]},
		"all outside":            {[]string{"Range", fmt.Sprintf("bytes=%d-", size)}, 416, ""},
		"two ranges":             {[]string{"Range", "bytes=0-1,4-5"}, 200, whole.Body},
		"not a range":            {[]string{"Range", "lines=1-2"}, 200, whole.Body},
		"the same file still":    {[]string{"Range", "bytes=0-9", "If-Range", whole.Header.Get("ETag")}, 206, whole.Body[:10]},
		"another file meanwhile": {[]string{"Range", "bytes=0-9", "If-Range", `"other"`}, 200, whole.Body},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := r.resident.Get(path, test.headers...).Want(test.want)
			if test.want != 416 && got.Body != test.body {
				t.Errorf("%d bytes, want %d", len(got.Body), len(test.body))
			}
		})
	}
}

func (r *rig) testFilteredExports(t *testing.T) {
	for query, want := range map[string]int{
		"":                                    rowsOf,
		"q=":                                  rowsOf,
		"numero=7":                            1,
		"nom=" + url.QueryEscape("=CHÊNE(1)"): 10,
		"bbox=4.05,44,4.0555,45":              5,
		"nom=baleine":                         0,
	} {
		body := r.resident.Get("/ales/donnees/plantes/export.csv?" + query).Want(200).Body
		if lines := strings.Count(body, "\r\n") - 1; lines != want {
			t.Errorf("%q: %d rows, want %d", query, lines, want)
		}
	}
	one := r.resident.Get("/ales/donnees/plantes/export.csv?numero=2").Want(200)
	if one.Body != "numero,nom,hauteur\r\n2,'=CHÊNE(1),1\r\n" {
		t.Errorf("%q", one.Body)
	}
	if cache := one.Header.Get("Cache-Control"); cache != "private, no-cache" {
		t.Errorf("live rows must be asked for again: %q", cache)
	}
	r.agent.Get("/ales/donnees/plantes-002/export.csv").Want(200).Has("numero")
	r.As(apptest.Member(r.other, authz.Agent)).Get("/ales/donnees/plantes-002/export.csv").Want(404)
}

var address = regexp.MustCompile(`'(http://acv\.test[^']+)'|(http://acv\.test\S+)`)

func (r *rig) testExamples(t *testing.T) {
	codes := r.resident.Get("/ales/donnees/plantes/api").Want(200).Page().Find("section[aria-labelledby=exemples] code").Map(
		func(_ int, s *goquery.Selection) string { return s.Text() })
	if len(codes) != 11 {
		t.Errorf("%d examples", len(codes))
	}
	for _, code := range codes {
		found := address.FindStringSubmatch(code)
		if found == nil {
			t.Errorf("no address in %q", code)
			continue
		}
		path := strings.TrimPrefix(found[1]+found[2], apptest.BaseURL)
		for from, to := range map[string]string{"{z}": "3", "{y}": "2", "{x}": "4"} {
			path = strings.ReplaceAll(path, from, to)
		}
		answer := r.resident.Get(path, "Accept", "*/*").Want(200)
		if strings.Contains(path, "numero=") || strings.Contains(path, "nom=") || strings.Contains(path, "filter=") {
			answer.HasNot(`"numberMatched":0`)
		}
	}
}

func (r *rig) testFeed(t *testing.T) {
	answer := r.resident.Get("/ales/donnees/flux.atom").Want(200)
	var feed struct {
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
		Entries []struct {
			ID    string `xml:"id"`
			Title string `xml:"title"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	must(t, xml.Unmarshal([]byte(answer.Body), &feed))
	if len(feed.Entries) != 3 || !strings.Contains(feed.Entries[0].Title, "version 2") || feed.ID == "" || feed.Updated == "" {
		t.Fatalf("%+v", feed)
	}
	for _, e := range feed.Entries {
		r.resident.Get(strings.TrimPrefix(e.Link.Href, apptest.BaseURL)).Want(200)
	}
}

func (r *rig) testSchemaOrg(t *testing.T) {
	text := r.resident.Get("/ales/donnees/plantes").Page().Find(`script[type="application/ld+json"]`).Text()
	var about struct {
		Type         string `json:"@type"`
		Name         string
		Description  string
		License      string
		Distribution []struct{ ContentURL, EncodingFormat string }
	}
	must(t, json.Unmarshal([]byte(text), &about))
	if about.Type != "Dataset" || about.Name == "" || len(about.Description) < 50 || about.License == "" || len(about.Distribution) != 13 {
		t.Errorf("%+v", about)
	}
	for _, d := range about.Distribution {
		r.resident.Get(strings.TrimPrefix(d.ContentURL, apptest.BaseURL)).Want(200)
	}
}

func (r *rig) testAPIReading(t *testing.T) {
	slugs := func(c *apptest.Client, query string) (list []string) {
		var answer struct{ Datasets []struct{ Slug string } }
		c.Get("/api/v1/ales/donnees" + query).Want(200).Decode(&answer)
		for _, d := range answer.Datasets {
			list = append(list, d.Slug)
		}
		return list
	}
	if got := slugs(r.resident, ""); !slices.Equal(got, []string{"plantes", "plantes-001"}) {
		t.Errorf("resident: %v", got)
	}
	if got := slugs(r.agent, ""); len(got) != 3 {
		t.Errorf("agent: %v", got)
	}
	if got := slugs(r.resident, "?theme=biodiversity"); len(got) != 1 {
		t.Errorf("theme: %v", got)
	}
	r.resident.Get("/api/v1/ales/donnees/plantes-002").Want(404)
	r.agent.Get("/api/v1/ales/donnees/plantes-002").Want(200).Has(`"state":"draft"`)
	r.resident.Get("/api/v1/ales/donnees/plantes/versions").Want(200).Has(`"number":2`, `"number":1`)
	r.agent.Get("/api/v1/ales/donnees/plantes/publications").Want(200).Has(`"state":"done"`, `"done":60`, `"version":2`) // the last thing it did: the rows of both versions compared
	r.agent.Get("/api/v1/ales/donnees/plantes-002/publications").Want(404)
}

func TestAWithdrawnDatasetIsGoneEverywhere(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.Work()
	r.publish(t, r.town, "plantes")
	r.agent.Post("/ales/espace/donnees/plantes/retirer", url.Values{"reason": {"positions fausses"}}).Want(303)
	for _, path := range []string{
		"/ales/donnees/plantes", "/ales/donnees/plantes/apercu", "/ales/donnees/plantes/versions", "/ales/donnees/plantes/api",
		"/ales/donnees/plantes/export.csv", "/ales/donnees/plantes/export.csv?numero=1", "/ales/donnees/plantes/versions/1",
		"/ales/donnees/plantes/versions/1/plantes.csv", "/ales/ogc/collections/plantes", "/ales/ogc/collections/plantes/items",
	} {
		r.resident.Get(path).Want(410).Has("positions fausses").HasNot("⟦", "Tilleul")
	}
	r.resident.Get("/api/v1/ales/donnees/plantes").Want(410).Has(`"code":"gone"`)
	r.resident.Get("/ales/catalog.ttl").Want(200).HasNot("plantes")
	r.resident.Get("/ales/donnees/flux.atom").Want(200).HasNot("<entry>")
	r.resident.Get("/ales/donnees").Want(200).HasNot("/ales/donnees/plantes")
	r.agent.Get("/ales/espace/donnees/plantes").Want(200).Has("positions fausses")
	r.publish(t, r.town, "plantes")
	r.resident.Get("/ales/donnees/plantes").Want(200)
	r.resident.Get("/ales/donnees/plantes/versions/1").Want(200)
}

func TestTheTownsWordsAreShownNotRun(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.publishQuietly(t, r.town, "plantes")
	must(t, r.datasets.Describe(r.Context, r.town, "plantes", datasets.Metadata{
		Title: "<script>alert(1)</script>", Summary: `</script><img src=x onerror="alert(1)">`, Licence: datasets.ODbL,
	}))
	page := r.resident.Get("/ales/donnees/plantes").Want(200).HasNot("<script>alert(1)", "<img src=x")
	if n := page.Page().Find("img").Length(); n != 0 {
		t.Errorf("%d images", n)
	}
	r.resident.Get("/ales/donnees").Want(200).HasNot("<script>alert(1)")
	r.resident.Get("/ales/donnees/flux.atom").Want(200).HasNot("<script>alert(1)")
}
