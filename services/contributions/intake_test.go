package contributions_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"maps"
	"strings"
	"testing"
	"time"
)

func picture(t *testing.T, side int) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, side, side))))
	return out.Bytes()
}

// bomb says in its header that it is larger than any memory.
func bomb(t *testing.T) []byte {
	t.Helper()
	raw := picture(t, 20)
	binary.BigEndian.PutUint32(raw[16:], 60_000)
	binary.BigEndian.PutUint32(raw[20:], 60_000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

func TestAReportArrivesAndItsAuthorKeepsALink(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	fields := r.form(report+about, "name", `Ana <script>alert(1)</script>`, "body", "<img src=x onerror=alert(1)> cassé\u202e", "email", "ana@essai.test")
	r.pass(20 * time.Second)
	own := r.resident.Upload(report, "IMG.png", picture(t, 2000), fields).Want(303).Header.Get("Location")
	page := r.resident.Get(own).Want(200).Has("Merci, c’est envoyé", "À lire", "cassé").HasNot("<script>alert", "<img src=x", "\u202e", "⟦")
	if page.Header.Get("Cache-Control") != "private, no-store" || !strings.Contains(page.Body, "noindex") {
		t.Error("a private page may be kept or found")
	}
	r.resident.Get(strings.TrimSuffix(own, "?envoi=recu") + "/photo?petite=1").Want(200)
	messages := r.Mails()
	if len(messages) != 1 || messages[0].To != "ana@essai.test" || !strings.Contains(messages[0].Text, "http://acv.test"+strings.TrimSuffix(own, "?envoi=recu")) {
		t.Fatalf("%+v", messages)
	}
	if strings.Contains(messages[0].Text, "cassé") || strings.Contains(messages[0].Text, "Ana") {
		t.Error("the message repeats what a stranger wrote")
	}
	id := r.waiting()[0]
	r.moderator.Get("/ales/espace/contributions/"+id).Want(200).Has("ana@essai.test", "Rien n’a changé", "non publié").HasNot("<script>alert", "⟦")
	r.moderator.Get("/ales/espace/contributions/" + id + "/photo").Want(200)
	r.resident.Get("/ales/contributions/" + id + "/photo").Want(404)
	r.garden.size = "1 m"
	r.moderator.Get("/ales/espace/contributions/"+id).Want(200).Has("1 m", "2 m", "a changé", "1 valeur a changé")
	r.garden.size = ""
	r.moderator.Get("/ales/espace/contributions/" + id).Want(200).Has("n’existe plus")
}

func TestAFormThatIsNoPersonsMakesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	good := r.form(report + about)
	elsewhere := r.form(report + "?sur=banc")
	r.pass(20 * time.Second)
	theirs := r.resident.Get("/bayonne/contribuer/banc-casse" + about).Want(200).Page().Find(`input[name="billet"]`)
	foreign, _ := theirs.Attr("value")
	with := func(changes ...string) map[string][]string {
		fields := map[string][]string{}
		maps.Copy(fields, good)
		for i := 0; i+1 < len(changes); i += 2 {
			fields[changes[i]] = []string{changes[i+1]}
		}
		return fields
	}
	for name, c := range map[string]struct {
		fields map[string][]string
		says   string
	}{
		"a trap filled in":          {with("site_web", "https://spam.example"), "doit rester vide"},
		"no ticket":                 {with("billet", ""), "ne peut plus être vérifié"},
		"a forged ticket":           {with("billet", "A"+good["billet"][0][1:]), "ne peut plus être vérifié"},
		"a ticket of another place": {with("billet", elsewhere["billet"][0]), "ne peut plus être vérifié"},
		"a ticket of another town":  {with("billet", foreign, "preuve", prove(foreign, 15)), "ne peut plus être vérifié"},
		"a wrong proof":             {with("preuve", "1"), "n’a pas abouti"},
		"a long proof":              {with("preuve", strings.Repeat("9", 4000)), "n’a pas abouti"},
		"nothing written":           {with("body", " \u202e "), "Écrivez de 1 à"},
		"too much written":          {with("body", strings.Repeat("é", 3001)), "Écrivez de 1 à"},
		"an unknown answer":         {with("choice", "other"), "Choisissez une réponse"},
		"no address":                {with("email", "ana"), "n’est pas complète"},
		"two addresses":             {with("email", "a@b.fr, c@d.fr"), "n’est pas complète"},
		"a header in an address":    {with("email", "a@b.fr\r\nBcc: c@d.fr"), "n’est pas complète"},
		"a long name":               {with("name", strings.Repeat("a", 81)), "80 caractères"},
	} {
		t.Run(name, func(t *testing.T) {
			r.post(report, c.fields).Want(422).Has(c.says, `name="billet"`).HasNot("⟦")
		})
	}
	r.resident.Upload(report, "a.png", bomb(t), good).Want(413).Has("millions de pixels")
	r.resident.Upload(report, "a.svg", []byte("<svg onload=alert(1)>"), good).Want(422).Has("PNG")
	r.resident.Upload(report, "a.png", bytes.Repeat([]byte("a"), 27<<20), good).Want(413).Has("26")
	r.resident.Get(report + "?sur=banc&ligne=99").Want(404)
	r.resident.Get("/ales/contribuer/rien" + about).Want(404)
	if n := r.count(r.town); n != 0 {
		t.Errorf("%d contributions", n)
	}
	r.post(report, good).Want(303)
	if n := r.count(r.town); n != 1 {
		t.Errorf("%d contributions once the form was a person's", n)
	}
}

func TestAFormIsNeitherTooFastNorTooOld(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	fields := r.form(report + about)
	r.pass(time.Second)
	again := r.post(report, fields).Want(422).Has("très rapide")
	if kept, _ := again.Page().Find(`input[name="billet"]`).Attr("value"); kept != fields["billet"][0] {
		t.Error("the form of somebody who was too fast starts anew")
	}
	r.pass(5 * time.Second)
	r.post(report, fields).Want(303)
	old := r.form(report + about)
	r.pass(5 * time.Hour)
	r.post(report, old).Want(422).Has("plus de quatre heures", "Une planche manque")
}

func TestAFormSentTwiceIsOneContribution(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	fields := r.form(report + about)
	r.pass(time.Minute)
	first := r.post(report, fields).Want(303).Header.Get("Location")
	fields["body"] = []string{"Autre chose, avec la même preuve"}
	second := r.post(report, fields).Want(303).Header.Get("Location")
	if first != second || r.count(r.town) != 1 {
		t.Errorf("%s and %s, %d contributions", first, second, r.count(r.town))
	}
	r.resident.Get(second).Want(200).HasNot("Autre chose")
}

func TestWithoutAScriptItIsSlowerAndAlwaysRead(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.moderator.Post("/ales/espace/contributions/reglages/j-aime", map[string][]string{"mode": {"after"}}).Want(303)
	fields := r.form(praise+about, "preuve", "")
	r.pass(5 * time.Second)
	r.post(praise, fields).Want(422).Has("15 secondes")
	r.pass(15 * time.Second)
	own := r.post(praise, fields).Want(303).Header.Get("Location")
	r.resident.Get(own).Want(200).Has("À lire")
	if r.garden.accepted["Une planche manque."] != 0 {
		t.Error("accepted without having been read")
	}
	r.moderator.Get("/ales/espace/contributions").Want(200).Has("Sans preuve de travail")
	for n := 1; ; n++ {
		fields := r.form(praise+about, "preuve", "")
		r.pass(20 * time.Second)
		if answer := r.post(praise, fields); answer.Status == 429 {
			answer.Has("renvoyez dans une heure", "Une planche manque")
			if n != 6 {
				t.Errorf("stopped after %d", n)
			}
			break
		}
	}
	r.send(praise) // with a proof the way stays open
}

func TestAFloodCostsMoreAndMore(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	cost := func() string {
		bits, _ := r.resident.Get(report + about).Page().Find("form.form").Attr("data-bits")
		return bits
	}
	cheap := r.form(report + about)
	before := cost()
	for range 24 {
		r.send(report)
	}
	if after := cost(); after <= before {
		t.Errorf("%s bits, then %s", before, after)
	}
	r.post(report, cheap).Want(422).Has("n’a pas abouti") // kept from before it became dear
	r.pass(3 * time.Hour)
	if after := cost(); after != before {
		t.Errorf("%s bits once calm is back", after)
	}
}

func TestAClosedKindTakesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	fields := r.form(report + about)
	r.pass(time.Minute)
	r.moderator.Post("/ales/espace/contributions/reglages/banc-casse", map[string][]string{"mode": {"closed"}}).Want(303)
	r.post(report, fields).Want(404).Has("ne reçoit plus")
	r.resident.Get(report + about).Want(404)
	r.resident.Get("/bayonne/contribuer/banc-casse" + about).Want(200)
}
