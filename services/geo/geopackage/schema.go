package geopackage

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

const (
	srs     = 4326
	wgs84   = `GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]`
	instant = "2006-01-02T15:04:05.000Z"
)

// makeTables makes what every file holds before its rows, and notes where the
// tables begin that are filled.
func (w *Writer) makeTables(db *sql.DB) error {
	ctx := context.Background()
	for _, statement := range w.schema() {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%w in %q", err, statement)
		}
	}
	rows, err := db.QueryContext(ctx, `SELECT name, rootpage FROM sqlite_master WHERE type = 'table' AND rootpage > 0`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	w.roots = map[string]uint32{}
	for rows.Next() {
		var name string
		var root uint32
		if err := rows.Scan(&name, &root); err != nil {
			return err
		}
		w.roots[name] = root
	}
	return rows.Err()
}

// schema are the statements that make the tables (requirements 2 to 29).
func (w *Writer) schema() []string {
	return append([]string{
		"PRAGMA page_size = 4096",
		"PRAGMA application_id = 0x47504B47",
		"PRAGMA user_version = 10300",
		`CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
			organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)`,
		`INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
			('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL), ('WGS 84', 4326, 'EPSG', 4326, '` + wgs84 + `', NULL)`,
		`CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
			description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
			min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
			CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))`,
		`CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
			srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
			CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
			CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
			CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))`,
		`CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
			scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))`,
		`CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
			mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
			CONSTRAINT gdc_tn UNIQUE (table_name, name))`,
		w.layerTable(),
		"CREATE VIRTUAL TABLE " + quoted(w.indexName()) + " USING rtree(id, minx, maxx, miny, maxy)",
	}, w.triggers()...)
}

// layerTable has a key of its own, named so that no column has its name.
func (w *Writer) layerTable() string {
	var b strings.Builder
	b.WriteString("CREATE TABLE " + quoted(w.layer.Name) + " (" + quoted(free("fid", w.layer.Columns)) +
		" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, " + quoted(w.geom) + " " + string(w.layer.Kind))
	for _, c := range w.layer.Columns {
		b.WriteString(", " + quoted(c.Name) + " " + string(c.Type))
	}
	b.WriteString(")")
	return b.String()
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// describe fills the tables that say what the layer is, and which key comes next.
func (w *Writer) describe(db *sql.DB) error {
	exec := func(query string, values ...any) error {
		_, err := db.ExecContext(context.Background(), query, values...)
		return err
	}
	edges := make([]any, 4)
	if len(w.cells) > 0 {
		edges = []any{w.all.Min[0], w.all.Min[1], w.all.Max[0], w.all.Max[1]}
	}
	err := exec("INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", append(append([]any{
		w.layer.Name, "features", w.layer.Title, w.layer.Summary, w.layer.Written.UTC().Format(instant),
	}, edges...), srs)...)
	if err == nil {
		err = exec("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)", w.layer.Name, w.geom, string(w.layer.Kind), srs)
	}
	if err == nil {
		err = exec(`INSERT INTO gpkg_extensions VALUES (?, ?, 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')`,
			w.layer.Name, w.geom)
	}
	if err == nil && w.rows > 0 {
		err = exec("INSERT INTO sqlite_sequence VALUES (?, ?)", w.layer.Name, w.rows)
	}
	if err == nil {
		err = exec(`INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec130/#extension_schema', 'read-write')`)
	}
	for _, c := range w.layer.Columns {
		if err == nil && c.Title != "" {
			err = exec("INSERT INTO gpkg_data_columns (table_name, column_name, title) VALUES (?, ?, ?)", w.layer.Name, c.Name, c.Title)
		}
	}
	return err
}

// appendGeometry writes a geometry as the format wants it: its own header, the box
// of what is more than a point, then WKB.
func appendGeometry(b []byte, g orb.Geometry) ([]byte, error) {
	flags := byte(1) // little-endian, no box
	_, point := g.(orb.Point)
	if !point {
		flags |= 1 << 1 // box in two dimensions
	}
	b = binary.LittleEndian.AppendUint32(append(b, 'G', 'P', 0, flags), srs)
	if p, is := g.(orb.Point); is {
		b = append(b, 1, 1, 0, 0, 0)
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1])), nil
	}
	bound := g.Bound()
	for _, edge := range [4]float64{bound.Min[0], bound.Max[0], bound.Min[1], bound.Max[1]} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(edge))
	}
	shape, err := wkb.Marshal(g, binary.LittleEndian)
	if err != nil {
		return b, fmt.Errorf("geopackage: %w", err)
	}
	return append(b, shape...), nil
}
