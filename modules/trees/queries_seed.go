package trees

const createSeedStage = `
CREATE TEMP TABLE tree_seed (
  id uuid, rank integer, lon float8, lat float8, qk bigint, address text, district text, layout text, status text,
  taxon_id integer, species_text text, matricule text, planted_on date, birth_year integer, stage text,
  height_m float8, circumference_cm float8, remarkable boolean
) ON COMMIT DROP`

var seedColumns = []string{
	"id", "rank", "lon", "lat", "qk", "address", "district", "layout", "status", "taxon_id",
	"species_text", "matricule", "planted_on", "birth_year", "stage", "height_m", "circumference_cm", "remarkable",
}

const seedInventory = `
INSERT INTO trees.inventory (tenant_id, next_number)
SELECT $1, (SELECT count(*) + 1 FROM tree_seed)
ON CONFLICT (tenant_id) DO UPDATE SET next_number = inventory.next_number + excluded.next_number`

const seedSites = `
INSERT INTO trees.site (tenant_id, id, lon, lat, qk, position_source, accuracy_m, address, district, layout)
SELECT $1, id, lon, lat, qk, 'illustration', 1, address, district, layout
FROM tree_seed
ORDER BY rank`

const seedTrees = `
INSERT INTO trees.tree (tenant_id, id, number, site_id, qk, district, status, taxon_id, species_text, matricule,
  planted_on, planted_year_only, birth_year, stage, height_m, circumference_cm, measured_at_cm, remarkable)
SELECT $1, id, rank + 1, id, qk, district, status, taxon_id, species_text, matricule,
  planted_on, true, birth_year, stage, height_m, circumference_cm, 130, remarkable
FROM tree_seed
ORDER BY rank`
