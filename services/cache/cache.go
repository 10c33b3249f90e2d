package cache

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Cache keeps what was used last, up to a number of bytes. It is safe for
// concurrent use.
type Cache[K comparable, V any] struct {
	mu    sync.Mutex
	items *simplelru.LRU[K, V]
	size  func(V) int
	bytes int
	limit int
}

// entryCost is about what a key and its bookkeeping take.
const entryCost = 256

// New makes a cache of limit bytes; size tells those of a value, which must not
// change once it is kept. A limit of 0 keeps nothing.
func New[K comparable, V any](limit int, size func(V) int) *Cache[K, V] {
	c := &Cache[K, V]{limit: limit, size: func(v V) int { return size(v) + entryCost }}
	// The library bounds the number of entries; bytes are bounded here.
	items, err := simplelru.NewLRU[K, V](max(limit/entryCost, 1), func(_ K, v V) { c.bytes -= c.size(v) })
	if err != nil {
		panic(err) // the size is positive
	}
	c.items = items
	return c
}

// Get gives what is kept under a key.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items.Get(key)
}

// Put keeps a value and forgets those used longest ago. A value larger than the
// whole cache is not kept.
func (c *Cache[K, V]) Put(key K, v V) {
	if c.size(v) > c.limit {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items.Remove(key)
	c.items.Add(key, v)
	c.bytes += c.size(v)
	for c.bytes > c.limit {
		c.items.RemoveOldest()
	}
}
