package geopackage

import (
	"context"
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

// batch is how many rows one statement holds.
const batch = 16

// Writer fills a database in a temporary folder; Close writes it out. Not safe for
// concurrent use.
type Writer struct {
	out    io.Writer
	layer  Layer
	folder string
	db     *sql.DB
	tx     *sql.Tx
	insert *sql.Stmt // a batch
	one    *sql.Stmt

	geom    string
	pending []any
	rows    int64
	cells   []cell
	all     orb.Bound
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

func (w *Writer) open() (err error) {
	// Nobody reads the file before it is whole, and a killed process leaves it.
	w.db, err = sql.Open("sqlite", "file:"+w.path()+"?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=locking_mode(exclusive)")
	if err != nil {
		return err
	}
	w.db.SetMaxOpenConns(1)
	for _, statement := range w.schema() {
		if _, err := w.db.ExecContext(context.Background(), statement); err != nil {
			return fmt.Errorf("%w in %q", err, statement)
		}
	}
	if w.tx, err = w.db.BeginTx(context.Background(), nil); err != nil {
		return err
	}
	if w.insert, err = w.prepare(batch); err != nil {
		return err
	}
	w.one, err = w.prepare(1)
	return err
}

// prepare makes the statement that adds a number of rows.
func (w *Writer) prepare(rows int) (*sql.Stmt, error) {
	row := "(?,?" + strings.Repeat(",?", len(w.layer.Columns)) + ")"
	values := strings.TrimSuffix(strings.Repeat(row+",", rows), ",")
	return w.tx.PrepareContext(context.Background(), "INSERT INTO "+quoted(w.layer.Name)+" VALUES "+values)
}

// Write adds a row: its geometry, nil for none, and its values in the order of the
// columns, nil for those it lacks.
func (w *Writer) Write(g orb.Geometry, values []any) error {
	w.rows++
	var blob any
	if g != nil {
		b, err := encode(g)
		if err != nil {
			return err
		}
		blob = b
		w.place(g.Bound())
	}
	w.pending = append(append(w.pending, w.rows, blob), values...)
	if w.rows%batch != 0 {
		return nil
	}
	return w.flush(w.insert)
}

func (w *Writer) place(bound orb.Bound) {
	if len(w.cells) == 0 {
		w.all = bound
	}
	w.all = w.all.Union(bound)
	w.cells = append(w.cells, cell{id: w.rows, box: rtree.Around(bound)})
}

func (w *Writer) flush(statement *sql.Stmt) error {
	_, err := statement.ExecContext(context.Background(), w.pending...)
	w.pending = w.pending[:0]
	if err != nil {
		return fmt.Errorf("geopackage: %w", err)
	}
	return nil
}

// Close writes the file out and gives the temporary folder back.
func (w *Writer) Close() error {
	err := w.finish()
	if err == nil {
		err = w.copy()
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
	if w.db != nil {
		err = w.db.Close()
	}
	return errors.Join(err, os.RemoveAll(w.folder))
}

func (w *Writer) finish() error {
	rest := w.pending
	width := len(rest) / max(1, int(w.rows%batch))
	for from := 0; from < len(rest); from += width {
		w.pending = rest[from : from+width]
		if err := w.flush(w.one); err != nil {
			return err
		}
	}
	if err := w.describe(); err != nil {
		return err
	}
	if err := w.index(); err != nil {
		return err
	}
	if err := w.tx.Commit(); err != nil {
		return err
	}
	return w.db.Close()
}

func (w *Writer) copy() error {
	file, err := os.Open(w.path())
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	_, err = io.Copy(w.out, file)
	return err
}
