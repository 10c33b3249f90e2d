package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"acvdata/services/fault"
)

// limits slow down who tries over and over. A town hall is one address: the
// limits per address leave room for everybody arriving at eight.
type limits struct {
	departures *limiter // per address: sign-ins begun
	arrivals   *limiter // per address: callbacks
	persons    *limiter // per person: sign-ins
	tokens     *limiter // per address: wrong API tokens
}

func newLimits(now func() time.Time) limits {
	return limits{
		departures: newLimiter(60, time.Minute, now),
		arrivals:   newLimiter(60, time.Minute, now),
		persons:    newLimiter(20, 10*time.Minute, now),
		tokens:     newLimiter(20, time.Minute, now),
	}
}

// limiter gives each key a bucket; the least used are forgotten, so memory is
// bounded whoever asks. Keys are kept hashed with a salt that dies with the
// process: a memory dump lists no addresses.
type limiter struct {
	mu      sync.Mutex
	salt    [16]byte
	buckets *lru.Cache[[32]byte, *rate.Limiter]
	every   rate.Limit
	burst   int
	now     func() time.Time
}

const limiterKeys = 20_000

func newLimiter(burst int, per time.Duration, now func() time.Time) *limiter {
	buckets, err := lru.New[[32]byte, *rate.Limiter](limiterKeys)
	if err != nil {
		panic(err) // the size is a positive constant
	}
	l := &limiter{buckets: buckets, every: rate.Every(per / time.Duration(burst)), burst: burst, now: now}
	_, _ = rand.Read(l.salt[:]) // never fails: crypto/rand ends the program instead
	return l
}

func (l *limiter) bucket(key string) *rate.Limiter {
	hashed := sha256.Sum256(append(l.salt[:], key...))
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.buckets.Get(hashed)
	if !ok {
		b = rate.NewLimiter(l.every, l.burst)
		l.buckets.Add(hashed, b)
	}
	return b
}

// spend takes one try of the key's, or refuses.
func (l *limiter) spend(key string) error {
	if l.bucket(key).AllowN(l.now(), 1) {
		return nil
	}
	return tooMany()
}

// check refuses when no try is left, and takes none.
func (l *limiter) check(key string) error {
	if l.bucket(key).TokensAt(l.now()) >= 1 {
		return nil
	}
	return tooMany()
}

func tooMany() error { return fault.New(fault.TooMany, "auth.fault.too_many") }
