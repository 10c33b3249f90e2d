package tabular

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decoder turns the bytes of a record into text, record by record: a file of
// one encoding often holds lines of another.
type decoder struct {
	utf8  bool // the file is in UTF-8, lines that are not are strange
	page  *charmap.Charmap
	bytes []byte
	spans []span
}

// text returns one string with all the cells in it, their places, and what had
// to be put right. The places are valid until the next call.
func (d *decoder) text(data []byte, cells []span) (text string, places []span, repaired ProblemCode) {
	if bytes.IndexByte(data, 0) >= 0 {
		data, cells = d.withoutNuls(data, cells)
		repaired = NulBytes
	}
	if utf8.Valid(data) {
		if !d.utf8 && !isASCII(data) {
			repaired = OtherEncoding
		}
		return string(data), cells, repaired
	}
	if d.utf8 {
		repaired = OtherEncoding
	}
	return d.decode(data, cells), d.spans, repaired
}

func (d *decoder) withoutNuls(data []byte, cells []span) ([]byte, []span) {
	kept, places := make([]byte, 0, len(data)), make([]span, 0, len(cells))
	for _, c := range cells {
		from := len(kept)
		for _, b := range data[c.from:c.to] {
			if b != 0 {
				kept = append(kept, b)
			}
		}
		places = append(places, span{from, len(kept)})
	}
	return kept, places
}

func (d *decoder) decode(data []byte, cells []span) string {
	d.bytes, d.spans = d.bytes[:0], d.spans[:0]
	for _, c := range cells {
		from := len(d.bytes)
		for _, b := range data[c.from:c.to] {
			if b < utf8.RuneSelf {
				d.bytes = append(d.bytes, b)
				continue
			}
			d.bytes = utf8.AppendRune(d.bytes, d.page.DecodeByte(b))
		}
		d.spans = append(d.spans, span{from, len(d.bytes)})
	}
	return string(d.bytes)
}
