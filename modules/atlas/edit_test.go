package atlas_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// answersOf is a form of a page as a browser sends it untouched.
func answersOf(page *goquery.Document, action string) url.Values {
	form := page.Find(`form[action="` + action + `"]`)
	v := url.Values{}
	form.Find("input[name], textarea[name]").Each(func(_ int, s *goquery.Selection) {
		name, _ := s.Attr("name")
		kind, _ := s.Attr("type")
		_, checked := s.Attr("checked")
		switch {
		case kind == "radio" || kind == "checkbox":
			if checked {
				v.Set(name, s.AttrOr("value", "on"))
			}
		case goquery.NodeName(s) == "textarea":
			v.Set(name, s.Text())
		default:
			v.Set(name, s.AttrOr("value", ""))
		}
	})
	form.Find("select[name]").Each(func(_ int, s *goquery.Selection) {
		v.Set(s.AttrOr("name", ""), s.Find("option[selected]").AttrOr("value", ""))
	})
	return v
}

// whole is a record but for what any edit changes.
const whole = `SELECT (to_jsonb(o) - '{revision,updated_at,comment}'::text[])::text FROM atlas.occurrence o`

// TestAnEditChangesWhatWasChanged: the form says less than a record of a file, and
// leaves the rest of it alone.
func TestAnEditChangesWhatWasChanged(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	r.load(town, "mesanges.csv", "nom_cite,cd_nom,date_debut,date_fin,longitude,latitude,precision,denombrementmin,denombrementmax,altitudemin,sexe\n"+
		"Parus caeruleus,534742,2025-05-02,2025-05-04,-1.466123456,43.492987654,12.3456789,2,5,14,Femelle\n"+
		"Parus major,,2025-05-02,,-1.466123456,43.492987654,,,7,,\n")
	agent := r.As(apptest.Member(town, authz.Agent))
	const page, edit = "/bayonne/espace/biodiversite/1", "/bayonne/espace/biodiversite/1/modifier"
	agent.Get(page).Want(http.StatusOK).Has("2 à 5")
	agent.Get("/bayonne/espace/biodiversite/2").Want(http.StatusOK).Has("7 au plus")
	before := r.rows(town.ID, whole+` ORDER BY number`)
	for _, path := range []string{edit, "/bayonne/espace/biodiversite/2/modifier"} {
		form := answersOf(agent.Get(path).Want(http.StatusOK).Page(), path)
		form.Set("commentaire", "Relu")
		agent.Post(path, form).Want(http.StatusSeeOther)
	}
	require.Equal(t, before, r.rows(town.ID, whole+` ORDER BY number`))
	require.Equal(t, []string{"Relu", "Relu"}, r.rows(town.ID, `SELECT comment FROM atlas.occurrence`))

	form := answersOf(agent.Get(edit).Page(), edit)
	form.Set("latitude", "43,4901")
	form.Set("nombre", "3")
	agent.Post(edit, form).Want(http.StatusSeeOther)
	require.Equal(t, []string{"-1.466123456 43.4901 3 5 534742"}, r.rows(town.ID, `SELECT concat_ws(' ', lon, lat, count_min, count_max, cd_nom) FROM atlas.occurrence WHERE number = 1`))

	form = answersOf(agent.Get(edit).Page(), edit)
	form.Set("taxon", "Merle noir (Turdus merula)")
	form.Set("nombre_max", "")
	agent.Post(edit, form).Want(http.StatusSeeOther)
	require.Equal(t, []string{"4117 4117 Merle noir 3 3"}, r.rows(town.ID, `SELECT concat_ws(' ', taxon, cd_nom, cited, count_min, count_max) FROM atlas.occurrence WHERE number = 1`))

	for field, value := range map[string]string{"nombre_max": "2", "nombre": "2,5"} {
		form = answersOf(agent.Get(edit).Page(), edit)
		form.Set(field, value)
		agent.Post(edit, form).Want(http.StatusUnprocessableEntity)
	}
}

// addPhoto gives a record a photograph and returns its identifier.
func (r *rig) addPhoto(agent *apptest.Client, town *tenants.Tenant, page string) string {
	r.t.Helper()
	t, ok := r.t.(*testing.T)
	require.True(r.t, ok)
	body, kind := photoForm(t, jpegOf(t), map[string]string{"description": "Un merle", "auteur": "Camille", "diffusion": "oui"})
	agent.Do(agent.Request(http.MethodPost, page+"/photo", body, "Content-Type", kind)).Want(http.StatusSeeOther)
	ids := r.rows(town.ID, `SELECT id::text FROM atlas.photo ORDER BY created_at DESC`)
	require.NotEmpty(r.t, ids)
	return ids[0]
}

// files counts the files of a photograph in the store.
func (r *rig) files(town *tenants.Tenant, photo string) (n int) {
	for _, size := range []string{"full.jpg", "small.jpg"} {
		file, err := blob.Town(r.Blobs, town.ID).Open(r.Context, blob.Key(town.ID, "atlas", "photos", photo, size))
		if err == nil {
			n++
			_ = file.Close()
		}
	}
	return n
}

// TestPhotosGoWithTheirRecord leaves no file of what was removed.
func TestPhotosGoWithTheirRecord(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	agent := r.As(apptest.Member(town, authz.Agent))
	const page = "/bayonne/espace/biodiversite/1"
	agent.Post("/bayonne/espace/biodiversite/nouvelle", filled()).Want(http.StatusSeeOther)
	photo := r.addPhoto(agent, town, page)
	require.Equal(t, 2, r.files(town, photo))
	agent.Post(page+"/supprimer", url.Values{"revision": {"9"}}).Want(http.StatusConflict)
	require.Equal(t, 2, r.files(town, photo), "a removal that was refused")
	agent.Post(page+"/supprimer", url.Values{"revision": {"1"}}).Want(http.StatusSeeOther)
	require.Zero(t, r.files(town, photo))
	require.Empty(t, r.rows(town.ID, `SELECT id::text FROM atlas.photo`))
}

// TestAnImportWithPhotosIsNotTakenBack: what staff added is not lost without a
// word.
func TestAnImportWithPhotosIsNotTakenBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	agent := r.As(apptest.Member(town, authz.Agent))
	i := r.load(town, "merles.csv", "nom_cite,date_debut,longitude,latitude\nTurdus merula,2025-05-02,-1.4660001,43.4920001\n")
	const page = "/bayonne/espace/biodiversite/1"
	photo := r.addPhoto(agent, town, page)
	refused := r.undo(town, i.ID)
	require.Equal(t, imports.Committed, refused.State)
	require.NotNil(t, refused.Fault)
	require.Equal(t, "atlas.fault.changed_since_import", refused.Fault.Key)
	require.Equal(t, 2, r.files(town, photo))
	agent.Post(page+"/photo/"+photo+"/supprimer", nil).Want(http.StatusSeeOther)
	require.Equal(t, imports.Undone, r.undo(town, i.ID).State)
}
