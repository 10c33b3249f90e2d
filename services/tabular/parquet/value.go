package parquet

import (
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	library "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/twpayne/go-geom/encoding/geojson"
	"github.com/twpayne/go-geom/encoding/wkb"
)

// writer writes a value that is there as text.
type writer func(library.Value) string

// writerOf says what a column holds and how it is written.
func writerOf(c *library.Column) (Kind, writer) {
	t := c.Type()
	if logical := t.LogicalType(); logical != nil && logical.Value != nil {
		switch l := logical.Value.(type) {
		case *format.DecimalType:
			return Number, decimal(int(l.Scale))
		case *format.DateType:
			return Day, day
		case *format.TimestampType:
			return Moment, moment(unitOf(l.Unit), l.IsAdjustedToUTC)
		case *format.TimeType:
			return Text, hour(unitOf(l.Unit))
		case *format.IntType:
			if !l.IsSigned {
				return Number, unsigned
			}
		case *format.UUIDType:
			return Text, identifier
		}
	}
	switch t.Kind() { //nolint:exhaustive // octets, the others
	case library.Boolean:
		return Bool, func(v library.Value) string { return strconv.FormatBool(v.Boolean()) }
	case library.Int32:
		return Number, func(v library.Value) string { return strconv.FormatInt(int64(v.Int32()), 10) }
	case library.Int64:
		return Number, func(v library.Value) string { return strconv.FormatInt(v.Int64(), 10) }
	case library.Float:
		return Number, func(v library.Value) string { return float(float64(v.Float()), 32) }
	case library.Double:
		return Number, func(v library.Value) string { return float(v.Double(), 64) }
	case library.Int96:
		return Moment, julian
	}
	return Text, text
}

// float writes every digit; what is no number is nothing.
func float(v float64, bits int) string {
	const huge, tiny = 1e21, 1e-9
	switch size := math.Abs(v); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return ""
	case size >= huge || size < tiny && size > 0:
		return strconv.FormatFloat(v, 'e', -1, bits)
	}
	short := strconv.FormatFloat(v, 'f', -1, bits)
	if !strings.Contains(short, ".") {
		short += ".0" // a column of fractions stays one when its first are whole
	}
	return short
}

func unsigned(v library.Value) string {
	if v.Kind() == library.Int32 {
		return strconv.FormatUint(uint64(v.Uint32()), 10)
	}
	return strconv.FormatUint(v.Uint64(), 10)
}

// text is UTF-8, or hexadecimal where the octets are no text.
func text(v library.Value) string {
	raw := v.ByteArray()
	if utf8.Valid(raw) {
		return string(raw)
	}
	return hex.EncodeToString(raw)
}

func identifier(v library.Value) string {
	id, err := uuid.FromBytes(v.ByteArray())
	if err != nil {
		return hex.EncodeToString(v.ByteArray())
	}
	return id.String()
}

// widest bounds a decimal: Parquet's own writers stop at 38 digits.
const widest = 64

// decimal writes a whole number at its scale.
func decimal(scale int) writer {
	return func(v library.Value) string {
		var n *big.Int
		switch v.Kind() {
		case library.Int32:
			n = big.NewInt(int64(v.Int32()))
		case library.Int64:
			n = big.NewInt(v.Int64())
		default:
			n = whole(v.ByteArray())
		}
		return scaled(n, scale)
	}
}

// whole reads a big-endian number in two's complement.
func whole(raw []byte) *big.Int {
	raw = raw[:min(len(raw), widest)]
	n := new(big.Int).SetBytes(raw)
	if len(raw) > 0 && raw[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
	}
	return n
}

func scaled(n *big.Int, scale int) string {
	if scale <= 0 || scale > widest {
		return n.String()
	}
	digits := new(big.Int).Abs(n).String()
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	at := len(digits) - scale
	sign := ""
	if n.Sign() < 0 {
		sign = "-"
	}
	return sign + digits[:at] + "." + digits[at:]
}

const secondsOfDay = 86_400

func day(v library.Value) string {
	return time.Unix(int64(v.Int32())*secondsOfDay, 0).UTC().Format(time.DateOnly)
}

// unitOf is a unit of time.
func unitOf(u format.TimeUnit) time.Duration {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return time.Millisecond
	case *format.MicroSeconds:
		return time.Microsecond
	}
	return time.Nanosecond
}

func moment(unit time.Duration, universal bool) writer {
	layout := "2006-01-02T15:04:05.999999999"
	if universal {
		layout += "Z"
	}
	perSecond := int64(time.Second / unit)
	return func(v library.Value) string {
		n := v.Int64()
		seconds, rest := n/perSecond, n%perSecond
		return time.Unix(seconds, rest*int64(unit)).UTC().Format(layout)
	}
}

// julian reads the moments of older writers: nanoseconds of a Julian day.
func julian(v library.Value) string {
	const epoch = 2_440_588 // 1970-01-01
	raw := v.Int96()
	nanoseconds := int64(raw[1])<<32 | int64(raw[0])
	return time.Unix((int64(raw[2])-epoch)*secondsOfDay, nanoseconds).UTC().Format("2006-01-02T15:04:05.999999999Z")
}

func hour(unit time.Duration) writer {
	return func(v library.Value) string {
		n := v.Int64()
		if v.Kind() == library.Int32 {
			n = int64(v.Int32())
		}
		perSecond := int64(time.Second / unit)
		return time.Unix(n/perSecond, n%perSecond*int64(unit)).UTC().Format("15:04:05.999999999")
	}
}

// geometry writes a WKB as GeoJSON; octets that are none stay as they are, for
// the row to be refused with them.
func geometry(v library.Value) string {
	raw := v.ByteArray()
	shape, err := wkb.Unmarshal(raw)
	if err != nil {
		return hex.EncodeToString(raw)
	}
	out, err := geojson.Marshal(shape)
	if err != nil {
		return ""
	}
	return string(out)
}
