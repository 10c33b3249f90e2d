package ogc

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"acvdata/services/cql"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/geo/crs"
	"acvdata/tenants"
)

// headerCRS names the coordinate system of an answer (OGC 18-058r1).
const headerCRS = "Content-Crs"

// system is a coordinate system of requests and answers. EPSG:4326 has latitude
// first, CRS84 and the others x first.
type system struct {
	uri     string
	code    crs.Code
	swapped bool
}

var systems = []system{
	{uri: crs84, code: crs.WGS84},
	{uri: "http://www.opengis.net/def/crs/EPSG/0/4326", code: crs.WGS84, swapped: true},
	{uri: webMercator, code: crs.WebMercator},
	{uri: "http://www.opengis.net/def/crs/EPSG/0/2154", code: crs.Lambert93},
}

func systemNames() []string {
	names := make([]string, len(systems))
	for i, s := range systems {
		names[i] = s.uri
	}
	return names
}

// systemOf reads a parameter that names a system; CRS84 without one.
func systemOf(name, parameter string) (system, error) {
	if name == "" {
		return systems[0], nil
	}
	for _, s := range systems {
		if s.uri == name {
			return s, nil
		}
	}
	return system{}, refused("ogc.fault.crs", parameter)
}

func (s system) plain() bool { return s.code == crs.WGS84 && !s.swapped }

// degrees turns a position of the system into longitude and latitude.
func (s system) degrees(x, y float64) (lon, lat float64, err error) {
	if s.swapped {
		x, y = y, x
	}
	return crs.Transform(s.code, crs.WGS84, x, y)
}

// write gives a row with its place in the system.
func (s system) write(r datasets.Row) (datasets.Row, error) {
	if s.plain() {
		return r, nil
	}
	var err error
	if r.Shape != nil {
		r.Shape, err = moved(r.Shape, s.place)
	} else if r.Located {
		r.Lon, r.Lat, err = s.place(r.Lon, r.Lat)
	}
	return r, err
}

// writeShape gives a GeoJSON geometry in the system.
func (s system) writeShape(shape json.RawMessage) (json.RawMessage, error) {
	if s.plain() {
		return shape, nil
	}
	return moved(shape, s.place)
}

// place turns longitude and latitude into a position of the system.
func (s system) place(lon, lat float64) (x, y float64, err error) {
	x, y, err = crs.Transform(crs.WGS84, s.code, lon, lat)
	if s.swapped {
		x, y = y, x
	}
	return x, y, err
}

// moved writes a GeoJSON geometry in another system.
func moved(shape json.RawMessage, place func(x, y float64) (float64, float64, error)) (json.RawMessage, error) {
	g, err := geom.UnmarshalGeoJSON(shape, geom.NoValidate{})
	if err != nil {
		return nil, err
	}
	var failure error
	g = g.TransformXY(func(p geom.XY) geom.XY {
		if p.X, p.Y, err = place(p.X, p.Y); err != nil {
			failure = err
		}
		return p
	})
	if failure != nil {
		return nil, failure
	}
	return g.MarshalJSON()
}

// boxIn reads a box of the system and writes the box of degrees around it, as
// the parameter bbox takes it. Sides that bend are followed at eight points each.
func (s system) boxIn(text string) (string, error) {
	if s.plain() || text == "" {
		return text, nil
	}
	parts := strings.Split(text, ",")
	if len(parts) == 6 {
		parts = []string{parts[0], parts[1], parts[3], parts[4]}
	}
	var n [4]float64
	if len(parts) != len(n) {
		return "", refused("datasets.fault.bbox", "bbox")
	}
	for i, part := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			return "", refused("datasets.fault.bbox", "bbox")
		}
		n[i] = v
	}
	var around geom.Envelope
	const steps = 8
	for i := range steps + 1 {
		x, y := n[0]+(n[2]-n[0])*float64(i)/steps, n[1]+(n[3]-n[1])*float64(i)/steps
		for _, p := range [][2]float64{{x, n[1]}, {x, n[3]}, {n[0], y}, {n[2], y}} {
			lon, lat, err := s.degrees(p[0], p[1])
			if err != nil {
				return "", refused("datasets.fault.bbox", "bbox")
			}
			around = around.ExpandToIncludeXY(geom.XY{X: lon, Y: lat})
		}
	}
	low, high, ok := around.MinMaxXYs()
	if !ok {
		return "", refused("datasets.fault.bbox", "bbox")
	}
	return boxText(tenants.Bounds{West: low.X, South: low.Y, East: high.X, North: high.Y}), nil
}

// boxText writes a box of degrees as the parameter bbox takes it.
func boxText(b tenants.Bounds) string {
	var out []string
	for _, v := range []float64{b.West, b.South, b.East, b.North} {
		out = append(out, strconv.FormatFloat(v, 'f', -1, 64))
	}
	return strings.Join(out, ",")
}

// into writes the shapes of a filter in degrees.
func (s system) into(e cql.Expr) error {
	if s.plain() {
		return nil
	}
	return cql.Convert(e, s.degrees)
}

// outside is a place that a system cannot express.
func outside(err error) error {
	return fault.New(fault.Invalid, "ogc.fault.outside", fault.Because(err))
}
