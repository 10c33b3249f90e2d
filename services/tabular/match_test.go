package tabular_test

import (
	"testing"

	"acvdata/services/tabular"
)

var wanted = []tabular.Wanted{
	{Name: "genus", Aliases: []string{"genre", "essence genre"}},
	{Name: "species", Aliases: []string{"espèce", "nom latin"}},
	{Name: "height", Aliases: []string{"hauteur", "haut_tot", "hauteur totale"}, Type: tabular.Number},
	{Name: "trunk", Aliases: []string{"circonférence", "tronc_diam", "diamètre du tronc"}, Type: tabular.Number},
	{Name: "planted", Aliases: []string{"date de plantation", "année plantation"}},
	{Name: "district", Aliases: []string{"quartier"}},
}

func TestMatchSuggestsOneColumnForEachField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		heading string
		field   string // "" when nothing is to be suggested
		reason  tabular.MatchReason
	}{
		{"genre", "genus", tabular.SameName},
		{"GENRE", "genus", tabular.SameName},
		{"Genres", "genus", tabular.SameName},
		{"Espece", "species", tabular.SameName},
		{"nom_latin", "species", tabular.SameName},
		{"NomLatin", "species", tabular.SameName},
		{"haut_tot", "height", tabular.SameName},
		{"Hauteur (m)", "height", tabular.SameWords},
		{"HAUTEUR TOTALE", "height", tabular.SameName},
		{"totale hauteur", "height", tabular.SameWords},
		{"circonférence (en cm)", "trunk", tabular.SameWords},
		{"circonf", "trunk", tabular.AlikeWords},
		{"circonference_a_1m30", "trunk", tabular.MoreWords},
		{"dateplantation", "", ""},
		{"date_plantation", "planted", tabular.SameWords},
		{"plantation", "planted", tabular.FewerWords},
		{"clc_quartier", "district", tabular.SameWords},
		{"genre_arbre", "genus", tabular.MoreWords},
		{"observations", "", ""},
		{"", "", ""},
		{"---", "", ""},
	} {
		got := tabular.Match([]string{c.heading}, wanted)
		if c.field == "" {
			if len(got) != 0 {
				t.Errorf("%q: got %+v", c.heading, got)
			}
			continue
		}
		s, ok := got[c.field]
		if !ok || len(got) != 1 || s.Reason != c.reason || s.Column != 0 || s.Score < 0.5 || s.Score > 1 {
			t.Errorf("%q: got %+v, want %s because %s", c.heading, got, c.field, c.reason)
		}
	}
}

func TestMatchGivesAColumnToItsBestField(t *testing.T) {
	t.Parallel()
	got := tabular.Match([]string{"id", "hauteur_premiere_branche", "hauteur", "espece", "genre"}, wanted)
	if got["height"].Column != 2 || got["species"].Column != 3 || got["genus"].Column != 4 || len(got) != 3 {
		t.Errorf("got %+v", got)
	}
}

func TestEqualColumnsAreAllTold(t *testing.T) {
	t.Parallel()
	got := tabular.Match([]string{"Hauteur", "genre", "hauteur"}, wanted)
	if s := got["height"]; s.Column != 0 || len(s.Rivals) != 1 || s.Rivals[0] != 2 {
		t.Errorf("got %+v", got)
	}
	if s := got["genus"]; s.Column != 1 || len(s.Rivals) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestTypesChooseBetweenColumns(t *testing.T) {
	t.Parallel()
	columns := []tabular.Column{
		{Index: 0, Heading: "classe_hauteur", Type: tabular.Text},
		{Index: 1, Heading: "hauteur_arbre", Type: tabular.Integer},
	}
	got := tabular.MatchColumns(columns, wanted)
	if s := got["height"]; s.Column != 1 || len(s.Rivals) != 0 {
		t.Errorf("got %+v", got)
	}
}
