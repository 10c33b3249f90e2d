package contributions_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/contributions"
	"acvdata/services/db"
	"acvdata/services/fault"
)

const desk = "/ales/espace/contributions"

func (r *rig) sweep() {
	r.t.Helper()
	must(r.t, r.service.Tell(r.Context, r.town))
	must(r.t, r.service.Forget(r.Context, r.town))
}

// lot is the batch of what was just done.
func lot(a *apptest.Response) string {
	_, after, _ := strings.Cut(a.Header.Get("Location"), "lot=")
	batch, _, _ := strings.Cut(after, "&")
	return batch
}

func TestSeveralAreAcceptedAndUndoneTogether(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, body := range []string{"un", "deux", "trois"} {
		r.send(praise, "body", body)
	}
	ids := r.waiting()
	done := r.moderator.Post(desk, map[string][]string{"id": ids[:2], "do": {"accept"}}).Want(303)
	if got := r.waiting(); len(got) != 1 || got[0] != ids[2] {
		t.Fatalf("waiting: %v of %v", got, ids)
	}
	if r.garden.accepted["un"] != 1 || r.garden.accepted["deux"] != 1 {
		t.Errorf("what acceptance does: %v", r.garden.accepted)
	}
	r.moderator.Get(done.Header.Get("Location")).Want(200).Has("C’est fait pour 2 contributions", "Annuler")
	r.moderator.Post(desk+"/lots/"+lot(done)+"/annuler", nil).Want(303)
	if got := r.waiting(); len(got) != 3 || r.garden.accepted["un"] != 0 {
		t.Errorf("after undoing: %v, %v", got, r.garden.accepted)
	}
	r.moderator.Post(desk+"/lots/"+lot(done)+"/annuler", nil).Want(409).Has("a changé depuis")

	r.moderator.Post(desk, map[string][]string{"id": ids, "do": {"refuse"}}).Want(422)
	r.moderator.Post(desk, map[string][]string{"do": {"accept"}}).Want(422).Has("Cochez au moins une")
	r.moderator.Post(desk, map[string][]string{"id": ids, "do": {"delete"}}).Want(422)
	r.moderator.Post(desk, map[string][]string{"id": {uuid.NewString()}, "do": {"accept"}}).Want(404)
	r.moderator.Post(desk, map[string][]string{"id": ids, "do": {"refuse"}, "reason": {"abusive"}}).Want(303)
	r.moderator.Get(desk).Want(200).Has("Tout est traité")
	r.moderator.Get(desk + "?etat=refused").Want(200).Has("3 contributions")
	r.moderator.Get(desk + "?q=DEUX&etat=all").Want(200).Has("1 contribution<")
	r.moderator.Get(desk + "?q=absent").Want(200).Has("Aucune contribution ne correspond")
}

func TestWhatTheModuleCannotTakeIsNotAccepted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.send(praise, "body", "un")
	r.send(praise, "body", "deux")
	r.garden.broken = true
	r.moderator.Post(desk, map[string][]string{"id": r.waiting(), "do": {"accept"}}).Want(500)
	if got := r.waiting(); len(got) != 2 {
		t.Errorf("%d wait", len(got))
	}
}

func TestTheModeHoldsAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.moderator.Post(desk+"/reglages/j-aime", map[string][]string{"mode": {"after"}}).Want(303)
	r.moderator.Post(desk+"/reglages/j-aime", map[string][]string{"mode": {"whenever"}}).Want(422)
	r.send(praise, "body", "tout de suite")
	r.send(praise, "body", "https://a.fr https://b.fr https://c.fr")
	shown, err := r.service.Shown(r.Context, r.town, "garden.praise", "banc", 10)
	must(t, err)
	if len(shown) != 1 || shown[0].Body != "tout de suite" || r.garden.accepted["tout de suite"] != 1 {
		t.Errorf("shown: %+v", shown)
	}
	if got := r.waiting(); len(got) != 2 {
		t.Errorf("%d to read", len(got))
	}
	r.moderator.Post(desk+"/reglages/j-aime", map[string][]string{"mode": {"before"}}).Want(303)
	r.send(praise, "body", "ensuite")
	if shown, _ = r.service.Shown(r.Context, r.town, "garden.praise", "banc", 10); len(shown) != 1 {
		t.Errorf("%d shown", len(shown))
	}
}

func TestAnAnswerClosesAndItsAuthorIsToldLater(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	own := r.send(report, "email", "ana@essai.test")
	id := r.waiting()[0]
	r.moderator.Post(desk+"/"+id, map[string][]string{"do": {"answer"}, "answer": {"Réparé lundi"}}).Want(422).Has("Choisissez une conclusion", "Réparé lundi")
	r.moderator.Post(desk+"/"+id, map[string][]string{"do": {"refuse"}}).Want(422).Has("Choisissez un motif")
	answered := r.moderator.Post(desk+"/"+id, map[string][]string{"do": {"answer"}, "outcome": {"mended"}, "answer": {"Réparé lundi"}}).Want(303)
	r.resident.Get(own).Want(200).Has("Réparé lundi").HasNot("Camille Essai")
	r.sweep()
	if n := len(r.Mails()); n != 1 {
		t.Fatalf("%d messages at once", n)
	}
	r.moderator.Post(desk+"/lots/"+lot(answered)+"/annuler", nil).Want(303)
	r.pass(10 * time.Minute)
	r.sweep()
	if n := len(r.Mails()); n != 1 {
		t.Fatalf("%d messages although it was undone", n)
	}
	answered = r.moderator.Post(desk+"/"+id, map[string][]string{"do": {"answer"}, "outcome": {"mended"}, "answer": {"Réparé lundi"}}).Want(303)
	r.moderator.Post(desk+"/"+id, map[string][]string{"do": {"used"}, "used_in": {"Plan des bancs"}, "used_href": {"javascript:alert(1)"}}).Want(422)
	r.pass(10 * time.Minute)
	r.sweep()
	r.sweep()
	link, _, _ := strings.Cut(apptest.BaseURL+own, "?")
	if m := r.Mails(); len(m) != 2 || !strings.Contains(m[1].Text, "Réparé lundi") || !strings.Contains(m[1].Text, link) || strings.Contains(m[1].Text, "\n\n\n") {
		t.Fatalf("messages: %+v", m)
	}
	r.moderator.Post(desk+"/lots/"+lot(answered)+"/annuler", nil).Want(303)
	r.pass(10 * time.Minute)
	r.sweep()
	if m := r.Mails(); len(m) != 3 || !strings.Contains(m[2].Text, "revenue sur") {
		t.Fatalf("messages: %+v", m)
	}
	r.moderator.Post(desk+"/"+id, map[string][]string{"do": {"accept"}}).Want(303)
	r.moderator.Post(desk+"/"+id, map[string][]string{"do": {"used"}, "used_in": {"Plan des bancs"}}).Want(303)
	r.resident.Get(own).Want(200).Has("Plan des bancs")
}

func TestTheLinkIsKeptSealedAndAsLongAsTheAddress(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	own := r.send(report, "email", "ana@essai.test")
	token, _, _ := strings.Cut(strings.TrimPrefix(own, "/ales/contribution/"), "?")
	kept := func() (readable bool, size int) {
		must(t, r.DB.ReadTenant(t.Context(), r.town.ID, func(ctx context.Context, tx *db.Tx) error {
			const query = `SELECT c::text LIKE '%' || $2 || '%', coalesce(length(link), 0) FROM contributions.contribution c WHERE tenant_id = $1`
			return tx.QueryRow(ctx, query, tx.Tenant(), token).Scan(&readable, &size)
		}))
		return readable, size
	}
	if readable, size := kept(); readable || size == 0 {
		t.Errorf("readable %v, %d bytes", readable, size)
	}
	address, _, _ := strings.Cut(own, "?")
	r.resident.Post(address, map[string][]string{"choice": {"broken"}, "body": {"Sans adresse"}}).Want(303)
	if _, size := kept(); size != 0 {
		t.Error("kept for nobody to write to")
	}
	r.resident.Post(address, map[string][]string{"choice": {"broken"}, "body": {"Avec"}, "email": {"ana@essai.test"}}).Want(303)
	if _, size := kept(); size == 0 {
		t.Error("an address given later has no link")
	}
	r.pass(366 * 24 * time.Hour)
	r.sweep()
	if _, size := kept(); size != 0 {
		t.Error("kept longer than the address")
	}
}

func TestWhatAModeratorSendsIsShownAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	fields := r.form(praise + about)
	r.pass(time.Minute)
	r.moderator.Get(praise + about).Want(200).Has("publiée aussitôt")
	r.resident.Get(praise + about).Want(200).HasNot("publiée aussitôt")
	r.moderator.Upload(praise, "", nil, fields).Want(303)
	if got := r.waiting(); len(got) != 0 || r.garden.accepted["Une planche manque."] != 1 {
		t.Errorf("%v, %v", got, r.garden.accepted)
	}
	fields = r.form(report + about)
	r.pass(time.Minute)
	r.moderator.Upload(report, "", nil, fields).Want(303)
	if got := r.waiting(); len(got) != 1 {
		t.Errorf("what is not public is read all the same: %v", got)
	}
	fields = r.form(praise + about)
	r.pass(time.Minute)
	r.As(apptest.Member(r.town, authz.Agent)).Upload(praise, "", nil, fields).Want(303)
	if got := r.waiting(); len(got) != 2 {
		t.Errorf("only who moderates the kind is trusted: %v", got)
	}
}

func TestTheLinkCorrectsWithdrawsAndErases(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.moderator.Post(desk+"/reglages/j-aime", map[string][]string{"mode": {"after"}}).Want(303)
	fields := r.form(praise+about, "name", "Ana Martin", "email", "ana@essai.test", "name_public", "oui")
	r.pass(time.Minute)
	own, _, _ := strings.Cut(r.resident.Upload(praise, "IMG.png", picture(t, 300), fields).Want(303).Header.Get("Location"), "?")
	shown, err := r.service.Shown(r.Context, r.town, "garden.praise", "", 10)
	must(t, err)
	if len(shown) != 1 || shown[0].Signature() != "Ana Martin" {
		t.Fatalf("%+v", shown)
	}
	photo := "/ales/contributions/" + shown[0].ID.String() + "/photo"
	r.resident.Get(photo).Want(200)

	r.resident.Post(own, map[string][]string{"body": {""}}).Want(422).Has("Écrivez de 1 à")
	r.resident.Post(own, map[string][]string{"body": {"Mieux dit"}, "name": {"Ana Martin"}, "email": {"ana@essai.test"}}).Want(303)
	r.resident.Get(own).Want(200).Has("Mieux dit", "À lire")
	if r.garden.accepted["Mieux dit"]+r.garden.accepted["Une planche manque."] != 0 {
		t.Errorf("a correction is read again: %v", r.garden.accepted)
	}
	r.resident.Get(photo).Want(404)
	r.resident.Post(own+"/retirer", nil).Want(303)
	r.resident.Get(own).Want(200).Has("Vous avez retiré").HasNot("Corriger ma contribution")
	r.resident.Post(own, map[string][]string{"body": {"Encore"}}).Want(409)
	r.resident.Post(own+"/effacer", nil).Want(303)
	r.resident.Get(own).Want(200).Has("est effacée").HasNot("Mieux dit", "Ana", "ana@essai.test")
	r.resident.Get(own + "/photo").Want(404)
	r.resident.Post(own+"/effacer", nil).Want(409)
	var left int
	must(t, r.DB.ReadTenant(t.Context(), r.town.ID, func(ctx context.Context, tx *db.Tx) error {
		const query = `
SELECT (SELECT count(*) FROM contributions.contribution c WHERE tenant_id = $1 AND (c::text LIKE '%Ana%' OR c::text LIKE '%Mieux%'))
     + (SELECT count(*) FROM contributions.deed d WHERE tenant_id = $1 AND (d::text LIKE '%Ana%' OR d::text LIKE '%Mieux%'))`
		return tx.QueryRow(ctx, query, tx.Tenant()).Scan(&left)
	}))
	if left != 0 {
		t.Errorf("%d rows still name her", left)
	}
	r.resident.Get("/bayonne" + strings.TrimPrefix(own, "/ales")).Want(404)
	r.resident.Get("/ales/contribution/" + uuid.NewString()).Want(404)
}

func TestPersonalDataGoesAfterItsTime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	kept := r.send(report, "name", "Ana Martin", "email", "ana@essai.test")
	gone := r.send(report, "body", "de trop")
	r.resident.Post(strings.TrimSuffix(gone, "?envoi=recu")+"/retirer", nil).Want(303)
	r.pass(29 * 24 * time.Hour)
	r.sweep()
	r.resident.Get(gone).Want(200)
	r.pass(2 * 24 * time.Hour)
	r.sweep()
	r.resident.Get(gone).Want(404)
	r.resident.Get(kept).Want(200).Has("Ana Martin")
	r.pass(366 * 24 * time.Hour)
	r.sweep()
	r.resident.Get(kept).Want(200).Has("Une planche manque").HasNot("Ana Martin", "ana@essai.test")
}

func TestOnlyThoseWhoModerateAKindSeeIt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.send(report, "body", "MARQUE", "email", "ana@essai.test")
	id := r.waiting()[0]
	agent := r.As(apptest.Member(r.town, authz.Agent)) // moderates contributions, not the garden's
	agent.Get(desk).Want(200).HasNot("MARQUE")
	agent.Get(desk + "/" + id).Want(404)
	agent.Post(desk, map[string][]string{"id": {id}, "do": {"accept"}}).Want(404)
	agent.Get(desk + "/reglages").Want(403)
	elsewhere := apptest.Member(r.town, authz.Manager)
	m := elsewhere.Towns[r.town.ID]
	m.Modules = []string{"trees"}
	elsewhere.Towns[r.town.ID] = m
	manager := r.As(elsewhere)
	manager.Get(desk).Want(200).HasNot("MARQUE")
	manager.Post(desk+"/reglages/banc-casse", map[string][]string{"mode": {"closed"}}).Want(403)
	r.As(apptest.Member(r.town, authz.Reader)).Get(desk).Want(403)
	r.As(authz.Actor{AccountID: uuid.New(), Platform: []authz.Role{authz.Supervisor}}).Get(desk).Want(403)
	theirs := r.As(apptest.Member(r.other, authz.Admin))
	theirs.Get("/bayonne/espace/contributions/" + id).Want(404)
	theirs.Post("/bayonne/espace/contributions", map[string][]string{"id": {id}, "do": {"accept"}}).Want(404)
	ctx := authz.With(r.Context, apptest.Member(r.other, authz.Admin))
	_, _, err := r.service.Decide(ctx, r.other, []string{"garden.report"}, []uuid.UUID{uuid.MustParse(id)}, contributions.Decision{Do: contributions.Accept})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("a decision from another town: %v", err)
	}
	must(t, r.DB.ReadTenant(t.Context(), r.other.ID, func(ctx context.Context, tx *db.Tx) error {
		var n int
		err := tx.QueryRow(ctx, `SELECT count(*) FROM contributions.contribution`).Scan(&n) // no condition: the policy alone
		if n != 0 {
			t.Errorf("%d rows of another town", n)
		}
		return err
	}))
}

func TestTheHabitOfAnsweringIsObservedFromFiveAnswersOn(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for n := range 5 {
		if _, known, err := r.service.Pace(r.Context, r.town, "garden.report", "banc"); known || err != nil {
			t.Fatalf("known after %d answers, %v", n, err)
		}
		r.send(report)
		r.pass(time.Duration(n+1) * 24 * time.Hour)
		id := r.waiting()[0]
		r.moderator.Post(desk+"/"+id, map[string][]string{"do": {"answer"}, "outcome": {"mended"}}).Want(303)
	}
	pace, known, err := r.service.Pace(r.Context, r.town, "garden.report", "banc")
	must(t, err)
	if !known || pace < 3*24*time.Hour || pace > 3*24*time.Hour+time.Minute {
		t.Errorf("%s, %v", pace, known)
	}
}
