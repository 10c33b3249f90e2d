package ogc

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/services/db"
)

func TestVersionsAreKnownOnlyWhileSomebodyListens(t *testing.T) {
	t.Parallel()
	town := uuid.New()
	key := layerKey{town, "pre"}
	v := &versions{}
	check := func(step string, want int64, wantKnown bool) {
		t.Helper()
		if got, _, known := v.get(key); got != want || known != wantKnown {
			t.Errorf("%s: version %d, known %v", step, got, known)
		}
	}
	learn := func(version int64) {
		_, epoch, _ := v.get(key)
		v.learn(key, version, epoch)
	}
	learn(1)
	check("nobody listens", 0, false)
	v.Connected()
	check("nothing was said yet", 0, false)
	learn(3)
	check("an answer is kept", 3, true)
	v.Heard(town.String() + " pre 5")
	check("a notification replaces it", 5, true)
	learn(4)
	check("an answer that crossed the notification does not hide it", 5, true)
	v.Heard("what is this")
	v.Heard(uuid.NewString() + " pre 9")
	check("neither noise nor another town counts", 5, true)

	_, before, _ := v.get(key)
	v.Lost()
	check("the listener is away", 0, false)
	v.Heard(town.String() + " pre 6")
	check("nothing is heard meanwhile", 0, false)
	v.Connected()
	v.learn(key, 5, before)
	check("what was asked before the loss is not kept", 0, false)
}

func TestACommittedChangeIsToldToOtherProcesses(t *testing.T) {
	t.Parallel()
	s, _, d, town := newMeadow(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Listen(ctx)
	}()
	defer func() {
		stop()
		<-done
	}()
	key := layerKey{town.ID, "pre"}
	until := func(what string, ok func() bool) {
		t.Helper()
		require.Eventually(t, ok, 20*time.Second, 2*time.Millisecond, what)
	}
	knows := func(want int64) func() bool {
		return func() bool {
			version, err := s.version(t.Context(), town.ID, "pre")
			_, _, known := s.versions.get(key)
			return err == nil && known && version == want
		}
	}
	bump := func() {
		err := d.InTenant(t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) error { return Bump(ctx, tx, "pre") })
		if err != nil {
			t.Fatal(err)
		}
	}
	until("the version is never kept", knows(0))
	bump()
	until("the first change is not told", knows(1))
	bump()
	until("the second change is not told", knows(2))
	ask(t, s, over(t, town.ID, 16))
	// The server cuts the connection: nothing is believed until it is back.
	_, epoch, _ := s.versions.get(key)
	cut(t, d)
	bump()
	until("a change during the loss is never seen", func() bool {
		_, now, _ := s.versions.get(key)
		return now > epoch && knows(3)()
	})
}

// cut ends every connection that listens.
func cut(t *testing.T, d *db.DB) {
	t.Helper()
	const statement = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()`
	if _, err := d.Pool().Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
