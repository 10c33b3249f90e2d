package heat

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/imports"
	"acvdata/services/ogc"
)

// readingsTarget imports readings: one station and one moment a row, with air
// temperature, humidity or both.
type readingsTarget struct{ service *Service }

// Options of an import of readings.
const (
	optionZone  = "zone"
	choiceLocal = "local"
	choiceUTC   = "utc"
)

// Describe implements imports.Target.
func (readingsTarget) Describe() imports.Description {
	return imports.Description{
		Code: TargetReadings, Title: "heat.import.readings.title", Summary: "heat.import.readings.summary", Icon: "thermometer",
		Permission: PermissionImport, Position: imports.PositionNone, ResultPath: "/chaleur",
		Columns: []imports.Column{
			column(colStation, imports.KindText, "", "centre-01", true, stationAliases...),
			column(colAt, imports.KindMoment, "", "2026-07-14 16:05", true,
				"date", "heure", "horodatage", "time", "timestamp", "datetime", "date_heure", "date_mesure", "aaaammjjhh"),
			column(colTemperature, imports.KindNumber, "°C", "31,4", false, "temp", "t", "ta", "temperature_air", "temperature_c", "tair"),
			column(colHumidity, imports.KindNumber, "%", "42", false, "humidite", "hr", "rh", "u", "hum", "humidite_relative", "relative_humidity"),
		},
		Options: []imports.Option{option(optionZone, choiceLocal, choiceLocal, choiceUTC), unknownOption()},
	}
}

// Stage implements imports.Target.
func (readingsTarget) Stage() []imports.StageColumn {
	return []imports.StageColumn{
		{Name: "station", Type: "text"},
		{Name: "at", Type: "timestamptz"},
		{Name: "temperature", Type: "float8"},
		{Name: "humidity", Type: "float8"},
		{Name: "twin", Type: "text"},
		{Name: "t_series", Type: "integer"},
		{Name: "h_series", Type: "integer"},
	}
}

// Prepare implements imports.Target.
func (t readingsTarget) Prepare(_ context.Context, _ *db.Tx, run imports.Run) (imports.Checker, error) {
	zone := paris
	if run.Options[optionZone] == choiceUTC {
		zone = time.UTC
	}
	return readingsChecker{latest: t.service.now().Add(clockSlack), zone: zone}, nil
}

type readingsChecker struct {
	latest time.Time
	zone   *time.Location
}

// Check implements imports.Checker. Implausible values are kept and flagged:
// that is the checks' work, and the reading stays what the device said.
func (c readingsChecker) Check(rec *imports.Record) ([]any, error) {
	code := stationCode(rec, colStation)
	at, ok := rec.Moment(colAt, c.zone)
	at = at.UTC().Truncate(time.Second)
	switch {
	case ok && at.After(c.latest):
		rec.Reject(colAt, "heat.problem.future", nil)
	case ok && at.Before(oldest):
		rec.Reject(colAt, "heat.problem.past", nil)
	}
	temperature, hasT := c.value(rec, colTemperature, Temperature)
	humidity, hasH := c.value(rec, colHumidity, Humidity)
	if !hasT && !hasH && !rec.Rejected() {
		rec.Warn(colTemperature, "heat.problem.empty_reading", nil)
	}
	if rec.Rejected() {
		return nil, nil
	}
	return []any{
		code, at, imports.Null(temperature, hasT), imports.Null(humidity, hasH),
		code + "|" + at.Format(time.RFC3339), nil, nil,
	}, nil
}

func (c readingsChecker) value(rec *imports.Record, name string, q Quantity) (float64, bool) {
	v, ok := rec.Number(name)
	if ok && math.Abs(v) >= mostReadable {
		rec.Warn(name, "heat.problem.unreadable", nil)
		return 0, false
	}
	if limit := limitsOf[q]; ok && (v < limit.lowest || v > limit.highest) {
		rec.Warn(name, "heat.problem.doubtful", map[string]any{"Low": limit.lowest, "High": limit.highest})
	}
	return v, ok
}

const (
	skipEmptyReadings = `
UPDATE ` + imports.StageTable + `
SET verdict = 'unchanged'
WHERE verdict = 'create' AND temperature IS NULL AND humidity IS NULL`

	findSeries = `
UPDATE ` + imports.StageTable + ` s
SET t_series = (SELECT x.number FROM heat.series x WHERE x.tenant_id = $1 AND x.site_id = p.id AND x.quantity = 'temperature'),
    h_series = (SELECT x.number FROM heat.series x WHERE x.tenant_id = $1 AND x.site_id = p.id AND x.quantity = 'humidity')
FROM heat.site p
WHERE p.tenant_id = $1 AND p.code = s.station AND s.verdict = 'create'`

	stagedSpans = `
SELECT series, min(at), max(at)
FROM (
  SELECT t_series AS series, at FROM ` + imports.StageTable + ` WHERE verdict = 'create' AND temperature IS NOT NULL
  UNION ALL
  SELECT h_series, at FROM ` + imports.StageTable + ` WHERE verdict = 'create' AND humidity IS NOT NULL
) touched
WHERE series IS NOT NULL
GROUP BY series`

	// A reading is never replaced: the same again changes nothing, another one of
	// the same moment is refused.
	matchReadings = `
UPDATE ` + imports.StageTable + ` s
SET verdict = CASE
      WHEN known.t <> s.temperature OR known.h <> s.humidity THEN 'reject'
      WHEN (s.temperature IS NULL OR known.t IS NOT NULL) AND (s.humidity IS NULL OR known.h IS NOT NULL) THEN 'unchanged'
      ELSE 'create' END,
    problem = CASE WHEN known.t <> s.temperature OR known.h <> s.humidity THEN '` + keyOtherValue + `' END,
    problem_column = CASE WHEN known.t <> s.temperature THEN 'temperature' WHEN known.h <> s.humidity THEN 'humidity' END,
    problem_args = CASE
      WHEN known.t <> s.temperature THEN jsonb_build_object('Known', known.t::text, 'Value', s.temperature::text)
      WHEN known.h <> s.humidity THEN jsonb_build_object('Known', known.h::text, 'Value', s.humidity::text) END
FROM (
  SELECT s.line, t.value AS t, h.value AS h
  FROM ` + imports.StageTable + ` s
  LEFT JOIN heat.reading t ON t.tenant_id = $1 AND t.series = s.t_series AND t.at = s.at AND t.at BETWEEN $2 AND $3
  LEFT JOIN heat.reading h ON h.tenant_id = $1 AND h.series = s.h_series AND h.at = s.at AND h.at BETWEEN $2 AND $3
  WHERE s.verdict = 'create' AND (t.at IS NOT NULL OR h.at IS NOT NULL)
) known
WHERE known.line = s.line`
)

// Match implements imports.Target.
func (readingsTarget) Match(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if !run.Dry {
		if err := lockNetwork(ctx, tx); err != nil {
			return err
		}
	}
	if err := imports.RejectDuplicates(ctx, tx, "twin", colAt, "heat.problem.moment_twice"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, skipEmptyReadings); err != nil {
		return err
	}
	if err := matchStations(ctx, tx, run); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, findSeries, run.Tenant); err != nil {
		return err
	}
	list, err := spansOf(ctx, tx, stagedSpans)
	if err != nil || len(list) == 0 {
		return err
	}
	if err := open(ctx, tx, list); err != nil {
		return err
	}
	args := spanArgs(tx, list)
	_, err = tx.Exec(ctx, matchReadings, args[0], args[4], args[5])
	return err
}

// spansOf reads series, first and last moment.
func spansOf(ctx context.Context, tx *db.Tx, query string, args ...any) ([]span, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s span, err error) {
		err = row.Scan(&s.series, &s.first, &s.last)
		return s, err
	})
}

const (
	takeBatch = `
WITH taken AS (
  UPDATE heat.network SET next_batch = next_batch + 1 WHERE tenant_id = $1 RETURNING next_batch - 1 AS number
)
INSERT INTO heat.batch (tenant_id, number, import_id)
SELECT $1, number, $2 FROM taken
RETURNING number`

	stagedMonths = `
SELECT heat.make_months(array(
  SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM ` + imports.StageTable + ` WHERE verdict = 'create'))`

	// It counts rows of the file: one may bring two readings.
	mergeReadings = `
WITH added AS (
  INSERT INTO heat.reading (tenant_id, at, value, series, batch)
  SELECT $1, at, value, series, $2::integer
  FROM (
    SELECT at, temperature AS value, t_series AS series FROM ` + imports.StageTable + ` WHERE verdict = 'create' AND temperature IS NOT NULL
    UNION ALL
    SELECT at, humidity, h_series FROM ` + imports.StageTable + ` WHERE verdict = 'create' AND humidity IS NOT NULL
  ) new
  ORDER BY series, at
  ON CONFLICT ON CONSTRAINT reading_pk DO NOTHING
  RETURNING series, at
)
SELECT count(DISTINCT (x.site_id, added.at))
FROM added
JOIN heat.series x ON x.tenant_id = $1 AND x.number = added.series`
)

// Merge implements imports.Target.
func (readingsTarget) Merge(ctx context.Context, tx *db.Tx, run imports.Run) (o imports.Outcome, err error) {
	if _, err := tx.Exec(ctx, makeSites, run.Tenant, run.ImportID); err != nil {
		return o, err
	}
	for _, q := range []Quantity{Temperature, Humidity} {
		if _, err := tx.Exec(ctx, fmt.Sprintf(makeSeries, q), run.Tenant, run.ImportID, q); err != nil {
			return o, err
		}
	}
	if _, err := tx.Exec(ctx, findSeries, run.Tenant); err != nil {
		return o, err
	}
	list, err := spansOf(ctx, tx, stagedSpans)
	if err != nil {
		return o, err
	}
	if err := open(ctx, tx, list); err != nil {
		return o, err
	}
	var batch int
	if err := tx.QueryRow(ctx, takeBatch, run.Tenant, run.ImportID).Scan(&batch); err != nil {
		return o, err
	}
	if _, err := tx.Exec(ctx, stagedMonths); err != nil {
		return o, err
	}
	if err := tx.QueryRow(ctx, mergeReadings, run.Tenant, batch).Scan(&o.Created); err != nil {
		return o, err
	}
	run.Report(ctx, o.Created)
	if err := refresh(ctx, tx, list); err != nil {
		return o, err
	}
	return o, ogc.Bump(ctx, tx, LayerID)
}

// Statements that undo an import of readings. $2 is its batch.
const (
	selectBatch = `SELECT coalesce((SELECT number FROM heat.batch WHERE tenant_id = $1 AND import_id = $2), 0)`

	packedSpansOfBatch = `
SELECT d.series, min(` + dayBegins + `), max(` + dayBegins + `) + interval '1 day'
FROM heat.day d
WHERE d.tenant_id = $1 AND d.batches @> ARRAY[$2::integer]
GROUP BY d.series`

	spansOfBatch = `
SELECT series, min(at), max(at)
FROM heat.reading
WHERE tenant_id = $1 AND batch = $2
GROUP BY series`

	deleteBatch = `DELETE FROM heat.reading WHERE tenant_id = $1 AND batch = $2`

	forgetBatch = `DELETE FROM heat.batch WHERE tenant_id = $1 AND import_id = $2`
)

// Undo implements imports.Target. Readings are never changed, so nothing can
// stand against it.
func (readingsTarget) Undo(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if err := lockNetwork(ctx, tx); err != nil {
		return err
	}
	var batch int
	if err := tx.QueryRow(ctx, selectBatch, run.Tenant, run.ImportID).Scan(&batch); err != nil {
		return err
	}
	if batch > 0 {
		if err := undoBatch(ctx, tx, run, batch); err != nil {
			return err
		}
	}
	if err := execEach(ctx, tx, run, undoSeries, undoSites, forgetChanges, forgetBatch); err != nil {
		return err
	}
	return ogc.Bump(ctx, tx, LayerID)
}

func undoBatch(ctx context.Context, tx *db.Tx, run imports.Run, batch int) error {
	packed, err := spansOf(ctx, tx, packedSpansOfBatch, run.Tenant, batch)
	if err != nil {
		return err
	}
	if err := open(ctx, tx, packed); err != nil {
		return err
	}
	list, err := spansOf(ctx, tx, spansOfBatch, run.Tenant, batch)
	if err != nil {
		return err
	}
	if err := open(ctx, tx, list); err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, deleteBatch, run.Tenant, batch)
	if err != nil {
		return err
	}
	run.Report(ctx, tag.RowsAffected())
	return forget(ctx, tx, list)
}
