package atlas

import (
	"context"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

const (
	seedHas = `SELECT EXISTS (SELECT FROM atlas.occurrence WHERE tenant_id = $1)`

	createSeedStage = `
CREATE TEMP TABLE atlas_seed (
  id uuid, number bigint, sinp_id uuid, taxon integer, cited text, day date, lon float8, lat float8, qk bigint, count integer,
  observer text, method text
) ON COMMIT DROP`

	seedRegister = `
INSERT INTO atlas.register (tenant_id, next_number)
SELECT $1, count(*) + 1 FROM atlas_seed
ON CONFLICT (tenant_id) DO UPDATE SET next_number = excluded.next_number`

	seedOccurrences = `
INSERT INTO atlas.occurrence (tenant_id, id, number, sinp_id, source_key, taxon, cited, cd_nom, date_from, date_to, lon, lat, qk, accuracy_m,
  in_town, count_min, count_max, observer, observer_body, manager_body, dataset, source_status, public_origin, method, validation)
SELECT $1, id, number, sinp_id, 'seed:' || number, taxon, cited, taxon, day, day, lon, lat, qk, 25,
  true, count, count, observer, 'Observateurs bénévoles', 'Ville',
  CASE WHEN number % 5 = 0 THEN 'Suivi associatif (illustration)' ELSE 'Données d’illustration' END, 'Te', 'Pu', method, 'probable'
FROM atlas_seed
ORDER BY qk`

	// Illustrative rules, so that every level is seen at work.
	seedRules = `
INSERT INTO atlas.sensitivity (tenant_id, taxon, level, reason, decided_by)
VALUES ($1, 60630, 2, 'Gîtes à ne pas déranger', 'Données d’illustration'),
  ($1, 2938, 1, 'Aire de nidification en ville', 'Données d’illustration'),
  ($1, 60313, 3, 'Colonie en bâtiment', 'Données d’illustration')
ON CONFLICT DO NOTHING`
)

var seedColumns = []string{"id", "number", "sinp_id", "taxon", "cited", "day", "lon", "lat", "qk", "count", "observer", "method"}

func (s *seeding) rows(list []seedRecord) pgx.CopyFromSource {
	return pgx.CopyFromSlice(len(list), func(i int) ([]any, error) { return s.values(i+1, list[i]), nil })
}

// seedNames gives the scientific names of the kinds that are seeded.
func seedNames(ctx context.Context, tx *db.Tx) (map[int]string, error) {
	rows, err := tx.Query(ctx, `SELECT cd_nom, name FROM atlas.taxon WHERE cd_nom = cd_ref`)
	if err != nil {
		return nil, err
	}
	names := map[int]string{}
	var id int
	var name string
	_, err = pgx.ForEachRow(rows, []any{&id, &name}, func() error {
		names[id] = name
		return nil
	})
	return names, err
}
