package localidp

import "time"

// shelfSize bounds what a shelf holds: this provider is for a handful of people.
const shelfSize = 10_000

// shelf keeps values under secret names for a short while. The zero shelf is
// empty. It is not safe for concurrent use.
type shelf[T any] struct {
	items map[string]kept[T]
}

type kept[T any] struct {
	value T
	until time.Time
}

// put keeps a value and returns its secret name.
func (s *shelf[T]) put(value T, now time.Time, life time.Duration) string {
	if s.items == nil {
		s.items = map[string]kept[T]{}
	}
	if len(s.items) >= shelfSize {
		s.sweep(now)
	}
	name := secret()
	s.items[name] = kept[T]{value: value, until: now.Add(life)}
	return name
}

// sweep forgets what has expired, or everything when nothing has.
func (s *shelf[T]) sweep(now time.Time) {
	for name, item := range s.items {
		if now.After(item.until) {
			delete(s.items, name)
		}
	}
	if len(s.items) >= shelfSize {
		clear(s.items)
	}
}

func (s *shelf[T]) get(name string, now time.Time) (T, bool) {
	item, ok := s.items[name]
	if !ok || now.After(item.until) {
		var none T
		return none, false
	}
	return item.value, true
}

// take is get for what may be used once.
func (s *shelf[T]) take(name string, now time.Time) (T, bool) {
	value, ok := s.get(name, now)
	delete(s.items, name)
	return value, ok
}
