package crs

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %.11f, want %.11f within %g", what, got, want, tolerance)
	}
}

// The examples printed in IGN's NT/G 71 for ALG0001 and ALG0002.
func TestIsometricLatitudeAgreesWithIGN(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ e, lat, isometric float64 }{
		{0.08199188998, 0.87266462600, 1.00552653649},
		{0.08199188998, -0.30000000000, -0.30261690063},
		{0.08199188998, 0.19998903370, 0.20000000000},
	} {
		s := ellipsoid{e: c.e}
		near(t, "isometric", s.isometric(c.lat), c.isometric, 1.1e-11)
		near(t, "latitude", s.latitude(c.isometric), c.lat, 1.1e-11)
	}
}

// The examples of NT/G 71 for ALG0003 and ALG0004.
func TestLambertAgreesWithIGN(t *testing.T) {
	t.Parallel()
	p := lambert{
		shape: ellipsoid{e: 0.0824832568}, n: 0.760405966, c: 11603796.9767,
		lon0: 0.04079234433, xs: 600000, ys: 5657616.674,
	}
	x, y := p.project(0.145512099, 0.872664626)
	near(t, "x", x, 1029705.0818, 1e-4)
	near(t, "y", y, 272723.8510, 1e-4)
	lon, lat := p.unproject(1029705.083, 272723.849)
	near(t, "lon", lon, 0.14551209925, 1e-11)
	near(t, "lat", lat, 0.87266462567, 1e-11)
}

// The example of EPSG guidance note 7-2 for method 9802, NAD27 / Texas South
// Central, in US survey feet.
func TestTwoParallelsAgreesWithEPSG(t *testing.T) {
	t.Parallel()
	clarke1866 := ellipsoid{a: 20925832.164, e: 0.08227185}
	p := twoParallels(clarke1866, secant{lat0: 27 + 50.0/60, lon0: -99, lat1: 28 + 23.0/60, lat2: 30 + 17.0/60, x0: 2000000})
	near(t, "n", p.n, 0.48991263, 1e-8)
	x, y := p.forward(-96, 28.5)
	near(t, "x", x, 2963503.91, 0.01)
	near(t, "y", y, 254759.80, 0.01)
	lon, lat := p.inverse(2963503.91, 254759.80)
	near(t, "lon", lon, -96, 1e-7)
	near(t, "lat", lat, 28.5, 1e-7)
}

// The constants that IGN publishes for Lambert-93.
func TestLambert93HasIGNsConstants(t *testing.T) {
	t.Parallel()
	s, ok := Find(Lambert93)
	if !ok {
		t.Fatal("Lambert-93 is not supported")
	}
	p, ok := s.projection.(lambert)
	if !ok {
		t.Fatal("Lambert-93 is not a Lambert projection")
	}
	near(t, "n", p.n, 0.7256077650, 1e-10)
	near(t, "c", p.c, 11754255.426, 1e-3)
	near(t, "xs", p.xs, 700000, 0)
	near(t, "ys", p.ys, 12655612.050, 1e-3)
}

// Values of PROJ 9.1.1 for the town hall squares of Alès and Saint-Omer, the
// change of datum included: what is left is that change.
func TestLambertIIIsRecognisableWithoutItsDatum(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ x, y, lon, lat float64 }{
		{739799.3530, 1904127.3703, 4.0817, 44.1245},
		{594653.6691, 2639382.9781, 2.2609, 50.7483},
	} {
		lon, lat := lambertII.inverse(c.x, c.y)
		near(t, "lon", lon, c.lon, 0.005)
		near(t, "lat", lat, c.lat, 0.005)
	}
}
