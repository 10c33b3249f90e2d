package imports

import (
	"context"
	"sync/atomic"
	"time"

	"acvdata/services/jobs"
)

// beatEvery is how often a job that is inside one long statement still says that
// it lives, and learns whether a person stopped it.
const beatEvery = 500 * time.Millisecond

// meter reports a job's progress. Its methods are safe for concurrent use.
type meter struct {
	reporter *jobs.Reporter
	done     atomic.Int64
}

// measure starts a meter that beats until the function it returns is called.
func measure(ctx context.Context, task *jobs.Task) (*meter, func()) {
	m := &meter{reporter: task.Progress}
	beating, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		m.beat(beating)
	}()
	return m, func() {
		stop()
		<-ended
	}
}

func (m *meter) beat(ctx context.Context) {
	clock := time.NewTicker(beatEvery)
	defer clock.Stop()
	for {
		select {
		case <-clock.C:
			m.reporter.Done(ctx, m.done.Load())
		case <-ctx.Done():
			return
		}
	}
}

// phase starts a step; key is a message key, total its rows, 0 when unknown.
func (m *meter) phase(ctx context.Context, key string, total int64) {
	m.done.Store(0)
	m.reporter.Phase(ctx, key, total)
}

// at says how many rows of the step are done; cheap enough for every row.
func (m *meter) at(ctx context.Context, done int64) {
	m.done.Store(done)
	m.reporter.Done(ctx, done)
}
