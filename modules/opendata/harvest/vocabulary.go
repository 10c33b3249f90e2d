package harvest

import (
	"path"
	"slices"
	"strings"

	"acvdata/services/datasets"
	"acvdata/services/words"
)

// licenceOf recognises the two licences in names, codes and addresses that
// catalogues give; "" for any other. Version 1 of the Licence Ouverte is another
// licence.
func licenceOf(given string) datasets.Licence {
	given = words.Fold(given)
	has := func(marks ...string) bool {
		return slices.ContainsFunc(marks, func(m string) bool { return strings.Contains(given, m) })
	}
	switch {
	case has("odbl", "odc_bl", "odc-bl", "open database licen", "opendatacommons.org/licenses/odbl"):
		return datasets.ODbL
	case has("1.0", "v1") && !has("2.0", "v2"):
		return ""
	case has("licence ouverte", "licence-ouverte", "licence_ouverte", "license ouverte", "open licence", "lov2", "lo-2.0", "etalab", "fr-lo"):
		return datasets.OpenLicence
	}
	return ""
}

// frequencies are the words of catalogues: the European table, Dublin Core's, the
// ones of udata, and French.
var frequencies = map[string]datasets.Frequency{
	"cont": datasets.Continuous, "continuous": datasets.Continuous, "update_cont": datasets.Continuous, "temps reel": datasets.Continuous,
	"hourly": datasets.Continuous, "realtime": datasets.Continuous, "punctual": "",
	"daily": datasets.Daily, "quotidienne": datasets.Daily, "quotidien": datasets.Daily,
	"weekly": datasets.Weekly, "hebdomadaire": datasets.Weekly,
	"monthly": datasets.Monthly, "mensuelle": datasets.Monthly, "mensuel": datasets.Monthly,
	"quarterly": datasets.Quarterly, "trimestrielle": datasets.Quarterly, "trimestriel": datasets.Quarterly,
	"annual_2": datasets.TwiceAYear, "semiannual": datasets.TwiceAYear, "semestrielle": datasets.TwiceAYear, "biannual": datasets.TwiceAYear,
	"annual": datasets.Yearly, "yearly": datasets.Yearly, "annuelle": datasets.Yearly, "annuel": datasets.Yearly,
	"irreg": datasets.AsNeeded, "irregular": datasets.AsNeeded, "irreguliere": datasets.AsNeeded, "ponctuelle": datasets.AsNeeded,
	"as needed": datasets.AsNeeded, "asneeded": datasets.AsNeeded,
}

func frequencyOf(given string) datasets.Frequency {
	return frequencies[words.Fold(path.Base(strings.TrimRight(strings.TrimSpace(given), "/")))]
}

// themeWords lead to our themes; a word counts at the beginning of a word.
var themeWords = []struct {
	theme datasets.Theme
	words []string
}{
	{datasets.ThemeTrees, []string{"arbre", "arbor", "foret", "boise", "canopee"}},
	{datasets.ThemeBiodiversity, []string{"biodiv", "faune", "flore", "espece", "oiseau", "nature", "ecolog", "espaces verts", "habitat naturel"}},
	{datasets.ThemeHeat, []string{"chaleur", "canicul", "climat", "temperature", "meteo", "ilot de fraicheur"}},
	{datasets.ThemeWater, []string{"eau", "eaux", "hydro", "riviere", "assainissement", "nappe", "inondation"}},
	{datasets.ThemeAir, []string{"air", "pollution atmos", "pollen"}},
	{datasets.ThemeSoil, []string{"sol", "sols", "geolog", "friche"}},
	{datasets.ThemeEnergy, []string{"energ", "electri", "solaire", "photovolt", "ener"}},
	{datasets.ThemeWaste, []string{"dechet", "recycl", "compost", "dechetterie"}},
	{datasets.ThemeMobility, []string{"mobilit", "transport", "velo", "cyclable", "circulation", "stationnement", "tran"}},
	{datasets.ThemeLand, []string{"urbanis", "foncier", "cadastr", "plu", "amenagement", "logement", "batiment"}},
	{datasets.ThemeTown, []string{"administration", "budget", "citoyen", "election", "gove", "subvention", "marches publics", "collectivite", "services publics", "economie", "culture", "education"}},
}

// exact are words too short to be the beginning of others.
var exact = []string{"air", "sol", "sols", "eau", "eaux", "plu", "velo", "ener", "tran", "gove"}

// themesOf finds our themes in those of the catalogue, else in its keywords and
// title; three at most.
func themesOf(names, keywords []string, title string) (found []datasets.Theme) {
	for _, texts := range [][]string{names, keywords, {title}} {
		for _, t := range themeWords {
			if len(found) < 3 && !slices.Contains(found, t.theme) && slices.ContainsFunc(texts, func(text string) bool { return speaksOf(text, t.words) }) {
				found = append(found, t.theme)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	return found
}

func speaksOf(text string, wanted []string) bool {
	text = " " + strings.Join(words.Of(text), " ") + " "
	return slices.ContainsFunc(wanted, func(w string) bool {
		if slices.Contains(exact, w) {
			w += " "
		}
		return strings.Contains(text, " "+w)
	})
}
