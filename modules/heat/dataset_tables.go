package heat

import "acvdata/services/datasets"

// The four datasets. Only what is public: a station the town hides is in none
// of them, and an older version may hold one that was hidden since (Screened).
// Devices, their numbers and who moved them stay at home.

func about(name, slug string, geometry datasets.Geometry, dateField string, frequency datasets.Frequency, page string, columns []columnDef) datasets.Description {
	return datasets.Description{
		ID: Code + "/" + name, Slug: slug, Title: "heat.dataset." + name + ".title", Summary: "heat.dataset." + name + ".summary",
		Theme: datasets.ThemeHeat, Keywords: []string{"heat.keyword.heat", "heat.keyword.island", "heat.keyword.climate", "heat.keyword.station"},
		Frequency: frequency, Fields: fieldsOf(columns), Geometry: geometry, DateField: dateField, Permission: PermissionRead, Page: page,
	}
}

func aboutStations() datasets.Description {
	d := about("stations", LayerID, datasets.Point, "", datasets.AsNeeded, "chaleur", stationRows.columns)
	d.Key, d.Screened = []string{"code"}, true
	return d
}

func aboutDays() datasets.Description {
	d := about("daily", "temperatures-quotidiennes", datasets.NoGeometry, "jour", datasets.Daily, "chaleur", dayRows.columns)
	d.Key, d.Screened = []string{"station", "jour", "grandeur"}, true
	return d
}

func aboutHours() datasets.Description {
	d := about("hourly", "temperatures-horaires", datasets.NoGeometry, "heure", datasets.Daily, "chaleur", hourRows.columns)
	d.Key, d.Screened = []string{"station", "heure", "grandeur"}, true
	return d
}

func aboutZones() datasets.Description {
	d := about("zones", "zones-climatiques-locales", datasets.Polygon, "", datasets.AsNeeded, "chaleur/zones", zoneRows.columns)
	d.Key = []string{"zone"}
	return d
}

var stationRows = rowsQuery{
	columns: []columnDef{
		{name: "code", kind: datasets.Text, required: true, equal: "p.code"},
		{name: "nom", kind: datasets.Text, required: true},
		{name: "environnement", kind: datasets.Text, equal: "p.setting"},
		{name: "reference", kind: datasets.Boolean, equal: "p.reference::text"},
		{name: "longitude", kind: datasets.Number},
		{name: "latitude", kind: datasets.Number},
		{name: "altitude_m", kind: datasets.Number, unit: "m"},
		{name: "premiere_mesure", kind: datasets.DateTime},
		{name: "derniere_mesure", kind: datasets.DateTime},
	},
	selected: `p.code, p.lon, p.lat, NULL::text, p.code, p.name, p.setting, p.reference, p.lon, p.lat, p.altitude_m, x.first_at, x.last_at`,
	from: `FROM heat.site p
LEFT JOIN heat.series x ON x.tenant_id = p.tenant_id AND x.site_id = p.id AND x.quantity = 'temperature'
WHERE p.tenant_id = $1 AND p.public`,
	order: `p.code COLLATE "C"`, parts: []string{`p.code COLLATE "C"`}, after: "%s",
	box: "p.lon >= %s AND p.lat >= %s AND p.lon <= %s AND p.lat <= %s",
}

// Daily and hourly figures of both quantities, in long form.
const figuresFrom = `
JOIN heat.series x ON x.tenant_id = f.tenant_id AND x.number = f.series
JOIN heat.site p ON p.tenant_id = x.tenant_id AND p.id = x.site_id AND p.public
WHERE f.tenant_id = $1`

var dayRows = rowsQuery{
	columns: []columnDef{
		{name: "station", kind: datasets.Text, required: true, equal: "p.code"},
		{name: "jour", kind: datasets.Date, required: true, equal: "f.day::text"},
		{name: "grandeur", kind: datasets.Text, required: true, equal: "x.quantity"},
		{name: "minimum", kind: datasets.Number},
		{name: "moyenne", kind: datasets.Number},
		{name: "maximum", kind: datasets.Number},
		{name: "minimum_nuit", kind: datasets.Number},
		{name: "heures_connues", kind: datasets.Integer},
		{name: "heures_nuit_connues", kind: datasets.Integer},
		{name: "origine", kind: datasets.Text, equal: "f.origin"},
	},
	selected: `x.number || '~' || f.day, NULL::float8, NULL::float8, NULL::text,
  p.code, f.day, x.quantity, f.lowest, f.mean, f.highest, f.night_low, f.hours::integer, f.night_hours::integer, f.origin`,
	from:  "FROM heat.day f" + figuresFrom,
	order: "x.number, f.day", parts: []string{"x.number", "f.day"}, after: "%s, %s", day: "f.day",
}

var hourRows = rowsQuery{
	columns: []columnDef{
		{name: "station", kind: datasets.Text, required: true, equal: "p.code"},
		{name: "heure", kind: datasets.DateTime, required: true},
		{name: "grandeur", kind: datasets.Text, required: true, equal: "x.quantity"},
		{name: "minimum", kind: datasets.Number},
		{name: "moyenne", kind: datasets.Number},
		{name: "maximum", kind: datasets.Number},
		{name: "mesures", kind: datasets.Integer},
		{name: "mesures_retenues", kind: datasets.Integer},
	},
	selected: `x.number || '~' || extract(epoch FROM f.at)::bigint, NULL::float8, NULL::float8, NULL::text,
  p.code, f.at, x.quantity, f.lowest, f.total / nullif(f.good, 0), f.highest, f.n, f.good`,
	from:  "FROM heat.hour f" + figuresFrom,
	order: "x.number, f.at", parts: []string{"x.number", "f.at"}, after: "%s, %s", day: "f.at",
}

var zoneRows = rowsQuery{
	columns: []columnDef{
		{name: "zone", kind: datasets.Integer, required: true},
		{name: "lcz", kind: datasets.Text, required: true, equal: lczCode},
		{name: "lcz_secondaire", kind: datasets.Text},
		{name: "unicite", kind: datasets.Number},
		{name: "surface_m2", kind: datasets.Number, unit: "m²"},
		{name: "code_source", kind: datasets.Text, equal: "z.code"},
	},
	selected: `z.number::text, NULL::float8, NULL::float8, ST_AsGeoJSON(z.geom, 6), z.number, ` + lczCode + `,
  CASE WHEN z.secondary <= 10 THEN z.secondary::text ELSE chr(z.secondary + 54) END, z.uniqueness, z.area_m2, z.code`,
	from: `FROM heat.network n
JOIN heat.lcz_zone z ON z.tenant_id = n.tenant_id AND z.layer = n.lcz_layer
WHERE n.tenant_id = $1`,
	order: "z.number", parts: []string{"z.number"}, after: "%s",
	// A box without width or height is a line or a point: as a polygon it is none, and
	// PostGIS answers now so, now otherwise.
	box: "ST_Intersects(z.geom, ST_Envelope(ST_SetSRID(ST_MakeLine(ST_MakePoint(%s, %s), ST_MakePoint(%s, %s)), 4326)))",
}

// lczCode writes a class as people do: 1 to 10, A (65, from 11) to G.
const lczCode = `CASE WHEN z.class <= 10 THEN z.class::text ELSE chr(z.class + 54) END`
