package showcases_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"hash/crc32"
	"image"
	"image/png"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/i18n"
	"acvdata/services/indicators"
	"acvdata/tenants"
)

func TestABoundFigureIsFrozenWithItsDate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.add(t, at, "figure", url.Values{"title": {"Arbres suivis"}, "indicator": {"ales gauge.trees"}})
	d.editor.Get(at+"/apercu").Want(200).Has(i18n.Number(7409), "Valeur d’aujourd’hui")
	d.publish(t, at)
	*d.value = indicators.Value{Number: 8000, Known: true}
	d.resident.Get(public).Want(200).Has(i18n.Number(7409), "Valeur relevée le", "Inventaire").HasNot(i18n.Number(8000))
	d.editor.Get(at + "/apercu").Want(200).Has(i18n.Number(8000))
}

func TestAFigureWithoutValueIsNotPublished(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.add(t, at, "figure", url.Values{"title": {"Arbres suivis"}, "indicator": {"ales gauge.trees"}})
	*d.value = indicators.Value{}
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.admin.Post(d.town.Path("espace/cas-usages/"+id(at)+"/valider"), d.read(t, at)).Want(303)
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(409).Has("n’a pas encore de valeur")
	d.resident.Get(public).Want(404)
}

func TestATypedFigureNeedsItsSource(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	block := d.add(t, at, "figure", nil)
	form := url.Values{"version": {seen(t, d.editor.Get(block))}, "title": {"Plantations"}, "value": {"50"}}
	d.editor.Post(block, form).Want(422).Has("Remplissez ce champ")
	form.Set("source", "Alès Agglo")
	d.editor.Post(block, form).Want(303)
	form.Set("indicator", "ales unknown.key")
	form.Set("version", seen(t, d.editor.Get(block)))
	d.editor.Post(block, form).Want(404)
}

func TestPicturesCarryTheirTextsAndHideUntilPublished(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	block := d.add(t, at, "picture", nil)
	fields := url.Values{"version": {seen(t, d.editor.Get(block))}, "alt": {""}, "credit": {"Ville d’Alès"}}
	d.editor.Upload(block+"/image", "photo.jpg", photograph(t), fields).Want(422)
	fields.Set("alt", "Platanes de la place")
	d.editor.Upload(block+"/image", "photo.jpg", []byte("<svg onload=alert(1)>"), fields).Want(422).Has("image")
	d.editor.Upload(block+"/image", "photo.jpg", photograph(t), fields).Want(303)

	preview := d.editor.Get(at+"/apercu").Want(200).Has("Platanes de la place", "Crédit")
	src := preview.Page().Find(".story-picture img").AttrOr("src", "")
	require.True(t, strings.HasPrefix(src, "/cas-usages/images/"), src)
	d.resident.Get(src).Want(404)
	d.admin.Get(src).Want(404)
	d.stranger.Get(src).Want(404)
	require.Equal(t, "image/jpeg", d.editor.Get(src).Want(200).Header.Get("Content-Type"))
	d.publish(t, at)
	d.resident.Get(src).Want(200)
	d.resident.Get(strings.Replace(src, "grande.jpg", "petite.jpg", 1)).Want(200)
	d.resident.Get(strings.Replace(src, "grande.jpg", "autre.jpg", 1)).Want(404)
}

// hugePNG says in its header that it is larger than any memory.
func hugePNG(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, 20, 20))))
	raw := out.Bytes()
	binary.BigEndian.PutUint32(raw[16:], 60_000)
	binary.BigEndian.PutUint32(raw[20:], 60_000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

func TestAPictureThatCannotBeShownIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	block := d.add(t, at, "picture", nil)
	const attack = "Platanes <script>alert(1)</script>"
	good, shown := photograph(t), seen(t, d.editor.Get(block))
	for name, c := range map[string]struct {
		content []byte
		version string
		alt     string
		status  int
		says    string
	}{
		"a table":       {[]byte("arbre;essence\n1;Tilia\n"), shown, attack, 422, "n’est pas une image"},
		"a web page":    {[]byte("<!doctype html><script>alert(1)</script>"), shown, attack, 422, "n’est pas une image"},
		"nothing":       {nil, shown, attack, 422, "image reçue est vide"},
		"a picture cut": {good[:len(good)/3], shown, attack, 422, "abîmée ou incomplète"},
		"a bomb":        {hugePNG(t), shown, attack, 413, "millions de pixels"},
		"100 MB":        {bytes.Repeat([]byte{0xff}, 100<<20), shown, attack, 413, "dépasse 25"},
		"an old page":   {good, "1", attack, 409, ""},
		"no words":      {good, shown, " ", 422, ""},
		"no number":     {good, "x", attack, 409, ""},
	} {
		t.Run(name, func(t *testing.T) {
			fields := url.Values{"version": {c.version}, "alt": {c.alt}, "credit": {"Ville"}}
			d.editor.Upload(block+"/image", `<script>alert(1)</script>.jpg`, c.content, fields).Want(c.status).Has(c.says).HasNot("⟦", "<script>alert")
			require.Equal(t, 0, d.count(t, `SELECT count(*) FROM showcases.picture`))
			require.Equal(t, shown, seen(t, d.editor.Get(block)))
		})
	}
	fields := url.Values{"version": {shown}, "alt": {attack}, "credit": {"Ville"}}
	for _, other := range []*apptest.Client{d.admin, d.stranger} { // of a town, not of the newsroom
		other.Upload(block+"/image", "a.jpg", good, fields).Want(403)
	}
	require.Zero(t, d.count(t, `SELECT count(*) FROM showcases.picture`))
	d.editor.Upload(block+"/image", `<script>alert(1)</script>.jpg`, good, fields).Want(303)
	d.editor.Get(at + "/apercu").Want(200).Has("Platanes &lt;script&gt;").HasNot("<script>alert")
}

func TestBlocksMoveAndGo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	links := blockLinks(d.editor.Get(at))
	d.editor.Post(links[1]+"/deplacer", url.Values{"version": {seen(t, d.editor.Get(at))}, "sens": {"haut"}}).Want(303)
	require.Equal(t, []string{links[1], links[0]}, blockLinks(d.editor.Get(at))[:2])
	d.editor.Post(links[1]+"/supprimer", url.Values{"version": {seen(t, d.editor.Get(at))}}).Want(303)
	require.NotContains(t, blockLinks(d.editor.Get(at)), links[1])
	d.editor.Get(links[1]).Want(404)
}

func TestListsFilterAndFeedsFollow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.publish(t, d.write(t))
	for query, shown := range map[string]bool{
		"": true, "?theme=trees": true, "?theme=heat": false, "?ville=ales": true, "?ville=bayonne": false,
		"?q=PIECES": true, "?q=chaleur": false, "?theme=trees&ville=ales&q=ales": true,
	} {
		body := d.resident.Get("/cas-usages" + query).Want(200).Page().Find("#resultats").Text()
		require.Equal(t, shown, strings.Contains(body, "connaît ses arbres"), query)
	}
	d.resident.Get("/dossiers").Want(200).Has("Aucun dossier")
	feed := d.resident.Get("/cas-usages/flux.atom").Want(200)
	require.Contains(t, feed.Header.Get("Content-Type"), "atom")
	require.NoError(t, xml.Unmarshal([]byte(feed.Body), new(any)))
	feed.Has("http://acv.test" + public)
}

func TestAnArticleDescribesItselfToMachines(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.publish(t, d.write(t))
	text := d.resident.Get(public).Want(200).Page().Find(`script[type="application/ld+json"]`).Text()
	var doc struct {
		Type      string    `json:"@type"`
		Headline  string    `json:"headline"`
		Published time.Time `json:"datePublished"`
		Places    []struct {
			Name string `json:"name"`
		} `json:"spatialCoverage"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &doc))
	require.Equal(t, "Article", doc.Type)
	require.Equal(t, "Alès connaît ses arbres", doc.Headline)
	require.WithinDuration(t, time.Now(), doc.Published, time.Hour)
	require.Len(t, doc.Places, 1)
	pages, err := d.module.Pages(d.Context)
	require.NoError(t, err)
	require.Len(t, pages, 4, "three lists and one sheet")
}

func TestSeedSheetsAreDraftsAndComeOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, slug := range []string{"ales", "bayonne", "fecamp", "niort", "saint-omer", "vitre", "ailleurs"} {
		for range 2 {
			require.NoError(t, d.module.Seed(d.Context, &tenants.Tenant{Slug: slug}, rand.New(rand.NewPCG(1, 1))))
		}
	}
	all, err := d.module.Pieces(d.Context)
	require.NoError(t, err)
	require.Len(t, all, 6)
	for _, p := range all {
		require.Equal(t, "draft", string(p.State))
		require.False(t, p.Open())
		require.GreaterOrEqual(t, len(p.Content.Blocks), 5)
		for _, b := range p.Content.Blocks {
			if b.Figure != nil && !b.Figure.Bound() {
				require.NotEmpty(t, b.Figure.Source, "%s: %s", p.Slug, b.Title)
			}
		}
		d.resident.Get(p.Path()).Want(404)
	}
	d.resident.Get("/cas-usages").Want(200).Has("Aucune fiche")
}

func TestSupervisorsDoNotWrite(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	bdt := d.As(person("Camille", authz.Supervisor))
	bdt.Get("/redaction").Want(403)
	bdt.Get("/cas-usages").Want(200).HasNot("Rédaction")
	d.editor.Get("/cas-usages").Want(200).Has("Rédaction")
}
