package opendata_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/authz"
)

// riverside is a picture of that size.
func riverside(t *testing.T, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, w, h))))
	return out.Bytes()
}

// hugePNG says in its header that it is larger than any memory.
func hugePNG(t *testing.T) []byte {
	t.Helper()
	raw := riverside(t, 20, 20)
	binary.BigEndian.PutUint32(raw[16:], 60_000)
	binary.BigEndian.PutUint32(raw[20:], 60_000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

// album starts a story with a text and an empty photograph, and gives its
// workspace address.
func (r *shelf) album(title string) string {
	r.t.Helper()
	at := r.form("/niort/espace/donnees/recits/nouveau", "title", title, "revision", "0",
		"b0.type", "text", "b0.text", "La Sèvre au matin.", "b1.type", "photo", "do", "photo:1")
	page, query, _ := strings.Cut(at, "?")
	if query != "bloc=1" || !strings.HasSuffix(page, "/photo") {
		r.t.Fatalf("the button of a photograph leads to %s", at)
	}
	r.agent.Get(at).Want(200).Has("Description de l’image", `name="file"`).HasNot("⟦")
	return strings.TrimSuffix(page, "/photo")
}

func photoWords(revision string, more ...string) url.Values {
	v := url.Values{"revision": {revision}, "bloc": {"1"}, "alt": {"Une barque sur la Sèvre"}, "credit": {"Jeanne Martin"}, "caption": {"Au Port"}}
	for n := 0; n+1 < len(more); n += 2 {
		v.Set(more[n], more[n+1])
	}
	return v
}

func TestAPhotographGoesIntoAStoryAndAwayWithIt(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	at := r.album("Au fil de l’eau")
	r.agent.Post(at+"/publier", nil).Want(422).Has("Complétez d’abord chaque bloc")

	r.agent.Upload(at+"/photo", "IMG_1.png", riverside(t, 2000, 1000), photoWords("1", "alt", `Barque "><script>alert(1)</script>`)).Want(303)
	form := r.agent.Get(at).Want(200).Has("Remplacer la photographie", "Jeanne Martin").HasNot("<script>alert", "⟦")
	first, _ := form.Page().Find(`input[name="b1.ref"]`).Attr("value")
	file := "/donnees/recits/au-fil-de-l-eau/photos/" + first
	r.agent.Get(at+"/apercu").Want(200).Has("/niort/espace"+file, "Photographie\u00a0: Jeanne Martin", "Au Port")
	r.agent.Get("/niort/espace" + file).Want(200)
	r.resident.Get("/niort" + file).Want(404)

	r.form(at + "/publier")
	page := r.resident.Get("/niort/donnees/recits/au-fil-de-l-eau").Want(200).Has(`width="1600"`, `height="800"`).HasNot("<script>alert")
	if alt, _ := page.Page().Find("figure img").Attr("alt"); alt != `Barque "><script>alert(1)</script>` {
		t.Errorf("described as %q", alt)
	}
	for path, side := range map[string]int{"/niort" + file: 1600, "/niort" + file + "?petite=1": 480} {
		got := r.resident.Get(path).Want(200)
		size, kind, err := image.DecodeConfig(strings.NewReader(got.Body))
		if err != nil || kind != "jpeg" || size.Width != side || got.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("%s: %s of %d pixels, %v", path, kind, size.Width, err)
		}
	}
	r.resident.Get("/bayonne" + file).Want(404)
	r.resident.Get("/niort/donnees/recits/au-fil-de-l-eau/photos/..%2f..%2fx").Want(404)

	r.agent.Upload(at+"/photo", "IMG_2.png", riverside(t, 640, 480), photoWords("2")).Want(303)
	r.resident.Get("/niort" + file).Want(404)
	if n := r.files.holding("opendata/stories"); n != 2 {
		t.Errorf("%d files for one photograph in two sizes", n)
	}
	r.form(at + "/supprimer")
	if n := r.files.holding("opendata/stories"); n != 0 {
		t.Errorf("%d files left after the story", n)
	}
}

func TestAPhotographThatCannotBeShownIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	at := r.album("Récit")
	good := riverside(t, 400, 300)
	for name, c := range map[string]struct {
		content []byte
		words   url.Values
		status  int
		says    string
	}{
		"no description":   {good, photoWords("1", "alt", "  "), 422, "Décrivez ce que montre la photographie"},
		"no author":        {good, photoWords("1", "credit", ""), 422, "Nommez l’auteur"},
		"a long author":    {good, photoWords("1", "credit", strings.Repeat("é", 161)), 422, "Nommez l’auteur"},
		"a table":          {[]byte(water), photoWords("1"), 422, "n’est pas une image"},
		"nothing":          {nil, photoWords("1"), 422, "image reçue est vide"},
		"a picture cut":    {good[:60], photoWords("1"), 422, "abîmée ou incomplète"},
		"a bomb":           {hugePNG(t), photoWords("1"), 413, "millions de pixels"},
		"100 MB":           {bytes.Repeat([]byte{0xff}, 100<<20), photoWords("1"), 413, "dépasse 25"},
		"an old page":      {good, photoWords("0"), 409, "modifié cette page"},
		"another block":    {good, photoWords("1", "bloc", "0"), 409, "modifié cette page"},
		"a block of words": {good, photoWords("1", "bloc", "x"), 409, "modifié cette page"},
	} {
		r.agent.Upload(at+"/photo", "IMG.png", c.content, c.words).Want(c.status).Has(c.says).HasNot("⟦")
		if n := r.files.holding("opendata/stories"); n != 0 {
			t.Errorf("%s: %d files kept", name, n)
		}
	}
	r.agent.Get(at).Want(200).Has("Choisir la photographie", `name="revision" value="1"`)
	r.agent.Post(at+"/photo", url.Values{"alt": {"a"}}).Want(422).Has("Choisissez une photographie")
	r.agent.Get(at + "/photo?bloc=0").Want(404)
	r.agent.Get(at + "/photo?bloc=99").Want(404)
}

func TestAStoryTakesNoPhotographOfAnother(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	theirs := r.As(apptest.Member(r.other, authz.Agent))
	theirs.Post("/bayonne/espace/donnees/recits/nouveau", url.Values{"title": {"Chez nous"}, "b0.type": {"text"}, "b0.text": {"a"}, "b1.type": {"photo"}}).Want(303)
	theirs.Upload("/bayonne/espace/donnees/recits/chez-nous/photo", "a.png", riverside(t, 100, 100), photoWords("1")).Want(303)
	id, _ := theirs.Get("/bayonne/espace/donnees/recits/chez-nous").Want(200).Page().Find(`input[name="b1.ref"]`).Attr("value")
	at := r.album("Emprunt")
	stolen := url.Values{
		"title": {"Emprunt"}, "revision": {"1"}, "b0.type": {"text"}, "b0.text": {"a"},
		"b1.type": {"photo"}, "b1.ref": {id}, "b1.alt": {"a"}, "b1.credit": {"b"},
	}
	r.agent.Post(at, stolen).Want(422)
	r.agent.Get("/niort/espace/donnees/recits/emprunt/photos/" + id).Want(404)
	theirs.Get("/bayonne/espace/donnees/recits/chez-nous/photos/" + id).Want(200)
	r.agent.Upload("/bayonne/espace/donnees/recits/chez-nous/photo", "a.png", riverside(t, 100, 100), photoWords("2")).Want(403)
}

// The address of the form for a new story is nobody's.
func TestAStoryCalledNouveauHasAnAddressOfItsOwn(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	if at := r.form("/niort/espace/donnees/recits/nouveau", "title", "Nouveau", "b0.type", "text", "b0.text", "a"); at != "/niort/espace/donnees/recits/nouveau-2" {
		t.Error(at)
	}
	if at := r.form("/niort/espace/donnees/indicateurs/nouveau", "title", "Nouveau", "kind", "typed"); at != "/niort/espace/donnees/indicateurs/nouveau-2" {
		t.Error(at)
	}
}
