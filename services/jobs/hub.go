package jobs

import (
	"context"
	"sync"

	"acvdata/services/db"
	"acvdata/tenants"
)

// hub listens once per process and wakes the browsers that watch a subject.
type hub struct {
	db       *db.DB
	mu       sync.Mutex
	watchers map[string]map[chan struct{}]bool
	stop     context.CancelFunc
	done     chan struct{}
}

func newHub(d *db.DB) *hub {
	return &hub{db: d, watchers: map[string]map[chan struct{}]bool{}}
}

// Watch returns a channel that receives when the subject's progress changes,
// and a function that ends the watch. Receiving twice for one change or missing
// one that follows at once are both possible: read Progress each time. The
// channel is closed when the service stops.
func (s *Service) Watch(tenant tenants.ID, subject string) (<-chan struct{}, func()) {
	return s.hub.watch(tenant.String() + " " + subject)
}

func (h *hub) watch(key string) (<-chan struct{}, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		h.stop, h.done = stop, make(chan struct{})
		go func() {
			defer close(h.done)
			h.db.Listen(ctx, channel, h)
		}()
	}
	c := make(chan struct{}, 1)
	if h.watchers[key] == nil {
		h.watchers[key] = map[chan struct{}]bool{}
	}
	h.watchers[key][c] = true
	return c, func() { h.forget(key, c) }
}

func (h *hub) forget(key string, c chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers[key][c] {
		delete(h.watchers[key], c)
		close(c)
	}
	if len(h.watchers[key]) == 0 {
		delete(h.watchers, key)
	}
}

// Heard, Connected and Lost implement db.Listener: watchers are woken for what
// was said, and for what may have been said meanwhile.
func (h *hub) Heard(payload string) { h.wake(payload) }
func (h *hub) Connected()           { h.wakeAll() }
func (h *hub) Lost()                { h.wakeAll() }

func (h *hub) wake(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.watchers[key] {
		select {
		case c <- struct{}{}:
		default: // already told
		}
	}
}

func (h *hub) wakeAll() {
	h.mu.Lock()
	keys := make([]string, 0, len(h.watchers))
	for key := range h.watchers {
		keys = append(keys, key)
	}
	h.mu.Unlock()
	for _, key := range keys {
		h.wake(key)
	}
}

// close ends the listener and every watch.
func (h *hub) close() {
	h.mu.Lock()
	if h.stop != nil {
		h.stop()
	}
	for key, set := range h.watchers {
		for c := range set {
			close(c)
		}
		delete(h.watchers, key)
	}
	done := h.done
	h.mu.Unlock()
	if done != nil {
		<-done
	}
}
