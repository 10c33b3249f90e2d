package geopackage

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Kinds of values in a record, section 2.1 of the format.
const (
	kindNull  = 0
	kindFloat = 7
	kindZero  = 8
	kindOne   = 9
	kindBlob  = 12 // and twice its length
	kindText  = 13 // and twice its length
)

// record is a row as SQLite keeps it: the kinds of its values, then the values.
type record struct {
	kinds, values, whole []byte
}

func (r *record) reset() { r.kinds, r.values = r.kinds[:0], r.values[:0] }

// bytes is the record; it is the record's again at the next call.
func (r *record) bytes() []byte {
	size := 1 + len(r.kinds) // the size counts itself
	if size > 0x7f {
		size++
	}
	r.whole = append(appendVarint(r.whole[:0], uint64(size)), r.kinds...)
	r.whole = append(r.whole, r.values...)
	return r.whole
}

func (r *record) null() { r.kinds = append(r.kinds, kindNull) }

func (r *record) blob(b []byte) {
	r.kinds = appendVarint(r.kinds, uint64(kindBlob+2*len(b)))
	r.values = append(r.values, b...)
}

// add puts a value behind the others: nil, int64, float64, bool or string. NaN is
// no value, as SQLite has it.
func (r *record) add(v any) {
	switch v := v.(type) {
	case nil:
		r.null()
	case string:
		r.kinds = appendVarint(r.kinds, uint64(kindText+2*len(v)))
		r.values = append(r.values, v...)
	case int64:
		r.integer(v)
	case float64:
		if math.IsNaN(v) {
			r.null()
			return
		}
		r.kinds = append(r.kinds, kindFloat)
		r.values = binary.BigEndian.AppendUint64(r.values, math.Float64bits(v))
	case bool:
		kind := byte(kindZero)
		if v {
			kind = kindOne
		}
		r.kinds = append(r.kinds, kind)
	default:
		panic(fmt.Sprintf("geopackage: %T is no value of a column", v))
	}
}

// integer writes a whole number in as few bytes as there is a kind for.
func (r *record) integer(n int64) {
	if n == 0 || n == 1 {
		r.kinds = append(r.kinds, kindZero+byte(n))
		return
	}
	magnitude := uint64(n)
	if n < 0 {
		magnitude = ^magnitude
	}
	for i, size := range [...]int{1, 2, 3, 4, 6, 8} {
		if size < 8 && magnitude >= 1<<(8*size-1) {
			continue
		}
		r.kinds = append(r.kinds, byte(i+1))
		for shift := 8 * (size - 1); shift >= 0; shift -= 8 {
			r.values = append(r.values, byte(n>>shift))
		}
		return
	}
}
