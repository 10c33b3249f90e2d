package tables

import (
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"acvdata/services/datasets"
	"acvdata/services/imports"
	"acvdata/services/words"
)

// Table is one table of a town, as its present edition is.
type Table struct {
	ID      uuid.UUID
	Slug    string // in addresses, from its first title
	Title   string
	Theme   datasets.Theme
	Edition int   // 0 when every import of it was undone
	Version int64 // grows with every change
	Changed time.Time
	Columns []Column // in the order of the file
	Rows    int64
	Located int64 // rows with a position
	Charts  []Chart
	Import  uuid.UUID // that made the present edition, zero for none
	// Schema is what the file of the present edition respects, zero for none.
	Schema datasets.Schema

	all []Column // with those that nobody is shown; nil when there are none
}

// Column is one column of a table.
type Column struct {
	Name  string       `json:"name"`  // in files and addresses: "date_releve"
	Label string       `json:"label"` // as in the file, or as the town wrote since
	Kind  imports.Kind `json:"kind"`
	Slot  string       `json:"slot,omitempty"` // "" when the value is in extra
	Unit  string       `json:"unit,omitempty"`
	About string       `json:"about,omitempty"`
}

// Numeric reports whether values can be added up.
func (c Column) Numeric() bool { return c.Kind == imports.KindInteger || c.Kind == imports.KindNumber }

// Dated reports whether values place rows in time.
func (c Column) Dated() bool {
	return c.Kind == imports.KindDate || c.Kind == imports.KindMoment || c.Kind == imports.KindYear
}

// groupable columns are those rows can be counted by.
func (c Column) groupable() bool {
	return c.Slot != "" && (c.Kind == imports.KindText || c.Kind == imports.KindBool || c.Kind == imports.KindInteger || c.Dated())
}

// hide leaves out the columns of those names.
func (t *Table) hide(names []string) {
	if len(names) == 0 {
		return
	}
	t.all = t.Columns
	t.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c Column) bool { return slices.Contains(names, c.Name) })
}

// Column finds a column by name.
func (t *Table) Column(name string) (Column, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// Groupable lists the columns rows can be counted by.
func (t *Table) Groupable() []Column {
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c Column) bool { return !c.groupable() })
}

// The slots: how many of each type a row has. What does not fit goes to extra.
const (
	textSlots    = 32
	numberSlots  = 32
	dateSlots    = 8
	booleanSlots = 8
)

// slotClasses gives the first letter of the slots of a kind and how many there
// are.
func slotClass(k imports.Kind) (letter string, most int) {
	switch k {
	case imports.KindInteger, imports.KindNumber, imports.KindYear:
		return "n", numberSlots
	case imports.KindDate, imports.KindMoment:
		return "d", dateSlots
	case imports.KindBool:
		return "b", booleanSlots
	case imports.KindText:
	}
	return "t", textSlots
}

// taken are names that mean something else in the address of a list.
var taken = []string{"q", "bbox", "datetime", "limit", "after", "f", "tri", "sens", "longitude", "latitude", "apres"}

// place gives a file's columns their names and slots, the same for the same
// headings; what the town wrote of a column of the same name before is kept.
func place(kept []imports.Column, label func(imports.Column) string, before []Column) []Column {
	used, free := map[string]bool{}, map[string]int{}
	for _, name := range taken {
		used[name] = true
	}
	columns := make([]Column, len(kept))
	for i, k := range kept {
		c := Column{Label: label(k), Kind: k.Kind}
		base := words.Slug(c.Label, "_")
		if base == "" {
			base = "colonne_" + strconv.Itoa(i+1)
		}
		c.Name = base
		for n := 2; used[c.Name]; n++ {
			c.Name = base + "_" + strconv.Itoa(n)
		}
		used[c.Name] = true
		letter, most := slotClass(k.Kind)
		if free[letter] < most {
			free[letter]++
			c.Slot = letter + strconv.Itoa(free[letter])
		}
		for _, b := range before {
			if b.Name == c.Name {
				c.Label, c.Unit, c.About = b.Label, b.Unit, b.About
			}
		}
		columns[i] = c
	}
	return columns
}
