package tableschema

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// reader reads a cell; false when it is none of its type.
type reader func(cell string) (value, bool)

// ordering is what two values are compared by.
type ordering int

const (
	byText ordering = iota
	byNumber
	byTime
)

// value is a cell as its type reads it.
type value struct {
	text   string // as it is compared when nothing else is, and as exact number
	number float64
	when   time.Time
	length int // characters of a text, items of a list
	order  ordering
	nested bool // a list or an object: its length counts items
}

// key is the same for two cells that mean the same.
func (v value) key() string {
	switch v.order {
	case byNumber:
		return strconv.FormatFloat(v.number, 'g', -1, 64)
	case byTime:
		return v.when.UTC().Format(time.RFC3339Nano)
	case byText:
	}
	return v.text
}

// compare is negative when v comes before w. Both are of one type, or texts.
func (v value) compare(w value) int {
	switch {
	case v.order != w.order:
		return strings.Compare(v.text, w.text)
	case v.order == byNumber:
		return cmp.Compare(v.number, w.number)
	case v.order == byTime:
		return v.when.Compare(w.when)
	}
	return strings.Compare(v.text, w.text)
}
