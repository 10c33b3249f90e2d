package trees

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"acvdata/modules/trees/taxa"
	"acvdata/tenants"
)

// sense is what a searched text means in a town: a number, the town's own
// identifier, a species, or part of an address. All of it counts.
type sense struct {
	text      string
	number    int64 // 0 when the text is none
	taxa      []int
	addresses []string
	sites     int64 // at those addresses
}

const selectAddresses = `
SELECT address, n
FROM trees.address
WHERE tenant_id = $1 AND strpos(folded, lower(unaccent($2))) > 0
ORDER BY address`

// understand looks a filter's text up in the register and in the town's
// addresses. Conditions of a filter with a text need it.
func (s *Service) understand(ctx context.Context, town tenants.ID, f *Filter, register *taxa.Register) error {
	if f.Text == "" {
		return nil
	}
	f.sense = &sense{text: f.Text, taxa: register.Search(f.Text)}
	f.sense.number, _ = strconv.ParseInt(f.Text, 10, 64) // 0, which no tree has, when it is no number
	return s.db.Query(ctx, town, func(rows pgx.Rows) error {
		var address string
		var n int64
		_, err := pgx.ForEachRow(rows, []any{&address, &n}, func() error {
			f.sense.addresses, f.sense.sites = append(f.sense.addresses, address), f.sense.sites+n
			return nil
		})
		return err
	}, selectAddresses, town, f.Text)
}

// fewSites is up to how many sites are looked up first. Beyond, trees are read
// in the list's order and their address tried one by one: so many match that a
// page is full soon.
const fewSites = 5000

// text keeps the trees that a text means.
func (c *conditions) text(m *sense) {
	format, args := "(t.number = %s OR t.matricule = %s", []any{m.number, m.text}
	if len(m.taxa) > 0 {
		format, args = format+" OR t.taxon_id = ANY(%s::integer[])", append(args, m.taxa)
	}
	switch {
	case m.sites > fewSites:
		format += ` OR (SELECT s.address FROM trees.site s
    WHERE s.tenant_id = $1 AND s.id = t.site_id) = ANY(%s::text[])`
		args = append(args, m.addresses)
	case m.sites > 0:
		format += ` OR t.site_id = ANY(ARRAY(SELECT s.id FROM trees.site s
    WHERE s.tenant_id = $1 AND s.address = ANY(%s::text[]) AND s.address <> ''))`
		args = append(args, m.addresses)
	}
	c.add(format+")", args...)
}
