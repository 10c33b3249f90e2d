package imports_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

func TestAFollowedFileIsLoadedWhenItChangesInTheSameShape(t *testing.T) {
	t.Parallel()
	f := follow(t, file(50))
	f.http.Get(f.page).Want(200).Has("Suivie", "Chaque jour à 6\u00a0h", "Premier passage prévu", "jeton=***", "Camille Essai").HasNot("S3CRET", "⟦")
	require.Equal(t, imports.CheckUnchanged, f.look().State, "its bytes are those that were loaded")
	require.Equal(t, imports.CheckUnchanged, f.look().State)
	asked, sent := f.site.counts()
	require.Equal(t, []int{3, 2}, []int{asked, sent}, "the second time the site says that nothing changed")
	require.EqualValues(t, 1, f.count(`SELECT count(*) FROM imports.import`), "what brings nothing leaves nothing")

	f.site.publishes(strings.Replace(file(52), "B-00003;bois", "B-00003;métal", 1))
	c := f.later(25 * time.Hour)
	require.Equal(t, imports.CheckLoaded, c.State, "%+v", c.Note)
	is(t, c.Loaded, 52, 2, 1, 49, 0)
	require.EqualValues(t, 52, f.benchesStored())
	require.Empty(t, f.mails(), "nobody is written to when all is well")
	require.Equal(t, imports.Watching, f.stands().State)
	require.True(t, f.stands().Next.After(time.Now()))
	f.http.Get(f.page).Want(200).Has("2 ajoutées, 1 mise à jour, 49 inchangées", "Passage prévu").HasNot("⟦", "S3CRET")
	f.http.Get("/ales/espace/imports/"+c.Import.String()).Want(200).Has("Ce fichier vient d’une adresse suivie", "jeton=***").HasNot("⟦", "S3CRET")

	// The same bytes under another tag, or without any, are the same bytes.
	f.site.publishes(f.site.content, func(g *gazette) { g.tagged = false })
	require.Equal(t, imports.CheckUnchanged, f.look().State)
	require.EqualValues(t, 2, f.count(`SELECT count(*) FROM imports.import`))

	// What it loaded is undone as anything else, and not loaded again.
	_, err := f.service.Undo(f.ctx(), f.caller(), c.Import)
	require.NoError(t, err)
	require.Equal(t, imports.Undone, f.wait(c.Import).State)
	require.EqualValues(t, 50, f.benchesStored())
	require.Equal(t, imports.CheckUnchanged, f.later(24*time.Hour).State)
	require.EqualValues(t, 1, f.count(`SELECT count(*) FROM audit.event WHERE action = 'imports.commit' AND details->>'updated' = '1'`))
}

func TestAFileOfAnotherShapeWaitsForAPerson(t *testing.T) {
	t.Parallel()
	rows := strings.Split(strings.TrimSpace(file(50)), "\n")
	each := func(change func(line int, cells []string) []string) string {
		var b strings.Builder
		for n, row := range rows {
			b.WriteString(strings.Join(change(n, strings.Split(row, ";")), ";") + "\n")
		}
		return b.String()
	}
	for name, test := range map[string]struct {
		content, says string
		state         imports.State
	}{
		"a column more":                          {each(func(n int, c []string) []string { return append(c, []string{"remarque", "x"}[min(n, 1)]) }), "Des colonnes sont nouvelles\u00a0: «\u00a0remarque\u00a0»", imports.Ready},
		"a column that nothing needs is gone":    {each(func(_ int, c []string) []string { return append(c[:5:5], c[6:]...) }), "Des colonnes ont disparu\u00a0: «\u00a0éclairé\u00a0»", imports.Ready},
		"a column that is indispensable is gone": {each(func(_ int, c []string) []string { return append(c[:1:1], c[2:]...) }), "Des colonnes ont disparu\u00a0: «\u00a0matériau\u00a0»", imports.Analysed},
		"columns in another order":               {each(func(_ int, c []string) []string { c[1], c[2] = c[2], c[1]; return c }), "plus dans le même ordre", imports.Ready},
		"words where dates were":                 {each(func(n int, c []string) []string { c[4] = []string{c[4], "inconnue"}[min(n, 1)]; return c }), "La colonne «\u00a0date de pose\u00a0»", imports.Ready},
		"more rejected rows than a few":          {each(func(n int, c []string) []string { c[3] = []string{c[3], "999"}[min(n/45, 1)]; return c }), "6 lignes sur 50 seraient refusées", imports.Ready},
		"less than half of the rows":             {file(20), "n’a que 20 lignes, contre 50", imports.Ready},
		"other identifiers":                      {strings.ReplaceAll(file(50), "\nB-", "\nC-"), "Lignes reconnues\u00a0: 0 sur 50", imports.Ready},
		"a JSON list instead of a table":         {`[{"identifiant":"B-00001","matériau":"bois","longitude":4.08,"latitude":44.12}]`, "Des colonnes ont disparu", imports.Ready},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := follow(t, file(50))
			f.site.publishes(test.content)
			c := f.later(25 * time.Hour)
			require.Equal(t, imports.CheckWaiting, c.State, "%+v", c.Note)
			require.Equal(t, test.state, f.wait(c.Import).State)
			require.EqualValues(t, 50, f.benchesStored(), "nothing is loaded without a person")
			require.Equal(t, imports.WatchAttention, f.stands().State)
			page := f.http.Get("/ales/espace/imports/" + c.Import.String()).Want(200)
			page.Has("attend votre accord").HasNot("⟦", "S3CRET")
			require.Contains(t, page.Page().Find("main").Text(), strings.TrimSpace(test.says))
			f.http.Get(f.page).Want(200).Has("À regarder", c.Import.String()).HasNot("⟦", "S3CRET")
			f.http.Get("/ales/espace/imports/suivis").Want(200).Has("À regarder").HasNot("⟦", "S3CRET")

			mails := f.mails()
			require.Len(t, mails, 1)
			require.Equal(t, f.agent.Email, mails[0].To)
			require.Contains(t, mails[0].Text, apptest.BaseURL+"/ales/espace/imports/"+c.Import.String())
			require.Contains(t, mails[0].Text, strings.TrimSpace(test.says))
			require.NotContains(t, mails[0].Text+mails[0].Subject, "S3CRET")
			require.NotContains(t, mails[0].Text+mails[0].Subject, "⟦")

			asked, _ := f.site.counts()
			f.later(48 * time.Hour)
			again, _ := f.site.counts()
			require.Equal(t, asked, again, "the address rests until a person looked")
			require.Len(t, f.mails(), 1, "once, not each time")
		})
	}
}

func TestAPersonWhoLoadsWhatWaitsHasItFollowedAnew(t *testing.T) {
	t.Parallel()
	f := follow(t, file(50))
	wider := func(n int) string { return strings.ReplaceAll(file(n), "\n", ";remarque\n") }
	f.site.publishes(wider(50))
	c := f.later(25 * time.Hour)
	require.Equal(t, imports.CheckWaiting, c.State)
	// A newer file that waits too takes its place.
	f.site.publishes(wider(51))
	second := f.look()
	require.Equal(t, imports.CheckWaiting, second.State, "%+v", second.Note)
	require.Equal(t, imports.Cancelled, f.wait(c.Import).State)
	require.Len(t, f.mails(), 1)

	_, err := f.service.Commit(f.ctx(), f.caller(), second.Import, false)
	require.NoError(t, err)
	require.Equal(t, imports.Committed, f.wait(second.Import).State)
	require.Equal(t, imports.Watching, f.stands().State)
	require.Equal(t, imports.CheckLoaded, f.last().State)
	f.site.publishes(wider(52))
	third := f.later(25 * time.Hour)
	require.Equal(t, imports.CheckLoaded, third.State, "the new shape is the known one: %+v", third.Note)
	is(t, third.Loaded, 52, 1, 0, 51, 0)
}

func TestAFileOfNewRowsEachTimeIsAskedAboutOnce(t *testing.T) {
	t.Parallel()
	f := follow(t, file(50))
	day := func(letter string) string { return strings.ReplaceAll(file(50), "\nB-", "\n"+letter+"-") }
	f.site.publishes(day("C"))
	c := f.later(25 * time.Hour)
	require.Equal(t, imports.CheckWaiting, c.State)
	_, err := f.service.Commit(f.ctx(), f.caller(), c.Import, false)
	require.NoError(t, err)
	f.wait(c.Import)
	f.site.publishes(day("D"))
	require.Equal(t, imports.CheckLoaded, f.later(25*time.Hour).State)
	require.EqualValues(t, 150, f.benchesStored())
	f.http.Get(f.page).Want(200).Has("Un fichier de lignes nouvelles à chaque fois")
}

func TestAFewRejectedRowsAreLeftOut(t *testing.T) {
	t.Parallel()
	f := follow(t, file(200))
	f.site.publishes(file(200) + "B-90001;bois;1;999;01/03/2019;oui;4,08;44,12\nB-90002;bois;1;45;01/03/2019;oui;4,08;44,12\n")
	c := f.later(25 * time.Hour)
	require.Equal(t, imports.CheckLoaded, c.State, "%+v", c.Note)
	is(t, c.Loaded, 202, 1, 0, 200, 1)
}

func TestAnAddressThatFailsIsTriedLaterThenLeftToAPerson(t *testing.T) {
	t.Parallel()
	f := follow(t, file(10))
	f.site.publishes(file(11), func(g *gazette) { g.status = http.StatusServiceUnavailable })
	c := f.later(25 * time.Hour)
	require.Equal(t, imports.CheckFailed, c.State)
	require.Equal(t, "fetch.fault.broken", c.Note.Key)
	wait := time.Until(f.stands().Next)
	require.InDelta(t, 15, wait.Minutes(), 1)
	for range imports.WatchFailures - 2 {
		require.Empty(t, f.mails())
		next := f.stands().Next
		require.Greater(t, time.Until(next), wait-time.Minute, "later each time")
		wait = time.Until(next)
		require.Equal(t, imports.CheckFailed, f.later(time.Until(next)+time.Second).State)
	}
	f.later(time.Until(f.stands().Next) + time.Second)
	require.Equal(t, imports.WatchAttention, f.stands().State)
	mails := f.mails()
	require.Len(t, mails, 1)
	require.Contains(t, mails[0].Text, apptest.BaseURL+f.page)
	require.Contains(t, mails[0].Text, "503")
	require.NotContains(t, mails[0].Text, "S3CRET")
	f.http.Get(f.page).Want(200).Has("n’a pas pu être lue 5 fois de suite", "503").HasNot("⟦", "S3CRET")
	f.later(100 * time.Hour)
	require.Len(t, f.mails(), 1)

	f.site.publishes(file(11), func(g *gazette) { g.status = http.StatusOK })
	require.Equal(t, imports.CheckLoaded, f.look().State)
	require.Equal(t, imports.Watching, f.stands().State)
	require.EqualValues(t, 11, f.benchesStored())
	require.EqualValues(t, imports.WatchFailures+1, f.count(`SELECT count(*) FROM imports.watch_check`))
}

func TestWhatCannotBeReadIsAFailure(t *testing.T) {
	t.Parallel()
	f := follow(t, file(10))
	imported := f.count(`SELECT count(*) FROM imports.import`)
	for content, key := range map[string]string{
		"<!doctype html><html><title>Connexion</title></html>\n": "imports.fault.page",
		"\x00\x01\x02\x03 binaire \x00\x00\x00\n":                "",
	} {
		f.site.publishes(content)
		c := f.look()
		require.Equal(t, imports.CheckFailed, c.State, "%+v", c)
		if key != "" {
			require.Equal(t, key, c.Note.Key)
		}
		f.http.Get(f.page).Want(200).HasNot("⟦")
	}
	require.Equal(t, imported, f.count(`SELECT count(*) FROM imports.import`))
	require.EqualValues(t, 10, f.benchesStored())
}

func TestNothingIsLoadedForSomebodyWhoHasLeft(t *testing.T) {
	t.Parallel()
	f := follow(t, file(10))
	admin := apptest.Member(f.town, authz.Admin)
	admin.Name, admin.Email = "Dominique Chef", "chef@essai.test"
	f.enroll(admin)
	importtest.Admin(t, f.AdminDB, `DELETE FROM platform.membership WHERE account_id = '`+f.agent.AccountID.String()+`'`)
	f.site.publishes(file(12))
	c := f.later(25 * time.Hour)
	require.Equal(t, imports.CheckFailed, c.State)
	require.EqualValues(t, 10, f.benchesStored())
	require.Equal(t, imports.WatchAttention, f.stands().State)
	require.Len(t, f.mails(), 1)
	require.Equal(t, admin.Email, f.mails()[0].To)
	asked, _ := f.site.counts()
	require.Equal(t, 1, asked, "the address is not even asked")

	f.As(admin).Post(f.page+"/reprendre", nil).Want(http.StatusSeeOther)
	require.Equal(t, admin.Name, f.stands().Owner.Name, "whoever takes it up loads in their own name")
	require.Equal(t, imports.CheckLoaded, f.later(25*time.Hour).State)
	require.EqualValues(t, 12, f.benchesStored())
}

func TestAReadingWaitsForAnotherImportOfTheSameData(t *testing.T) {
	t.Parallel()
	f := follow(t, file(10))
	reached, goOn := f.halts()
	busy, err := f.submit("autre.csv", strings.ReplaceAll(file(3), "\nB-", "\nZ-"), andCommit)
	require.NoError(t, err)
	<-reached
	f.site.publishes(file(11))
	f.http.Post(f.page+"/verifier", nil).Want(http.StatusSeeOther)
	f.until("the check of the file", func() bool {
		w := f.stands()
		return w.Last != nil && w.Last.Stands == imports.Ready
	})
	require.Equal(t, imports.CheckRunning, f.stands().Last.State)
	close(goOn)
	require.Equal(t, imports.Committed, f.wait(busy.ID).State)
	require.NoError(t, f.service.Sweep(f.Context))
	require.Equal(t, imports.CheckLoaded, f.last().State)
	require.EqualValues(t, 14, f.benchesStored())
}

func TestAnAddressIsPausedRescheduledAndForgotten(t *testing.T) {
	t.Parallel()
	f := follow(t, file(10))
	again := f.http.Post("/ales/espace/imports/"+f.first.ID.String()+"/suivre", url.Values{"every": {"hour"}}).Want(http.StatusSeeOther)
	require.Equal(t, f.page, again.Header.Get("Location"), "pressed twice")
	f.http.Get("/ales/espace/imports/"+f.first.ID.String()).Want(200).Has("Voir le suivi").HasNot("/suivre\"", "S3CRET")
	f.http.Post(f.page+"/pause", nil).Want(http.StatusSeeOther)
	f.later(25 * time.Hour)
	asked, _ := f.site.counts()
	require.Equal(t, 1, asked)
	f.http.Get(f.page).Want(200).Has("En pause", "Reprendre le suivi", "Aucun prévu").HasNot("⟦")
	f.http.Post(f.page+"/reprendre", nil).Want(http.StatusSeeOther)
	require.Equal(t, imports.CheckUnchanged, f.later(25*time.Hour).State)

	f.http.Post(f.page, url.Values{"every": {"week"}, "hour": {"24"}, "weekday": {"9"}, "month_day": {"31"}}).Want(http.StatusUnprocessableEntity).
		Has("Choisissez une heure de la liste", "Choisissez un jour de la semaine", "du 1er au 28").HasNot("⟦")
	f.http.Post(f.page, url.Values{"every": {"week"}, "hour": {"22"}, "weekday": {"5"}}).Want(http.StatusSeeOther)
	f.http.Get(f.page).Want(200).Has("Chaque vendredi à 22\u00a0h")

	f.http.Post(f.page+"/arreter", nil).Want(http.StatusSeeOther)
	f.http.Get(f.page).Want(http.StatusNotFound)
	f.http.Get("/ales/espace/imports/suivis").Want(200).Has("Aucune adresse suivie")
	f.http.Get("/ales/espace/imports").Want(200).Has("Suivre cette adresse")
	require.EqualValues(t, 10, f.benchesStored())
}

func TestOnlyThoseWhoImportMayFollow(t *testing.T) {
	t.Parallel()
	f := follow(t, file(10))
	reader := f.As(apptest.Member(f.town, authz.Reader))
	reader.Get(f.page).Want(200).HasNot("Vérifier maintenant", "Ne plus suivre", "S3CRET")
	reader.Get("/ales/espace/imports/suivis").Want(200).Has("jeton=***")
	for _, path := range []string{"", "/verifier", "/pause", "/reprendre", "/arreter"} {
		reader.Post(f.page+path, nil).Want(http.StatusForbidden)
	}
	reader.Post("/ales/espace/imports/"+f.first.ID.String()+"/suivre", nil).Want(http.StatusForbidden)
	partner := f.As(apptest.Member(f.town, authz.Partner))
	partner.Get(f.page).Want(http.StatusNotFound)
	partner.Get("/ales/espace/imports/suivis").Want(200).Has("Aucune adresse suivie").HasNot("bancs.csv")
	other := f.Town("bayonne")
	f.As(apptest.Member(other, authz.Admin)).Get(strings.Replace(f.page, "/ales/", "/bayonne/", 1)).Want(http.StatusNotFound)
	_, err := f.service.Follow(f.ctx(), f.callerIn(other), f.first.ID, imports.Schedule{Every: imports.Hourly, Weekday: 1, MonthDay: 1})
	require.Error(t, err)

	var list struct {
		Watches []struct {
			ID             uuid.UUID
			Address, State string
			Checks         []struct{ State string }
		}
	}
	f.look()
	f.http.Get("/api/v1/ales/imports/watches").Want(200).HasNot("S3CRET").Decode(&list)
	require.Len(t, list.Watches, 1)
	require.Equal(t, "watching", list.Watches[0].State)
	one := "/api/v1/ales/imports/watches/" + list.Watches[0].ID.String()
	f.http.Get(one).Want(200).Has(`"unchanged"`, `"every":"day"`).HasNot("S3CRET")
	f.http.JSON("POST", one+"/check", nil).Want(http.StatusAccepted)
	f.last()
	f.http.JSON("POST", one+"/pause", nil).Want(200).Has(`"paused"`)
	f.http.JSON("POST", one+"/resume", nil).Want(200).Has(`"watching"`)
	f.http.Get("/api/v1/ales/imports/watches/" + uuid.NewString()).Want(http.StatusNotFound)
}

func TestFiftyReadingsAreKept(t *testing.T) {
	t.Parallel()
	f := follow(t, file(5))
	importtest.Admin(t, f.AdminDB, fmt.Sprintf(`
INSERT INTO imports.watch_check (tenant_id, id, watch_id, job_id, state, began_at, ended_at)
SELECT '%s', ('018f0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '%s', 0, 'unchanged', now(), now() FROM generate_series(1, 80) n`,
		f.town.ID, f.watch))
	f.look()
	require.EqualValues(t, imports.WatchChecks, f.count(`SELECT count(*) FROM imports.watch_check`))
}
