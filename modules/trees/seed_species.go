package trees

import (
	"acvdata/modules/trees/taxa"
	"acvdata/tenants"
)

// weighted is a species with how often it is planted.
type weighted struct {
	taxon  taxa.Taxon
	weight int
}

// seedShare is a species by its name in the register, and its weight.
type seedShare struct {
	name   string
	weight int
}

// Species that suit a climate, for illustration only: towns around the
// Mediterranean, on the mild Atlantic, and further north.
var (
	mediterranean = []seedShare{
		{"Celtis australis", 22},
		{"Platanus × hispanica", 18},
		{"Pinus pinea", 8},
		{"Quercus ilex", 9},
		{"Cupressus sempervirens", 7},
		{"Acer campestre", 5},
		{"Melia azedarach", 6},
		{"Olea europaea", 6},
		{"Tilia tomentosa", 6},
		{"Quercus pubescens", 5},
		{"Cedrus atlantica", 3},
		{"Robinia pseudoacacia", 3},
		{"Ginkgo biloba", 2},
	}
	atlantic = []seedShare{
		{"Platanus × hispanica", 15},
		{"Quercus robur", 14},
		{"Liquidambar styraciflua", 9},
		{"Magnolia grandiflora", 7},
		{"Tilia cordata", 9},
		{"Lagerstroemia indica", 6},
		{"Acer campestre", 6},
		{"Quercus ilex", 6},
		{"Alnus glutinosa", 5},
		{"Castanea sativa", 4},
		{"Prunus avium", 4},
		{"Taxus baccata", 3},
		{"Populus nigra", 3},
		{"Ginkgo biloba", 2},
	}
	northern = []seedShare{
		{"Tilia cordata", 17},
		{"Acer pseudoplatanus", 13},
		{"Carpinus betulus", 11},
		{"Fraxinus excelsior", 8},
		{"Acer platanoides", 8},
		{"Aesculus hippocastanum", 7},
		{"Fagus sylvatica", 6},
		{"Betula pendula", 7},
		{"Prunus avium", 6},
		{"Quercus robur", 7},
		{"Salix alba", 3},
		{"Sorbus aria", 3},
		{"Pinus sylvestris", 3},
		{"Taxus baccata", 2},
	}
)

// palette picks the species of a town by where it lies.
func palette(town *tenants.Tenant, r *taxa.Register) []weighted {
	shares := northern
	switch {
	case town.Center.Lat < 44.5 && town.Center.Lon > 1:
		shares = mediterranean
	case town.Center.Lat < 47.5:
		shares = atlantic
	}
	list := make([]weighted, 0, len(shares))
	for _, s := range shares {
		if t, _ := r.Find(s.name); t.ID != taxa.UnknownID {
			list = append(list, weighted{t, s.weight})
		}
	}
	return list
}

func (s *seeding) species() taxa.Taxon {
	total := 0
	for _, w := range s.palette {
		total += w.weight
	}
	at := s.chance.IntN(total)
	for _, w := range s.palette {
		if at -= w.weight; at < 0 {
			return w.taxon
		}
	}
	return s.palette[0].taxon
}

// streetNames are names that hundreds of French towns share.
var streetNames = []string{
	"avenue de la Gare", "boulevard de la République", "rue des Écoles", "place du Marché", "rue du Stade", "allée des Tilleuls",
	"avenue Jean-Jaurès", "rue Pasteur", "quai du Canal", "square de la Mairie", "rue Victor-Hugo", "chemin des Jardins",
	"avenue du Général-de-Gaulle", "rue de la Fontaine", "place de l’Église", "rue des Lilas", "boulevard Gambetta", "parc municipal",
	"rue du Moulin", "impasse des Acacias", "rue Jules-Ferry", "avenue de l’Europe", "rue du Pont", "cours des Platanes",
}
