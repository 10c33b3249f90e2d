package atlas_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// Numbers of a register that is larger than the one shipped.
const (
	newEagle   = 900001
	otherEagle = 900002
)

// register writes a TAXREF file of birds: CD_NOM, CD_REF, CD_SUP, RANG, LB_NOM.
func register(rows ...string) string {
	text := "CD_NOM,CD_REF,CD_SUP,RANG,LB_NOM,GROUP2_INPN\n" + strings.Join(rows, ",Oiseaux\n") + ",Oiseaux\n"
	return strings.ReplaceAll(text, ",", "\t")
}

// grow loads a larger register, without telling the towns.
func (r *rig) grow(rows ...string) {
	r.t.Helper()
	_, err := r.service.LoadTaxref(r.Context, "TAXREF_test.txt", strings.NewReader(register(rows...)))
	require.NoError(r.t, err)
}

func (r *rig) resolve(town *tenants.Tenant) int64 {
	r.t.Helper()
	n, err := r.service.Resolve(r.Context, town.ID)
	require.NoError(r.t, err)
	return n
}

// own gives a town a name that the register does not have.
func (r *rig) own(town *tenants.Tenant, id int, name string) {
	r.t.Helper()
	r.exec(town.ID, `INSERT INTO atlas.local_taxon (tenant_id, id, name, fold, rank, grp) VALUES ($1, $2, $3::text, lower($3), 'ES', 'bird')`, id, name)
}

func (r *rig) rule(town *tenants.Tenant, taxon, level int) {
	r.t.Helper()
	r.exec(town.ID, `INSERT INTO atlas.sensitivity (tenant_id, taxon, level, reason) VALUES ($1, $2, $3, 'Aire ' || $2::integer)`, taxon, level)
}

// nest is a record whose exact place nobody may learn.
func nest(number, taxon int) fact {
	return fact{
		id: uuid.New(), sinp: uuid.New(), number: number, taxon: taxon, at: tenants.Point{Lon: -1.4567891, Lat: 43.4876543},
		day: time.Date(2025, 4, 17, 0, 0, 0, 0, time.UTC), observer: "Camille", comment: "SECRET-aire", locality: "SECRET-falaise", altitude: 77,
	}
}

// open lists the records of a taxon whose exact place is shown.
func (r *rig) open(town *tenants.Tenant) []string {
	return r.rows(town.ID, `SELECT taxon || ' ' || level FROM atlas.occurrence WHERE level = 0 OR shown_lon = lon ORDER BY 1`)
}

func (r *rig) rules(town *tenants.Tenant) []string {
	return r.rows(town.ID, `SELECT taxon || ' ' || level FROM atlas.sensitivity ORDER BY 1`)
}

// TestARuleFollowsATownsOwnName: the town hides a name of its own, the register
// gets it, and no answer says more than before.
func TestARuleFollowsATownsOwnName(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.townAround("secrets", tenants.Bounds{West: -1.50, South: 43.43, East: -1.38, North: 43.53})
	r.put(town, fact{id: uuid.New(), sinp: uuid.New(), number: 1, taxon: 4117, at: town.Center, day: today, locality: "Parc"})
	r.own(town, -1, "Aquila arcana")
	r.put(town, nest(2, -1))
	manager := r.As(apptest.Member(town, authz.Manager))
	manager.Post("/secrets/espace/biodiversite/sensibilite", url.Values{"taxon": {"Aquila arcana"}, "niveau": {"4"}, "motif": {"Aire"}}).Want(http.StatusSeeOther)
	r.publish(town)
	before := r.everything(town)
	r.grow("900001,900001,0,ES,Aquila arcana")
	require.EqualValues(t, 1, r.resolve(town))
	for name, answer := range r.everything(town) {
		require.Equal(t, before[name], answer, "%s tells that there is a record", name)
		require.NotContains(t, answer, "SECRET-")
	}
	resident := r.As(authz.Actor{})
	resident.Get("/secrets/biodiversite/especes/900001").Want(http.StatusNotFound)
	resident.Get("/api/v1/secrets/biodiversite/especes/900001").Want(http.StatusNotFound)
	resident.Get("/secrets/biodiversite/mailles.geojson?espece=900001").HasNot(`"Feature"`)
	manager.Get("/secrets/espace/biodiversite/sensibilite").Want(http.StatusOK).Has("Aquila arcana", "Aucune diffusion", "Aire")
	require.Equal(t, []string{"900001 4"}, r.rules(town), "the rule is the new name's and no longer the old one's")
	require.Empty(t, r.rows(town.ID, `SELECT name FROM atlas.local_taxon`))
	require.Zero(t, r.resolve(town), "doing it again does no harm")

	manager.Post("/secrets/espace/biodiversite/sensibilite", url.Values{"taxon": {"Aquila arcana"}, "niveau": {"2"}}).Want(http.StatusSeeOther)
	resident.Get("/secrets/biodiversite/especes/900001").Want(http.StatusOK).Has("10kmL93E")
	for name, answer := range r.everything(town) {
		for _, fact := range []string{"SECRET-", "1.4567", "43.4876", "2025-04-17"} {
			require.NotContains(t, answer, fact, name)
		}
	}
}

// TestMergedRulesKeepTheStricter: whatever numbers meet, nothing is shown better.
func TestMergedRulesKeepTheStricter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rules map[int]int // level by number
		want  int
	}{
		"two names of the town's": {map[int]int{-1: 2, -2: 4}, 4},
		"a laxer rule waits":      {map[int]int{-1: 4, newEagle: 1}, 4},
		"a stricter rule waits":   {map[int]int{-1: 2, newEagle: 3}, 3},
		"all three":               {map[int]int{-1: 1, -2: 3, newEagle: 2}, 3},
		"a replaced number":       {map[int]int{otherEagle: 3, -1: 2}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			town := r.Town("bayonne")
			r.grow("900001,900001,0,ES,Aquila nova", "900002,900002,0,ES,Aquila vetus")
			r.own(town, -1, "Aquila arcana")
			r.own(town, -2, "Aquila occulta")
			for taxon, level := range c.rules {
				r.rule(town, taxon, level)
			}
			for i, taxon := range []int{-1, -2, newEagle, otherEagle} {
				f := nest(i+1, taxon)
				f.locality = "Parc"
				r.put(town, f)
			}
			r.grow("900001,900001,0,ES,Aquila nova", "900002,900001,0,ES,Aquila vetus", "900003,900001,0,ES,Aquila arcana", "900004,900001,0,ES,Aquila occulta")
			r.resolve(town)
			require.Equal(t, []string{fmt.Sprint(newEagle, " ", c.want)}, r.rules(town))
			require.Equal(t, []string{fmt.Sprint(newEagle, " ", c.want, " 4")}, r.rows(town.ID, `SELECT taxon || ' ' || level || ' ' || count(*) FROM atlas.occurrence GROUP BY taxon, level`))
		})
	}
}

// TestATaxonPartedInTwoKeepsItsLevel: a subspecies hidden with its species becomes
// a species; one outside the town does not raise the rule.
func TestATaxonPartedInTwoKeepsItsLevel(t *testing.T) {
	t.Parallel()
	for level := 1; level <= 4; level++ {
		t.Run(fmt.Sprint("level ", level), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			town := r.Town("bayonne")
			r.grow("900001,900001,0,ES,Aquila magna", "900002,900002,900001,SSES,Aquila magna minor")
			r.rule(town, newEagle, level)
			r.put(town, nest(1, newEagle))
			r.put(town, nest(2, otherEagle))
			far := nest(3, otherEagle)
			far.at = tenants.Point{Lon: -1.9, Lat: 43.6}
			r.put(town, far)
			require.Empty(t, r.open(town))
			r.resolve(town)
			require.Equal(t, []string{fmt.Sprint("900001 ", level)}, r.rules(town), "a register that did not change changes no rule")
			r.grow("900001,900001,0,ES,Aquila magna", "900002,900002,0,ES,Aquila minor")
			r.resolve(town)
			require.Empty(t, r.open(town))
			require.Equal(t, []string{fmt.Sprint("900001 ", level), fmt.Sprint("900002 ", level)}, r.rules(town))
			require.Equal(t, []string{"Niveau gardé : le référentiel a séparé ce taxon de celui que visait la règle."}, r.rows(town.ID, `SELECT reason FROM atlas.sensitivity WHERE taxon = 900002`))
			manager := r.As(apptest.Member(town, authz.Manager))
			manager.Post("/bayonne/espace/biodiversite/sensibilite", url.Values{"numero": {"900002"}, "niveau": {"0"}}).Want(http.StatusSeeOther)
			require.Equal(t, []string{"900002 0", "900002 0"}, r.open(town), "the town may take it away")
		})
	}
}

// TestNothingOpensBeforeTheTownFollowsTheRegister: the register was loaded, the town
// was not resolved yet, and somebody corrects a comment, or adds a record.
func TestNothingOpensBeforeTheTownFollowsTheRegister(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	r.grow("900001,900001,0,ES,Aquila magna", "900002,900002,900001,SSES,Aquila magna minor")
	r.resolve(town)
	r.rule(town, newEagle, 3)
	r.put(town, nest(1, otherEagle))
	r.put(town, nest(2, otherEagle))
	r.grow("900001,900001,0,ES,Aquila magna", "900002,900002,0,ES,Aquila minor")
	agent := r.As(apptest.Member(town, authz.Agent))
	const edit = "/bayonne/espace/biodiversite/1/modifier"
	form := answersOf(agent.Get(edit).Want(http.StatusOK).Page(), edit)
	form.Set("commentaire", "vu de loin")
	agent.Post(edit, form).Want(http.StatusSeeOther)
	require.Empty(t, r.open(town))
	require.Equal(t, []string{"900001 3", "900002 3"}, r.rules(town))
}

// TestARuleReachesWhatComesBelowItsSpecies: a name that becomes a subspecies of a
// hidden species is hidden too.
func TestARuleReachesWhatComesBelowItsSpecies(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	r.grow("900001,900001,0,ES,Aquila magna", "900002,900002,0,ES,Aquila minor")
	r.rule(town, newEagle, 3)
	f := nest(1, otherEagle)
	f.locality = "Parc"
	r.put(town, f)
	require.Equal(t, []string{"900002 0"}, r.open(town))
	r.grow("900001,900001,0,ES,Aquila magna", "900002,900002,900001,SSES,Aquila magna minor")
	r.resolve(town)
	require.Empty(t, r.open(town))
	require.Equal(t, []string{"900001 3"}, r.rules(town))
}

// TestNewRecordsMeetTheRuleOfTheirOldName: the register has grown, the town is not
// resolved yet, and a file or an agent brings the name.
func TestNewRecordsMeetTheRuleOfTheirOldName(t *testing.T) {
	t.Parallel()
	for name, enter := range map[string]func(r *rig, town *tenants.Tenant){
		"a file": func(r *rig, town *tenants.Tenant) {
			i := r.load(town, "aigles.csv", "nom_cite,date_min,longitude,latitude\nAquila arcana,2025-04-18,-1.4567891,43.4876543\n")
			require.EqualValues(r.t, 1, i.Counts.Created)
		},
		"the form": func(r *rig, town *tenants.Tenant) {
			form := filled()
			form.Set("taxon", "Aquila arcana")
			r.As(apptest.Member(town, authz.Agent)).Post("/bayonne/espace/biodiversite/nouvelle", form).Want(http.StatusSeeOther)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.Work()
			town := r.Town("bayonne")
			r.exec(town.ID, `INSERT INTO atlas.register (tenant_id, next_number) VALUES ($1, 10)`)
			r.own(town, -1, "Aquila arcana")
			r.rule(town, -1, 4)
			r.put(town, nest(1, -1))
			r.grow("900001,900001,0,ES,Aquila arcana")
			enter(r, town)
			require.Empty(t, r.open(town))
			r.resolve(town)
			require.Equal(t, []string{"900001 4 2"}, r.rows(town.ID, `SELECT taxon || ' ' || level || ' ' || count(*) FROM atlas.occurrence GROUP BY taxon, level`))
		})
	}
}

// TestARuleOutlivesTheRecordsOfItsName: the town takes an import back and loads
// the file again, corrected.
func TestARuleOutlivesTheRecordsOfItsName(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	const content = "nom_cite,date_min,longitude,latitude\nAquila arcana,2025-04-18,-1.4567891,43.4876543\n"
	first := r.load(town, "aigles.csv", content)
	manager := r.As(apptest.Member(town, authz.Manager))
	manager.Post("/bayonne/espace/biodiversite/sensibilite", url.Values{"taxon": {"Aquila arcana"}, "niveau": {"3"}}).Want(http.StatusSeeOther)
	require.Equal(t, imports.Undone, r.undo(town, first.ID).State)
	manager.Get("/bayonne/espace/biodiversite/sensibilite").Want(http.StatusOK).Has("Aquila arcana")
	r.load(town, "aigles-2.csv", content)
	require.Empty(t, r.open(town))
	r.exec(town.ID, `DELETE FROM atlas.occurrence WHERE tenant_id = $1`)
	rule := r.rows(town.ID, `SELECT taxon::text FROM atlas.sensitivity`)
	manager.Post("/bayonne/espace/biodiversite/sensibilite", url.Values{"numero": rule, "niveau": {"0"}}).Want(http.StatusSeeOther)
	require.Empty(t, r.rows(town.ID, `SELECT name FROM atlas.local_taxon`), "a name without record nor rule goes")
}

// TestAnImportTakenBackPutsNothingInTheOpen: what it replaced had a name that the
// register has got since.
func TestAnImportTakenBackPutsNothingInTheOpen(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	id := uuid.NewString()
	file := func(name string) string {
		return "nom_cite,date_min,longitude,latitude,unique_id_sinp\n" + name + ",2025-04-18,-1.4567891,43.4876543," + id + "\n"
	}
	r.load(town, "aigles.csv", file("Aquila arcana"))
	manager := r.As(apptest.Member(town, authz.Manager))
	manager.Post("/bayonne/espace/biodiversite/sensibilite", url.Values{"taxon": {"Aquila arcana"}, "niveau": {"4"}}).Want(http.StatusSeeOther)
	second := r.load(town, "merles.csv", file("Turdus merula"))
	require.Equal(t, []string{"4117 0"}, r.open(town))
	r.grow("900001,900001,0,ES,Aquila arcana")
	r.resolve(town)
	require.Equal(t, imports.Undone, r.undo(town, second.ID).State)
	require.Equal(t, []string{"900001 4"}, r.rows(town.ID, `SELECT taxon || ' ' || level FROM atlas.occurrence`))
	r.As(authz.Actor{}).Get("/bayonne/biodiversite/especes/900001").Want(http.StatusNotFound)
}

// TestOneTownsFailureStopsNoOther: the register is loaded for the others.
func TestOneTownsFailureStopsNoOther(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	towns := []*tenants.Tenant{r.Town("bayonne"), r.Town("fecamp"), r.Town("ales")}
	for _, town := range towns {
		r.own(town, -1, "Aquila arcana")
		r.put(town, nest(1, -1))
	}
	r.grow("900001,900001,0,ES,Aquila arcana")
	admin, err := pgx.Connect(t.Context(), r.AdminDB)
	require.NoError(t, err)
	defer func() { _ = admin.Close(context.Background()) }()
	_, err = admin.Exec(t.Context(), fmt.Sprintf(`ALTER TABLE atlas.register ADD CONSTRAINT broken_ck CHECK (tenant_id <> '%s') NOT VALID`, towns[1].ID))
	require.NoError(t, err)
	n, err := r.service.ResolveAll(r.Context, towns)
	require.ErrorContains(t, err, "fecamp")
	require.EqualValues(t, 2, n)
	for i, want := range []string{"900001", "-1", "900001"} {
		require.Equal(t, []string{want}, r.rows(towns[i].ID, `SELECT taxon::text FROM atlas.occurrence`), towns[i].Slug)
	}
}
