package pmtiles

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"

	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
)

// nearest is the zoom of the points; further out there are counts.
const nearest = tile.CountZoom + 1

// ColumnType is what a column holds.
type ColumnType string

// The types of columns, as the metadata name them.
const (
	Text    ColumnType = "String"  // string
	Number  ColumnType = "Number"  // int64 or float64
	Boolean ColumnType = "Boolean" // bool
)

// Column is an attribute of the points.
type Column struct {
	Name string
	Type ColumnType
}

// Layer says what an archive holds.
type Layer struct {
	Name        string // of the archive
	Summary     string
	Attribution string
	Columns     []Column
}

// Writer gathers points; Close writes the archive. Not safe for concurrent use.
type Writer struct {
	out     io.Writer
	layer   Layer
	spill   *os.File
	spilled *bufio.Writer
	size    int64
	spots   []spot
	row     []byte
}

// spot is a point's place on the curve and in the temporary file.
type spot struct {
	place  uint64 // on the curve of zoom nearest
	code   int64  // qk
	offset int64
}

// New starts an archive. It holds a temporary file until Close or Discard.
func New(out io.Writer, layer Layer) (*Writer, error) {
	spill, err := temporary()
	if err != nil {
		return nil, err
	}
	return &Writer{out: out, layer: layer, spill: spill, spilled: bufio.NewWriterSize(spill, 256<<10)}, nil
}

// Write adds a point in degrees (WGS 84), with its values in the order of the
// columns: int64, float64, bool, string, nil for those it lacks. A place that no map
// of the world shows is left out.
func (w *Writer) Write(lon, lat float64, values []any) error {
	code, err := qk.Encode(lon, lat)
	if err != nil {
		return nil //nolint:nilerr // beyond the edge of the projection
	}
	x, y := qk.Split(code)
	w.spots = append(w.spots, spot{curve(nearest, x>>(qk.Zoom-nearest), y>>(qk.Zoom-nearest)), code, w.size})
	w.row = w.row[:0]
	for _, v := range values {
		w.row = appendValue(w.row, v)
	}
	row := binary.AppendUvarint(nil, uint64(len(w.row)))
	w.size += int64(len(row) + len(w.row))
	if _, err := w.spilled.Write(row); err != nil {
		return err
	}
	_, err = w.spilled.Write(w.row)
	return err
}

// Discard gives back what the writer holds.
func (w *Writer) Discard() error { return w.spill.Close() }

// Close cuts the tiles and writes the archive.
func (w *Writer) Close() error {
	defer func() { _ = w.spill.Close() }() // what is lost is temporary
	if err := w.spilled.Flush(); err != nil {
		return err
	}
	slices.SortFunc(w.spots, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.code, b.code), cmp.Compare(a.offset, b.offset))
	})
	tiles, err := newArchive()
	if err != nil {
		return err
	}
	for z := range uint32(nearest + 1) {
		if err := w.cut(tiles, z); err != nil {
			tiles.drop()
			return err
		}
	}
	metadata, err := w.metadata()
	if err != nil {
		tiles.drop()
		return err
	}
	return tiles.finish(w.out, metadata, w.view())
}

// cut makes the tiles of a zoom: points in one stand together on the curve.
func (w *Writer) cut(tiles *archive, z uint32) error {
	further := 2 * (nearest - z)
	for from := 0; from < len(w.spots); {
		place, to := w.spots[from].place>>further, from
		for to < len(w.spots) && w.spots[to].place>>further == place {
			to++
		}
		x, y := qk.Split(w.spots[from].code)
		drawn, err := w.draw(w.spots[from:to], z, x>>(qk.Zoom-z), y>>(qk.Zoom-z))
		if err != nil {
			return err
		}
		body, err := tile.Gzip(drawn)
		if err != nil {
			return err
		}
		if err := tiles.add(firstOf(z)+place, body); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// draw is the tile of the points within it, as the tile route draws it.
func (w *Writer) draw(spots []spot, z, x, y uint32) ([]byte, error) {
	if z < nearest {
		counts := map[int64]int64{}
		for _, s := range spots {
			counts[s.code>>tile.CellShift(z)]++
		}
		cells := tile.NewCells(z, x, y)
		for _, cell := range slices.Sorted(maps.Keys(counts)) {
			cells.Add(cell, counts[cell])
		}
		return cells.Encode(), nil
	}
	names := make([]string, len(w.layer.Columns))
	for i, c := range w.layer.Columns {
		names[i] = c.Name
	}
	points := tile.NewPoints(z, x, y, names...)
	for _, s := range spots {
		values, err := w.read(s.offset)
		if err != nil {
			return nil, err
		}
		points.Add(0, s.code, values...)
	}
	return points.Encode(), nil
}

// Kinds of values in the temporary file.
const (
	nothing byte = iota
	text
	whole
	real
	no
	yes
)

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(binary.AppendUvarint(append(b, text), uint64(len(v))), v...)
	case int64:
		return binary.AppendVarint(append(b, whole), v)
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, real), math.Float64bits(v))
	case bool:
		if v {
			return append(b, yes)
		}
		return append(b, no)
	}
	return append(b, nothing)
}

// read gives the values of the row at a place of the temporary file.
func (w *Writer) read(offset int64) ([]tile.Value, error) {
	r := bufio.NewReaderSize(io.NewSectionReader(w.spill, offset, w.size-offset), 512)
	length, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	b := make([]byte, length)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	values := make([]tile.Value, 0, len(w.layer.Columns))
	for len(b) > 0 {
		var v tile.Value
		v, b = readValue(b)
		values = append(values, v)
	}
	return values, nil
}

// readValue reads what appendValue wrote.
func readValue(b []byte) (tile.Value, []byte) {
	kind, b := b[0], b[1:]
	switch kind {
	case text:
		length, n := binary.Uvarint(b)
		end := n + int(length)
		return tile.String(string(b[n:end])), b[end:]
	case whole:
		v, n := binary.Varint(b)
		return tile.Int(v), b[n:]
	case real:
		return tile.Float(math.Float64frombits(binary.LittleEndian.Uint64(b))), b[8:]
	case no, yes:
		return tile.Bool(kind == yes), b
	}
	return tile.Value{}, b
}

// metadata are the layers with their attributes, as TileJSON 3 names them.
func (w *Writer) metadata() ([]byte, error) {
	fields := map[string]ColumnType{}
	for _, c := range w.layer.Columns {
		fields[c.Name] = c.Type
	}
	layer := func(id string, from, to int, fields map[string]ColumnType) map[string]any {
		return map[string]any{"id": id, "minzoom": from, "maxzoom": to, "fields": fields}
	}
	return json.Marshal(map[string]any{
		"name": w.layer.Name, "description": w.layer.Summary, "attribution": w.layer.Attribution, "type": "overlay", "format": "pbf",
		"vector_layers": []any{
			layer(tile.CellsLayer, 0, tile.CountZoom, map[string]ColumnType{tile.CountKey: Number}),
			layer(tile.PointsLayer, nearest, nearest, fields),
		},
	})
}

// view is the box of the points.
func (w *Writer) view() view {
	v := view{nearest: nearest}
	for i, s := range w.spots {
		lon, lat := qk.Decode(s.code)
		if i == 0 {
			v.west, v.south, v.east, v.north = lon, lat, lon, lat
		}
		v.west, v.south, v.east, v.north = min(v.west, lon), min(v.south, lat), max(v.east, lon), max(v.north, lat)
	}
	return v
}
