package crs

import "math"

// ellipsoid is the shape of the Earth a projection assumes.
type ellipsoid struct {
	a float64 // semi-major axis, metres
	e float64 // first eccentricity
}

func flattened(a, inverse float64) ellipsoid {
	f := 1 / inverse
	return ellipsoid{a: a, e: math.Sqrt(f * (2 - f))}
}

// isometric is the latitude at which the projections are straight lines.
func (s ellipsoid) isometric(lat float64) float64 {
	sin := math.Sin(lat)
	return math.Atanh(sin) - s.e*math.Atanh(s.e*sin)
}

// latitude undoes isometric; each turn gains more than two digits.
func (s ellipsoid) latitude(isometric float64) float64 {
	sin := math.Tanh(isometric)
	for range 12 {
		next := math.Tanh(isometric + s.e*math.Atanh(s.e*sin))
		if math.Abs(next-sin) < 1e-16 {
			sin = next
			break
		}
		sin = next
	}
	return math.Asin(sin)
}

// radius of the parallel, in units of the semi-major axis.
func (s ellipsoid) radius(lat float64) float64 {
	sin := math.Sin(lat)
	return math.Cos(lat) / math.Sqrt(1-s.e*s.e*sin*sin)
}

// lambert is a Lambert conformal conic projection of the northern hemisphere:
// the n, C, λc, Xs, Ys of NT/G 71.
type lambert struct {
	shape  ellipsoid
	n      float64 // sine of the cone
	c      float64 // metres
	lon0   float64 // radians
	xs, ys float64 // position of the pole, metres
}

// degrees of a projection's definition.
type secant struct {
	lat0, lon0, lat1, lat2 float64
	x0, y0                 float64
}

// twoParallels builds the projection from its two standard parallels.
func twoParallels(shape ellipsoid, d secant) lambert {
	lat1, lat2 := radians(d.lat1), radians(d.lat2)
	m1, m2 := shape.radius(lat1), shape.radius(lat2)
	i1, i2 := shape.isometric(lat1), shape.isometric(lat2)
	n := math.Log(m1/m2) / (i2 - i1)
	return cone(shape, n, shape.a*m1*math.Exp(n*i1)/n, d.lat0, d.lon0, d.x0, d.y0)
}

// oneParallel builds the projection from its one parallel and its scale there.
func oneParallel(shape ellipsoid, lat0, lon0, scale, x0, y0 float64) lambert {
	n := math.Sin(radians(lat0))
	m, i := shape.radius(radians(lat0)), shape.isometric(radians(lat0))
	return cone(shape, n, scale*shape.a*m*math.Exp(n*i)/n, lat0, lon0, x0, y0)
}

func cone(shape ellipsoid, n, c, lat0, lon0, x0, y0 float64) lambert {
	p := lambert{shape: shape, n: n, c: c, lon0: radians(lon0), xs: x0}
	p.ys = y0 + c*math.Exp(-n*shape.isometric(radians(lat0)))
	return p
}

// forward takes degrees, gives metres.
func (p lambert) forward(lon, lat float64) (x, y float64) {
	return p.project(radians(lon), radians(lat))
}

// inverse takes metres, gives degrees.
func (p lambert) inverse(x, y float64) (lon, lat float64) {
	lon, lat = p.unproject(x, y)
	return degrees(lon), degrees(lat)
}

func (p lambert) project(lon, lat float64) (x, y float64) {
	r := p.c * math.Exp(-p.n*p.shape.isometric(lat))
	sin, cos := math.Sincos(p.n * (lon - p.lon0))
	return p.xs + r*sin, p.ys - r*cos
}

func (p lambert) unproject(x, y float64) (lon, lat float64) {
	dx, dy := x-p.xs, p.ys-y
	r := math.Hypot(dx, dy)
	return math.Atan2(dx, dy)/p.n + p.lon0, p.shape.latitude(-math.Log(r/p.c) / p.n)
}

func radians(d float64) float64 { return d * math.Pi / 180 }
func degrees(r float64) float64 { return r * 180 / math.Pi }
