package atlas_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/modules/atlas"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/i18n"
)

func filled() url.Values {
	return url.Values{
		"taxon": {"Merle noir (Turdus merula)"}, "date": {"2026-03-10"}, "latitude": {"43,492"}, "longitude": {"-1,466"}, "presence": {"oui"},
		"validation": {"probable"}, "sensibilite": {"0"}, "observateur": {"Camille"}, "nombre": {"2"}, "envoi": {uuid.NewString()},
		"commentaire": {"<script>alert(1)</script>"},
	}
}

// TestStaffEntersCorrectsAndRemoves walks the form as an agent does.
func TestStaffEntersCorrectsAndRemoves(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	agent, resident := r.As(apptest.Member(town, authz.Agent)), r.As(authz.Actor{})
	agent.Get("/bayonne/espace/biodiversite").Want(http.StatusOK).Has("page blanche")
	agent.Get("/bayonne/espace/biodiversite/nouvelle").Want(http.StatusOK).Has("Saisir une observation", `name="envoi"`)
	form := filled()
	page := agent.Post("/bayonne/espace/biodiversite/nouvelle", form).Want(http.StatusSeeOther).Header.Get("Location")
	require.Equal(t, "/bayonne/espace/biodiversite/1", page)
	again := agent.Post("/bayonne/espace/biodiversite/nouvelle", form).Want(http.StatusSeeOther).Header.Get("Location")
	require.Equal(t, page, again, "the form sent twice makes one record")
	agent.Get(page).Want(http.StatusOK).Has("Merle noir", i18n.Date(time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)), "&lt;script&gt;").HasNot("<script>alert")
	resident.Get("/bayonne/biodiversite/especes/4117").Want(http.StatusOK).Has("Merle noir", "Observée une fois").HasNot("Camille", "alert(1)")

	form.Set("taxon", "Mésange bleue")
	form.Set("revision", "1")
	form.Set("date", "2026-03-11")
	agent.Post(page+"/modifier", form).Want(http.StatusSeeOther)
	agent.Get(page).Want(http.StatusOK).Has("Mésange bleue", i18n.Date(time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)))
	agent.Post(page+"/modifier", form).Want(http.StatusConflict).Has("Quelqu’un a changé")
	resident.Get("/bayonne/biodiversite/especes/4117").Want(http.StatusNotFound)
	agent.Post(page+"/supprimer", url.Values{"revision": {"1"}}).Want(http.StatusConflict)
	agent.Post(page+"/supprimer", url.Values{"revision": {"2"}}).Want(http.StatusSeeOther)
	agent.Get(page).Want(http.StatusNotFound)
	r.As(apptest.Member(town, authz.Moderator)).Post("/bayonne/espace/biodiversite/nouvelle", filled()).Want(http.StatusForbidden)
}

func TestFormSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	agent := r.As(apptest.Member(town, authz.Agent))
	cases := map[string]struct{ field, value, says string }{
		"a name nobody knows": {"taxon", "Dahu commun", "référentiel"},
		"no name":             {"taxon", "", "référentiel"},
		"a future day":        {"date", "2027-01-01", "avenir"},
		"no day":              {"date", "", "donnez une date"},
		"0,0":                 {"latitude", "0", "touchez la carte"},
		"a word":              {"longitude", "ouest", "donnez un nombre"},
		"an end before":       {"date_fin", "2026-03-01", "précède"},
		"a negative count":    {"nombre", "-3", "entier"},
		"another level":       {"sensibilite", "9", "choisissez"},
		"another validation":  {"validation", "vrai", "choisissez"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			form := filled()
			form.Set(c.field, c.value)
			agent.Post("/bayonne/espace/biodiversite/nouvelle", form).Want(http.StatusUnprocessableEntity).Has(c.says, `aria-invalid="true"`)
		})
	}
	require.Empty(t, r.rows(town.ID, `SELECT id::text FROM atlas.occurrence`))
}

func TestNamesAreProposedWithoutAccents(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	agent := r.As(apptest.Member(town, authz.Agent))
	for typed, want := range map[string]string{"herisson": "Hérisson d’Europe", "MESANGE CHARB": "Mésange charbonnière", "turdus m": "Merle noir (Turdus merula)", "parus caeruleus": "Cyanistes caeruleus"} {
		agent.Get("/bayonne/espace/biodiversite/taxons?q=" + url.QueryEscape(typed)).Want(http.StatusOK).Has(want)
	}
	agent.Get("/bayonne/espace/biodiversite/taxons?q=%25").Want(http.StatusOK).Has("[]")
	agent.Get("/bayonne/espace/biodiversite/taxons?q=a").Want(http.StatusOK).Has("[]")
}

func TestFilesOfAllKindsAreJudgedRowByRow(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	head := "nom_cite,date_min,longitude,latitude,unique_id_sinp,sensibilite\n"
	row := func(name, day, lon, lat, id, level string) string {
		return strings.Join([]string{name, day, lon, lat, id, level}, ",") + "\n"
	}
	at := []string{"-1.4660001", "43.4920001"}
	twice := uuid.NewString()
	i := r.load(town, "melange.csv", head+
		row("Turdus merula", "2024-05-02", at[0], at[1], uuid.NewString(), "0")+
		row("Parus caeruleus", "2024-05-02", at[0], at[1], uuid.NewString(), "")+
		row("Pie bavarde", "2024-05-03", at[0], at[1], uuid.NewString(), "2 - Maille")+
		row("Turdus merula", "2031-05-02", at[0], at[1], uuid.NewString(), "")+
		row("Turdus merula", "1492-05-02", at[0], at[1], uuid.NewString(), "")+
		row("Turdus merula", "2024-05-02", "0", "0", uuid.NewString(), "")+
		row("Turdus merula", "2024-05-02", "-3.70", "40.42", uuid.NewString(), "")+
		row("Turdus merula", "2024-05-02", at[0], at[1], twice, "")+
		row("Turdus merula", "2024-05-02", at[0], at[1], twice, "")+
		row("Carex sp.", "2024-05-02", at[0], at[1], uuid.NewString(), "")+
		row("<script>alert(1)</script>", "2024-05-02", at[0], at[1], uuid.NewString(), "7")+
		row("MÃ©sange bleue", "2024-05-02", at[0], at[1], uuid.NewString(), "")+
		row("Oenothera", "2024-05-02", "-1.466", "43.492", uuid.NewString(), ""))
	require.EqualValues(t, 7, i.Counts.Created, "%+v %v", i.Counts, r.problems(town, i.ID))
	found := r.problems(town, i.ID)
	for key, n := range map[string]int{
		"future": 1, "too_old": 1, "imports.problem.position_missing": 1, "outside_france": 1, "twice": 2, "informal_name": 2, "one_word": 1,
		"encoded_twice": 1, "rounded": 1, "sensitivity": 1,
	} {
		require.Equal(t, n, found[key], "%s in %v", key, found)
	}
	require.Equal(t, []string{"3760 Mésange bleue", "3760 Parus caeruleus"}, r.rows(town.ID, `SELECT taxon || ' ' || cited FROM atlas.occurrence WHERE taxon = 3760 ORDER BY 1`))
	require.Equal(t, []string{"3"}, r.rows(town.ID, `SELECT level::text FROM atlas.occurrence WHERE cited LIKE '<script%'`), "an unknown sensitivity hides the place")
	r.As(authz.Actor{}).Get("/bayonne/biodiversite/especes").Want(http.StatusOK).HasNot("<script>alert")

	survey, err := r.service.Survey(r.Context, town.ID)
	require.NoError(t, err)
	require.Equal(t, 4, survey.Counts("").Seen(), "blackbird, blue tit, and two genera that stand for a species; the magpie is only in a cell of 10 km")
	require.EqualValues(t, 2, survey.Around())
	require.Equal(t, atlas.Birds, survey.Groups[0].Group)
}

// jpegOf makes a picture.
func jpegOf(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 31)
	}
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, img, nil))
	return out.Bytes()
}

// photoForm is a form whose picture comes last, as browsers send it.
func photoForm(t *testing.T, picture []byte, fields map[string]string) (body *bytes.Buffer, kind string) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for name, value := range fields {
		require.NoError(t, w.WriteField(name, value))
	}
	part, err := w.CreateFormFile("photo", "IMG_1.jpg")
	require.NoError(t, err)
	_, err = part.Write(picture)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return body, w.FormDataContentType()
}

// TestPhotosFollowTheirRecordsSensitivity: seen by everybody with the author's
// word, and by staff alone once the species is sensitive.
func TestPhotosFollowTheirRecordsSensitivity(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	agent, resident := r.As(apptest.Member(town, authz.Agent)), r.As(authz.Actor{})
	agent.Post("/bayonne/espace/biodiversite/nouvelle", filled()).Want(http.StatusSeeOther)
	send := func(picture []byte, fields map[string]string) *apptest.Response {
		body, kind := photoForm(t, picture, fields)
		return agent.Do(agent.Request(http.MethodPost, "/bayonne/espace/biodiversite/1/photo", body, "Content-Type", kind))
	}
	said := map[string]string{"description": "Un merle sur une branche", "auteur": "Camille", "diffusion": "oui"}
	send([]byte("<svg onload=alert(1)>"), said).Want(http.StatusUnprocessableEntity).HasNot("<svg onload")
	send(jpegOf(t), map[string]string{"auteur": "Camille"}).Want(http.StatusUnprocessableEntity).Has("Écrivez quelques mots")
	send(jpegOf(t), said).Want(http.StatusSeeOther)
	id := r.rows(town.ID, `SELECT id::text FROM atlas.photo`)
	require.Len(t, id, 1)
	file := "/biodiversite/photos/" + id[0]
	resident.Get("/bayonne/biodiversite/especes/4117").Want(http.StatusOK).Has(file, "Un merle sur une branche", "Camille")
	answer := resident.Get("/bayonne" + file + "?petite=1").Want(http.StatusOK)
	require.Equal(t, "image/jpeg", answer.Header.Get("Content-Type"))
	r.exec(town.ID, `UPDATE atlas.occurrence SET sensitivity = 1 WHERE tenant_id = $1`)
	resident.Get("/bayonne" + file).Want(http.StatusNotFound)
	resident.Get("/bayonne/biodiversite/especes/4117").Want(http.StatusOK).HasNot(file)
	agent.Get("/bayonne/espace" + file).Want(http.StatusOK)
	agent.Post("/bayonne/espace/biodiversite/1/photo/"+id[0]+"/supprimer", nil).Want(http.StatusSeeOther)
	agent.Get("/bayonne/espace" + file).Want(http.StatusNotFound)
}
