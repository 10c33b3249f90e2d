package trees

import (
	"context"

	"github.com/jackc/pgx/v5"

	"acvdata/modules/trees/taxa"
	"acvdata/services/db"
	"acvdata/tenants"
)

const (
	selectVersion = `SELECT coalesce(max(version), 0) FROM trees.inventory WHERE tenant_id = $1`

	selectTally = `
SELECT status, taxon_id, species_text, stage, district, remarkable, diameter_class, n
FROM trees.tally
WHERE tenant_id = $1`

	selectTallyAge = `
SELECT status, birth_year, n
FROM trees.tally_age
WHERE tenant_id = $1`

	selectRegister = `
SELECT id, slug, rank, scientific, genus, coalesce(genus_id, 0), epithet, hybrid, variety, coalesce(species_id, 0),
  family, french, conifer, synonyms
FROM trees.taxon
ORDER BY id`
)

// readVersion gives the inventory's version, 0 for a town without trees.
func readVersion(ctx context.Context, tx *db.Tx) (version int64, err error) {
	err = tx.QueryRow(ctx, selectVersion, tx.Tenant()).Scan(&version)
	return version, err
}

// readCube reads the counts a town's triggers keep.
func readCube(ctx context.Context, tx *db.Tx, version int64) (*Cube, error) {
	cube := &Cube{Version: version}
	rows, err := tx.Query(ctx, selectTally, tx.Tenant())
	if err != nil {
		return nil, err
	}
	cube.Cells, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Cell, err error) {
		return c, row.Scan(&c.Status, &c.TaxonID, &c.SpeciesText, &c.Stage, &c.District, &c.Remarkable, &c.Diameter, &c.N)
	})
	if err != nil {
		return nil, err
	}
	if rows, err = tx.Query(ctx, selectTallyAge, tx.Tenant()); err != nil {
		return nil, err
	}
	cube.Years, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (y YearCell, err error) {
		return y, row.Scan(&y.Status, &y.Year, &y.N)
	})
	return cube, err
}

// readRegister reads the species register, which all towns share.
func readRegister(ctx context.Context, d *db.DB, town tenants.ID) (*taxa.Register, error) {
	var list []taxa.Taxon
	err := d.Query(ctx, town, func(rows pgx.Rows) (err error) {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (t taxa.Taxon, err error) {
			return t, row.Scan(&t.ID, &t.Slug, &t.Rank, &t.Scientific, &t.Genus, &t.GenusID, &t.Epithet, &t.Hybrid,
				&t.Variety, &t.SpeciesID, &t.Family, &t.French, &t.Conifer, &t.Synonyms)
		})
		return err
	}, selectRegister)
	if err != nil {
		return nil, err
	}
	return taxa.NewRegister(list), nil
}
