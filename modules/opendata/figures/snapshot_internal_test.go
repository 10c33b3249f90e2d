package figures

import (
	"context"
	"errors"
	"testing"
	"time"

	"acvdata/modules/opendata/tables"
	"acvdata/services/dbtest"
	"acvdata/services/indicators"
	"acvdata/services/module"
	"acvdata/tenants"
)

// meter is a module with three figures, read in turn.
type meter struct {
	reads int
	at    map[int]func() // what happens at the nth reading
	gone  string         // key of a figure the module no longer has
}

func (*meter) Manifest() module.Manifest { return module.Manifest{Code: "meter", Core: true} }
func (*meter) Mount(module.Router)       {}

func (m *meter) Indicators(context.Context, *tenants.Tenant) (list []indicators.Indicator, err error) {
	for _, key := range []string{"meter.a", "meter.b", "meter.c"} {
		if key == m.gone {
			continue
		}
		list = append(list, indicators.Indicator{Key: key, Title: key, Read: func(ctx context.Context) (indicators.Value, error) {
			m.reads++
			if act := m.at[m.reads]; act != nil {
				act()
			}
			return indicators.Value{Number: float64(m.reads), Known: true}, ctx.Err()
		}})
	}
	return list, nil
}

type follower struct {
	*Service
	t     *testing.T
	meter *meter
	town  *tenants.Tenant
}

func newFollower(t *testing.T) *follower {
	t.Helper()
	d := dbtest.New(t)
	f := &follower{t: t, meter: &meter{at: map[int]func(){}}, town: dbtest.Town(t, d, "niort")}
	f.Service = New(Parts{DB: d, Tables: tables.New(d, 1<<20), Live: indicators.New(f.meter)})
	for _, name := range []string{"a", "b", "c"} {
		_, err := f.Create(t.Context(), f.town, Indicator{Title: name, Kind: Live, Reference: "meter." + name, Published: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	f.meter.reads = 0
	return f
}

// kept gives what the history of an indicator holds, without its present value.
func (f *follower) kept(name string) History {
	f.t.Helper()
	i, err := f.Find(f.t.Context(), f.town, name)
	if err != nil {
		f.t.Fatal(err)
	}
	i.Kind = Typed
	h, err := f.History(f.t.Context(), f.town, i)
	if err != nil {
		f.t.Fatal(err)
	}
	return h
}

func TestASnapshotKilledHalfwayIsTakenAgainWithoutDoubling(t *testing.T) {
	t.Parallel()
	f := newFollower(t)
	ctx, kill := context.WithCancel(t.Context())
	f.meter.at[2] = kill
	if err := f.Snapshot(ctx, f.town); !errors.Is(err, context.Canceled) {
		t.Fatalf("a snapshot that was stopped says %v: its job would not come again", err)
	}
	if a, b := f.kept("a"), f.kept("b"); len(a) != 1 || a[0].Value != 1 || len(b) != 0 {
		t.Fatalf("kept %v and %v before the stop", a, b)
	}
	for round := range 2 { // taken again, and a second time the same day
		if err := f.Snapshot(t.Context(), f.town); err != nil {
			t.Fatal(err)
		}
		for n, name := range []string{"a", "b", "c"} {
			want := float64(3 + 3*round + n)
			if h := f.kept(name); len(h) != 1 || h[0].Value != want {
				t.Errorf("round %d: %s holds %v, want %g once", round, name, h, want)
			}
		}
	}
	f.now = func() time.Time { return time.Now().AddDate(0, 0, 1) }
	if err := f.Snapshot(t.Context(), f.town); err != nil {
		t.Fatal(err)
	}
	if h := f.kept("a"); len(h) != 2 || !h[1].Day.Equal(h[0].Day.AddDate(0, 0, 1)) || h[1].Value != 9 {
		t.Errorf("the next day: %v", h)
	}
}

// A value goes under the calendar day of France, whatever the clock's zone.
func TestASnapshotBelongsToTheDayInFrance(t *testing.T) {
	t.Parallel()
	f := newFollower(t)
	f.now = func() time.Time { return time.Date(2026, 6, 30, 22, 30, 0, 0, time.UTC) }
	if err := f.Snapshot(t.Context(), f.town); err != nil {
		t.Fatal(err)
	}
	if h := f.kept("a"); len(h) != 1 || h[0].Day.Format(time.DateOnly) != "2026-07-01" {
		t.Errorf("kept %v", h)
	}
}

func TestAFigureThatCannotBeReadKeepsTheOthers(t *testing.T) {
	t.Parallel()
	f := newFollower(t)
	f.meter.gone = "meter.b"
	if err := f.Snapshot(t.Context(), f.town); err != nil {
		t.Fatal(err)
	}
	if a, b, c := f.kept("a"), f.kept("b"), f.kept("c"); len(a) != 1 || len(b) != 0 || len(c) != 1 {
		t.Errorf("kept %v, %v, %v", a, b, c)
	}
}
