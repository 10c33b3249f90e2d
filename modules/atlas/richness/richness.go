package richness

import (
	"math"
)

// Counts are the records of each species, all above 0, in any order.
type Counts []int64

// Total is n, the number of records.
func (c Counts) Total() (n int64) {
	for _, v := range c {
		n += v
	}
	return n
}

// Seen is S, the number of species seen.
func (c Counts) Seen() int { return len(c) }

// Rare gives f1 and f2: species recorded once, and twice.
func (c Counts) Rare() (once, twice int) {
	for _, v := range c {
		switch v {
		case 1:
			once++
		case 2:
			twice++
		}
	}
	return once, twice
}

// Chao1 is the estimated number of species with the factor (n−1)/n (Chao et al.
// 2014, Ecological Monographs 84, the form of iNEXT): S + (n−1)/n · f1²/(2·f2),
// and S + (n−1)/n · f1·(f1−1)/2 without a species seen twice. It is a lower bound
// of the true number.
func (c Counts) Chao1() float64 {
	n := float64(c.Total())
	if n == 0 {
		return 0
	}
	once, twice := c.Rare()
	return float64(c.Seen()) + (n-1)/n*unseen(once, twice)
}

func unseen(once, twice int) float64 {
	f1, f2 := float64(once), float64(twice)
	if twice == 0 {
		return f1 * (f1 - 1) / 2
	}
	return f1 * f1 / (2 * f2)
}

// Chao1Corrected is the bias-corrected form (Chao 1984 as in EstimateS, vegan's
// estimateR): S + f1·(f1−1)/(2·(f2+1)).
func (c Counts) Chao1Corrected() float64 {
	once, twice := c.Rare()
	f1, f2 := float64(once), float64(twice)
	return float64(c.Seen()) + f1*(f1-1)/(2*(f2+1))
}

// Interval is the log-normal 95 % confidence interval of Chao1 (Chao 1987):
// var = f2·(½(f1/f2)² + (f1/f2)³ + ¼(f1/f2)⁴). ok is false without a species
// seen twice, where that variance is not defined, or when nothing is missing.
func (c Counts) Interval() (low, high float64, ok bool) {
	once, twice := c.Rare()
	missing := c.Chao1() - float64(c.Seen())
	if twice == 0 || missing <= 0 {
		return 0, 0, false
	}
	r := float64(once) / float64(twice)
	variance := float64(twice) * (r*r/2 + r*r*r + r*r*r*r/4)
	k := math.Exp(1.96 * math.Sqrt(math.Log(1+variance/(missing*missing))))
	s := float64(c.Seen())
	return s + missing/k, s + missing*k, true
}

// Coverage is the estimated share of individuals that belong to species seen
// (Chao and Jost 2012): 1 − f1/n · (n−1)f1/((n−1)f1 + 2f2).
func (c Counts) Coverage() float64 {
	n := float64(c.Total())
	once, twice := c.Rare()
	f1, f2 := float64(once), float64(twice)
	if n == 0 || (n-1)*f1+2*f2 == 0 {
		return 1
	}
	return 1 - f1/n*((n-1)*f1/((n-1)*f1+2*f2))
}

// Rarefied is the expected number of species among k records drawn at random
// (Hurlbert 1971): Σ 1 − C(n−ni, k)/C(n, k). k above n counts as n.
func (c Counts) Rarefied(k int64) float64 {
	n := c.Total()
	k = min(k, n)
	sum := 0.0
	for _, v := range c {
		if n-v < k {
			sum++
			continue
		}
		sum -= math.Expm1(logChoose(n-v, k) - logChoose(n, k))
	}
	return sum
}

// logChoose is ln C(n, k).
func logChoose(n, k int64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	d, _ := math.Lgamma(float64(n - k + 1))
	return a - b - d
}

// Curve is the rarefaction curve at about points steps, from 0 to n records.
func (c Counts) Curve(points int) (at []int64, species []float64) {
	n := c.Total()
	if n == 0 || points < 2 {
		return nil, nil
	}
	for i := range points {
		k := n * int64(i) / int64(points-1)
		if len(at) > 0 && at[len(at)-1] == k {
			continue
		}
		at, species = append(at, k), append(species, c.Rarefied(k))
	}
	return at, species
}

// Units are the number of sampling units (cells) in which each species was seen.
type Units struct {
	Incidence Counts // Q: units of each species
	M         int    // units visited
}

// Chao2 is the estimated number of species from incidences (Chao 1987), with
// the factor (m−1)/m: S + (m−1)/m · Q1²/(2·Q2).
func (u Units) Chao2() float64 {
	if u.M == 0 {
		return 0
	}
	once, twice := u.Incidence.Rare()
	m := float64(u.M)
	return float64(u.Incidence.Seen()) + (m-1)/m*unseen(once, twice)
}
