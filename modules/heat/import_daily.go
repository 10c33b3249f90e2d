package heat

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/services/ogc"
)

// dailyTarget imports daily figures that a network has computed itself: one
// station and one day a row, with maximum, minimum and mean.
type dailyTarget struct{ service *Service }

// Target columns of daily figures and readings.
const (
	colStation     = "station"
	colDay         = "day"
	colHighest     = "highest"
	colLowest      = "lowest"
	colMean        = "mean"
	colAt          = "at"
	colTemperature = "temperature"
	colHumidity    = "humidity"
)

// Describe implements imports.Target.
func (dailyTarget) Describe() imports.Description {
	return imports.Description{
		Code: TargetDaily, Title: "heat.import.daily.title", Summary: "heat.import.daily.summary", Icon: "calendar-days",
		Permission: PermissionImport, Position: imports.PositionNone, ResultPath: "/chaleur",
		Columns: []imports.Column{
			column(colStation, imports.KindText, "", "centre-01", true, stationAliases...),
			column(colDay, imports.KindDate, "", "2023-08-21", true, "date", "jour", "time", "aaaammjj", "journee"),
			column(colHighest, imports.KindNumber, "°C", "34,2", false, "daily_max", "tx", "max", "t_max", "tmax", "temperature_max", "maximum"),
			column(colLowest, imports.KindNumber, "°C", "21,4", false, "daily_min", "tn", "min", "t_min", "tmin", "temperature_min", "minimum"),
			column(colMean, imports.KindNumber, "°C", "27,1", false, "daily_mean", "tm", "moyenne", "mean", "t_moy", "tmoy", "temperature_moyenne", "tntxm"),
		},
		Options: []imports.Option{unknownOption()},
	}
}

// Stage implements imports.Target.
func (dailyTarget) Stage() []imports.StageColumn {
	return []imports.StageColumn{
		{Name: "station", Type: "text"},
		{Name: "day", Type: "date"},
		{Name: "highest", Type: "float8"},
		{Name: "lowest", Type: "float8"},
		{Name: "mean", Type: "float8"},
		{Name: "twin", Type: "text"},
		{Name: "series", Type: "integer"},
	}
}

// Prepare implements imports.Target.
func (t dailyTarget) Prepare(context.Context, *db.Tx, imports.Run) (imports.Checker, error) {
	return dailyChecker{today: localDay(t.service.now())}, nil
}

type dailyChecker struct{ today time.Time }

// Check implements imports.Checker.
func (c dailyChecker) Check(rec *imports.Record) ([]any, error) {
	code := stationCode(rec, colStation)
	day, ok := rec.Date(colDay)
	switch {
	case ok && day.YearOnly:
		rec.Reject(colDay, "heat.problem.year_alone", nil)
	case ok && day.After(c.today):
		rec.Reject(colDay, "heat.problem.future", nil)
	case ok && day.Before(oldest):
		rec.Reject(colDay, "heat.problem.past", nil)
	}
	highest, lowest, mean := c.degrees(rec, colHighest), c.degrees(rec, colLowest), c.degrees(rec, colMean)
	if under(highest, lowest) || under(highest, mean) || under(mean, lowest) {
		rec.Reject(colHighest, "heat.problem.order", nil)
	}
	if rec.Rejected() {
		return nil, nil
	}
	if highest == nil && lowest == nil && mean == nil {
		rec.Warn(colHighest, "heat.problem.empty_day", nil)
	}
	return []any{code, day.Time, highest, lowest, mean, code + "|" + day.Format(time.DateOnly), nil}, nil
}

// roundingSlack is how far a mean computed in floating point may lie beyond the
// extremes of a day whose values are all the same.
const roundingSlack = 0.01

// under reports whether both are known and the first lies below the second.
func under(a, b *float64) bool { return a != nil && b != nil && *a < *b-roundingSlack }

// degrees reads a temperature; what no thermometer of ours can say rejects the
// row: a figure is no reading, nothing tells which one was wrong.
func (dailyChecker) degrees(rec *imports.Record, name string) *float64 {
	v, ok := rec.Number(name)
	if !ok {
		return nil
	}
	if limit := limitsOf[Temperature]; v < limit.lowest || v > limit.highest {
		rec.Reject(name, "heat.problem.degrees", map[string]any{"Low": limit.lowest, "High": limit.highest})
	}
	return &v
}

const (
	skipEmptyDays = `
UPDATE ` + imports.StageTable + `
SET verdict = 'unchanged'
WHERE verdict = 'create' AND highest IS NULL AND lowest IS NULL AND mean IS NULL`

	findDailySeries = `
UPDATE ` + imports.StageTable + ` s
SET series = x.number
FROM heat.site p
JOIN heat.series x ON x.tenant_id = $1 AND x.site_id = p.id AND x.quantity = 'temperature'
WHERE p.tenant_id = $1 AND p.code = s.station AND s.verdict IN ('create', 'update')`

	// Readings of a whole day are worth more than figures made of them elsewhere. $2 is
	// how many hours that is.
	matchDays = `
UPDATE ` + imports.StageTable + ` s
SET verdict = CASE
      WHEN d.origin = 'readings' AND d.hours < $2 THEN 'update'
      WHEN d.origin = 'readings' OR (d.highest, d.lowest, d.mean) IS NOT DISTINCT FROM
        (coalesce(s.highest, d.highest), coalesce(s.lowest, d.lowest), coalesce(s.mean, d.mean)) THEN 'unchanged'
      ELSE 'update' END,
    problem = CASE WHEN d.origin = 'readings' AND d.hours >= $2 THEN '` + keyMeasuredDay + `' END
FROM heat.day d
WHERE d.tenant_id = $1 AND d.series = s.series AND d.day = s.day AND s.verdict = 'create'`
)

// Match implements imports.Target.
func (dailyTarget) Match(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if !run.Dry {
		if err := lockNetwork(ctx, tx); err != nil {
			return err
		}
	}
	if err := imports.RejectDuplicates(ctx, tx, "twin", colDay, "heat.problem.day_twice"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, skipEmptyDays); err != nil {
		return err
	}
	if err := matchStations(ctx, tx, run); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, findDailySeries, run.Tenant); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, matchDays, run.Tenant, wholeDay)
	return err
}

// dayFigures is what a change remembers of a day: what a file said of it, where
// readings stand before that too.
const dayFigures = `coalesce(d.told, jsonb_build_object('highest', d.highest, 'lowest', d.lowest, 'mean', d.mean, 'origin', d.origin))`

const (
	journalDays = `
INSERT INTO heat.change (tenant_id, import_id, id, kind, series, day, before)
SELECT $1, $2, s.id, 'day', s.series, s.day, ` + dayFigures + `
FROM ` + imports.StageTable + ` s
LEFT JOIN heat.day d ON d.tenant_id = $1 AND d.series = s.series AND d.day = s.day
WHERE s.verdict IN ('create', 'update')`

	// The minimum of a file's day stands for its night: it is what networks and
	// Météo-France call TN.
	mergeDays = `
INSERT INTO heat.day AS d (tenant_id, series, day, origin, n, good, hours, lowest, highest, mean, night_low, night_hours)
SELECT $1, series, day, 'file', 0, 0, 24, lowest, highest, mean, lowest, CASE WHEN lowest IS NULL THEN 0 ELSE 12 END
FROM ` + imports.StageTable + `
WHERE verdict = '%s'
ORDER BY series, day
ON CONFLICT ON CONSTRAINT day_pk DO UPDATE
SET origin = 'file', n = 0, good = 0, hours = excluded.hours,
    lowest = coalesce(excluded.lowest, ` + ofFile + `d.lowest END), highest = coalesce(excluded.highest, ` + ofFile + `d.highest END),
    mean = coalesce(excluded.mean, ` + ofFile + `d.mean END), night_low = coalesce(excluded.night_low, ` + ofFile + `d.night_low END),
    night_hours = greatest(excluded.night_hours, ` + ofFile + `d.night_hours END)`

	// Figures of a few readings are not mixed with those of a file.
	ofFile = `CASE WHEN d.origin = 'file' THEN `

	// Days of an import that no file had told of before.
	toldAnew = `(c.before IS NULL OR c.before ->> 'origin' = 'readings')`

	afterDays = `
UPDATE heat.change c
SET before = CASE WHEN c.before ->> 'origin' IS NULL THEN NULL ELSE c.before END, after = ` + dayFigures + `
FROM heat.day d
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'day' AND d.tenant_id = $1 AND d.series = c.series AND d.day = c.day`

	recallDaily = `
SELECT coalesce(array_agg(DISTINCT series), '{}')
FROM heat.change
WHERE tenant_id = $1 AND import_id = $2 AND kind = 'day'`

	countChangedDays = `
SELECT count(*)
FROM heat.change c
LEFT JOIN heat.day d ON d.tenant_id = $1 AND d.series = c.series AND d.day = c.day
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'day' AND c.after IS DISTINCT FROM ` + dayFigures

	// A day that readings touched stays theirs.
	removeDays = `
DELETE FROM heat.day d
USING heat.change c
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'day' AND c.before IS NULL
  AND d.tenant_id = $1 AND d.series = c.series AND d.day = c.day AND d.origin = 'file' AND d.seconds IS NULL`

	releaseDays = `
UPDATE heat.day d
SET origin = 'readings', told = NULL, n = coalesce(nullif(d.n, 0), cardinality(d.seconds), 0)
FROM heat.change c
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'day' AND ` + toldAnew + `
  AND d.tenant_id = $1 AND d.series = c.series AND d.day = c.day`

	restoreTold = `
UPDATE heat.day d
SET told = c.before
FROM heat.change c
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'day' AND NOT ` + toldAnew + `
  AND d.tenant_id = $1 AND d.series = c.series AND d.day = c.day`

	restoreDays = `
UPDATE heat.day d
SET told = NULL, ` + figuresTold + `
FROM heat.change c
WHERE c.tenant_id = $1 AND c.import_id = $2 AND c.kind = 'day' AND NOT ` + toldAnew + `
  AND d.tenant_id = $1 AND d.series = c.series AND d.day = c.day AND d.origin = 'file'`

	// The days of an import, as spans to compute anew.
	recallSpans = `
SELECT series, min(day)::timestamp AT TIME ZONE 'Europe/Paris', (max(day) + 1)::timestamp AT TIME ZONE 'Europe/Paris' - interval '1 second'
FROM heat.change c
WHERE tenant_id = $1 AND import_id = $2 AND kind = 'day' AND ` + toldAnew + `
GROUP BY series
ORDER BY series`
)

// Merge implements imports.Target.
func (dailyTarget) Merge(ctx context.Context, tx *db.Tx, run imports.Run) (o imports.Outcome, err error) {
	if _, err := tx.Exec(ctx, makeSites, run.Tenant, run.ImportID); err != nil {
		return o, err
	}
	if _, err := tx.Exec(ctx, fmt.Sprintf(makeSeries, "day"), run.Tenant, run.ImportID, Temperature); err != nil {
		return o, err
	}
	if _, err := tx.Exec(ctx, findDailySeries, run.Tenant); err != nil {
		return o, err
	}
	if _, err := tx.Exec(ctx, journalDays, run.Tenant, run.ImportID); err != nil {
		return o, err
	}
	for verdict, into := range map[imports.Verdict]*int64{imports.Create: &o.Created, imports.Update: &o.Updated} {
		tag, err := tx.Exec(ctx, fmt.Sprintf(mergeDays, verdict), run.Tenant)
		if err != nil {
			return o, err
		}
		*into = tag.RowsAffected()
	}
	run.Report(ctx, o.Created+o.Updated)
	if _, err := tx.Exec(ctx, afterDays, run.Tenant, run.ImportID); err != nil {
		return o, err
	}
	return o, finishDaily(ctx, tx, run)
}

// finishDaily brings up to date what the series say of themselves.
func finishDaily(ctx context.Context, tx *db.Tx, run imports.Run) error {
	var series []int32
	if err := tx.QueryRow(ctx, recallDaily, run.Tenant, run.ImportID).Scan(&series); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, recallSeries, run.Tenant, series); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, touchNetwork, run.Tenant); err != nil {
		return err
	}
	return ogc.Bump(ctx, tx, LayerID)
}

// Undo implements imports.Target.
func (dailyTarget) Undo(ctx context.Context, tx *db.Tx, run imports.Run) error {
	if err := lockNetwork(ctx, tx); err != nil {
		return err
	}
	var changed int64
	if err := tx.QueryRow(ctx, countChangedDays, run.Tenant, run.ImportID).Scan(&changed); err != nil {
		return err
	}
	if changed > 0 {
		return fault.New(fault.Conflict, "heat.fault.days_changed", fault.With(fault.Args{"Count": changed}))
	}
	if err := execEach(ctx, tx, run, removeDays, releaseDays, restoreTold, restoreDays); err != nil {
		return err
	}
	if err := refreshTold(ctx, tx, run); err != nil {
		return err
	}
	if err := finishDaily(ctx, tx, run); err != nil {
		return err
	}
	return execEach(ctx, tx, run, undoSeries, undoSites, forgetChanges)
}

// refreshTold gives the days that a file had told of the figures of their readings,
// where there are some.
func refreshTold(ctx context.Context, tx *db.Tx, run imports.Run) error {
	rows, err := tx.Query(ctx, recallSpans, run.Tenant, run.ImportID)
	if err != nil {
		return err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s span, err error) {
		return s, row.Scan(&s.series, &s.first, &s.last)
	})
	if err != nil || len(list) == 0 {
		return err
	}
	_, err = tx.Exec(ctx, refreshDays, spanArgs(tx, list)...)
	return err
}
