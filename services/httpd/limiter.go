package httpd

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// limiter gives each key a bucket of its own; the least used ones are forgotten
// so that memory stays bounded whoever asks.
type limiter struct {
	mu      sync.Mutex
	buckets *lru.Cache[string, *rate.Limiter]
	every   rate.Limit
	burst   int
}

func newLimiter(burst int, per time.Duration) *limiter {
	buckets, err := lru.New[string, *rate.Limiter](10_000)
	if err != nil {
		panic(err) // the size is a positive constant
	}
	return &limiter{buckets: buckets, every: rate.Every(per / time.Duration(burst)), burst: burst}
}

func (l *limiter) allow(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets.Get(key)
	if !ok {
		bucket = rate.NewLimiter(l.every, l.burst)
		l.buckets.Add(key, bucket)
	}
	return bucket.Allow()
}
