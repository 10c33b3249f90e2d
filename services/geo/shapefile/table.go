package shapefile

import (
	"bytes"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"acvdata/services/words"
)

// Field is one column of the table.
type Field struct {
	Name  string
	Label string // for people, may be ""
	Type  Type
}

// Type is the type of a column, with the texts its values are given as; "" is a
// missing value of all.
type Type byte

// The types of columns, as dBASE letters.
const (
	Text    Type = 'C' // cut to 254 bytes
	Number  Type = 'N' // decimal point, no exponent
	Day     Type = 'D' // 2006-01-02
	Boolean Type = 'L' // true, false
)

const (
	mostFields   = 255
	mostText     = 254    // bytes of a cell
	mostWidth    = 65_535 // of a row
	mostDecimals = 15
	nameSize     = 10
)

// column is a field with what its values need.
type column struct {
	Field
	short    string
	width    int
	whole    int // figures before the point, and the sign
	decimals int
	cut      int // values that were too long
}

// columnsOf gives every field a name of ten plain characters that no other has.
func columnsOf(fields []Field) []column {
	taken := map[string]bool{}
	columns := make([]column, len(fields))
	for i, f := range fields {
		columns[i] = column{Field: f, short: shortName(f.Name, taken), width: 1}
		taken[columns[i].short] = true
	}
	return columns
}

func shortName(name string, taken map[string]bool) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, words.Fold(name))
	if plain == "" {
		plain = "champ"
	}
	short := plain[:min(len(plain), nameSize)]
	for n := 1; taken[short]; n++ {
		end := strconv.Itoa(n)
		short = plain[:min(len(plain), nameSize-len(end))] + end
	}
	return short
}

// measure widens a column for a value.
func (c *column) measure(value []byte) {
	switch c.Type {
	case Number:
		whole, decimals, _ := bytes.Cut(value, point)
		c.whole = max(c.whole, len(whole))
		c.decimals = min(mostDecimals, max(c.decimals, len(decimals)))
		c.width = c.whole
		if c.decimals > 0 {
			c.width += 1 + c.decimals
		}
		c.width = min(max(c.width, 1), mostText)
	case Day:
		c.width = len("20060102")
	case Boolean:
	default:
		if len(value) > mostText {
			c.cut++
		}
		c.width = min(mostText, max(c.width, len(value)))
	}
}

// cell writes a value over the whole width.
func (c *column) cell(b, value []byte) []byte {
	end := len(b) + c.width
	switch c.Type {
	case Number:
		b = c.appendNumber(b, value)
	case Day:
		for _, figure := range value {
			if figure != '-' {
				b = append(b, figure)
			}
		}
	case Boolean:
		b = append(b, logical(value))
	default:
		b = append(b, clip(value, c.width)...)
	}
	b = b[:min(len(b), end)]
	for len(b) < end {
		b = append(b, ' ')
	}
	return b
}

func logical(value []byte) byte {
	switch string(value) {
	case "true":
		return 'T'
	case "false":
		return 'F'
	}
	return '?'
}

var point = []byte{'.'}

// appendNumber writes a number with the column's decimals, at the right of its
// width.
func (c *column) appendNumber(b, value []byte) []byte {
	if len(value) == 0 {
		return b
	}
	whole, decimals, _ := bytes.Cut(value, point)
	if len(decimals) > c.decimals {
		n, _ := strconv.ParseFloat(string(value), 64) // ours
		value = strconv.AppendFloat(nil, n, 'f', c.decimals, 64)
		whole, decimals, _ = bytes.Cut(value, point)
	}
	size := len(whole)
	if c.decimals > 0 {
		size += 1 + c.decimals
	}
	for range c.width - size {
		b = append(b, ' ')
	}
	b = append(b, whole...)
	if c.decimals == 0 {
		return b
	}
	b = append(append(b, '.'), decimals...)
	for range c.decimals - len(decimals) {
		b = append(b, '0')
	}
	return b
}

// clip cuts a text between characters.
func clip(s []byte, most int) []byte {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// table is a dBASE III table.
type table struct {
	columns []column
	rows    int
	width   int // of a row
}

func tableOf(columns []column, rows int) table {
	t := table{columns: columns, rows: rows, width: 1}
	for _, c := range columns {
		t.width += c.width
	}
	return t
}

func (t table) headerSize() int { return 32 + 32*len(t.columns) + 1 }

func (t table) size() int64 { return int64(t.headerSize()) + int64(t.rows)*int64(t.width) + 1 }

func (t table) header() []byte {
	b := make([]byte, 32, t.headerSize())
	b[0], b[1], b[2], b[3] = 3, 100, 1, 1 // a day of no meaning: the same rows make the same file
	binary.LittleEndian.PutUint32(b[4:], uint32(t.rows))
	binary.LittleEndian.PutUint16(b[8:], uint16(t.headerSize()))
	binary.LittleEndian.PutUint16(b[10:], uint16(min(t.width, mostWidth)))
	for _, c := range t.columns {
		d := make([]byte, 32)
		copy(d, c.short)
		d[11], d[16], d[17] = byte(c.Type), byte(c.width), byte(c.decimals)
		b = append(b, d...)
	}
	return append(b, '\r')
}

// write writes the table from the values that were kept.
func (t table) write(out io.Writer, values *spill) error {
	if _, err := out.Write(t.header()); err != nil {
		return err
	}
	var b []byte
	err := values.each(func(block []byte) error {
		b = append(b[:0], ' ') // not deleted
		for i := range t.columns {
			size, n := binary.Uvarint(block)
			end := n + int(size)
			b = t.columns[i].cell(b, block[n:end])
			block = block[end:]
		}
		_, err := out.Write(b)
		return err
	})
	if err == nil {
		_, err = out.Write([]byte{0x1A})
	}
	return err
}

// key tells what the short names stand for, for a spreadsheet in French.
func key(columns []column) string {
	var b strings.Builder
	b.WriteString("\ufeffchamp;nom;libellé;valeurs coupées à 254 octets\r\n")
	for _, c := range columns {
		for _, cell := range []string{c.short, c.Name, c.Label} {
			if strings.IndexAny(cell, "=+-@\t\r\n") == 0 {
				cell = "'" + cell // a spreadsheet would run it
			}
			b.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `";`)
		}
		b.WriteString(strconv.Itoa(c.cut) + "\r\n")
	}
	return b.String()
}
