package heat

import "fmt"

// Statements that compute figures anew for spans; see queries_reading.go for
// their parameters. Flags may have changed up to checkReach after a span.

var refreshHours = fmt.Sprintf(`
INSERT INTO heat.hour AS h (tenant_id, series, at, n, good, lowest, highest, total)
SELECT $1, r.series, date_trunc('hour', r.at), count(*), count(*) FILTER (WHERE r.flags = 0),
  min(r.value) FILTER (WHERE r.flags = 0), max(r.value) FILTER (WHERE r.flags = 0), sum(r.value) FILTER (WHERE r.flags = 0)
FROM `+spans+`
JOIN heat.reading r ON r.tenant_id = $1 AND r.series = span.series
  AND r.at >= date_trunc('hour', span.first) AND r.at < date_trunc('hour', span.last) + interval '%[1]d hours'
WHERE r.at >= date_trunc('hour', $5::timestamptz) AND r.at < date_trunc('hour', $6::timestamptz) + interval '%[1]d hours'
GROUP BY r.series, date_trunc('hour', r.at)
ON CONFLICT ON CONSTRAINT hour_pk DO UPDATE
SET n = excluded.n, good = excluded.good, lowest = excluded.lowest, highest = excluded.highest, total = excluded.total
WHERE (h.n, h.good, h.lowest, h.highest, h.total)
  IS DISTINCT FROM (excluded.n, excluded.good, excluded.lowest, excluded.highest, excluded.total)`, checkReach+1)

// A reading of the evening belongs to its own day and to the next one's night.
// The night of a day is from 20 h the evening before to 8 h, French time.
const (
	nightFrom = 20
	nightTo   = 8
)

var refreshDays = fmt.Sprintf(`
WITH local AS (
  SELECT h.series, h.n, h.good, h.lowest, h.highest, h.total, span.first, span.last, (h.at AT TIME ZONE 'Europe/Paris') AS at
  FROM `+spans+`
  JOIN heat.hour h ON h.tenant_id = $1 AND h.series = span.series
    AND h.at >= ((span.first AT TIME ZONE 'Europe/Paris')::date - interval '%[2]d hours') AT TIME ZONE 'Europe/Paris'
    AND h.at < (((span.last + interval '%[1]d hours') AT TIME ZONE 'Europe/Paris')::date + interval '2 days') AT TIME ZONE 'Europe/Paris'
  WHERE h.at >= $5::timestamptz - interval '2 days' AND h.at <= $6::timestamptz + interval '3 days'
), shared AS (
  SELECT local.*, at::date AS day, true AS of_day, extract(hour FROM at) < %[3]d AS of_night
  FROM local
  UNION ALL
  SELECT local.*, at::date + 1, false, true
  FROM local
  WHERE extract(hour FROM at) >= %[4]d
), figures AS (
  SELECT series, day, coalesce(sum(n) FILTER (WHERE of_day), 0) AS n, coalesce(sum(good) FILTER (WHERE of_day), 0) AS good,
    count(*) FILTER (WHERE of_day AND good > 0) AS hours,
    min(lowest) FILTER (WHERE of_day) AS lowest, max(highest) FILTER (WHERE of_day) AS highest,
    sum(total) FILTER (WHERE of_day) / nullif(sum(good) FILTER (WHERE of_day), 0) AS mean,
    min(lowest) FILTER (WHERE of_night) AS night_low, count(*) FILTER (WHERE of_night AND good > 0) AS night_hours
  FROM shared
  WHERE day >= (first AT TIME ZONE 'Europe/Paris')::date
    AND day <= ((last + interval '%[1]d hours') AT TIME ZONE 'Europe/Paris')::date + 1
  GROUP BY series, day
)
INSERT INTO heat.day AS d (tenant_id, series, day, origin, n, good, hours, lowest, highest, mean, night_low, night_hours)
SELECT $1, series, day, 'readings', n, good, hours, lowest, highest, mean, night_low, night_hours
FROM figures
WHERE n > 0
ON CONFLICT ON CONSTRAINT day_pk DO UPDATE
SET origin = excluded.origin, told = CASE WHEN d.origin = 'file' THEN `+dayAsTold+` ELSE d.told END, n = excluded.n, good = excluded.good, hours = excluded.hours, lowest = excluded.lowest,
    highest = excluded.highest, mean = excluded.mean, night_low = excluded.night_low, night_hours = excluded.night_hours
WHERE (d.origin <> 'file' OR excluded.hours >= %[5]d)
  AND (d.origin, d.n, d.good, d.hours, d.lowest, d.highest, d.mean, d.night_low, d.night_hours)
  IS DISTINCT FROM (excluded.origin, excluded.n, excluded.good, excluded.hours, excluded.lowest, excluded.highest, excluded.mean,
    excluded.night_low, excluded.night_hours)`, checkReach, hoursOfDay-nightFrom, nightTo, nightFrom, wholeDay)

// wholeDay is how many hours must be known for readings to stand before the figures
// that a file gave of the day: all of them, whatever share a town asks of its days.
// The file's are kept aside meanwhile.
const wholeDay = hoursOfDay

// dayAsTold are the figures a file gave of a day that rests on no reading.
const dayAsTold = `jsonb_build_object('highest', d.highest, 'lowest', d.lowest, 'mean', d.mean, 'origin', 'file')`

// takeBackDays lets the figures of a file stand again where too few readings are
// left of a day.
var takeBackDays = fmt.Sprintf(`
UPDATE heat.day d
SET origin = 'file', told = NULL, n = 0, good = 0, hours = %[1]d, `+figuresTold+`
FROM `+spans+`
WHERE d.tenant_id = $1 AND d.series = span.series AND d.told IS NOT NULL
  AND d.day BETWEEN (span.first AT TIME ZONE 'Europe/Paris')::date AND ((span.last + interval '%[2]d hours') AT TIME ZONE 'Europe/Paris')::date + 1
  AND $5::timestamptz <= $6::timestamptz
  AND (d.hours < %[3]d OR NOT EXISTS (
    SELECT FROM heat.hour h
    WHERE h.tenant_id = $1 AND h.series = d.series AND h.at >= `+dayBegins+`
      AND h.at < ((d.day + 1)::timestamp AT TIME ZONE 'Europe/Paris')))`, hoursOfDay, checkReach, wholeDay)

// figuresTold are the figures of a day out of what a file told.
const figuresTold = `highest = (d.told ->> 'highest')::float8, lowest = (d.told ->> 'lowest')::float8, mean = (d.told ->> 'mean')::float8,
    night_low = (d.told ->> 'lowest')::float8, night_hours = CASE WHEN d.told ->> 'lowest' IS NULL THEN 0 ELSE 12 END`

// refreshSeries keeps what a series has last said. A correction of the newest
// value, or its end, shows too.
const refreshSeries = `
UPDATE heat.series s
SET first_at = least(s.first_at, new.first_at), last_at = greatest(s.last_at, new.last_at),
    last_value = CASE WHEN new.value_at >= coalesce(s.value_at, '-infinity') THEN new.value ELSE s.last_value END,
    value_at = greatest(s.value_at, new.value_at),
    silent = CASE WHEN new.last_at > coalesce(s.last_at, '-infinity') THEN NULL ELSE s.silent END
FROM (
  SELECT r.series, min(r.at) AS first_at, max(r.at) AS last_at, max(r.at) FILTER (WHERE r.flags = 0) AS value_at,
    (array_agg(r.value ORDER BY r.at DESC) FILTER (WHERE r.flags = 0))[1] AS value
  FROM ` + spans + `
  JOIN heat.reading r ON r.tenant_id = $1 AND r.series = span.series AND r.at BETWEEN span.first AND span.last
  WHERE r.at BETWEEN $5 AND $6
  GROUP BY r.series
) new
WHERE s.tenant_id = $1 AND s.number = new.series`

// After readings are taken away: hours and days that rested on them alone go,
// and the series say what they say without them.
const (
	dropEmptyHours = `
DELETE FROM heat.hour h
USING ` + spans + `
WHERE h.tenant_id = $1 AND h.series = span.series AND h.at BETWEEN date_trunc('hour', span.first) AND span.last
  AND h.at BETWEEN date_trunc('hour', $5::timestamptz) AND $6
  AND NOT EXISTS (SELECT FROM heat.reading r WHERE r.tenant_id = $1 AND r.series = h.series AND r.at >= h.at AND r.at < h.at + interval '1 hour')`

	dropEmptyDays = `
DELETE FROM heat.day d
USING ` + spans + `
WHERE d.tenant_id = $1 AND d.series = span.series AND d.origin = 'readings' AND d.seconds IS NULL AND d.told IS NULL
  AND d.day BETWEEN (span.first AT TIME ZONE 'Europe/Paris')::date AND (span.last AT TIME ZONE 'Europe/Paris')::date
  AND $5::timestamptz <= $6::timestamptz
  AND NOT EXISTS (
    SELECT FROM heat.hour h
    WHERE h.tenant_id = $1 AND h.series = d.series AND h.at >= ` + dayBegins + `
      AND h.at < ((d.day + 1)::timestamp AT TIME ZONE 'Europe/Paris'))`

	recallSeries = `
UPDATE heat.series s
SET first_at = known.first_at, last_at = known.last_at, value_at = known.value_at, last_value = known.value
FROM (
  SELECT wanted.series, least(ends.first_day, hours.first_at) AS first_at, greatest(hours.last_at, ends.last_day) AS last_at,
    newest.at AS value_at, newest.total / newest.good AS value
  FROM unnest($2::integer[]) AS wanted (series)
  CROSS JOIN LATERAL (
    SELECT min(h.at) AS first_at, max(h.at) AS last_at FROM heat.hour h WHERE h.tenant_id = $1 AND h.series = wanted.series
  ) hours
  CROSS JOIN LATERAL (
    SELECT min(` + dayBegins + `) AS first_day, max(` + dayBegins + `) FILTER (WHERE d.origin = 'file') AS last_day
    FROM heat.day d WHERE d.tenant_id = $1 AND d.series = wanted.series
  ) ends
  LEFT JOIN LATERAL (
    SELECT h.at, h.total, h.good
    FROM heat.hour h
    WHERE h.tenant_id = $1 AND h.series = wanted.series AND h.good > 0
    ORDER BY h.at DESC
    LIMIT 1
  ) newest ON true
) known
WHERE s.tenant_id = $1 AND s.number = known.series`
)

// touchNetwork gives the town's heat data a new version.
const touchNetwork = `
INSERT INTO heat.network AS n (tenant_id)
VALUES ($1)
ON CONFLICT (tenant_id) DO UPDATE SET version = n.version + 1, changed_at = now()`
