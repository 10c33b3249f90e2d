package packs

import (
	"slices"
	"strings"
	"testing"
)

func TestShippedPacksAreTheSixTowns(t *testing.T) {
	towns, err := All()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{
		"ales": "30007", "bayonne": "64102", "fecamp": "76259",
		"niort": "79191", "saint-omer": "62765", "vitre": "35360",
	}
	if len(towns) != len(codes) {
		t.Fatalf("%d packs, want %d", len(towns), len(codes))
	}
	accents := map[string]bool{}
	for _, town := range towns {
		if town.INSEE != codes[town.Slug] {
			t.Errorf("%s: INSEE %q, want %q", town.Slug, town.INSEE, codes[town.Slug])
		}
		if town.Experiment == "" || town.Tagline == "" || town.Population == 0 {
			t.Errorf("%s: incomplete pack", town.Slug)
		}
		accents[town.Accent] = true
	}
	if len(accents) != len(towns) {
		t.Errorf("towns share an accent: %v", accents)
	}
}

const valid = `
slug: septieme
name: Septième
insee: "01004"
center: [5.35, 45.95]
bounds: [5.3, 45.9, 5.4, 46.0]
accent: ocre
modules: {trees: {on: true}}
members: [{email: maire@septieme.example, role: admin}]
boundary: {type: Polygon, coordinates: [[[5.3,45.9],[5.4,45.9],[5.4,46.0],[5.3,45.9]]]}
`

func TestReadRefusesWrongPacks(t *testing.T) {
	tests := map[string][2]string{
		"unknown key":       {"name:", "nom:"},
		"reserved slug":     {"septieme", "connexion"},
		"INSEE as number":   {`"01004"`, "1004"},
		"unknown accent":    {"ocre", "fuchsia"},
		"role that is none": {"role: admin", "role: maire"},
		"no address":        {"maire@septieme", "maire"},
		"center elsewhere":  {"[5.35, 45.95]", "[45.95, 5.35]"},
	}
	if _, err := Read(strings.NewReader(valid)); err != nil {
		t.Fatalf("the valid pack is refused: %v", err)
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(valid, change[0], change[1], 1)
			if _, err := Read(strings.NewReader(text)); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// sixWorkspaces are the modules that make each town's workspace its own.
var sixWorkspaces = map[string][]string{
	"ales":       {"opendata", "trees"},
	"bayonne":    {"atlas", "opendata"},
	"fecamp":     {"atlas", "opendata", "trees"},
	"niort":      {"atlas", "heat", "opendata", "trees"},
	"saint-omer": {"atlas", "heat", "opendata"},
	"vitre":      {"atlas", "heat", "opendata"},
}

func TestEachTownHasItsOwnModules(t *testing.T) {
	t.Parallel()
	towns, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, town := range towns {
		var on []string
		for code, state := range town.Modules {
			if state.On {
				on = append(on, code)
			}
		}
		slices.Sort(on)
		if wanted := sixWorkspaces[town.Slug]; !slices.Equal(on, wanted) {
			t.Errorf("%s has the modules %v, want %v", town.Slug, on, wanted)
		}
		if town.Welcome == "" {
			t.Errorf("%s welcomes nobody", town.Slug)
		}
	}
}
