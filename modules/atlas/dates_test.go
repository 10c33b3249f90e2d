package atlas_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/imports"
)

// periods are first and last days, and whether they are believed on 15 March 2026.
var periods = map[string]struct {
	first, last string
	good        bool
}{
	"to this day":           {"2026-03-10", "2026-03-15", true},
	"to tomorrow":           {"2026-03-10", "2026-03-16", false},
	"to next year":          {"2026-03-10", "2027-03-10", false},
	"the month that runs":   {"2026-03-01", "2026-03-31", true},
	"two months, one runs":  {"2026-02-01", "2026-03-31", true},
	"most of the month":     {"2026-03-02", "2026-03-31", false},
	"the year that runs":    {"2026-01-01", "2026-12-31", true},
	"most of the year":      {"2026-02-01", "2026-12-31", false},
	"next month":            {"2026-03-01", "2026-04-30", false},
	"a year and the next":   {"2026-01-01", "2027-12-31", false},
	"nothing but tomorrows": {"2026-03-20", "2026-03-31", false},
}

func TestAPeriodEndsTodayAtTheLatest(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	agent := r.As(apptest.Member(town, authz.Agent))
	const place = ",-1.4660001,43.4920001\n"
	for name, p := range periods {
		t.Run(name, func(t *testing.T) {
			form := filled()
			form.Set("date", p.first)
			form.Set("date_fin", p.last)
			answer := agent.Post("/bayonne/espace/biodiversite/nouvelle", form)
			two := r.load(town, "deux.csv", "nom_cite,date_debut,date_fin,longitude,latitude\nTurdus merula,"+p.first+","+p.last+place+"Turdus merula,2025-01-01,2025-01-01"+place)
			one := r.load(town, "une.csv", "nom_cite,eventdate,longitude,latitude\nTurdus philomelos,"+p.first+"/"+p.last+place+"Turdus philomelos,2025-01-01"+place)
			refused := int64(1)
			if p.good {
				refused = 0
				answer.Want(http.StatusSeeOther)
			} else {
				answer.Want(http.StatusUnprocessableEntity).Has("avenir")
			}
			for _, i := range []*imports.Import{two, one} {
				found := r.problems(town, i.ID)
				require.Equal(t, refused, i.Counts.Rejected, "%v", found)
				require.EqualValues(t, refused, found["future"]+found["future_end"], "%v", found)
			}
		})
	}
	year := r.load(town, "annee.csv", "nom_cite,date_debut,longitude,latitude\nTurdus merula,2026"+place)
	require.Zero(t, year.Counts.Rejected)
	year = r.load(town, "annees.csv", "nom_cite,date_debut,date_fin,longitude,latitude\nTurdus merula,2025,2027"+place+"Turdus merula,2025,2025"+place)
	require.Equal(t, 1, r.problems(town, year.ID)["future_end"])
}

// TestTodayIsTodayInFrance: at half past eleven in universal time on the 14th, the
// 15th has begun.
func TestTodayIsTodayInFrance(t *testing.T) {
	t.Parallel()
	r := newRigAt(t, time.Date(2026, time.March, 14, 23, 30, 0, 0, time.UTC))
	r.Work()
	town := r.Town("bayonne")
	agent := r.As(apptest.Member(town, authz.Agent))
	agent.Get("/bayonne/espace/biodiversite/nouvelle").Want(http.StatusOK).Has(`value="2026-03-15"`)
	for day, status := range map[string]int{"2026-03-15": http.StatusSeeOther, "2026-03-16": http.StatusUnprocessableEntity} {
		form := filled()
		form.Set("date", day)
		agent.Post("/bayonne/espace/biodiversite/nouvelle", form).Want(status)
	}
	i := r.load(town, "nuit.csv", "nom_cite,date_debut,longitude,latitude\n"+
		"Turdus merula,2026-03-15,-1.4660001,43.4920001\nTurdus merula,2026-03-16,-1.4660001,43.4920001\n")
	require.EqualValues(t, 1, i.Counts.Created)
	require.Equal(t, 1, r.problems(town, i.ID)["future"])
}
