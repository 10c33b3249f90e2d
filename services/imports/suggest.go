package imports

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/geo/crs"
	"acvdata/services/tabular"
	"acvdata/tenants"
)

// suggest proposes a mapping from headings and types alone.
func suggest(d Description, f *tabular.File) Mapping {
	m := Mapping{Columns: map[string]int{}, Options: map[string]string{}, Position: PositionMapping{Mode: NoPosition}}
	for _, o := range d.Options {
		m.Options[o.Name] = o.Default
		if o.Named {
			m.Options[o.Name] = inWords(f.Name())
		}
	}
	if d.Position != PositionNone {
		m.Position = suggestPosition(f)
	}
	taken := m.Position.uses()
	if d.Free {
		m.keepAll(d, f, taken)
		return m
	}
	own, _ := returned(f.Headings())
	free := slices.DeleteFunc(slices.Clone(f.Columns()[:own]), func(c tabular.Column) bool { return slices.Contains(taken, c.Index) })
	wanted := make([]tabular.Wanted, len(d.Columns))
	for i, c := range d.Columns {
		wanted[i] = tabular.Wanted{Name: c.Name, Aliases: c.Aliases, Type: typeOf[c.Kind]}
	}
	for name, found := range tabular.MatchColumns(free, wanted) {
		m.Columns[name] = found.Column
	}
	return m
}

var typeOf = map[Kind]tabular.Type{
	KindText: tabular.Text, KindInteger: tabular.Integer, KindNumber: tabular.Number,
	KindDate: tabular.Date, KindBool: tabular.Boolean, KindMoment: tabular.DateTime, KindYear: tabular.Year,
}

// positionTypes are the types of one-column positions, the surest first.
var positionTypes = []struct {
	kind tabular.Type
	mode PositionMode
}{
	{tabular.Geometry, GeoCell}, {tabular.WKT, WKTCell}, {tabular.LatLon, LatLonCell}, {tabular.LonLat, LonLatCell},
}

// suggestPosition finds the columns of positions: a pair of numbers first, since
// people correct those and forget the geometry beside them.
func suggestPosition(f *tabular.File) PositionMapping {
	index := func(t tabular.Type) int {
		return slices.IndexFunc(f.Columns(), func(c tabular.Column) bool { return c.Type == t })
	}
	declared := f.CRS()
	if declared == 0 {
		declared = int(crs.WGS84)
	}
	if x, y := index(tabular.Longitude), index(tabular.Latitude); x >= 0 && y >= 0 {
		return PositionMapping{Mode: TwoColumns, X: x, Y: y, CRS: crs.WGS84}
	}
	if x, y := index(tabular.Easting), index(tabular.Northing); x >= 0 && y >= 0 {
		return PositionMapping{Mode: TwoColumns, X: x, Y: y, CRS: crs.Lambert93}
	}
	for _, candidate := range positionTypes {
		if x := index(candidate.kind); x >= 0 {
			return PositionMapping{Mode: candidate.mode, X: x, CRS: crs.Code(declared)}
		}
	}
	return positionByHeadings(f, crs.Code(declared))
}

// axes are what people call the columns of coordinates whose values alone do not
// give them away: few rows, few decimals, some blanks.
var axes = []tabular.Wanted{
	{Name: "longitude", Type: tabular.Number, Aliases: []string{"lon", "long", "lng", "x", "coord_x", "point_x", "x_wgs84", "x_l93", "x_lambert93", "easting"}},
	{Name: "latitude", Type: tabular.Number, Aliases: []string{"lat", "y", "coord_y", "point_y", "y_wgs84", "y_l93", "y_lambert93", "northing"}},
}

func positionByHeadings(f *tabular.File, code crs.Code) PositionMapping {
	found := tabular.MatchColumns(f.Columns(), axes)
	x, hasX := found["longitude"]
	y, hasY := found["latitude"]
	if !hasX || !hasY || x.Score < 1 || y.Score < 1 { // more words is another thing: "longueur x"
		return PositionMapping{Mode: NoPosition}
	}
	return PositionMapping{Mode: TwoColumns, X: x.Column, Y: y.Column, CRS: code}
}

// sampleSize is how many positions the coordinate system is guessed from.
const sampleSize = 500

// guessSystem looks at the first positions and sets the mapping's coordinate
// system to the one that puts them in the town. Axes that seem swapped are said
// and not swapped: that takes the person's word.
func guessSystem(ctx context.Context, f *tabular.File, m *Mapping, town *tenants.Tenant) ([]System, error) {
	if m.Position.Mode == NoPosition {
		return nil, nil
	}
	l := locator{mapping: m.Position, columns: f.Columns()}
	var samples []crs.XY
	for row, err := range f.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		record := Record{cells: row.Cells}
		if x, y, found, readable := l.read(&record); found && readable && !row.Unusable() {
			samples = append(samples, crs.XY{X: x, Y: y})
		}
		if len(samples) == sampleSize || row.Line > 20*sampleSize {
			break
		}
	}
	found := systems(crs.Guess(samples, town.Bounds))
	if len(found) > 0 {
		m.Position.CRS = found[0].Code
	}
	return found, nil
}

const (
	selectMapping = `SELECT mapping FROM imports.mapping WHERE tenant_id = $1 AND target = $2 AND shape = $3`

	upsertMapping = `
INSERT INTO imports.mapping (tenant_id, target, shape, mapping)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, target, shape) DO UPDATE SET mapping = excluded.mapping, updated_at = now()`
)

// recall gives the mapping the town used for the last file of the same shape.
func recall(ctx context.Context, tx *db.Tx, target, shape string) (*Mapping, error) {
	var raw []byte
	err := tx.QueryRow(ctx, selectMapping, tx.Tenant(), target, shape).Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m := &Mapping{}
	return m, json.Unmarshal(raw, m)
}

// remember keeps a mapping for the next file of the same shape.
func remember(ctx context.Context, tx *db.Tx, i *Import) error {
	_, err := tx.Exec(ctx, upsertMapping, tx.Tenant(), i.Target, i.Detection.Shape, i.Mapping)
	return err
}

// adopt takes what was remembered over the suggestion. An option the target has
// since got keeps its default.
func (m *Mapping) adopt(known *Mapping) {
	options := maps.Clone(m.Options)
	maps.Copy(options, known.Options)
	*m = *known
	m.Options = options
}
