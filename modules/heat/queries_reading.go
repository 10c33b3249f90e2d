package heat

import "fmt"

// Statements about readings. $1 is always the town; spans are three arrays, $2
// to $4: series, first and last moment, and $5 and $6 bound them all, so that
// PostgreSQL leaves out the months they do not touch.

const spans = `unnest($2::integer[], $3::timestamptz[], $4::timestamptz[]) AS span (series, first, last)`

// lockSeries makes writers of one series follow each other: figures are computed
// from what is committed.
const lockSeries = `
SELECT number
FROM heat.series
WHERE tenant_id = $1 AND number = ANY ($2::integer[])
ORDER BY number
FOR UPDATE`

// lockAllSeries is lockSeries for what takes the town's readings as they come: an
// import that computes figures of old days must find all of them, packed or not.
const lockAllSeries = `SELECT number FROM heat.series WHERE tenant_id = $1 ORDER BY number FOR UPDATE`

// makeMonths makes the partitions that the moments of $1 lie in.
const makeMonths = `SELECT heat.make_months(array(SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM unnest($1::timestamptz[]) AS at))`

// insertSamples stores what is not known yet. $5 is the batch.
const insertSamples = `
INSERT INTO heat.reading (tenant_id, at, value, series, batch)
SELECT $1, at, value, series, $5
FROM unnest($2::integer[], $3::timestamptz[], $4::float8[]) AS new (series, at, value)
ORDER BY series, at
ON CONFLICT ON CONSTRAINT reading_pk DO NOTHING`

// insertUnknown does the same where nothing is known.
const insertUnknown = `
INSERT INTO heat.reading (tenant_id, at, value, series, batch)
SELECT $1, at, value, series, $5
FROM unnest($2::integer[], $3::timestamptz[], $4::float8[]) AS new (series, at, value)`

// anyReading tells whether the spans hold a reading.
const anyReading = `
SELECT EXISTS (
  SELECT
  FROM ` + spans + `
  JOIN heat.reading r ON r.tenant_id = $1 AND r.series = span.series AND r.at BETWEEN span.first AND span.last
  WHERE r.at BETWEEN $5 AND $6)`

// packedDays are the packed days that spans reach.
const packedDays = `
SELECT DISTINCT d.series, d.day
FROM ` + spans + `
JOIN heat.day d ON d.tenant_id = $1 AND d.series = span.series
  AND d.day BETWEEN (span.first AT TIME ZONE 'Europe/Paris')::date AND (span.last AT TIME ZONE 'Europe/Paris')::date
WHERE d.seconds IS NOT NULL`

// dayBegins is the moment the local day d.day begins.
const dayBegins = `(d.day::timestamp AT TIME ZONE 'Europe/Paris')`

// unpackDays puts the readings of days, in arrays $2 and $3, back one row each.
const unpackDays = `
WITH opened AS (
  UPDATE heat.day d
  SET seconds = NULL, "values" = NULL, flags = NULL, batches = NULL
  FROM (
    SELECT d.series, d.day, d.seconds, d."values", d.flags, d.batches
    FROM unnest($2::integer[], $3::date[]) AS wanted (series, day)
    JOIN heat.day d ON d.tenant_id = $1 AND d.series = wanted.series AND d.day = wanted.day
    WHERE d.seconds IS NOT NULL
    FOR UPDATE
  ) was
  WHERE d.tenant_id = $1 AND d.series = was.series AND d.day = was.day
  RETURNING was.series, ` + dayBegins + ` AS began, was.seconds, was."values", was.flags, was.batches
)
INSERT INTO heat.reading (tenant_id, at, value, series, batch, flags)
SELECT $1, opened.began + one.second * interval '1 second', one.value, opened.series, one.batch, one.flags
FROM opened
CROSS JOIN LATERAL unnest(opened.seconds, opened."values", opened.flags, opened.batches) AS one (second, value, flags, batch)
ON CONFLICT ON CONSTRAINT reading_pk DO NOTHING`

// packReadings packs the town's readings from $2 to before $3. What a day holds
// already stays in front.
const packReadings = `
WITH gone AS (
  DELETE FROM heat.reading
  WHERE tenant_id = $1 AND at >= $2 AND at < $3
  RETURNING series, at, (at AT TIME ZONE 'Europe/Paris')::date AS day, value, flags, batch
), d AS (
  SELECT series, day, array_agg(extract(epoch FROM at - (day::timestamp AT TIME ZONE 'Europe/Paris'))::integer ORDER BY at) AS seconds,
    array_agg(value ORDER BY at) AS "values", array_agg(flags ORDER BY at) AS flags, array_agg(batch ORDER BY at) AS batches
  FROM gone
  GROUP BY series, day
)
INSERT INTO heat.day (tenant_id, series, day, origin, n, good, hours, night_hours, seconds, "values", flags, batches)
SELECT $1, series, day, 'readings', cardinality(seconds), 0, 0, 0, seconds, "values", flags, batches
FROM d
ON CONFLICT ON CONSTRAINT day_pk DO UPDATE
SET seconds = coalesce(day.seconds, '{}') || excluded.seconds, "values" = coalesce(day."values", '{}') || excluded."values",
    flags = coalesce(day.flags, '{}') || excluded.flags, batches = coalesce(day.batches, '{}') || excluded.batches`

// limitsTable lists the checks of each quantity.
var limitsTable = fmt.Sprintf(`(VALUES ('%s', %g, %g, %g, %g), ('%s', %g, %g, %g, %g)) AS rule (quantity, lowest, highest, jump, hours)`,
	Temperature, limitsOf[Temperature].lowest, limitsOf[Temperature].highest, limitsOf[Temperature].jump, limitsOf[Temperature].stuckHours,
	Humidity, limitsOf[Humidity].lowest, limitsOf[Humidity].highest, limitsOf[Humidity].jump, limitsOf[Humidity].stuckHours)

// judge sets the flags of readings in the spans and just after them, looking at
// their neighbours. A run of equal values is stuck once it is both long and
// numerous enough.
var judge = fmt.Sprintf(`
WITH near AS (
  SELECT r.series, r.at, r.value, r.flags, rule.lowest, rule.highest, rule.jump, rule.hours,
    r.at BETWEEN span.first AND span.last + interval '%[2]d hours' AS asked
  FROM `+spans+`
  JOIN heat.series s ON s.tenant_id = $1 AND s.number = span.series
  JOIN %[1]s ON rule.quantity = s.quantity
  JOIN heat.reading r ON r.tenant_id = $1 AND r.series = span.series
    AND r.at BETWEEN span.first - interval '%[2]d hours' AND span.last + interval '%[2]d hours'
  WHERE r.at BETWEEN $5::timestamptz - interval '%[2]d hours' AND $6::timestamptz + interval '%[2]d hours'
), beside AS (
  SELECT *, lag(value) OVER w AS before, lag(at) OVER w AS before_at
  FROM near
  WINDOW w AS (PARTITION BY series ORDER BY at)
), runs AS (
  SELECT *, count(*) FILTER (WHERE value IS DISTINCT FROM before) OVER (PARTITION BY series ORDER BY at) AS run
  FROM beside
), placed AS (
  SELECT *, at - min(at) OVER r AS still, row_number() OVER r AS rank
  FROM runs
  WINDOW r AS (PARTITION BY series, run ORDER BY at)
), verdict AS (
  SELECT series, at, flags AS was,
    (CASE WHEN value < lowest OR value > highest THEN %[3]d ELSE 0 END
    + CASE WHEN at - before_at <= interval '%[6]d minutes'
        AND abs(value - before) > jump * greatest(extract(epoch FROM at - before_at) / 60, 1) THEN %[4]d ELSE 0 END
    + CASE WHEN still >= hours * interval '1 hour' AND rank >= %[7]d THEN %[5]d ELSE 0 END)::smallint AS flags
  FROM placed
  WHERE asked
), changed AS MATERIALIZED ( -- few: whatever the join, it stays cheap on a table nobody has analysed
  SELECT series, at, flags FROM verdict WHERE flags <> was
)
UPDATE heat.reading r
SET flags = changed.flags
FROM changed
WHERE r.tenant_id = $1 AND r.series = changed.series AND r.at = changed.at
  AND r.at BETWEEN $5 AND $6::timestamptz + interval '%[2]d hours'`,
	limitsTable, checkReach, OutOfRange, Jump, Stuck, jumpMinutes, stuckReadings)
