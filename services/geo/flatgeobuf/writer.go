package flatgeobuf

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"syscall"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"

	"acvdata/services/geo/rtree"
)

// magic opens a file: the format, its major version, its patch.
var magic = []byte{'f', 'g', 'b', 3, 'f', 'g', 'b', 1}

// ColumnType is the type of a column's values, numbered as in the format.
type ColumnType byte

// The types that a Writer takes, with the Go types of their values.
const (
	Bool     ColumnType = 2  // bool
	Long     ColumnType = 7  // int64
	Double   ColumnType = 10 // float64
	String   ColumnType = 11 // string
	DateTime ColumnType = 13 // string, ISO 8601
)

// Column is one property of the features.
type Column struct {
	Name  string
	Title string // for people, may be ""
	Type  ColumnType
}

// Kind is the kind of every feature's geometry, numbered as in the format.
type Kind byte

// The kinds that a Writer takes.
const (
	Unknown         Kind = 0
	Point           Kind = 1
	LineString      Kind = 2
	Polygon         Kind = 3
	MultiPoint      Kind = 4
	MultiLineString Kind = 5
	MultiPolygon    Kind = 6
)

// Layer is what the header says of the features. Positions are in degrees,
// longitude first (EPSG:4326).
type Layer struct {
	Name, Title string
	Kind        Kind
	Columns     []Column
}

// Writer gathers features in a temporary file, since the index stands before
// them; Close writes the whole. Not safe for concurrent use.
type Writer struct {
	out      io.Writer
	layer    Layer
	spill    *os.File
	spilled  *bufio.Writer
	size     uint64 // of the features so far
	items    []item
	envelope orb.Bound
	located  bool

	builder    *flatbuffers.Builder
	properties []byte
}

// item is a feature's place in the index: 24 bytes, so that a million of them are
// kept until Close.
type item struct {
	box    rtree.Box
	offset uint64 // in the temporary file
}

// New starts a file. It holds a temporary file until Close.
func New(out io.Writer, layer Layer) (*Writer, error) {
	spill, err := os.CreateTemp("", "acvdata-fgb-")
	if err != nil {
		return nil, fmt.Errorf("flatgeobuf: %w", err)
	}
	// Nameless from the start: it goes with the process, however that ends.
	if err := os.Remove(spill.Name()); err != nil {
		return nil, fmt.Errorf("flatgeobuf: %w", err)
	}
	return &Writer{
		out: out, layer: layer, spill: spill, spilled: bufio.NewWriterSize(spill, 256<<10),
		builder: flatbuffers.NewBuilder(4096),
	}, nil
}

// Write adds a feature: its geometry, nil for none, and its values in the order of
// the columns, nil for those it lacks.
func (w *Writer) Write(g orb.Geometry, values []any) error {
	it := item{box: rtree.Nowhere, offset: w.size}
	if g != nil {
		bound := g.Bound()
		if !w.located {
			w.envelope, w.located = bound, true
		}
		w.envelope = w.envelope.Union(bound)
		it.box = rtree.Around(bound)
	}
	w.builder.Reset()
	w.builder.FinishSizePrefixed(w.feature(g, values))
	b := w.builder.FinishedBytes()
	w.size += uint64(len(b))
	w.items = append(w.items, it)
	_, err := w.spilled.Write(b)
	return err
}

// feature builds the table of a feature; see feature.fbs of the format.
func (w *Writer) feature(g orb.Geometry, values []any) flatbuffers.UOffsetT {
	b := w.builder
	var shape flatbuffers.UOffsetT
	if g != nil {
		shape = geometry(b, g)
	}
	w.properties = w.properties[:0]
	for i, v := range values {
		if v != nil && i < len(w.layer.Columns) {
			w.properties = appendProperty(w.properties, i, v)
		}
	}
	properties := b.CreateByteVector(w.properties)
	b.StartObject(3)
	if g != nil {
		b.PrependUOffsetTSlot(0, shape, 0)
	}
	b.PrependUOffsetTSlot(1, properties, 0)
	return b.EndObject()
}

// appendProperty writes a column's number and its value.
func appendProperty(b []byte, column int, v any) []byte {
	order := binary.LittleEndian
	b = order.AppendUint16(b, uint16(column))
	switch v := v.(type) {
	case bool:
		if v {
			return append(b, 1)
		}
		return append(b, 0)
	case int64:
		return order.AppendUint64(b, uint64(v))
	case float64:
		return order.AppendUint64(b, math.Float64bits(v))
	case string:
		b = order.AppendUint32(b, uint32(len(v)))
		return append(b, v...)
	}
	panic(fmt.Sprintf("flatgeobuf: %T is no value of a column", v))
}

// Discard gives the temporary file back without writing anything.
func (w *Writer) Discard() error { return w.spill.Close() }

// Close writes the file and gives the temporary one back.
func (w *Writer) Close() error {
	defer func() { _ = w.spill.Close() }()
	if err := w.spilled.Flush(); err != nil {
		return fmt.Errorf("flatgeobuf: %w", err)
	}
	order := rtree.Along(len(w.items), func(i int) rtree.Box { return w.items[i].box })
	out := bufio.NewWriterSize(w.out, 256<<10)
	_, _ = out.Write(magic) // an error stays until Flush
	_, _ = out.Write(w.header())
	if err := w.writeIndex(out, order); err != nil {
		return err
	}
	if err := w.copyFeatures(out, order); err != nil {
		return err
	}
	return out.Flush()
}

// length of a feature, its size before it.
func (w *Writer) length(place uint32) uint64 {
	end := w.size
	if int(place)+1 < len(w.items) {
		end = w.items[place+1].offset
	}
	return end - w.items[place].offset
}

// copyFeatures writes the features in the order of the index. They lie anywhere in
// the temporary file, which is mapped: a call of the system for each costs more
// than all the rest, and the memory is the file's, which the system takes back.
func (w *Writer) copyFeatures(out io.Writer, order []uint32) (err error) {
	if w.size == 0 {
		return nil
	}
	features, err := syscall.Mmap(int(w.spill.Fd()), 0, int(w.size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("flatgeobuf: %w", err)
	}
	defer func() { err = errors.Join(err, syscall.Munmap(features)) }()
	for _, place := range order {
		from := w.items[place].offset
		if _, err := out.Write(features[from : from+w.length(place)]); err != nil {
			return err
		}
	}
	return nil
}
