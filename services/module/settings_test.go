package module_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"acvdata/services/module"
	"acvdata/tenants"
)

var watering = module.Settings{Fields: []module.SettingField{
	{Name: "limit", Kind: module.SettingNumber, Default: 10.0, Min: 1, Max: 100},
	{Name: "pace", Kind: module.SettingChoice, Default: "slow", Choices: []string{"slow", "fast"}},
	{Name: "open", Kind: module.SettingSwitch, Default: true},
	{Name: "note", Kind: module.SettingText, Default: ""},
}}

func TestSettingsOfATown(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		stored string
		limit  float64
		pace   string
		open   bool
		note   string
	}{
		"nothing set":         {``, 10, "slow", true, ""},
		"everything set":      {`{"limit":25,"pace":"fast","open":false,"note":"a"}`, 25, "fast", false, "a"},
		"one of another type": {`{"limit":"beaucoup","note":"a"}`, 10, "slow", true, "a"},
		"a choice gone":       {`{"pace":"furious"}`, 10, "slow", true, ""},
		"out of bounds":       {`{"limit":400}`, 10, "slow", true, ""},
		"unreadable":          {`{`, 10, "slow", true, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			town := &tenants.Tenant{Modules: map[string]tenants.ModuleState{"trees": {On: true, Settings: json.RawMessage(test.stored)}}}
			v := watering.Of(town, "trees")
			if v.Number("limit") != test.limit || v.Text("pace") != test.pace || v.On("open") != test.open || v.Text("note") != test.note {
				t.Errorf("%+v", v)
			}
		})
	}
}

func TestSettingsThatCannotBeShownStopTheStart(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		settings module.Settings
		want     string
	}{
		"twice the same name": {module.Settings{Fields: append(watering.Fields, watering.Fields[0])}, "two settings"},
		"a default outside its bounds": {module.Settings{Fields: []module.SettingField{
			{Name: "a", Kind: module.SettingNumber, Default: 200.0, Min: 1, Max: 100},
		}}, "none of its values"},
		"a default of another type": {module.Settings{Fields: []module.SettingField{{Name: "a", Kind: module.SettingText}}}, "none of its values"},
		"defaults the module refuses": {module.Settings{
			Fields: watering.Fields, Validate: func(json.RawMessage) error { return errors.New("no") },
		}, "its own default"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := good("trees")
			s.manifest.Settings = test.settings
			if _, err := module.NewRegistry(s); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
