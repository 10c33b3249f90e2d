package crs

import (
	"cmp"
	"slices"

	"acvdata/tenants"
)

// XY is a pair of coordinates in a system yet unknown.
type XY struct{ X, Y float64 }

// Reason is the stable code of why a system was proposed. Its message key is
// "crs.reason." + code.
type Reason string

// The reasons, best first.
const (
	InTown   Reason = "in_town"   // most points fall in the town or at its edge
	NearTown Reason = "near_town" // most fall in its surroundings
	InFrance Reason = "in_france" // they fall in France, away from the town
)

// Key is the reason's message key.
func (r Reason) Key() string { return "crs.reason." + string(r) }

// Candidate is a system that puts the samples in France.
type Candidate struct {
	Code      Code
	Name      string
	Supported bool    // false when it is recognised and cannot be converted here
	Swapped   bool    // x and y (or longitude and latitude) come in the other order
	Town      float64 // share of the samples in the town's box, widened by TownMargin
	Near      float64 // share in the box widened by NearMargin
	France    float64 // share in France, overseas included
	Reason    Reason
}

const (
	// TownMargin widens the town's box, in degrees (about 5 km): a town
	// manages trees and sensors just over its limits.
	TownMargin = 0.05
	// NearMargin is what is still its surroundings, about 50 km.
	NearMargin = 0.5
)

const (
	most     = 0.5 // share from which the points are said to be somewhere
	some     = 0.2 // share in France below which a system is not proposed
	maxTried = 500 // samples tried, spread over those given
)

// WithinFrance reports whether a position falls in France or at its edge, overseas
// included: a coarse answer, by boxes.
func WithinFrance(p tenants.Point) bool {
	return slices.ContainsFunc(france, func(b tenants.Bounds) bool { return b.Contains(p, 0) })
}

// lambertII is Lambert zone II étendu on NTF's ellipsoid, the change of datum
// left out: a few hundred metres off, enough to recognise it.
var lambertII = oneParallel(flattened(6378249.2, 293.4660212936269),
	46.8, 2.337229166666667, 0.99987742, 600000, 2200000)

// france is the boxes of metropolitan France and of the overseas departments
// and territories with communes, with a margin of about 10 km.
var france = []tenants.Bounds{
	{West: -5.3, South: 41.2, East: 9.7, North: 51.2},        // metropolitan France and Corsica
	{West: -63.3, South: 14.2, East: -60.7, North: 18.3},     // Antilles
	{West: -54.7, South: 2.0, East: -51.5, North: 5.9},       // Guyane
	{West: 55.1, South: -21.5, East: 55.9, North: -20.8},     // La Réunion
	{West: 44.9, South: -13.1, East: 45.4, North: -12.5},     // Mayotte
	{West: -56.5, South: 46.6, East: -56.0, North: 47.2},     // Saint-Pierre-et-Miquelon
	{West: 163.4, South: -22.9, East: 168.3, North: -19.4},   // Nouvelle-Calédonie
	{West: -154.9, South: -28.0, East: -134.3, North: -7.7},  // Polynésie française
	{West: -178.3, South: -14.5, East: -176.0, North: -13.1}, // Wallis-et-Futuna
}

// Guess proposes the systems that put the samples in the town, near it or at
// least in France, best first, with axes in both orders. It returns nothing
// when no system does, or when no sample is finite.
func Guess(samples []XY, town tenants.Bounds) []Candidate {
	tried := spread(samples)
	if len(tried) == 0 {
		return nil
	}
	known := append(Systems(), System{Code: LambertIIEtendu, Name: "Lambert zone II étendu", projection: lambertII})
	var found []Candidate
	for _, s := range known {
		for _, swapped := range []bool{false, true} {
			c := s.try(tried, swapped, town)
			if c.France >= some {
				found = append(found, c)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Candidate) int { return cmp.Compare(b.rank(), a.rank()) })
	return found
}

// rank orders candidates: first by points in town, then near, then in France.
func (c Candidate) rank() float64 { return 100*c.Town + 10*c.Near + c.France }

func (s System) try(samples []XY, swapped bool, town tenants.Bounds) Candidate {
	var inTown, near, inFrance int
	for _, p := range samples {
		if swapped {
			p.X, p.Y = p.Y, p.X
		}
		lon, lat, err := s.toDegrees(p.X, p.Y)
		if err != nil {
			continue
		}
		at := tenants.Point{Lon: lon, Lat: lat}
		if town.Contains(at, TownMargin) {
			inTown++
		}
		if town.Contains(at, NearMargin) {
			near++
		}
		if WithinFrance(at) {
			inFrance++
		}
	}
	n := float64(len(samples))
	c := Candidate{
		Code: s.Code, Name: s.Name, Supported: s.Code != LambertIIEtendu, Swapped: swapped,
		Town: float64(inTown) / n, Near: float64(near) / n, France: float64(inFrance) / n,
	}
	c.Reason = c.reason()
	return c
}

func (c Candidate) reason() Reason {
	switch {
	case c.Town >= most:
		return InTown
	case c.Near >= most:
		return NearTown
	}
	return InFrance
}

// spread keeps at most maxTried finite samples, from all over the slice.
func spread(samples []XY) []XY {
	step := max(1, len(samples)/maxTried)
	tried := make([]XY, 0, min(len(samples), maxTried+1))
	for i := 0; i < len(samples); i += step {
		if finite(samples[i].X, samples[i].Y) {
			tried = append(tried, samples[i])
		}
	}
	return tried
}
