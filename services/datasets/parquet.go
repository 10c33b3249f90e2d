package datasets

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// parquetWriter writes Parquet with the types of the fields, and GeoParquet 1.1
// for a dataset with a geometry: WKB in WGS 84 in a column of its own, after the
// others.
type parquetWriter struct {
	out      *parquet.GenericWriter[any]
	d        Description
	geometry string // column, "" for none
	rows     []parquet.Row
	kinds    map[string]bool
	bound    orb.Bound
}

const (
	parquetGroup = 50_000 // rows kept before they are written
	parquetBatch = 256
)

func newParquet(w io.Writer, d Description) writer {
	p := &parquetWriter{d: d, kinds: map[string]bool{}}
	columns := orderedGroup{Group: parquet.Group{}}
	add := func(name string, node parquet.Node) {
		columns.Group[name] = parquet.Optional(node)
		columns.order = append(columns.order, name)
	}
	for _, f := range d.Fields {
		add(f.Name, parquetNode(f.Type))
	}
	if d.Geometry != NoGeometry {
		p.geometry = freeName(geometryName, d)
		add(p.geometry, parquet.Leaf(parquet.ByteArrayType))
	}
	p.out = parquet.NewGenericWriter[any](w, parquet.NewSchema("donnees", columns), parquet.Compression(&parquet.Snappy),
		parquet.MaxRowsPerRowGroup(parquetGroup), parquet.CreatedBy("ACV Data", "1", ""))
	return p
}

// freeName gives a name that no field has.
func freeName(name string, d Description) string {
	for {
		if _, taken := d.Field(name); !taken {
			return name
		}
		name += "_"
	}
}

// orderedGroup keeps columns in the order of the fields, where the library sorts
// them by name.
type orderedGroup struct {
	parquet.Group
	order []string
}

// Fields are the columns in order.
func (g orderedGroup) Fields() []parquet.Field {
	fields := g.Group.Fields()
	place := make(map[string]int, len(g.order))
	for i, name := range g.order {
		place[name] = i
	}
	slices.SortFunc(fields, func(a, b parquet.Field) int { return place[a.Name()] - place[b.Name()] })
	return fields
}

func parquetNode(t FieldType) parquet.Node {
	switch t { //nolint:exhaustive // texts, the others
	case Integer, Year:
		return parquet.Int(64)
	case Number:
		return parquet.Leaf(parquet.DoubleType)
	case Boolean:
		return parquet.Leaf(parquet.BooleanType)
	case Date:
		return parquet.Date()
	case DateTime:
		return parquet.Timestamp(parquet.Millisecond)
	}
	return parquet.String()
}

func (p *parquetWriter) Row(r Row) error {
	row := make(parquet.Row, 0, len(p.d.Fields)+1)
	for i, f := range p.d.Fields {
		row = append(row, level(parquetValue(f.Type, r.value(i)), i))
	}
	if p.geometry != "" {
		shape, err := p.shape(r)
		if err != nil {
			return err
		}
		row = append(row, level(shape, len(p.d.Fields)))
	}
	p.rows = append(p.rows, row)
	if len(p.rows) < parquetBatch {
		return nil
	}
	return p.flush()
}

// level says where a value stands and whether it is there.
func level(v parquet.Value, column int) parquet.Value {
	if v.IsNull() {
		return v.Level(0, 0, column)
	}
	return v.Level(0, 1, column)
}

func parquetValue(t FieldType, v any) parquet.Value {
	switch x := plainValue(Field{Type: t}, v).(type) {
	case nil:
		return parquet.NullValue()
	case int64:
		return parquet.Int64Value(x)
	case float64:
		return parquet.DoubleValue(x)
	case bool:
		return parquet.BooleanValue(x)
	case string:
		at, moment := v.(time.Time)
		switch {
		case moment && t == Date:
			return parquet.Int32Value(int32(dayOf(at).Unix() / (24 * 60 * 60)))
		case moment && t == DateTime:
			return parquet.Int64Value(at.UnixMilli())
		}
		return parquet.ByteArrayValue([]byte(x))
	}
	return parquet.NullValue()
}

// dayOf is the midnight, in universal time, of the day a time says.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func (p *parquetWriter) shape(r Row) (parquet.Value, error) {
	g, err := r.geometry()
	if g == nil || err != nil {
		return parquet.NullValue(), err
	}
	b, err := wkb.Marshal(g, binary.LittleEndian)
	if err != nil {
		return parquet.NullValue(), fmt.Errorf("shape of row %s: %w", r.ID, err)
	}
	if len(p.kinds) == 0 {
		p.bound = g.Bound()
	}
	p.bound = p.bound.Union(g.Bound())
	p.kinds[g.GeoJSONType()] = true
	return parquet.ByteArrayValue(b), nil
}

func (p *parquetWriter) flush() error {
	_, err := p.out.WriteRows(p.rows)
	p.rows = p.rows[:0]
	return err
}

func (p *parquetWriter) Close() error {
	if err := p.flush(); err != nil {
		return err
	}
	if p.geometry != "" {
		about, err := json.Marshal(p.about())
		if err != nil {
			return err
		}
		p.out.SetKeyValueMetadata("geo", string(about))
	}
	return p.out.Close()
}

// geoParquet is the metadata of the format, version 1.1.0; no system is named,
// which means longitude and latitude in WGS 84 (OGC:CRS84).
type geoParquet struct {
	Version string                      `json:"version"`
	Primary string                      `json:"primary_column"`
	Columns map[string]geoParquetColumn `json:"columns"`
}

type geoParquetColumn struct {
	Encoding string    `json:"encoding"`
	Kinds    []string  `json:"geometry_types"`
	BBox     []float64 `json:"bbox,omitempty"`
}

func (p *parquetWriter) about() geoParquet {
	column := geoParquetColumn{Encoding: "WKB", Kinds: []string{}}
	for kind := range p.kinds {
		column.Kinds = append(column.Kinds, kind)
	}
	slices.Sort(column.Kinds)
	if len(p.kinds) > 0 {
		column.BBox = []float64{p.bound.Min[0], p.bound.Min[1], p.bound.Max[0], p.bound.Max[1]}
	}
	return geoParquet{Version: "1.1.0", Primary: p.geometry, Columns: map[string]geoParquetColumn{p.geometry: column}}
}
