package trees

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Order is how a list is sorted.
type Order string

// The orders of lists; the tallest, thickest and youngest come first.
const (
	ByNumber        Order = "numero"
	BySpecies       Order = "essence"
	ByHeight        Order = "hauteur"
	ByCircumference Order = "circonference"
	ByBirth         Order = "plantation"
)

// Orders lists the orders as people see them.
func Orders() []Order { return []Order{ByNumber, BySpecies, ByHeight, ByCircumference, ByBirth} }

const (
	paramOrder  = "tri"
	paramAfter  = "apres"
	paramBefore = "avant"
)

// ParseOrder reads an order; what is not one is the first.
func ParseOrder(text string) Order {
	for _, o := range Orders() {
		if string(o) == text {
			return o
		}
	}
	return ByNumber
}

// LabelKey is the message key of the order's name.
func (o Order) LabelKey() string { return "trees.order." + string(o) }

// key is the SQL expression lists are sorted by before the number; each has its
// index (migration 0040), species apart: their names live in the register.
func (o Order) key() string {
	switch o {
	case ByHeight:
		return "coalesce(t.height_m, -1)"
	case ByCircumference:
		return "coalesce(t.circumference_cm, -1)"
	case ByBirth:
		return "coalesce(t.birth_year, -1)"
	case BySpecies:
		return `lower(unaccent(x.french)) COLLATE "C"`
	case ByNumber:
	}
	return ""
}

// descending reports whether the largest come first.
func (o Order) descending() bool { return o == ByHeight || o == ByCircumference || o == ByBirth }

// Cursor is a place in a sorted list: the key and number of a row.
type Cursor struct {
	Key    string // as text; "" when sorted by number
	Number int64
}

// String writes the cursor for an address.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", c.Number, c.Key))
}

// ParseCursor reads a cursor of an order. ok is false for the empty cursor and
// for one that was tampered with: the list then starts at its beginning.
func (o Order) ParseCursor(text string) (c Cursor, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return Cursor{}, false
	}
	number, key, _ := strings.Cut(string(raw), " ")
	c.Key = key
	if c.Number, err = strconv.ParseInt(number, 10, 64); err != nil || c.Number < 1 {
		return Cursor{}, false
	}
	return c, o.reads(key)
}

// reads reports whether a cursor's key is one of the order's.
func (o Order) reads(key string) bool {
	switch o {
	case ByNumber:
		return key == ""
	case BySpecies:
		return len(key) <= maxFilterText
	case ByHeight, ByCircumference, ByBirth:
	}
	v, err := strconv.ParseFloat(key, 64)
	return err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}
