package contributions

import (
	"crypto/rand"
	"crypto/sha256"
	"math/bits"
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"acvdata/services/fault"
	"acvdata/tenants"
)

// How many contributions are taken in within an hour. Many people share the
// network of a telephone company or of a school: the cost of the proof rises long
// before the limit.
const (
	mostOfNetwork       = 60
	mostOfTown          = 600
	mostOfNetworkSlowly = 6
	mostOfTownSlowly    = 60
)

// meters count what came within the hour, by network and by town. They are this
// process's own, and forget the least used: memory is bounded whoever asks.
type meters struct {
	mu   sync.Mutex
	salt [16]byte
	kept *lru.Cache[[32]byte, *window]
	now  func() time.Time
}

// window counts in slices of an hour; the one before fades as this one fills.
type window struct {
	start         time.Time
	count, before int
}

func newMeters(now func() time.Time) *meters {
	kept, err := lru.New[[32]byte, *window](20_000)
	if err != nil {
		panic(err) // the size is a positive constant
	}
	m := &meters{kept: kept, now: now}
	_, _ = rand.Read(m.salt[:]) // never fails: crypto/rand ends the program instead
	return m
}

func (m *meters) window(key string) *window {
	hashed := sha256.Sum256(append(m.salt[:], key...))
	w, ok := m.kept.Get(hashed)
	if !ok {
		w = &window{start: m.now()}
		m.kept.Add(hashed, w)
	}
	switch age := m.now().Sub(w.start); {
	case age >= 2*time.Hour:
		*w = window{start: m.now()}
	case age >= time.Hour:
		*w = window{start: w.start.Add(time.Hour), before: w.count}
	}
	return w
}

// recent is how many came within the hour, more or less.
func (m *meters) recent(key string) int {
	w := m.window(key)
	left := 1 - m.now().Sub(w.start).Hours()
	return w.count + int(float64(w.before)*max(left, 0))
}

// cost is how many bits a proof must have now.
func (m *meters) cost(tenant tenants.ID, network string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	own := bits.Len(uint(m.recent(tenant.String()+" "+network) / 3))
	all := bits.Len(uint(m.recent(tenant.String()) / 40))
	return min(leastBits+own+all, mostBits)
}

// spend counts one more, or refuses.
func (m *meters) spend(tenant tenants.ID, network string, slow bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	town, mostTown, mostNetwork := tenant.String(), mostOfTown, mostOfNetwork
	keys := []string{town + " " + network, town}
	if slow {
		keys = append(keys, town+" slow "+network, town+" slow")
	}
	if m.recent(keys[0]) >= mostNetwork || m.recent(keys[1]) >= mostTown ||
		slow && (m.recent(keys[2]) >= mostOfNetworkSlowly || m.recent(keys[3]) >= mostOfTownSlowly) {
		return fault.New(fault.TooMany, "contributions.fault.too_many")
	}
	for _, key := range keys {
		m.window(key).count++
	}
	return nil
}

// networkOf is the network an address belongs to: what one household, one company
// or one farm of machines usually holds.
func networkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	size := 24
	if ip = ip.Unmap(); ip.Is6() {
		size = 48
	}
	prefix, err := ip.WithZone("").Prefix(size)
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}
