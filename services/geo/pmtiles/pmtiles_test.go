package pmtiles_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"acvdata/services/geo/pmtiles"
)

// The numbers that the format's own documents give.
func TestNumbersOfTiles(t *testing.T) {
	t.Parallel()
	for want, at := range map[uint64][3]uint32{0: {0, 0, 0}, 1: {1, 0, 0}, 2: {1, 0, 1}, 3: {1, 1, 1}, 4: {1, 1, 0}, 5: {2, 0, 0}, 19078479: {12, 3423, 1763}} {
		if got := pmtiles.ID(at[0], at[1], at[2]); got != want {
			t.Errorf("%v: %d, not %d", at, got, want)
		}
	}
}

// The tile around a tile stands at its place without two bits, so that one order
// serves all zooms.
func TestTheCurveOfAZoomHoldsThatOfTheNext(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Uint32Range(1, 20).Draw(t, "z")
		x, y := rapid.Uint32Range(0, 1<<z-1).Draw(t, "x"), rapid.Uint32Range(0, 1<<z-1).Draw(t, "y")
		first := func(z uint32) uint64 { return pmtiles.ID(z, 0, 0) }
		if (pmtiles.ID(z, x, y)-first(z))>>2 != pmtiles.ID(z-1, x>>1, y>>1)-first(z-1) {
			t.Fatalf("%d/%d/%d", z, x, y)
		}
	})
}

// The same points give the same bytes: a broken transfer goes on where it stopped.
func TestTheSamePointsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	write := func() []byte {
		var out bytes.Buffer
		w, err := pmtiles.New(&out, pmtiles.Layer{Name: "essai", Columns: []pmtiles.Column{{"nom", pmtiles.Text}, {"hauteur", pmtiles.Number}}})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 5000 {
			if err := w.Write(4+float64(n%70)/100, 44+float64(n/70)/100, []any{"tilleul", float64(n)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Write(0, 89.9, nil); err != nil { // on no map of the world
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if a := write(); !bytes.Equal(a, write()) || !bytes.HasPrefix(a, []byte("PMTiles\x03")) {
		t.Error("other bytes")
	}
}
