package trees

import (
	"context"

	"acvdata/modules/trees/taxa"
	"acvdata/services/db"
	"acvdata/tenants"
)

// totalKey names a selection at one version of a town's inventory. Whoever may
// list trees may list all of them, so the permission is no part of it.
type totalKey struct {
	town      tenants.ID
	version   int64
	selection string
}

// total counts a selection as the transaction sees it. What the kept counts do
// not know is counted once a version: among 500,000 trees it takes longer than
// the page around it.
func (s *Service) total(ctx context.Context, tx *db.Tx, cube *Cube, r *taxa.Register, f Filter) (n int64, err error) {
	if f.Counted() {
		return cube.Count(f, r), nil
	}
	key := totalKey{tx.Tenant(), cube.Version, f.Values().Encode()}
	if known, ok := s.totals.Get(key); ok {
		return known, nil
	}
	if f.Text != "" && f.Box == nil {
		n, err = countMeant(ctx, tx, cube, r, f)
	} else {
		n, err = countTrees(ctx, tx, r, f)
	}
	if err == nil {
		s.totals.Add(key, n)
	}
	return n, err
}

// countMeant counts the trees a text means: those of its species are known, the
// others are counted by each of the ways to mean them, so that each statement
// has one index to follow.
func countMeant(ctx context.Context, tx *db.Tx, cube *Cube, r *taxa.Register, f Filter) (n int64, err error) {
	n = cube.countTaxa(f, r, f.sense.taxa)
	for _, way := range f.sense.ways() {
		c, without := newConditions(tx.Tenant()), f
		without.Text = ""
		if err := c.selected(without, r); err != nil {
			return 0, err
		}
		if len(f.sense.taxa) > 0 {
			c.add("t.taxon_id <> ALL(%s::integer[])", f.sense.taxa)
		}
		way(c)
		var more int64
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM trees.tree t WHERE "+c.String(), c.args...).Scan(&more); err != nil {
			return 0, err
		}
		n += more
	}
	return n, nil
}

// ways are the meanings of a text other than a species. No tree has two.
func (m *sense) ways() []func(*conditions) {
	ways := []func(*conditions){func(c *conditions) { c.add("(t.number = %s OR t.matricule = %s)", m.number, m.text) }}
	if m.sites == 0 {
		return ways
	}
	return append(ways, func(c *conditions) {
		c.add("t.number <> %s AND t.matricule IS DISTINCT FROM %s", m.number, m.text)
		c.add(`t.site_id IN (SELECT s.id FROM trees.site s
    WHERE s.tenant_id = $1 AND s.address = ANY(%s::text[]) AND s.address <> '')`, m.addresses)
	})
}
