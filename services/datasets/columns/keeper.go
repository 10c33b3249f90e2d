package columns

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/singleflight"

	"acvdata/services/cache"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
)

// Keeper keeps the versions that were asked for last. It is safe for concurrent
// use; several who ask for one version read it once.
type Keeper struct {
	kept   *cache.Cache[string, *Table]
	chosen *cache.Cache[string, []uint32]
	large  *cache.Cache[string, struct{}] // versions that do not fit: read once to know it
	limit  int
	making singleflight.Group
}

// New makes a keeper of some bytes, and an eighth of them for rows that were
// chosen. A dataset larger than that is refused.
func New(memory int) *Keeper {
	return &Keeper{
		limit: memory, kept: cache.New[string](memory, func(t *Table) int { return t.bytes }),
		chosen: cache.New[string](memory/8, func(rows []uint32) int { return 4 * len(rows) }),
		large:  cache.New[string](1<<20, func(struct{}) int { return 0 }),
	}
}

// Rows gives the rows that were chosen under a key, or has them chosen and keeps
// them: the next page asks the same. The key names the town, the dataset, its
// version and the question. Nobody changes what is given.
func (k *Keeper) Rows(key string, choose func() ([]uint32, error)) ([]uint32, error) {
	if rows, known := k.chosen.Get(key); known {
		return rows, nil
	}
	rows, err := choose()
	if err == nil {
		k.chosen.Put(key, rows)
	}
	return rows, err
}

// ErrLarge is the cause of the fault of a dataset that does not fit.
var ErrLarge = errors.New("columns: the dataset is larger than the memory for it")

// Table gives a version of a town's dataset. A dataset that is too large is an
// invalid fault.
func (k *Keeper) Table(ctx context.Context, tx *db.Tx, source datasets.Source, version int64) (*Table, error) {
	d := source.Describe()
	key := fmt.Sprintf("%s/%s/%d/%s", tx.Tenant(), d.ID, version, d.Shape())
	if t, known := k.kept.Get(key); known {
		return t, nil
	}
	if _, known := k.large.Get(key); known {
		return nil, tooLarge()
	}
	made, err, _ := k.making.Do(key, func() (any, error) {
		t, err := k.read(ctx, tx, source, d)
		switch {
		case err == nil:
			k.kept.Put(key, t)
		case errors.Is(err, ErrLarge):
			k.large.Put(key, struct{}{})
		}
		return t, err
	})
	if errors.Is(err, context.Canceled) && ctx.Err() == nil { // the one who read it went away
		return k.read(ctx, tx, source, d)
	}
	if errors.Is(err, ErrLarge) {
		return nil, tooLarge()
	}
	t, _ := made.(*Table)
	return t, err
}

func tooLarge() error {
	return fault.New(fault.Invalid, "datasets.fault.too_large", fault.Because(ErrLarge))
}

func (k *Keeper) read(ctx context.Context, tx *db.Tx, source datasets.Source, d datasets.Description) (*Table, error) {
	b := newBuilder(d)
	err := source.Rows(ctx, tx, datasets.Filter{}, func(r datasets.Row) error {
		if b.add(r); b.bytes > k.limit {
			return ErrLarge
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b.done(), nil
}
