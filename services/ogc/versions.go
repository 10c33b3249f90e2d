package ogc

import (
	"fmt"
	"sync"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/tenants"
)

// channel is where the database tells new versions of layers (migration 0046).
const channel = "acv_layer"

type layerKey struct {
	tenant tenants.ID
	layer  string
}

// versions knows the present versions of layers for as long as the database
// tells of each change; it knows nothing while nobody listens.
type versions struct {
	mu        sync.RWMutex
	listening bool
	epoch     int // grows with each loss: what was asked before it is not kept
	known     map[layerKey]int64
}

var _ db.Listener = (*versions)(nil)

// get returns what is known of a layer, and the epoch to learn an answer under.
func (v *versions) get(key layerKey) (version int64, epoch int, known bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	version, known = v.known[key]
	return version, v.epoch, known
}

// learn keeps a version that was asked for in an epoch. Versions only grow: an
// answer that crossed a newer notification does not hide it.
func (v *versions) learn(key layerKey, version int64, epoch int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.listening && v.epoch == epoch {
		v.known[key] = max(v.known[key], version)
	}
}

// Connected implements db.Listener.
func (v *versions) Connected() {
	v.mu.Lock()
	v.listening, v.known, v.epoch = true, map[layerKey]int64{}, v.epoch+1
	v.mu.Unlock()
}

// Lost implements db.Listener.
func (v *versions) Lost() {
	v.mu.Lock()
	v.listening, v.known = false, nil
	v.mu.Unlock()
}

// Heard implements db.Listener.
func (v *versions) Heard(payload string) {
	var tenant, layer string
	var version int64
	if _, err := fmt.Sscanf(payload, "%s %s %d", &tenant, &layer, &version); err != nil {
		return
	}
	id, err := uuid.Parse(tenant)
	if err != nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	key := layerKey{id, layer}
	if v.listening {
		v.known[key] = max(v.known[key], version)
	}
}
