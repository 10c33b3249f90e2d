package parquet_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	library "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"

	"acvdata/services/tabular/parquet"
)

type tree struct {
	Code    string           `parquet:"code"`
	Height  *int32           `parquet:"hauteur,optional"`
	Trunk   float64          `parquet:"tronc"`
	Girth   float32          `parquet:"tour"`
	Price   int64            `parquet:"prix,decimal(2:18)"`
	Planted int32            `parquet:"pose,date"`
	Seen    time.Time        `parquet:"vu,timestamp(microsecond)"`
	Old     deprecated.Int96 `parquet:"ancien"`
	Sound   bool             `parquet:"sain"`
	Many    uint64           `parquet:"compte"`
	Shape   []byte           `parquet:"lieu"`
}

// point is a little-endian WKB.
func point(x, y float64) []byte {
	out := []byte{1, 1, 0, 0, 0}
	out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
	return binary.LittleEndian.AppendUint64(out, math.Float64bits(y))
}

const geo = `{"version":"1.1.0","primary_column":"lieu","columns":{"lieu":{"encoding":"WKB","geometry_types":["Point"]%s}}}`

func written[T any](t testing.TB, rows []T, options ...library.WriterOption) []byte {
	t.Helper()
	var out bytes.Buffer
	w := library.NewGenericWriter[T](&out, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var limits = parquet.Limits{Rows: 100_000, Unpacked: 1 << 30}

func read(ctx context.Context, raw []byte) (columns []parquet.Column, rows []string, err error) {
	f, err := parquet.Open(ctx, bytes.NewReader(raw), int64(len(raw)), limits)
	if err != nil {
		return nil, nil, err
	}
	r := f.Read(ctx)
	for {
		cells, err := r.Next()
		if errors.Is(err, io.EOF) {
			return f.Columns(), rows, nil
		}
		if err != nil {
			return f.Columns(), rows, err
		}
		rows = append(rows, strings.Join(cells, "|"))
	}
}

func trees() []tree {
	height := int32(12)
	return []tree{
		{
			Code: "01004", Height: &height, Trunk: 1.5, Girth: 0.1, Price: -105, Planted: 17970,
			Seen: time.Date(2019, 3, 15, 10, 20, 30, 500_000_000, time.UTC), Old: deprecated.Int96{0, 0, 2_440_589}, Sound: true,
			Many: math.MaxUint64, Shape: point(4.08, 44.12),
		},
		{Code: "Érable", Trunk: 2, Price: 1200, Planted: -1, Seen: time.Unix(0, 0), Old: deprecated.Int96{0, 0, 2_440_588}, Shape: []byte{9}},
	}
}

func TestValuesAreWrittenExactly(t *testing.T) {
	t.Parallel()
	want := []string{
		`01004|12|1.5|0.1|-1.05|2019-03-15|2019-03-15T10:20:30.5Z|1970-01-02T00:00:00Z|true|18446744073709551615|{"type":"Point","coordinates":[4.08,44.12]}`,
		`Érable||2.0|0.0|12.00|1969-12-31|1970-01-01T00:00:00Z|1970-01-01T00:00:00Z|false|0|09`,
	}
	for name, codec := range map[string]library.WriterOption{
		"plain": library.Compression(&library.Uncompressed), "snappy": library.Compression(&library.Snappy),
		"gzip": library.Compression(&library.Gzip), "zstd": library.Compression(&library.Zstd), "lz4": library.Compression(&library.Lz4Raw),
		"pages of version 1": library.DataPageVersion(1),
	} {
		columns, rows, err := read(t.Context(), written(t, trees(), codec, library.KeyValueMetadata("geo", fmt.Sprintf(geo, ""))))
		if err != nil || len(rows) != 2 || rows[0] != want[0] || rows[1] != want[1] {
			t.Fatalf("%s: got %q, %v", name, rows, err)
		}
		kinds := []parquet.Kind{
			parquet.Text, parquet.Number, parquet.Number, parquet.Number, parquet.Number, parquet.Day, parquet.Moment, parquet.Moment,
			parquet.Bool, parquet.Number, parquet.Shape,
		}
		for i, c := range columns {
			if c.Kind != kinds[i] {
				t.Errorf("%s is %d, want %d", c.Name, c.Kind, kinds[i])
			}
		}
	}
}

func TestTheSystemIsTheFilesWord(t *testing.T) {
	t.Parallel()
	for crs, want := range map[string]struct {
		code    int
		unknown bool
	}{
		"":            {4326, false},
		`,"crs":null`: {0, true},
		`,"crs":{"id":{"authority":"EPSG","code":2154}}`:   {2154, false},
		`,"crs":{"id":{"authority":"OGC","code":"CRS84"}}`: {4326, false},
		`,"crs":{"name":"à nous"}`:                         {0, true},
	} {
		columns, _, err := read(t.Context(), written(t, trees(), library.KeyValueMetadata("geo", fmt.Sprintf(geo, crs))))
		if err != nil {
			t.Fatal(err)
		}
		if shape := columns[len(columns)-1]; shape.CRS != want.code || shape.Unlocated != want.unknown {
			t.Errorf("%s: got %d, unknown %v", crs, shape.CRS, shape.Unlocated)
		}
	}
}

func TestGroupsFollowEachOther(t *testing.T) {
	t.Parallel()
	type row struct {
		N int64 `parquet:"n"`
	}
	var all []row
	for i := range 1000 {
		all = append(all, row{int64(i)})
	}
	_, rows, err := read(t.Context(), written(t, all, library.MaxRowsPerRowGroup(130), library.PageBufferSize(256)))
	if err != nil || len(rows) != 1000 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, r := range rows {
		if r != strconv.Itoa(i) {
			t.Fatalf("row %d is %s", i, r)
		}
	}
}

func TestHostileFilesAreRefused(t *testing.T) {
	t.Parallel()
	type nested struct {
		Code  string   `parquet:"code"`
		Lists []string `parquet:"especes,list"`
	}
	type wide struct {
		Text string `parquet:"texte"`
	}
	whole := written(t, trees())
	var isNested *parquet.NestedError
	if _, _, err := read(t.Context(), written(t, []nested{{"a", []string{"x", "y"}}})); !errors.As(err, &isNested) || isNested.Column != "especes" {
		t.Errorf("nested: got %v", err)
	}
	long := make([]wide, 200)
	for i := range long {
		long[i].Text = strings.Repeat("x", 1<<20)
	}
	bomb := written(t, long, library.Compression(&library.Zstd), library.PageBufferSize(1<<30), library.SkipPageBounds("texte"), library.SkipPageStatistics("texte"))
	if _, _, err := read(t.Context(), bomb); !errors.Is(err, parquet.ErrTooLarge) || len(bomb) > 4<<20 {
		t.Errorf("a bomb of %d bytes: got %v", len(bomb), err)
	}
	many := make([]wide, limits.Rows+1)
	if _, _, err := read(t.Context(), written(t, many)); !errors.Is(err, parquet.ErrTooMany) {
		t.Errorf("many rows: got %v", err)
	}
	for cut := 1; cut < len(whole); cut += 7 {
		if _, _, err := read(t.Context(), whole[:cut]); !errors.Is(err, parquet.ErrBroken) {
			t.Fatalf("cut at %d: got %v", cut, err)
		}
	}
}

// FuzzRead changes sound files anywhere: what comes out is rows or one of the
// errors, never a panic nor memory without end.
func FuzzRead(f *testing.F) {
	f.Add(written(f, trees(), library.KeyValueMetadata("geo", fmt.Sprintf(geo, ""))))
	f.Add(written(f, trees(), library.Compression(&library.Zstd), library.DataPageVersion(1)))
	f.Add(written(f, trees(), library.Compression(&library.Snappy)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _, err := read(t.Context(), raw)
		var nested *parquet.NestedError
		if err != nil && !errors.Is(err, parquet.ErrBroken) && !errors.Is(err, parquet.ErrTooLarge) && !errors.Is(err, parquet.ErrTooMany) && !errors.As(err, &nested) {
			t.Fatalf("an error without a name: %v", err)
		}
	})
}
