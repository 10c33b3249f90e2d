package datasets

import "slices"

// Licence is a licence a town may choose. The law (code des relations entre le
// public et l'administration, D. 323-2-1) allows these two to public bodies
// without asking.
type Licence string

// The two licences.
const (
	OpenLicence Licence = "LO-2.0"   // Licence Ouverte / Open Licence 2.0
	ODbL        Licence = "ODbL-1.0" // Open Database License 1.0: shared alike
)

// Licences lists the licences, the recommended one first.
func Licences() []Licence { return []Licence{OpenLicence, ODbL} }

// Name is the licence's official name, the one data.gouv.fr matches.
func (l Licence) Name() string {
	if l == ODbL {
		return "Open Data Commons Open Database License (ODbL)"
	}
	return "Licence Ouverte / Open Licence version 2.0"
}

// URL is where the licence's text is.
func (l Licence) URL() string {
	if l == ODbL {
		return "https://opendatacommons.org/licenses/odbl/summary/"
	}
	return "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"
}

// Known reports whether it is one of the two.
func (l Licence) Known() bool { return slices.Contains(Licences(), l) }

var themes = []Theme{ThemeTrees, ThemeBiodiversity, ThemeHeat, ThemeWater, ThemeAir, ThemeSoil, ThemeEnergy, ThemeWaste, ThemeMobility, ThemeLand, ThemeTown}

// Themes lists the themes in the order people see them.
func Themes() []Theme { return slices.Clone(themes) }

// Known reports whether the theme is of the list.
func (t Theme) Known() bool { return slices.Contains(themes, t) }

// LabelKey is the message key of the theme's name.
func (t Theme) LabelKey() string { return "datasets.theme." + string(t) }

var frequencies = []Frequency{Continuous, Daily, Weekly, Monthly, Quarterly, TwiceAYear, Yearly, AsNeeded}

// Frequencies lists the frequencies, the most frequent first.
func Frequencies() []Frequency { return slices.Clone(frequencies) }

// Known reports whether the frequency is of the list.
func (f Frequency) Known() bool { return slices.Contains(frequencies, f) }

// LabelKey is the message key of the frequency's name.
func (f Frequency) LabelKey() string { return "datasets.frequency." + string(f) }

// HighValue is a category of high-value datasets (jeux de données de forte
// valeur) of the implementing regulation (EU) 2023/138, "" for none.
type HighValue string

// The six categories of its annex.
const (
	Geospatial     HighValue = "geospatial"
	Environment    HighValue = "environment" // Earth observation and environment
	Meteorological HighValue = "meteorological"
	Statistics     HighValue = "statistics"
	Companies      HighValue = "companies" // companies and company ownership
	Mobility       HighValue = "mobility"
)

// HighValues lists the categories.
func HighValues() []HighValue {
	return []HighValue{Environment, Geospatial, Meteorological, Mobility, Statistics, Companies}
}

// Known reports whether the category is of the list.
func (h HighValue) Known() bool { return slices.Contains(HighValues(), h) }

// LabelKey is the message key of the category's name.
func (h HighValue) LabelKey() string { return "datasets.high_value." + string(h) }

// LabelKey is the message key of the state's name.
func (s State) LabelKey() string { return "datasets.state." + string(s) }
