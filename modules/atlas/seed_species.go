package atlas

import (
	"math"
	"slices"
	"time"
)

// seedKind is a species that is seeded: how common, from which month to which,
// how many together, how it is noticed. Invented in the order of what a walk in
// a French town shows; no source is claimed for illustrative data.
type seedKind struct {
	id          int // cd_ref
	weight      float64
	first, last time.Month
	flock       int
	method      string
}

// How records are made, as METH_OBS of the SINP calls it.
const (
	seen   = "Vu"
	heard  = "Entendu"
	traced = "Traces ou indices"
)

// season is the chance of meeting the species in a month: most in the middle of
// its time.
func (k seedKind) season(month time.Month) float64 {
	length := (int(k.last)-int(k.first)+12)%12 + 1
	at := (int(month) - int(k.first) + 12) % 12
	if length == 12 {
		return 0.7
	}
	if at >= length {
		return 0
	}
	return 0.35 + 0.65*math.Sin(math.Pi*(float64(at)+0.5)/float64(length))
}

// palette is what lives in the town: by the sea, gulls and plants of the shore.
func (s *seeding) palette() []seedKind {
	kinds := slices.Clone(townKinds)
	if s.town.Slug == "fecamp" || s.town.Slug == "bayonne" {
		kinds = append(kinds, coastKinds...)
	}
	// A few species make most records, and many are met once or twice.
	for i := range kinds {
		kinds[i].weight = math.Pow(kinds[i].weight, 2.6)
		if s.chance.IntN(5) == 0 {
			kinds[i].weight /= 60
		}
	}
	return slices.DeleteFunc(kinds, func(k seedKind) bool { return s.names[k.id] == "" })
}

var coastKinds = []seedKind{
	{3302, 6, 1, 12, 6, seen},
	{100289, 1.5, 6, 8, 4, seen},
}

var townKinds = []seedKind{
	{3764, 9, 1, 12, 3, seen},
	{3760, 8, 1, 12, 3, seen},
	{4117, 10, 1, 12, 2, seen},
	{4001, 8, 1, 12, 1, seen},
	{4525, 9, 1, 12, 6, seen},
	{3967, 4, 1, 12, 1, heard},
	{4257, 6, 3, 10, 1, heard},
	{4280, 5, 3, 10, 1, heard},
	{4564, 5, 1, 12, 2, heard},
	{4583, 4, 1, 12, 4, seen},
	{4580, 3, 1, 12, 2, seen},
	{4571, 2, 3, 9, 1, heard},
	{4516, 5, 1, 12, 12, seen},
	{4474, 6, 1, 12, 2, seen},
	{4503, 5, 1, 12, 3, seen},
	{4466, 3, 1, 12, 1, seen},
	{3424, 6, 1, 12, 4, seen},
	{3429, 5, 1, 12, 2, seen},
	{3551, 6, 5, 7, 10, seen},
	{3696, 4, 4, 9, 5, seen},
	{459478, 4, 4, 9, 6, seen},
	{3941, 4, 1, 12, 1, seen},
	{3755, 2, 1, 12, 1, seen},
	{4035, 4, 3, 10, 1, seen},
	{3774, 3, 1, 12, 1, heard},
	{3611, 3, 1, 12, 1, heard},
	{3603, 3, 1, 12, 1, heard},
	{3571, 1.2, 1, 12, 1, seen},
	{2506, 3, 1, 12, 1, seen},
	{1966, 4, 1, 12, 5, seen},
	{3070, 2, 1, 12, 4, seen},
	{3059, 3, 1, 12, 2, seen},
	{2440, 2, 9, 4, 2, seen},
	{530157, 3, 8, 4, 8, seen},
	{2669, 2, 1, 12, 1, seen},
	{2938, 0.8, 1, 12, 1, seen},
	{2623, 2, 1, 12, 1, seen},
	{3518, 1, 1, 12, 1, heard},
	{3482, 0.6, 1, 12, 1, seen},
	{3465, 1, 4, 6, 1, heard},
	{4129, 4, 1, 12, 1, heard},
	{4342, 3, 1, 12, 6, seen},
	{3978, 2, 1, 12, 1, heard},
	{60015, 3, 3, 10, 1, seen},
	{61153, 3, 1, 12, 1, seen},
	{60585, 2, 1, 12, 1, seen},
	{60636, 0.8, 3, 10, 1, traced},
	{60249, 1.5, 1, 12, 1, traced},
	{60630, 0.8, 1, 12, 1, traced},
	{60479, 3, 4, 10, 3, heard},
	{79303, 2, 4, 10, 2, heard},
	{200118, 1, 5, 9, 2, heard},
	{60313, 0.5, 5, 9, 3, seen},
	{61667, 1.5, 1, 12, 2, seen},
	{197, 1, 3, 8, 1, heard},
	{259, 1.5, 2, 6, 2, seen},
	{92, 0.8, 10, 4, 1, seen},
	{351, 1.2, 2, 6, 2, seen},
	{310, 0.8, 2, 6, 2, seen},
	{77756, 4, 3, 10, 2, seen},
	{77619, 1, 4, 9, 1, seen},
	{77490, 1, 4, 9, 1, seen},
	{608364, 4, 3, 9, 1, seen},
	{53741, 5, 3, 11, 1, seen},
	{53747, 3, 4, 10, 1, seen},
	{53754, 2, 3, 9, 1, seen},
	{53759, 2, 3, 10, 1, seen},
	{53595, 6, 3, 10, 2, seen},
	{53668, 5, 5, 9, 4, seen},
	{53700, 3, 6, 8, 4, seen},
	{219831, 5, 3, 10, 2, seen},
	{54342, 3, 4, 10, 1, seen},
	{54417, 3, 2, 9, 1, seen},
	{54451, 3, 4, 5, 1, seen},
	{54279, 4, 5, 9, 2, seen},
	{54468, 1.5, 4, 9, 1, seen},
	{54475, 1, 4, 9, 1, seen},
	{54829, 1.5, 4, 10, 1, seen},
	{65080, 2, 5, 8, 4, seen},
	{65473, 2, 5, 9, 1, seen},
	{65278, 2, 5, 9, 2, seen},
	{65109, 2, 4, 9, 4, seen},
	{65184, 1.5, 5, 8, 4, seen},
	{11165, 3, 3, 10, 2, seen},
	{10502, 1, 6, 7, 1, seen},
	{65774, 2, 7, 9, 1, heard},
	{239523, 4, 3, 10, 8, seen},
	{65839, 1, 8, 10, 1, seen},
	{64260, 1, 4, 9, 1, seen},
	{199863, 2, 3, 11, 3, seen},
	{85740, 6, 2, 11, 30, seen},
	{112355, 3, 5, 7, 12, seen},
	{79908, 3, 5, 10, 10, seen},
	{94503, 3, 6, 9, 10, seen},
	{113893, 4, 4, 9, 15, seen},
	{127439, 3, 5, 9, 20, seen},
	{127454, 4, 4, 10, 30, seen},
	{106653, 3, 5, 8, 10, seen},
	{91169, 2, 6, 9, 6, seen},
	{117201, 3, 4, 7, 20, seen},
	{117019, 4, 2, 5, 40, seen},
	{103772, 1.5, 5, 6, 8, seen},
	{86869, 2, 6, 9, 3, seen},
	{103547, 1, 7, 9, 30, seen},
	{116759, 3, 4, 10, 2, seen},
	{98921, 2, 4, 10, 2, seen},
	{81569, 2, 3, 10, 2, seen},
	{119915, 1.5, 4, 10, 1, seen},
	{92606, 2, 1, 10, 2, seen},
	{120717, 3, 5, 9, 2, seen},
	{103514, 2, 1, 12, 1, seen},
	{117860, 2, 5, 9, 3, seen},
	{110335, 1.2, 5, 6, 5, seen},
	{82288, 1.2, 5, 7, 8, seen},
	{102797, 1, 5, 7, 4, seen},
	{84472, 1.5, 1, 12, 3, seen},
	{116265, 2, 5, 10, 10, seen},
}
