package datasets

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// coded gives rows the codes that a table by column gives them.
func coded(rows []Row) []Row {
	rows = slices.Clone(rows)
	places := make([]map[any]uint32, len(rows[0].Values))
	for i := range places {
		places[i] = map[any]uint32{nil: 0}
	}
	for i := range rows {
		rows[i].Codes = make([]uint32, len(places))
		for field, v := range rows[i].Values {
			code, known := places[field][v]
			if !known {
				code = uint32(len(places[field]))
				places[field][v] = code
			}
			rows[i].Codes[field] = code
		}
	}
	return rows
}

// TestCodesChangeNoByte: what is written once for many rows is what would have been
// written for each, in every format, for fields of one value and of more values than
// are kept.
func TestCodesChangeNoByte(t *testing.T) {
	t.Parallel()
	for _, g := range []Geometry{Point, NoGeometry} {
		d, rows := everyType(g), typedRows(g, keptCodes+500)
		for i := range rows[:len(rows)-1] {
			if i%7 == 3 {
				rows[i].Values[1] = "=1+1; \"deux\",\n & <trois>"
			}
			if i%7 == 5 {
				rows[i].Values[1], rows[i].Values[4], rows[i].Values[8] = "", nil, nil
			}
		}
		for _, f := range Formats(d) {
			t.Run(string(g)+"/"+f.Name, func(t *testing.T) {
				t.Parallel()
				plain, shared := new(bytes.Buffer), new(bytes.Buffer)
				for out, rows := range map[*bytes.Buffer][]Row{plain: rows, shared: coded(rows)} {
					err := Write(out, f, d, func(yield func(Row) error) error {
						for _, r := range rows {
							if err := yield(r); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
				}
				if !bytes.Equal(plain.Bytes(), shared.Bytes()) {
					t.Errorf("%d bytes without codes, %d with", plain.Len(), shared.Len())
				}
			})
		}
	}
}

func TestKeptIsBounded(t *testing.T) {
	t.Parallel()
	k := newKept(make([]Field, 1))
	long := bytes.Repeat([]byte{'x'}, keptBytes/100)
	for code := range uint32(keptCodes + 10) {
		k.keep(Row{Codes: []uint32{code}}, 0, long)
	}
	total := 0
	for code := range uint32(keptCodes + 10) {
		cell, _ := k.get(Row{Codes: []uint32{code}}, 0)
		total += len(cell)
	}
	if total < keptBytes/2 || total > keptBytes {
		t.Errorf("%d bytes are kept", total)
	}
}

// TestTextsOfXML compares with texts cleaned and escaped one after the other.
func TestTextsOfXML(t *testing.T) {
	t.Parallel()
	escapes := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	rapid.Check(t, func(rt *rapid.T) {
		s := string(rapid.SliceOf(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("&<>\"'é\xff\xc3\x00\t\n")))).Draw(rt, "text")) +
			rapid.SampledFrom([]string{"", "\ufffe", "\uffff", "\ufffd", "été 🌳"}).Draw(rt, "end")
		want := escapes.Replace(strings.Map(func(r rune) rune {
			if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError {
				return -1
			}
			return r
		}, s))
		if got := string(appendXMLText(nil, s)); got != want {
			rt.Fatalf("%q became %q, want %q", s, got, want)
		}
	})
}

func TestDegreesAndDays(t *testing.T) {
	t.Parallel()
	for degrees, want := range map[float64]string{
		0: "0.0", math.Copysign(0, -1): "-0.0", 4: "4.0", 4.08: "4.08", -0.1: "-0.1", 44.1234567: "44.1234567", 44.12345678: "44.1234568",
		-179.99999999: "-180.0", 1e-7: "0.0000001", 100.0000001: "100.0000001", 999.9999999: "999.9999999",
	} {
		if got := string(appendDegrees(nil, degrees)); got != want {
			t.Errorf("%v became %s, want %s", degrees, got, want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		degrees := rapid.Float64Range(-180, 180).Draw(rt, "degrees")
		got := string(appendDegrees(nil, degrees))
		back, err := strconv.ParseFloat(got, 64)
		if err != nil || math.Abs(back-degrees) > 0.5000001e-7 || strings.HasSuffix(got, "00") {
			rt.Fatalf("%v became %s", degrees, got)
		}
		at := time.Unix(rapid.Int64Range(-62_135_596_800, 253_402_300_799).Draw(rt, "second"), 0).UTC()
		if day, moment := string(appendTime(nil, Date, at)), string(appendTime(nil, DateTime, at)); !at.IsZero() &&
			(day != at.Format(time.DateOnly) || moment != at.Format("2006-01-02T15:04:05Z")) {
			rt.Fatalf("%v became %s and %s", at, day, moment)
		}
	})
	if got := fmt.Sprintf("%s %s", appendDegrees(nil, math.NaN()), appendTime(nil, Date, time.Date(12_345, 1, 2, 0, 0, 0, 0, time.UTC))); got != "NaN 12345-01-02" {
		t.Error(got)
	}
}
