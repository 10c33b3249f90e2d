package tabular

import (
	"strconv"
	"time"
)

// Number reads a cell as a number by the column's decimal mark. False for
// anything else, missing words included.
func (c *Column) Number(cell string) (float64, bool) { return ParseNumber(cell, c.Decimal) }

// Int reads a cell as a whole number.
func (c *Column) Int(cell string) (int64, bool) {
	cell = trim(cell)
	if v, err := strconv.ParseInt(cell, 10, 64); err == nil {
		return v, true
	}
	if c.Decimal == NoDecimal {
		return ParseInt(cell)
	}
	v, ok := ParseNumber(cell, c.Decimal)
	return wholeNumber(v, ok)
}

// Date reads a cell as a day by the column's order.
func (c *Column) Date(cell string) (time.Time, bool) { return ParseDate(cell, c.DateOrder) }

// DateTime reads a cell as a moment; loc is where times without an offset are.
func (c *Column) DateTime(cell string, loc *time.Location) (time.Time, bool) {
	return ParseDateTime(cell, c.DateOrder, loc)
}

// Bool reads a cell as yes or no.
func (c *Column) Bool(cell string) (value, ok bool) { return ParseBool(cell) }

// Position reads a cell that holds both coordinates, by the column's type.
func (c *Column) Position(cell string) (x, y float64, ok bool) { return ParsePosition(cell, c.Type) }
