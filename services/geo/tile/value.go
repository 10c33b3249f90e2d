package tile

import "math"

// Value is an attribute's value. Its zero value is None: the feature does not
// have the attribute.
type Value struct {
	kind kind
	bits uint64
	text string
}

type kind uint8

const (
	none kind = iota
	text
	float
	integer
	boolean
)

// String is a text value.
func String(s string) Value { return Value{kind: text, text: s} }

// Int is a whole number.
func Int(v int64) Value { return Value{kind: integer, bits: uint64(v)} }

// Float is a number; NaN and infinities, which clients cannot read, are None.
func Float(v float64) Value {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Value{}
	}
	return Value{kind: float, bits: math.Float64bits(v)}
}

// Given reports whether the feature has the attribute.
func (v Value) Given() bool { return v.kind != none }

// Bool is true or false.
func Bool(v bool) Value {
	if v {
		return Value{kind: boolean, bits: 1}
	}
	return Value{kind: boolean}
}

// number is a value without text, the key of the numbers already written.
type number struct {
	kind kind
	bits uint64
}

// values is the dictionary of a layer: each distinct value is written once and
// features refer to it by its rank.
type values struct {
	texts   map[string]uint32
	numbers map[number]uint32
	written []byte // fields "values" of the layer
	count   uint32
}

// rank returns the place of a value in the dictionary, adding it if needed.
func (d *values) rank(v Value) uint32 {
	if d.texts == nil {
		d.texts, d.numbers = map[string]uint32{}, map[number]uint32{}
	}
	if v.kind == text {
		if rank, ok := d.texts[v.text]; ok {
			return rank
		}
		d.texts[v.text] = d.add(v)
		return d.count - 1
	}
	key := number{v.kind, v.bits}
	if rank, ok := d.numbers[key]; ok {
		return rank
	}
	d.numbers[key] = d.add(v)
	return d.count - 1
}

func (d *values) add(v Value) uint32 {
	d.written = appendValue(d.written, v)
	d.count++
	return d.count - 1
}

// The fields of a value message.
const (
	valueText  = 1<<3 | bytesWire
	valueFloat = 3<<3 | fixed64Wire
	valueInt   = 4<<3 | varintWire
	valueSint  = 6<<3 | varintWire
	valueBool  = 7<<3 | varintWire
)

// appendValue writes the field "values" of a layer with one value in it.
func appendValue(b []byte, v Value) []byte {
	b = append(b, layerValue)
	switch v.kind {
	case text:
		b = appendVarint(b, 1+uint64(varintLen(uint64(len(v.text)))+len(v.text)))
		b = append(b, valueText)
		return appendText(b, v.text)
	case float:
		b = append(b, 9, valueFloat)
		for shift := 0; shift < 64; shift += 8 {
			b = append(b, byte(v.bits>>shift))
		}
		return b
	case boolean:
		return append(b, 2, valueBool, byte(v.bits))
	default:
		return appendWhole(b, int64(v.bits))
	}
}

func appendWhole(b []byte, v int64) []byte {
	field, bits := byte(valueInt), uint64(v)
	if v < 0 {
		field, bits = valueSint, zigzag(v)
	}
	b = appendVarint(b, 1+uint64(varintLen(bits)))
	return appendVarint(append(b, field), bits)
}
