package heat

import (
	"context"

	"acvdata/services/db"
	"acvdata/services/imports"
)

// Import targets of the module.
const (
	TargetStations = "heat/stations"
	TargetReadings = "heat/readings"
	TargetDaily    = "heat/daily"
	TargetZones    = "heat/zones"
)

// What statements say of rows.
const (
	keyMeasuredDay    = "heat.problem.measured_day"
	keyOtherValue     = "heat.problem.other_value"
	keyUnknownStation = "heat.problem.unknown_station"
)

// Importers implements imports.Provider.
func (m *Module) Importers() []imports.Target {
	return []imports.Target{
		dailyTarget{m.service}, readingsTarget{m.service}, stationsTarget{m.service}, zonesTarget{m.service},
	}
}

// What files call a station.
var stationAliases = []string{
	"logger", "sensor", "capteur", "station_code", "code_station", "id_station", "identifiant", "nom_station", "site", "code",
	"num_poste", "device", "p_id",
}

func column(name string, kind imports.Kind, unit, example string, required bool, aliases ...string) imports.Column {
	return imports.Column{
		Name: name, Label: "heat.import.column." + name, Kind: kind, Unit: unit, Example: example, Required: required, Aliases: aliases,
	}
}

func option(name, byDefault string, choices ...string) imports.Option {
	o := imports.Option{Name: name, Default: byDefault, Label: "heat.import.option." + name, Hint: "heat.import.option." + name + "_hint"}
	for _, c := range choices {
		o.Choices = append(o.Choices, imports.Choice{Value: c, Label: "heat.import.option." + name + "_" + c})
	}
	return o
}

// Stations that a file names and the town does not know.
const (
	optionUnknown = "unknown_stations"
	choiceCreate  = "create"
	choiceReject  = "reject"
)

func unknownOption() imports.Option {
	return option(optionUnknown, choiceCreate, choiceCreate, choiceReject)
}

// stationCode reads the code of a row's station in the form addresses can carry.
func stationCode(rec *imports.Record, columnName string) string {
	code := rec.Text(columnName)
	if code != "" && (len([]rune(code)) > maxCode || !codeForm.MatchString(code)) {
		rec.Reject(columnName, "heat.problem.code", map[string]any{"Max": maxCode})
	}
	return code
}

// Statements about the stations that rows name. $1 is the town, $2 the import.
const (
	rejectUnknown = `
UPDATE ` + imports.StageTable + ` s
SET verdict = 'reject', problem = '` + keyUnknownStation + `', problem_column = 'station',
    problem_args = jsonb_build_object('Value', s.station)
WHERE s.verdict <> 'reject' AND NOT EXISTS (SELECT FROM heat.site p WHERE p.tenant_id = $1 AND p.code = s.station)`

	makeSites = `
WITH made AS (
  INSERT INTO heat.site (tenant_id, id, code, name, setting, import_id)
  SELECT DISTINCT ON (s.station) $1::uuid, s.id, s.station, s.station, 'unknown', $2::uuid
  FROM ` + imports.StageTable + ` s
  WHERE s.verdict IN ('create', 'update')
  ORDER BY s.station, s.line
  ON CONFLICT ON CONSTRAINT site_code_uq DO NOTHING
  RETURNING id
)
INSERT INTO heat.change (tenant_id, import_id, id, kind, site_id)
SELECT $1, $2, gen_random_uuid(), 'site', id FROM made`

	// Numbers follow each other from the town's counter. $3 is the quantity.
	makeSeries = `
WITH wanted AS (
  SELECT DISTINCT p.id, p.code
  FROM ` + imports.StageTable + ` s
  JOIN heat.site p ON p.tenant_id = $1 AND p.code = s.station
  WHERE s.verdict IN ('create', 'update') AND s.%[1]s IS NOT NULL
    AND NOT EXISTS (SELECT FROM heat.series x WHERE x.tenant_id = $1 AND x.site_id = p.id AND x.quantity = $3)
), counted AS (
  UPDATE heat.network
  SET next_series = next_series + (SELECT count(*) FROM wanted)::integer
  WHERE tenant_id = $1
  RETURNING next_series - (SELECT count(*) FROM wanted)::integer AS first
), made AS (
  INSERT INTO heat.series (tenant_id, number, site_id, quantity)
  SELECT $1, counted.first + (row_number() OVER (ORDER BY wanted.code))::integer - 1, wanted.id, $3
  FROM wanted
  CROSS JOIN counted
  RETURNING number
)
INSERT INTO heat.change (tenant_id, import_id, id, kind, series)
SELECT $1, $2, gen_random_uuid(), 'series', number FROM made`

	// What the import made and nothing else uses goes with it.
	undoSeries = `
DELETE FROM heat.series x
USING heat.change c
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'series' AND x.tenant_id = $1 AND x.number = c.series
  AND NOT x.live
  AND NOT EXISTS (SELECT FROM heat.day d WHERE d.tenant_id = $1 AND d.series = x.number)
  AND NOT EXISTS (SELECT FROM heat.hour h WHERE h.tenant_id = $1 AND h.series = x.number)`

	undoSites = `
DELETE FROM heat.site p
USING heat.change c
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'site' AND c.before IS NULL AND p.tenant_id = $1 AND p.id = c.site_id
  AND p.revision = 1
  AND NOT EXISTS (SELECT FROM heat.series x WHERE x.tenant_id = $1 AND x.site_id = p.id)
  AND NOT EXISTS (SELECT FROM heat.deployment d WHERE d.tenant_id = $1 AND d.site_id = p.id)`

	forgetChanges = `DELETE FROM heat.change WHERE tenant_id = $1 AND import_id = $2`
)

// matchStations rejects rows of unknown stations where the person wants that.
func matchStations(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if run.Options[optionUnknown] != choiceReject {
		return nil
	}
	_, err := tx.Exec(ctx, rejectUnknown, run.Tenant)
	return err
}

// execEach runs statements whose parameters are the town and the import.
func execEach(ctx context.Context, tx *db.Tx, run imports.Run, statements ...string) error {
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement, run.Tenant, run.ImportID); err != nil {
			return err
		}
	}
	return nil
}
