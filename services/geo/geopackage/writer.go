package geopackage

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/paulmach/orb"
	_ "modernc.org/sqlite" // the driver "sqlite": SQLite without C

	"acvdata/services/geo/rtree"
)

// Column is one column of the table.
type Column struct {
	Name  string
	Title string // for people, may be ""
	Type  Type
}

// Type is the type of a column's values, as the format names it.
type Type string

// The types of columns, with the Go types of their values.
const (
	Text     Type = "TEXT"     // string
	Integer  Type = "INTEGER"  // int64
	Real     Type = "DOUBLE"   // float64
	Boolean  Type = "BOOLEAN"  // bool
	Day      Type = "DATE"     // string, 2006-01-02
	DateTime Type = "DATETIME" // string, 2006-01-02T15:04:05.000Z
)

// Kind is the kind of every geometry, as the format names it.
type Kind string

// The kinds of layer.
const (
	Point           Kind = "POINT"
	MultiLineString Kind = "MULTILINESTRING"
	MultiPolygon    Kind = "MULTIPOLYGON"
)

// Layer is what the file says of the rows.
type Layer struct {
	Name, Title, Summary string
	Kind                 Kind
	Columns              []Column
	Written              time.Time
}

// geometryColumn gives way to a column of the same name.
const geometryColumn = "geom"

// Writer fills a database in a temporary folder; Close writes it out. Not safe for
// concurrent use.
type Writer struct {
	out    io.Writer
	layer  Layer
	folder string
	pages  *pages
	roots  map[string]uint32 // first pages of tables
	table  *tree

	geom   string
	record record
	blob   []byte
	rows   int64
	cells  []cell
	all    orb.Bound
}

// New starts a file. It holds a temporary folder until Close.
func New(out io.Writer, layer Layer) (*Writer, error) {
	folder, err := os.MkdirTemp("", "acvdata-gpkg-")
	if err != nil {
		return nil, fmt.Errorf("geopackage: %w", err)
	}
	w := &Writer{out: out, layer: layer, folder: folder, geom: free(geometryColumn, layer.Columns)}
	if err := w.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("geopackage: %w", err), w.Discard())
	}
	return w, nil
}

// free gives a name that no column has; SQLite does not tell capitals apart.
func free(name string, columns []Column) string {
	for _, c := range columns {
		if strings.EqualFold(c.Name, name) {
			return free(name+"_", columns)
		}
	}
	return name
}

func (w *Writer) path() string { return filepath.Join(w.folder, "layer.gpkg") }

// open has SQLite make the tables, and leaves the file to be filled.
func (w *Writer) open() (err error) {
	if err := w.withSQLite(w.makeTables); err != nil {
		return err
	}
	if w.pages, err = openPages(w.path()); err != nil {
		return err
	}
	w.table = newTree(w.pages, w.roots[w.layer.Name])
	return nil
}

// withSQLite opens the file for a while. Nobody reads it before it is whole, and a
// killed process leaves it: it needs no journal.
func (w *Writer) withSQLite(do func(*sql.DB) error) error {
	db, err := sql.Open("sqlite", "file:"+w.path()+"?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=locking_mode(exclusive)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	return errors.Join(do(db), db.Close())
}

// Write adds a row: its geometry, nil or an empty one for none, and its values in the order of the
// columns, nil for those it lacks.
func (w *Writer) Write(g orb.Geometry, values []any) (err error) {
	w.rows++
	w.record.reset()
	w.record.null() // the key stands beside the record
	if g == nil || g.Bound().IsEmpty() {
		w.record.null()
	} else {
		if w.blob, err = appendGeometry(w.blob[:0], g); err != nil {
			return err
		}
		w.record.blob(w.blob)
		w.place(g.Bound())
	}
	for _, v := range values {
		w.record.add(v)
	}
	if err := w.table.add(w.rows, w.record.bytes()); err != nil {
		return fmt.Errorf("geopackage: %w", err)
	}
	return nil
}

func (w *Writer) place(bound orb.Bound) {
	if len(w.cells) == 0 {
		w.all = bound
	}
	w.all = w.all.Union(bound)
	w.cells = append(w.cells, cell{id: w.rows, box: rtree.Around(bound)})
}

// Close writes the file out and gives the temporary folder back.
func (w *Writer) Close() error {
	err := w.finish()
	if err == nil {
		_, err = io.Copy(w.out, io.NewSectionReader(w.pages.file, 0, 1<<62))
	}
	if err != nil {
		err = fmt.Errorf("geopackage: %w", err)
	}
	return errors.Join(err, w.Discard())
}

// Discard gives the temporary folder back without writing anything. It may be
// called again.
func (w *Writer) Discard() error {
	var err error
	if w.pages != nil {
		err = w.pages.file.Close()
		w.pages = nil
	}
	return errors.Join(err, os.RemoveAll(w.folder))
}

func (w *Writer) finish() error {
	if err := w.table.finish(); err != nil {
		return err
	}
	if err := w.index(); err != nil {
		return err
	}
	if err := w.pages.finish(); err != nil {
		return err
	}
	return w.withSQLite(w.describe)
}
