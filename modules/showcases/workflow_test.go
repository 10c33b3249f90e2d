package showcases_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/services/authz"
)

const public = "/cas-usages/ales-connait-ses-arbres"

func TestAPieceNeedsItsTownAndTwoPeople(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.resident.Get(public).Want(404)
	d.resident.Get("/cas-usages").Want(200).HasNot("connaît ses arbres")
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(409)

	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(409).Has("état de ce texte")
	page := d.town.Path("espace/cas-usages/" + id(at))
	d.admin.Get(page).Want(200).Has("Valider", "Décider sur pièces.")
	d.admin.Post(page+"/refuser", url.Values{}).Want(422)
	d.admin.Post(page+"/valider", d.read(t, at)).Want(303)
	d.resident.Get(public).Want(404)

	d.editor.Post(at+"/publier", d.read(t, at)).Want(403)
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(303)
	d.resident.Get(public).Want(200).Has("Décider sur pièces.", "<strong>texte</strong>").HasNot("<script>alert")
	d.resident.Get("/cas-usages").Want(200).Has("connaît ses arbres")
}

func TestNobodyPublishesWhatTheyWrote(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	both := person("Sofia", authz.Publisher)
	sofia := d.As(both)
	at := d.write(t)
	sofia.Post(at, url.Values{
		"version": {seen(t, sofia.Get(at))}, "title": {"Alès connaît ses arbres"}, "promise": {"Une virgule en plus,"}, "theme": {"trees"}, "towns": {"ales"},
	}).Want(303)
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.admin.Post(d.town.Path("espace/cas-usages/"+id(at)+"/valider"), d.read(t, at)).Want(303)
	sofia.Get(at).Want(200).Has("une autre personne doit la publier")
	sofia.Post(at+"/publier", d.read(t, at)).Want(409)
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(303)
}

func TestAnotherTownNeitherSeesNorValidates(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.stranger.Get(d.other.Path("espace/cas-usages")).Want(200).HasNot("connaît ses arbres")
	d.stranger.Get(d.other.Path("espace/cas-usages/" + id(at))).Want(404)
	d.stranger.Post(d.other.Path("espace/cas-usages/"+id(at)+"/valider"), d.read(t, at)).Want(404)
	d.stranger.Post(d.town.Path("espace/cas-usages/"+id(at)+"/valider"), d.read(t, at)).Want(403)
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(409)
}

func TestADraftIsNobodysButTheEditors(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.admin.Get(d.town.Path("espace/cas-usages")).Want(200).HasNot("connaît ses arbres")
	d.admin.Get(d.town.Path("espace/cas-usages/" + id(at))).Want(404)
	d.admin.Get(at).Want(403)
	d.resident.Get(at).Want(303)
}

func TestAChangeIsValidatedAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.admin.Post(d.town.Path("espace/cas-usages/"+id(at)+"/valider"), d.read(t, at)).Want(303)
	d.editor.Post(at+"/reprendre", nil).Want(303)
	d.add(t, at, "quote", url.Values{"text": {"Nous décidons mieux."}, "author": {"Claire"}})
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(409)
	d.admin.Get(d.town.Path("espace/cas-usages/"+id(at))).Want(200).Has("Nous décidons mieux.", "Valider")
}

// The page of an approval was opened, then the editors took the text back.
func TestNobodyApprovesWhatTheyDidNotRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	town := d.town.Path("espace/cas-usages/" + id(at))
	d.editor.Post(at+"/soumettre", nil).Want(409).Has("a changé depuis que vous l’avez lu")
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	opened := url.Values{"version": {seen(t, d.admin.Get(town))}}
	d.editor.Post(at+"/reprendre", nil).Want(303)
	d.add(t, at, "quote", url.Values{"text": {"Une phrase que la ville n’a pas lue."}, "author": {"Claire"}})
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.admin.Post(town+"/valider", opened).Want(409).Has("a changé depuis que vous l’avez lu")
	d.stranger.Post(d.other.Path("espace/cas-usages/"+id(at)+"/valider"), opened).Want(404)
	d.admin.Post(town+"/valider", url.Values{"version": {seen(t, d.admin.Get(town))}}).Want(303)
	d.publisher.Post(at+"/publier", opened).Want(409)
	d.publisher.Post(at+"/publier", url.Values{"version": {seen(t, d.publisher.Get(at))}}).Want(303)
}

// Figures of demonstration towns are marked on the pieces that show them.
func TestAPieceAboutADemonstrationTownSaysSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.publish(t, at)
	const mark = "Données d’illustration"
	d.resident.Get(public).Want(200).HasNot(mark)
	conn, err := pgx.Connect(t.Context(), d.AdminDB)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	_, err = conn.Exec(t.Context(), `UPDATE platform.tenant SET illustrative = true WHERE slug = 'ales'`)
	require.NoError(t, err)
	d.Towns.Forget()
	d.resident.Get(public).Want(200).Has(mark)
	d.editor.Get(at + "/apercu").Want(200).Has(mark)
	d.admin.Get(d.town.Path("espace/cas-usages")).Want(200)
}

// An archived text comes back through two people again, even unchanged.
func TestAnArchivedPieceNeedsTwoPeopleAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	author := d.As(person("Sofia", authz.Publisher))
	d.editor = author
	at := d.write(t)
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.admin.Post(d.town.Path("espace/cas-usages/"+id(at)+"/valider"), d.read(t, at)).Want(303)
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(303)
	d.publisher.Post(at+"/archiver", url.Values{"reason": {"Chiffres contestés par la ville"}}).Want(303)
	author.Post(at+"/reprendre", nil).Want(303)
	author.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.admin.Post(d.town.Path("espace/cas-usages/"+id(at)+"/valider"), d.read(t, at)).Want(303)
	author.Post(at+"/publier", d.read(t, at)).Want(409)
	d.resident.Get(public).Want(410)
	d.publisher.Post(at+"/publier", d.read(t, at)).Want(303)
	d.resident.Get(public).Want(200)
}

func TestWhatIsPublicStaysWhileItIsWrittenOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.publish(t, at)
	d.add(t, at, "quote", url.Values{"text": {"Encore à relire."}, "author": {"Claire"}})
	d.resident.Get(public).Want(200).HasNot("Encore à relire.")
	d.publish(t, at)
	d.resident.Get(public).Want(200).Has("Encore à relire.")
}

func TestAWithdrawnPieceSaysWhy(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.publish(t, at)
	d.publisher.Post(at+"/archiver", url.Values{"reason": {"Chiffres contestés par la ville"}}).Want(303)
	d.resident.Get(public).Want(410).Has("Chiffres contestés par la ville").HasNot("Décider sur pièces.")
	d.resident.Get("/cas-usages").HasNot("connaît ses arbres")
	d.editor.Post(at+"/reprendre", nil).Want(303)
	d.resident.Get(public).Want(410)
	d.publish(t, at)
	d.resident.Get(public).Want(200)
}

func TestAReasonComesBackToTheAuthor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(303)
	d.admin.Post(d.town.Path("espace/cas-usages/"+id(at)+"/refuser"), url.Values{"reason": {"Le budget est faux"}}).Want(303)
	d.editor.Get(at).Want(200).Has("Le budget est faux", "Brouillon")
}

func TestTwoEditorsDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	old := seen(t, d.editor.Get(at))
	head := url.Values{"version": {old}, "title": {"Premier"}, "towns": {"ales"}}
	d.publisher.Post(at, head).Want(303)
	head.Set("title", "Second")
	d.editor.Post(at, head).Want(409).Has("modifié ce texte")
	d.editor.Get(at).Has("Premier").HasNot("Second")
}

func TestAnIncompletePieceIsNotSubmitted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.editor.Post("/redaction", url.Values{"kind": {"interview"}, "title": {"Entretien"}}).Want(303).Header.Get("Location")
	d.editor.Get(at).Want(200).Has("la date de son accord", "du contenu", "la promesse")
	d.editor.Post(at+"/soumettre", d.read(t, at)).Want(409)
	d.editor.Post("/redaction", url.Values{"kind": {"poem"}, "title": {"Ode"}}).Want(422)
	d.editor.Post("/redaction", url.Values{"kind": {"sheet"}, "title": {strings.Repeat("é", 301)}}).Want(422).Has("Raccourcissez")
}

func TestVersionsShowWhatChangedWordByWord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at := d.write(t)
	block := d.add(t, at, "text", url.Values{"title": {"Résultats"}, "text": {"Trois arbres plantés place Henri."}})
	d.editor.Post(block, url.Values{"version": {seen(t, d.editor.Get(block))}, "title": {"Résultats"}, "text": {"Trente arbres plantés place Henri."}}).Want(303)
	head := seen(t, d.editor.Get(at))
	page := d.editor.Get(at + "/versions/" + head).Want(200).Page()
	require.Contains(t, page.Find("ins").Text(), "Trente")
	require.Contains(t, page.Find("del").Text(), "Trois")
	require.NotContains(t, page.Find("ins, del").Text(), "Henri")
	d.editor.Get(at + "/versions/999").Want(404)
}

// A dossier gathers pieces and may be about no town; an interview says who speaks,
// and when they agreed.
func TestADossierAndAnInterviewGoTheSameWay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.publish(t, d.write(t))
	dossier := d.begin(t, "dossier", url.Values{"title": {"L’arbre en ville"}, "promise": {"Ce que six villes en savent."}, "theme": {"trees"}})
	d.add(t, dossier, "piece", url.Values{"link": {"ales-connait-ses-arbres"}})
	d.editor.Post(dossier+"/soumettre", d.read(t, dossier)).Want(303)
	d.editor.Post(dossier+"/publier", d.read(t, dossier)).Want(403)
	d.publisher.Post(dossier+"/publier", d.read(t, dossier)).Want(303)
	d.resident.Get("/dossiers/l-arbre-en-ville").Want(200).Has("Ce que six villes en savent.", "Alès connaît ses arbres", public)

	interview := d.begin(t, "interview", url.Values{
		"title": {"Compter pour décider"}, "promise": {"Une directrice raconte."}, "theme": {"trees"}, "towns": {"ales"},
		"who_name": {"Claire Roux"}, "who_role": {"directrice des espaces verts"}, "who_body": {"Ville d’Alès"}, "who_consent": {"2026-11-03"},
	})
	d.add(t, interview, "question", url.Values{"title": {"Par où commencer ?"}, "text": {"Par le terrain."}})
	d.publish(t, interview)
	d.resident.Get("/entretiens/compter-pour-decider").Want(200).Has("Claire Roux, directrice des espaces verts, Ville d’Alès", "Par le terrain.")
	d.resident.Get("/entretiens").Want(200).Has("Compter pour décider")
	pages, err := d.module.Pages(d.Context)
	require.NoError(t, err)
	require.Len(t, pages, 6, "three lists and three pieces")
}

// begin starts a piece of a kind and writes its head.
func (d *desk) begin(t *testing.T, kind string, head url.Values) string {
	t.Helper()
	at := d.editor.Post("/redaction", url.Values{"kind": {kind}, "title": {head.Get("title")}}).Want(303).Header.Get("Location")
	head.Set("version", seen(t, d.editor.Get(at)))
	d.editor.Post(at, head).Want(303)
	return at
}
