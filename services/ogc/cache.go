package ogc

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// tileCache keeps the tiles used last, up to a number of bytes.
type tileCache struct {
	mu    sync.Mutex
	tiles *simplelru.LRU[string, []byte]
	bytes int
	limit int
}

// entryCost is about what a key and its bookkeeping take.
const entryCost = 256

func newTileCache(limit int) *tileCache {
	c := &tileCache{limit: limit}
	// The library bounds the number of entries; bytes are bounded here.
	tiles, err := simplelru.NewLRU[string, []byte](max(limit/entryCost, 1), func(_ string, body []byte) {
		c.bytes -= len(body) + entryCost
	})
	if err != nil {
		panic(err) // the size is positive
	}
	c.tiles = tiles
	return c
}

func (c *tileCache) get(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tiles.Get(key)
}

func (c *tileCache) put(key string, body []byte) {
	if len(body)+entryCost > c.limit {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tiles.Remove(key)
	c.tiles.Add(key, body)
	c.bytes += len(body) + entryCost
	for c.bytes > c.limit {
		c.tiles.RemoveOldest()
	}
}
