package tabular

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/gdal"
	"acvdata/services/tabular/parquet"
)

// headSize is how much of a file is looked at to tell what it is.
const headSize = 256 << 10

// File is a table of text, understood and ready to be read. It is immutable
// and safe for concurrent use as long as its source is.
type File struct {
	source  io.ReaderAt
	size    int64
	name    string
	limits  Limits
	format  Format
	dialect Dialect
	eol     byte
	single  Encoding // of the lines that are not in UTF-8

	columns []Column
	crs     int

	sheets    []string
	sheet     string
	unpacked  *os.File // the text of the sheet or layer
	table     *parquet.File
	bare      bool // a layer without geometry
	geometry  bool // the last column holds geometries
	unlocated bool // positions are in a system the file does not name
	sampled   int  // rows the columns were decided on
	whole     bool // … which are all of them
}

// Option changes how a file is opened.
type Option func(*settings)

type settings struct {
	limits  Limits
	dialect *Dialect
	columns []Column
	sheet   string
	gdal    gdal.Tool
}

// WithLimits bounds the reading; zero fields keep their defaults.
func WithLimits(l Limits) Option { return func(s *settings) { s.limits = l } }

// WithDialect reads the file as the person said: Encoding, Separator, Quote,
// HeaderLine and Preamble are taken as they are, except an empty Encoding,
// which is found as usual.
func WithDialect(d Dialect) Option { return func(s *settings) { s.dialect = &d } }

// WithColumns takes the columns as the person corrected them (Type, Decimal,
// DateOrder, MissingWords). They must be the file's own columns, in order;
// columns of another file are ignored.
func WithColumns(columns []Column) Option { return func(s *settings) { s.columns = columns } }

// Open looks at a file and tells what it is. It reads a bounded part of it.
// Faults: invalid with "tabular.refused.…" when it is not a table of text that
// can be read, too_large when it passes a limit.
func Open(ctx context.Context, r io.ReaderAt, size int64, name string, options ...Option) (*File, error) {
	var s settings
	for _, o := range options {
		o(&s)
	}
	f := &File{source: r, size: size, name: path.Base(strings.ReplaceAll(name, "\\", "/")), limits: s.limits.withDefaults()}
	if err := f.understand(ctx, s); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if sameColumns(f.columns, s.columns) {
		f.columns = s.columns
	}
	return f, nil
}

// understand settles the format, the dialect and the columns.
func (f *File) understand(ctx context.Context, s settings) error {
	head, err := f.head(ctx, s)
	if err != nil {
		return err
	}
	if f.format == Parquet {
		return f.openParquet(ctx)
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return refuse("empty", f.name)
	}
	if start := bytes.TrimLeft(head, spaces); !f.isSheet() && looksJSON(start) {
		return f.openJSON(ctx, start)
	}
	return f.openText(ctx, head, s.dialect)
}

// looksJSON tells JSON from tables whose first cell is a {GUID} or a [Heading].
func looksJSON(start []byte) bool {
	inside := bytes.TrimLeft(start[1:], spaces)
	switch {
	case start[0] != '{' && start[0] != '[':
		return false
	case len(inside) == 0:
		return true
	case start[0] == '{':
		return inside[0] == '"' || inside[0] == '}'
	}
	return bytes.IndexByte([]byte(`{["]0123456789-`), inside[0]) >= 0
}

// head reads the file's first bytes as text, settling on the way whether it is
// compressed, in UTF-16, or to be read through a text made of it.
func (f *File) head(ctx context.Context, s settings) ([]byte, error) {
	if f.size == 0 {
		return nil, refuse("empty", f.name)
	}
	raw, err := peek(watched{ctx, io.NewSectionReader(f.source, 0, f.size)}, headSize)
	if err != nil {
		return nil, err
	}
	if f.format = f.container(raw); f.format == Parquet {
		return nil, nil
	} else if f.format != "" {
		if err := f.replace(ctx, s); err != nil {
			return nil, err
		}
		f.dialect.Encoding = UTF8
		return peek(watched{ctx, io.NewSectionReader(f.source, 0, f.size)}, headSize)
	}
	if f.dialect.Gzip = bytes.HasPrefix(raw, []byte{0x1f, 0x8b}); f.dialect.Gzip {
		text, err := f.stream(ctx)
		if err != nil {
			return nil, err
		}
		if raw, err = peek(text, headSize); err != nil {
			return nil, err
		}
	}
	encoding, markLength := wide(raw)
	if encoding == "" {
		if refused := unreadable(raw, f.name); refused != nil {
			return nil, refused
		}
		trimmed := trimMarks(raw)
		f.dialect.Marks = (len(raw) - len(trimmed)) / len(mark)
		return trimmed, nil
	}
	f.dialect.Encoding = encoding
	f.dialect.Marks = min(markLength, 1)
	text, err := f.stream(ctx)
	if err != nil {
		return nil, err
	}
	return peek(text, headSize)
}

// replace puts a text made of the file in its place.
func (f *File) replace(ctx context.Context, s settings) error {
	switch {
	case f.isSheet():
		return f.unpack(ctx, s.sheet)
	case f.format == KML:
		return f.placemarks(ctx)
	}
	return f.layers(ctx, s)
}

// sameColumns reports whether the columns kept are those of this file.
func sameColumns(found, kept []Column) bool {
	if len(found) != len(kept) {
		return false
	}
	for i := range found {
		if found[i].Heading != kept[i].Heading || kept[i].Index != i {
			return false
		}
	}
	return true
}

// Format is what the file is.
func (f *File) Format() Format { return f.format }

// Name is the file's own name, without folders.
func (f *File) Name() string { return f.name }

// Dialect is how a delimited file is written; of GeoJSON, its encoding.
func (f *File) Dialect() Dialect { return f.dialect }

// Columns are the columns as decided on a sample (or as WithColumns gave them).
// The slice must not be changed.
func (f *File) Columns() []Column { return f.columns }

// Headings are the columns' headings, in order, "" where there is none.
func (f *File) Headings() []string {
	names := make([]string, len(f.columns))
	for i := range f.columns {
		names[i] = f.columns[i].Heading
	}
	return names
}

// CRS is the EPSG code of the geometries where the file says it, 0 where it does
// not: then it is WGS 84, unless SystemUnknown.
func (f *File) CRS() int { return f.crs }

// Sampled is the number of rows that Columns was decided on, and whether these
// are all the rows of the file.
func (f *File) Sampled() (rows int, whole bool) { return f.sampled, f.whole }

// Shape stands for the file's format and headings: files of the same shape can
// share what a person decided about one of them.
func (f *File) Shape() string { return f.ShapeOf(len(f.columns)) }

// ShapeOf is the shape of the file with its first columns only.
func (f *File) ShapeOf(columns int) string {
	h := sha256.New()
	h.Write([]byte(f.format))
	for i := range f.columns[:columns] {
		h.Write([]byte{0})
		h.Write([]byte(strings.Join(tokens(f.columns[i].Heading), " ")))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// tooManyColumns is the fault of a table wider than the limit.
func (f *File) tooManyColumns(found int) *fault.Fault {
	return overLimit("too_many_columns", fault.Args{"Name": f.name, "Columns": found, "Limit": f.limits.Columns})
}
