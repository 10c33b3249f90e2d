package tables

import (
	"encoding/json"

	"github.com/google/uuid"

	"acvdata/tenants"
)

// shownKey names what was computed of a version of a table: every reader of it
// gets the same. The number of an edition would not do: undoing may free it for
// other rows. What it asks is the SQL that asked, or what is read of the rows.
type shownKey struct {
	tenant  tenants.ID
	table   uuid.UUID
	version int64
	asked   string
}

func (t *Table) asked(tenant tenants.ID, what string) shownKey {
	return shownKey{tenant, t.ID, t.Version, what}
}

// asking writes conditions with their arguments, for a key.
func (w *where) asking(what string, more ...any) (string, error) {
	text, err := json.Marshal(append([]any{what, w.String(), w.args}, more...))
	return string(text), err
}

// held is what is kept of a version: rows of a filter, an order, texts.
type held interface{ size() int }

// keep gives what is kept under a key, or makes and keeps it. Two readers who
// come at once both make it: they are under their own deadlines.
func keep[V held](s *Service, key shownKey, fill func() (V, error)) (V, error) {
	if kept, known := s.kept.Get(key); known {
		if v, ok := kept.(V); ok {
			return v, nil
		}
	}
	v, err := fill()
	if err == nil {
		s.kept.Put(key, v)
	}
	return v, err
}
