package atlas

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"acvdata/services/fault"
	"acvdata/tenants"
)

// fromShown joins what everybody may see to its taxon: of the register, else the
// town's own name.
const fromShown = `
FROM atlas.shown o
LEFT JOIN atlas.taxon t ON t.cd_nom = o.taxon
LEFT JOIN atlas.local_taxon l ON l.tenant_id = o.tenant_id AND l.id = o.taxon
WHERE `

const selectPublished = `
SELECT o.sinp_id, o.present, o.level, o.taxon, o.lon, o.lat, o.error_m, o.date_from, o.date_to, o.count_min, o.altitude_min, o.altitude_max,
  coalesce(t.name, l.name, o.cited), coalesce(t.author, ''), coalesce(t.rank, l.rank, ''), coalesce(t.kingdom, ''), coalesce(t.family, ''),
  coalesce(t.french, ''), o.cited, o.basis, o.life_stage, o.sex, o.validation, o.method, o.locality, o.dataset, o.observer_body, o.place,
  coalesce(t.grp, l.grp, 'other'), o.qk` + fromShown

func (p *published) scan(row pgx.Row) error {
	return row.Scan(&p.id, &p.present, &p.level, &p.taxon, &p.lon, &p.lat, &p.uncertainty, &p.from, &p.to, &p.count, &p.altitudeMin, &p.altitudeMax,
		&p.name, &p.author, &p.rank, &p.kingdom, &p.family, &p.french, &p.cited, &p.basis, &p.stage, &p.sex, &p.validation, &p.method,
		&p.locality, &p.datasetName, &p.body, &p.place, &p.group, &p.qk)
}

// Parameters of addresses.
const (
	paramTaxon = "espece"
	paramGroup = "groupe"
	paramText  = "q"
	paramAfter = "apres"
)

// conditions are the parts of a WHERE over "o" with their arguments.
type conditions struct {
	parts []string
	args  []any
}

func newConditions(town tenants.ID) *conditions {
	c := &conditions{}
	c.add("o.tenant_id = %s", town)
	return c
}

// add adds a condition; each %s is the place of the next value.
func (c *conditions) add(part string, values ...any) {
	places := make([]any, len(values))
	for i, v := range values {
		c.args = append(c.args, v)
		places[i] = fmt.Sprintf("$%d", len(c.args))
	}
	c.parts = append(c.parts, fmt.Sprintf(part, places...))
}

func (c *conditions) String() string { return strings.Join(c.parts, " AND ") }

// selected adds the taxon, with what is below it, and the group, "" for none.
func (c *conditions) selected(taxon, group string) error {
	if taxon != "" {
		id, ok := parseSlug(taxon)
		if !ok {
			return refuseFilter(paramTaxon)
		}
		c.add("(o.taxon = %s OR o.taxon IN (SELECT cd_ref FROM atlas.taxon WHERE species_ref = %s))", id, id)
	}
	if group != "" {
		if !Group(group).Known() {
			return refuseFilter(paramGroup)
		}
		c.add("coalesce((SELECT grp FROM atlas.taxon WHERE cd_nom = o.taxon), "+
			"(SELECT grp FROM atlas.local_taxon l WHERE l.tenant_id = o.tenant_id AND l.id = o.taxon)) = %s", group)
	}
	return nil
}

func refuseFilter(name string) error {
	return fault.New(fault.Invalid, "atlas.fault.filter", fault.On(name, "atlas.fault.filter_value", nil))
}
