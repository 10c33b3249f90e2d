package heat

import (
	"context"
	"slices"
	"strings"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/services/ogc"
)

// stationsTarget imports the list of stations: where they are and what
// surrounds them.
type stationsTarget struct{ service *Service }

const (
	colName     = "name"
	colSetting  = "setting"
	colAltitude = "altitude"
)

// Describe implements imports.Target.
func (stationsTarget) Describe() imports.Description {
	return imports.Description{
		Code: TargetStations, Title: "heat.import.stations.title", Summary: "heat.import.stations.summary", Icon: "map-pin",
		Permission: PermissionImport, Position: imports.PositionOptional, ResultPath: "/chaleur",
		Columns: []imports.Column{
			column(colStation, imports.KindText, "", "centre-01", true, stationAliases...),
			column(colName, imports.KindText, "", "Place du Marchix", false, "nom", "name", "libelle", "nom_usuel", "lieu", "adresse"),
			column(colSetting, imports.KindText, "", "bâti", false, "environnement", "milieu", "type_site", "contexte", "classe"),
			column(colAltitude, imports.KindNumber, "m", "92", false, "alti", "z", "elevation", "alt"),
		},
	}
}

// Stage implements imports.Target.
func (stationsTarget) Stage() []imports.StageColumn {
	return []imports.StageColumn{
		{Name: "station", Type: "text"},
		{Name: "name", Type: "text"},
		{Name: "setting", Type: "text"},
		{Name: "altitude_m", Type: "float8"},
	}
}

// Prepare implements imports.Target.
func (stationsTarget) Prepare(context.Context, *db.Tx, imports.Run) (imports.Checker, error) {
	return stationsChecker{}, nil
}

type stationsChecker struct{}

// settingWords are how people say what surrounds a station.
var settingWords = map[Setting][]string{
	Built:       {"bati", "bâti", "urbain", "centre", "ville", "rue", "place", "built", "urban", "mineral", "minéral", "lotissement"},
	Green:       {"vegetal", "végétal", "parc", "jardin", "vert", "bois", "green", "park", "végétalisé"},
	Water:       {"eau", "riviere", "rivière", "lac", "plan d'eau", "canal", "water", "marais"},
	Countryside: {"campagne", "rural", "champ", "agricole", "countryside", "référence", "reference"},
}

func parseSetting(text string) (Setting, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if Setting(text).Known() {
		return Setting(text), true
	}
	for _, s := range settings {
		if slices.Contains(settingWords[s], text) {
			return s, true
		}
	}
	return NoSetting, text == ""
}

// Check implements imports.Checker.
func (stationsChecker) Check(rec *imports.Record) ([]any, error) {
	code := stationCode(rec, colStation)
	if rec.Rejected() {
		return nil, nil
	}
	setting, known := parseSetting(rec.Text(colSetting))
	if !known {
		rec.Warn(colSetting, "heat.problem.setting", nil)
	}
	altitude, hasAltitude := rec.Number(colAltitude)
	if hasAltitude && !(altitude >= -10 && altitude <= 4810) {
		rec.Warn(colAltitude, "heat.problem.altitude", nil)
		hasAltitude = false
	}
	return []any{
		code, imports.NullText(cut(rec.Text(colName), maxName)), imports.Null(string(setting), setting != NoSetting),
		imports.Null(altitude, hasAltitude),
	}, nil
}

// An empty cell says nothing: it never takes away what is known.
const siteAssignments = `(coalesce(s.name, p.name), coalesce(s.setting, p.setting), coalesce(s.altitude_m, p.altitude_m),
      coalesce(s.lon, p.lon), coalesce(s.lat, p.lat))`

const (
	matchSites = `
UPDATE ` + imports.StageTable + ` s
SET match_id = p.id,
    verdict = CASE WHEN (p.name, p.setting, p.altitude_m, p.lon, p.lat) IS DISTINCT FROM ` + siteAssignments + ` THEN 'update' ELSE 'unchanged' END
FROM heat.site p
WHERE p.tenant_id = $1 AND p.code = s.station AND s.verdict = 'create'`

	journalSites = `
INSERT INTO heat.change (tenant_id, import_id, id, kind, site_id, before)
SELECT $1, $2, s.id, 'site', coalesce(s.match_id, s.id), to_jsonb(p)
FROM ` + imports.StageTable + ` s
LEFT JOIN heat.site p ON p.tenant_id = $1 AND p.id = s.match_id
WHERE s.verdict IN ('create', 'update')`

	insertSites = `
INSERT INTO heat.site (tenant_id, id, code, name, setting, altitude_m, lon, lat, qk, import_id)
SELECT $1, id, station, coalesce(name, station), coalesce(setting, 'unknown'), altitude_m, lon, lat, qk, $2
FROM ` + imports.StageTable + `
WHERE verdict = 'create'
ORDER BY qk`

	updateSites = `
UPDATE heat.site p
SET (name, setting, altitude_m, lon, lat) = ` + siteAssignments + `, qk = coalesce(s.qk, p.qk), revision = p.revision + 1, updated_at = now()
FROM ` + imports.StageTable + ` s
WHERE p.tenant_id = $1 AND p.id = s.match_id AND s.verdict = 'update'`

	countChangedSites = `
SELECT count(*)
FROM heat.change c
LEFT JOIN heat.site p ON p.tenant_id = $1 AND p.id = c.site_id
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'site'
  AND p.revision IS DISTINCT FROM coalesce((c.before ->> 'revision')::integer, 0) + 1`

	restoreSites = `
UPDATE heat.site p
SET (name, setting, altitude_m, lon, lat, qk, revision, updated_at) =
    (b.name, b.setting, b.altitude_m, b.lon, b.lat, b.qk, b.revision, b.updated_at)
FROM heat.change c
CROSS JOIN LATERAL jsonb_populate_record(NULL::heat.site, c.before) b
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'site' AND c.before IS NOT NULL AND p.tenant_id = $1 AND p.id = c.site_id`
)

// Match implements imports.Target.
func (stationsTarget) Match(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if !run.Dry {
		if err := lockNetwork(ctx, tx); err != nil {
			return err
		}
	}
	if err := imports.RejectDuplicates(ctx, tx, "station", colStation, "heat.problem.station_twice"); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, matchSites, run.Tenant)
	return err
}

// Merge implements imports.Target.
func (stationsTarget) Merge(ctx context.Context, tx *db.Tx, run imports.Run) (o imports.Outcome, err error) {
	if _, err := tx.Exec(ctx, journalSites, run.Tenant, run.ImportID); err != nil {
		return o, err
	}
	updated, err := tx.Exec(ctx, updateSites, run.Tenant)
	if err != nil {
		return o, err
	}
	created, err := tx.Exec(ctx, insertSites, run.Tenant, run.ImportID)
	if err != nil {
		return o, err
	}
	o = imports.Outcome{Created: created.RowsAffected(), Updated: updated.RowsAffected()}
	run.Report(ctx, o.Created+o.Updated)
	return o, bumpStations(ctx, tx)
}

func bumpStations(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, touchNetwork, tx.Tenant()); err != nil {
		return err
	}
	return ogc.Bump(ctx, tx, LayerID)
}

// Undo implements imports.Target. A station that has readings or a device by now
// stays: what was measured there needs its place.
func (stationsTarget) Undo(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if err := lockNetwork(ctx, tx); err != nil {
		return err
	}
	var changed int64
	if err := tx.QueryRow(ctx, countChangedSites, run.Tenant, run.ImportID).Scan(&changed); err != nil {
		return err
	}
	if changed > 0 {
		return fault.New(fault.Conflict, "heat.fault.stations_changed", fault.With(fault.Args{"Count": changed}))
	}
	if err := execEach(ctx, tx, run, restoreSites, undoSites, forgetChanges); err != nil {
		return err
	}
	return bumpStations(ctx, tx)
}
