package ogc

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// cache keeps what was used last, up to a number of bytes.
type cache[K comparable, V any] struct {
	mu    sync.Mutex
	items *simplelru.LRU[K, V]
	size  func(V) int
	bytes int
	limit int
}

// entryCost is about what a key and its bookkeeping take.
const entryCost = 256

func newCache[K comparable, V any](limit int, size func(V) int) *cache[K, V] {
	c := &cache[K, V]{limit: limit, size: func(v V) int { return size(v) + entryCost }}
	// The library bounds the number of entries; bytes are bounded here.
	items, err := simplelru.NewLRU[K, V](max(limit/entryCost, 1), func(_ K, v V) { c.bytes -= c.size(v) })
	if err != nil {
		panic(err) // the size is positive
	}
	c.items = items
	return c
}

func (c *cache[K, V]) get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items.Get(key)
}

func (c *cache[K, V]) put(key K, v V) {
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
