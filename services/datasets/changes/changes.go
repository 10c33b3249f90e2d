package changes

import "io"

// Kind is what happened to a row.
type Kind string

// The closed list of kinds, in the order people see them.
const (
	Added   Kind = "added"
	Changed Kind = "changed"
	Removed Kind = "removed"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Added, Changed, Removed} }

// Known reports whether the kind is of the list.
func (k Kind) Known() bool { return k == Added || k == Changed || k == Removed }

// Column is a column of an edition.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type,omitempty"` // as the edition recorded it, "" when it did not
}

// Edition is one side of a comparison: lines of JSON, with the columns of every
// line in their order.
type Edition struct {
	Open    func() (io.ReadCloser, error) // may be called twice
	Columns []Column
}

// Why rows are told by their content.
const (
	NoKey        = "no_key"        // the dataset has none that both editions hold
	DuplicateKey = "duplicate_key" // two rows have the same
)

// Summary is what a comparison found. It is stored as it is.
type Summary struct {
	Added   int64 `json:"added"`
	Changed int64 `json:"changed"`
	Removed int64 `json:"removed"`
	Same    int64 `json:"same"`

	Key     []string       `json:"key,omitempty"`  // columns that told rows apart
	Why     string         `json:"why,omitempty"`  // why there is no key, "" when there is
	Rows    []Column       `json:"rows,omitempty"` // columns of rows: the newer edition's, then those only the older had
	Columns []ColumnChange `json:"columns,omitempty"`
	Touched []Touched      `json:"touched,omitempty"` // columns in which rows changed
	Blocks  []Block        `json:"blocks,omitempty"`
}

// Total is how many rows were added, changed or removed.
func (s Summary) Total() int64 { return s.Added + s.Changed + s.Removed }

// Count is how many rows a kind of change befell, all of them for "".
func (s Summary) Count(k Kind) int64 {
	switch k {
	case Added:
		return s.Added
	case Changed:
		return s.Changed
	case Removed:
		return s.Removed
	}
	return s.Total()
}

// Retyped is the change of a column that holds another type of values.
const Retyped = "retyped"

// ColumnChange is what happened to a column: Added, Removed or Retyped.
type ColumnChange struct {
	Name   string `json:"name"`
	Change string `json:"change"`
	From   string `json:"from,omitempty"` // type before
	To     string `json:"to,omitempty"`   // type now
}

// Touched is a column with how many rows changed in it.
type Touched struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// Block is a part of the file of changes that can be read alone.
type Block struct {
	At      int64 `json:"at"` // byte of the file
	Size    int64 `json:"size"`
	Added   int   `json:"a,omitempty"`
	Changed int   `json:"c,omitempty"`
	Removed int   `json:"r,omitempty"`
	Touched []int `json:"t,omitempty"` // rows changed in each of Summary.Touched, trailing zeros left out
}
