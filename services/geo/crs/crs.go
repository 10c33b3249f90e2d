package crs

import (
	"errors"
	"fmt"
	"math"
)

// Code is the EPSG code of a coordinate system.
type Code int

// The systems by name; the conic zones are ConicZone(42) to ConicZone(50).
const (
	WGS84           Code = 4326
	WebMercator     Code = 3857
	Lambert93       Code = 2154
	LambertIIEtendu Code = 27572 // recognised by Guess, not converted
)

// ConicZone is the system CC42 to CC50 of a zone 42 to 50.
func ConicZone(zone int) Code { return Code(3900 + zone) }

var (
	// ErrUnsupported is returned for a code that is not converted here.
	ErrUnsupported = errors.New("crs: coordinate system not supported")
	// ErrOutside is returned for positions that are not finite, or that the
	// system cannot express.
	ErrOutside = errors.New("crs: position outside the coordinate system")
)

// projection takes degrees to metres and back.
type projection interface {
	forward(lon, lat float64) (x, y float64)
	inverse(x, y float64) (lon, lat float64)
}

// System is a supported coordinate system.
type System struct {
	Code    Code
	Name    string // proper name, the same in every language: "Lambert-93", "CC49"
	Degrees bool   // x and y are longitude and latitude, otherwise metres

	projection projection
}

var grs80 = flattened(6378137, 298.257222101)

// systems are in the order in which Guess prefers them when all else is equal.
var systems = list()

func list() []System {
	s := []System{
		{Code: WGS84, Name: "WGS 84", Degrees: true, projection: plain{}},
		{Code: Lambert93, Name: "Lambert-93", projection: twoParallels(grs80,
			secant{lat0: 46.5, lon0: 3, lat1: 49, lat2: 44, x0: 700000, y0: 6600000})},
	}
	for zone := 42; zone <= 50; zone++ {
		lat := float64(zone)
		s = append(s, System{
			Code: ConicZone(zone), Name: fmt.Sprintf("CC%d", zone),
			projection: twoParallels(grs80, secant{
				lat0: lat, lon0: 3, lat1: lat - 0.75, lat2: lat + 0.75,
				x0: 1700000, y0: (lat-41)*1000000 + 200000,
			}),
		})
	}
	return append(s, System{Code: WebMercator, Name: "Web Mercator", projection: mercator{}})
}

// Systems lists what is supported. The slice is the caller's.
func Systems() []System { return append([]System(nil), systems...) }

// Find returns the system of a code.
func Find(code Code) (System, bool) {
	for i := range systems {
		if systems[i].Code == code {
			return systems[i], true
		}
	}
	return System{}, false
}

// Transform converts one position. For many, keep the function of Between.
func Transform(from, to Code, x, y float64) (float64, float64, error) {
	convert, err := Between(from, to)
	if err != nil {
		return 0, 0, err
	}
	return convert(x, y)
}

// Conversion takes a position from one system to another, or returns
// ErrOutside. It is safe for concurrent use.
type Conversion func(x, y float64) (float64, float64, error)

// Between returns the conversion between two systems, or ErrUnsupported.
func Between(from, to Code) (Conversion, error) {
	source, ok := Find(from)
	if !ok {
		return nil, fmt.Errorf("%w: %d", ErrUnsupported, from)
	}
	target, ok := Find(to)
	if !ok {
		return nil, fmt.Errorf("%w: %d", ErrUnsupported, to)
	}
	if from == to {
		return source.keep, nil
	}
	return func(x, y float64) (float64, float64, error) {
		lon, lat, err := source.toDegrees(x, y)
		if err != nil {
			return 0, 0, err
		}
		x, y = target.projection.forward(lon, lat)
		if !finite(x, y) {
			return 0, 0, ErrOutside
		}
		return x, y, nil
	}, nil
}

// keep checks a position that needs no conversion.
func (s System) keep(x, y float64) (float64, float64, error) {
	if _, _, err := s.toDegrees(x, y); err != nil {
		return 0, 0, err
	}
	return x, y, nil
}

func (s System) toDegrees(x, y float64) (lon, lat float64, err error) {
	if !finite(x, y) {
		return 0, 0, ErrOutside
	}
	lon, lat = s.projection.inverse(x, y)
	if !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90) {
		return 0, 0, ErrOutside
	}
	return lon, lat, nil
}

func finite(x, y float64) bool {
	return !math.IsNaN(x) && !math.IsNaN(y) && !math.IsInf(x, 0) && !math.IsInf(y, 0)
}

// plain is degrees as they are.
type plain struct{}

func (plain) forward(lon, lat float64) (x, y float64) { return lon, lat }
func (plain) inverse(x, y float64) (lon, lat float64) { return x, y }

// mercator is the spherical projection of web maps, on WGS 84's long axis.
type mercator struct{}

const webRadius = 6378137.0

func (mercator) forward(lon, lat float64) (x, y float64) {
	return webRadius * radians(lon), webRadius * math.Atanh(math.Sin(radians(lat)))
}

func (mercator) inverse(x, y float64) (lon, lat float64) {
	return degrees(x / webRadius), degrees(math.Asin(math.Tanh(y / webRadius)))
}
