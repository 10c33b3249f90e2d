package harvest_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/modules/opendata/harvest"
	"acvdata/services/fault"
)

// The database refuses something in the middle of the third page, as if the worker
// died there: the next attempt goes on behind what was written, and nothing is
// read, counted or kept twice.
func TestAReadingGoesOnWhereItWasCut(t *testing.T) {
	t.Parallel()
	r, p := newRig(t), newPortal(t)
	sets := func(from, to int) (list []string) {
		for n := from; n < to; n++ {
			list = append(list, fmt.Sprintf("jeu-%d|Jeu %d", n, n))
		}
		return list
	}
	p.set("/1.ttl", turtleType, turtle("/2.ttl", sets(0, 10)...))
	p.set("/2.ttl", turtleType, turtle("/3.ttl", sets(10, 20)...))
	p.set("/3.ttl", turtleType, turtle("", sets(20, 470)...))
	admin, err := pgx.Connect(t.Context(), r.AdminDB)
	require.NoError(t, err)
	t.Cleanup(func() { _ = admin.Close(t.Context()) })
	_, err = admin.Exec(t.Context(), `
CREATE SEQUENCE public.cut;
GRANT USAGE ON SEQUENCE public.cut TO acv_app;
CREATE FUNCTION public.cut_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.identifier = 'jeu-300' AND nextval('public.cut') = 1 THEN RAISE EXCEPTION 'cut'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cut BEFORE INSERT ON opendata.harvest_item FOR EACH ROW EXECUTE FUNCTION public.cut_once()`)
	require.NoError(t, err)
	r.Work()
	s, run := r.add(t, usual(p.URL+"/1.ttl"))
	require.Equal(t, harvest.Done, run.State, "%v", run.Fault)
	require.Equal(t, harvest.Tally{Read: 470, Added: 470}, run.Tally)
	require.Equal(t, 470, s.Count.All())
	asked := map[string]int{}
	for _, address := range p.asked {
		asked[address]++
	}
	require.Equal(t, map[string]int{"/1.ttl": 2, "/2.ttl": 1, "/3.ttl": 2}, asked, "once to recognise it, once each, and the page that was cut")
	lines := 0
	require.NoError(t, admin.QueryRow(t.Context(), `SELECT count(*) FROM opendata.harvest_report WHERE tenant_id = $1 AND run_id = $2`, r.town.ID, run.ID).Scan(&lines))
	require.Equal(t, 470, lines)
	require.Equal(t, harvest.Tally{Read: 470, Unchanged: 470}, r.again(t, s).Tally)
}

func TestAPortalThatIsAwayIsAskedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	var times atomic.Int32
	p := newPortal(t)
	p.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/2.ttl" && times.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", turtleType)
		text := turtle("/2.ttl", "a|Un")
		if q.URL.Path == "/2.ttl" {
			text = turtle("", "b|Deux")
		}
		_, _ = w.Write([]byte(text))
	})
	_, run := r.add(t, usual(p.URL+"/1.ttl"))
	require.Equal(t, harvest.Tally{Read: 2, Added: 2}, run.Tally)
	require.EqualValues(t, 2, times.Load())
}

func TestAReadingThatFailsSaysWhyAndTakesNothingAway(t *testing.T) {
	t.Parallel()
	r, p := newRig(t), newPortal(t)
	r.Work()
	p.set("/c.ttl", turtleType, turtle("", "a|Un"))
	s, _ := r.add(t, usual(p.URL+"/c.ttl"))
	p.set("/c.ttl", turtleType, "ceci n'est pas un catalogue")
	run := r.again(t, s)
	require.Equal(t, harvest.Failed, run.State)
	require.Equal(t, "opendata.harvest.fault.syntax", run.Fault.Key)
	require.Len(t, r.open(t, r.town), 1)
	r.later(30)
	require.Equal(t, harvest.Failed, r.again(t, s).State)
	require.Len(t, r.open(t, r.town), 1, "however long it lasts")
}

// The schedule begins what is due, in the towns that have the module, and ends
// readings whose job is gone.
func TestTheScheduleReadsWhatIsDue(t *testing.T) {
	t.Parallel()
	r, p := newRig(t), newPortal(t)
	r.Work()
	p.set("/c.ttl", turtleType, turtle("", "a|Un"))
	s, first := r.add(t, usual(p.URL+"/c.ttl"))
	require.WithinDuration(t, r.now.AddDate(0, 0, 7), s.Next, time.Second)
	require.NoError(t, r.harvest.TakeUp(r.in(r.town), r.town))
	s, again := r.ended(t, s.ID.String())
	require.Equal(t, first.ID, again.ID, "nothing is due")
	r.later(7)
	require.NoError(t, r.harvest.TakeUp(r.in(r.other), r.other))
	require.NoError(t, r.harvest.TakeUp(r.in(r.town), r.town))
	_, again = r.ended(t, s.ID.String())
	require.NotEqual(t, first.ID, again.ID)
	require.Empty(t, again.Author, "nobody pressed a button")

	admin, err := pgx.Connect(t.Context(), r.AdminDB)
	require.NoError(t, err)
	t.Cleanup(func() { _ = admin.Close(t.Context()) })
	_, err = admin.Exec(t.Context(), `
UPDATE opendata.harvest_run SET state = 'running', job_id = 999999, ended_at = NULL WHERE tenant_id = $1 AND id = $2`, r.town.ID, again.ID)
	require.NoError(t, err)
	require.Equal(t, "opendata.harvest.fault.under_way", fault.From(r.harvest.Start(r.in(r.town), r.town, s.ID.String())).Key)
	require.NoError(t, r.harvest.TakeUp(r.in(r.town), r.town))
	_, again = r.ended(t, s.ID.String())
	require.Equal(t, harvest.Failed, again.State)
	require.Equal(t, "opendata.harvest.fault.interrupted", again.Fault.Key)
	require.NoError(t, r.harvest.Start(r.in(r.town), r.town, s.ID.String()))
}

func TestACatalogueThatDidNotChangeIsNotSentAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	p := newPortal(t)
	p.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if q.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(turtle("", "a|Un", "b|Deux")))
	})
	s, _ := r.add(t, usual(p.URL+"/c.ttl"))
	run := r.again(t, s)
	require.Equal(t, "opendata.harvest.note.unchanged", run.Note)
	require.Equal(t, harvest.Tally{Read: 2, Unchanged: 2}, run.Tally)
}
