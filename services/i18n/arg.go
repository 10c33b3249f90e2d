package i18n

import (
	"fmt"
	"strconv"
)

// Arg is what a message is filled with: values (V) or a count (N).
type Arg interface{ fill(*values) }

// V names the values of a message's placeholders: V{"Name": x} fills {{.Name}}.
// Integers and floats are written the French way; everything else as fmt does.
// An integer under "Count" also chooses the plural form.
type V map[string]any

// Text keeps a number as it is written: a year, a postcode.
func Text[I Integer](n I) string { return strconv.FormatInt(int64(n), 10) }

// Integer is any whole number of Go that fits an int64.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32
}

// N gives the count that chooses between one (0 and 1 in French) and other,
// and fills {{.Count}}.
func N[I Integer](n I) Arg { return count(n) }

type count int64

type values struct {
	data  map[string]any
	count any // int64, or nil when the message does not count
}

func (n count) fill(v *values) {
	v.count = int64(n)
	v.data["Count"] = Number(int64(n))
}

func (m V) fill(v *values) {
	for name, value := range m {
		if name == "Count" {
			if n, err := strconv.ParseInt(fmt.Sprint(value), 10, 64); err == nil {
				count(n).fill(v)
				continue
			}
		}
		v.data[name] = shown(value)
	}
}

// shown writes numbers in French and leaves the rest to fmt, so that a template
// can only print.
func shown(value any) string {
	switch x := value.(type) {
	case string:
		return x
	case int:
		return Number(x)
	case int64:
		return Number(x)
	case int32:
		return Number(x)
	case float64:
		return Decimal(x, -1)
	case fmt.Stringer:
		return x.String()
	}
	return fmt.Sprint(value)
}

func collect(args []Arg) values {
	v := values{data: map[string]any{}}
	for _, a := range args {
		a.fill(&v)
	}
	return v
}
