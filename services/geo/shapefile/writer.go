package shapefile

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/flate"
	"github.com/paulmach/orb"

	"acvdata/services/geo/crs"
	"acvdata/tenants"
)

// ErrTooBig is returned for layers that the format cannot hold: 2 GB a part, 255
// columns, 65,535 bytes a row.
var ErrTooBig = errors.New("shapefile: the format holds less")

// Kind is the kind of every geometry of a layer, numbered as in the format.
type Kind int32

// The kinds of layer.
const (
	Point   Kind = 1 // orb.Point
	Line    Kind = 3 // orb.LineString, orb.MultiLineString
	Polygon Kind = 5 // orb.Polygon, orb.MultiPolygon
)

// Layer is what is written.
type Layer struct {
	Name   string // of the files in the zip
	Kind   Kind
	Fields []Field
}

// mostBytes is how long a part may be.
const mostBytes = 1<<31 - 1

// metropole is where Lambert-93 is meant for, the sea around left in.
var metropole = tenants.Bounds{West: -9.86, South: 41.15, East: 10.38, North: 51.56}

// Writer gathers rows in temporary files, since widths and boxes stand before
// them; Close writes the zip. Not safe for concurrent use.
type Writer struct {
	out     io.Writer
	layer   Layer
	columns []column
	shapes  *spill
	values  *spill
	lengths []int32 // of each record of the .shp, in bytes
	abroad  bool    // a position lies outside metropolitan France
	content []byte
}

// New starts a layer. It holds two temporary files until Close.
func New(out io.Writer, layer Layer) (*Writer, error) {
	if len(layer.Fields) > mostFields {
		return nil, fmt.Errorf("%w: %d columns", ErrTooBig, len(layer.Fields))
	}
	shapes, err := newSpill()
	if err != nil {
		return nil, err
	}
	values, err := newSpill()
	if err != nil {
		return nil, errors.Join(err, shapes.file.Close())
	}
	return &Writer{out: out, layer: layer, columns: columnsOf(layer.Fields), shapes: shapes, values: values}, nil
}

// Write adds a row: its geometry in degrees, nil for none, and its values as
// texts in the order of the fields: see Field.
func (w *Writer) Write(g orb.Geometry, values [][]byte) error {
	parts, err := w.layer.Kind.parts(g)
	if err != nil {
		return err
	}
	for _, part := range parts {
		for _, p := range part {
			w.abroad = w.abroad || !metropole.Contains(tenants.Point{Lon: p[0], Lat: p[1]}, 0)
		}
	}
	w.lengths = append(w.lengths, w.layer.Kind.length(parts))
	if err := w.shapes.write(appendParts(w.content[:0], parts)); err != nil {
		return err
	}
	w.content = w.content[:0]
	for i := range w.columns {
		w.columns[i].measure(values[i])
		w.content = binary.AppendUvarint(w.content, uint64(len(values[i])))
		w.content = append(w.content, values[i]...)
	}
	return w.values.write(w.content)
}

// Discard gives the temporary files back without writing anything.
func (w *Writer) Discard() error { return errors.Join(w.shapes.file.Close(), w.values.file.Close()) }

// Close writes the zip and gives the temporary files back. ErrTooBig when the
// rows do not fit; nothing is written then.
func (w *Writer) Close() error {
	defer func() { _ = w.Discard() }()
	total := int64(headerSize)
	for _, n := range w.lengths {
		total += int64(n) + 8
	}
	table := tableOf(w.columns, len(w.lengths))
	if total > mostBytes || table.size() > mostBytes || table.width > mostWidth {
		return fmt.Errorf("%w: %d rows", ErrTooBig, len(w.lengths))
	}
	convert, wkt, err := w.projection()
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w.out)
	archive.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	box, err := w.box(convert)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		extension string
		write     func(io.Writer) error
	}{
		{".shp", func(out io.Writer) error { return w.writeShapes(out, total, box, convert) }},
		{".shx", func(out io.Writer) error { return w.writeIndex(out, box) }},
		{".dbf", func(out io.Writer) error { return table.write(out, w.values) }},
		{".prj", text(wkt)},
		{".cpg", text("UTF-8")},
	} {
		if err := entry(archive, w.layer.Name+part.extension, part.write); err != nil {
			return err
		}
	}
	if err := entry(archive, "champs.csv", text(key(w.columns))); err != nil {
		return err
	}
	return archive.Close()
}

func (w *Writer) projection() (crs.Conversion, string, error) {
	if w.abroad {
		return func(x, y float64) (float64, float64, error) { return x, y, nil }, degreesWKT, nil
	}
	convert, err := crs.Between(crs.WGS84, crs.Lambert93)
	return convert, lambertWKT, err
}

func entry(archive *zip.Writer, name string, write func(io.Writer) error) error {
	w, err := archive.Create(name)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(w, 64<<10)
	if err := write(buffered); err != nil {
		return err
	}
	return buffered.Flush()
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// spill is a nameless temporary file of blocks.
type spill struct {
	file   *os.File
	buffer *bufio.Writer
}

func newSpill() (*spill, error) {
	file, err := os.CreateTemp("", "acvdata-shp-")
	if err != nil {
		return nil, fmt.Errorf("shapefile: %w", err)
	}
	// Nameless from the start: it goes with the process, however that ends.
	if err := os.Remove(file.Name()); err != nil {
		return nil, fmt.Errorf("shapefile: %w", err)
	}
	return &spill{file: file, buffer: bufio.NewWriterSize(file, 256<<10)}, nil
}

func (s *spill) write(block []byte) error {
	var size [binary.MaxVarintLen64]byte
	_, err := s.buffer.Write(size[:binary.PutUvarint(size[:], uint64(len(block)))])
	if err == nil {
		_, err = s.buffer.Write(block)
	}
	return err
}

// each gives the blocks one after the other; a block is lent until the next.
func (s *spill) each(yield func(block []byte) error) error {
	if err := s.buffer.Flush(); err != nil {
		return fmt.Errorf("shapefile: %w", err)
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("shapefile: %w", err)
	}
	in := bufio.NewReaderSize(s.file, 256<<10)
	var block []byte
	for {
		size, err := binary.ReadUvarint(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			if uint64(cap(block)) < size {
				block = make([]byte, size)
			}
			block = block[:size]
			_, err = io.ReadFull(in, block)
		}
		if err != nil {
			return fmt.Errorf("shapefile: %w", err)
		}
		if err := yield(block); err != nil {
			return err
		}
	}
}
