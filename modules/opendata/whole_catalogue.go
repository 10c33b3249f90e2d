package opendata

import (
	"context"
	"sync"
	"time"

	"acvdata/modules/opendata/dcat"
	"acvdata/services/db"
)

const (
	// wholeFor is how old the platform's catalogue may be. Its answers say that
	// they may be kept for five minutes; a town's own catalogue is always fresh.
	wholeFor = 30 * time.Second
	// readingTime bounds the reading of every town.
	readingTime = 20 * time.Second
)

// wholeCatalogue keeps what every town publishes for a moment: reading it is a
// transaction a town, and harvesters ask for page after page in four syntaxes.
// It holds what everybody may have and nothing else, so one copy serves all.
type wholeCatalogue struct {
	mu   sync.Mutex
	read time.Time
	list []dcat.Entry
}

// entries gives the copy, or reads once for all who wait. Callers do not write
// into the list.
func (w *wholeCatalogue) entries(ctx context.Context, read func(context.Context) ([]dcat.Entry, error)) ([]dcat.Entry, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Since(w.read) < wholeFor {
		return w.list, nil
	}
	// For all who wait: the one who came first may leave.
	ctx, cancel := context.WithTimeout(db.Detach(context.WithoutCancel(ctx)), readingTime)
	defer cancel()
	list, err := read(ctx)
	if err != nil {
		return nil, err
	}
	w.list, w.read = list, time.Now()
	return list, nil
}
