package module

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"acvdata/tenants"
)

// Settings are what a town may set of a module, as a form generated from the
// fields; values are stored as one JSON object.
type Settings struct {
	Fields   []SettingField
	Validate func(json.RawMessage) error // nil accepts whatever the fields accept
}

// SettingField is one setting.
type SettingField struct {
	Name    string
	Label   string // message key; "<label>_<choice>" names a choice
	Hint    string // message key, may be ""
	Kind    SettingKind
	Default any      // string, float64 or bool, as the kind wants
	Choices []string // of a choice
	Min     float64  // of a number; the bounds hold when Max is greater than Min
	Max     float64
	Unit    string // shown after a number: "%"
	Input   string // of a text: the type of its input, "email"; "" is "text"
	Rows    int    // of a text: lines of its box, 0 for a single line
}

// SettingKind is the type of a setting.
type SettingKind string

// The closed list of kinds.
const (
	SettingText   SettingKind = "text"
	SettingNumber SettingKind = "number"
	SettingSwitch SettingKind = "switch"
	SettingChoice SettingKind = "choice"
)

// Values are a town's settings of one module by name, each of its kind's type.
type Values map[string]any

// Of reads what the town has set of the module with that code. What it has not
// set, or what a newer version of the module no longer accepts, is the default.
func (s Settings) Of(town *tenants.Tenant, code string) Values {
	stored := map[string]any{}
	_ = json.Unmarshal(town.Modules[code].Settings, &stored) // nothing stored, or nothing that can be read: the defaults
	values := make(Values, len(s.Fields))
	for _, f := range s.Fields {
		values[f.Name] = f.Default
		if v, set := stored[f.Name]; set && f.Accepts(v) {
			values[f.Name] = v
		}
	}
	return values
}

// Text is a text or a choice.
func (v Values) Text(name string) string {
	text, _ := v[name].(string)
	return text
}

// Number is a number.
func (v Values) Number(name string) float64 {
	number, _ := v[name].(float64)
	return number
}

// On is a switch.
func (v Values) On(name string) bool {
	on, _ := v[name].(bool)
	return on
}

// Accepts reports whether the value is one of the field's: of its type, among its
// choices, within its bounds.
func (f SettingField) Accepts(value any) bool {
	switch f.Kind {
	case SettingNumber:
		number, is := value.(float64)
		return is && (f.Max <= f.Min || number >= f.Min && number <= f.Max)
	case SettingSwitch:
		_, is := value.(bool)
		return is
	case SettingChoice:
		choice, is := value.(string)
		return is && slices.Contains(f.Choices, choice)
	case SettingText:
		_, is := value.(string)
		return is
	}
	return false
}

// check finds what would make a form that cannot be sent as it is shown.
func (s Settings) check(code string) (faults []error) {
	seen := map[string]bool{}
	for _, f := range s.Fields {
		if seen[f.Name] || f.Name == "" {
			faults = append(faults, fmt.Errorf("module %s has two settings named %q", code, f.Name))
		}
		seen[f.Name] = true
		if !f.Accepts(f.Default) {
			faults = append(faults, fmt.Errorf("module %s: the default of setting %q is none of its values", code, f.Name))
		}
	}
	if len(faults) > 0 || s.Validate == nil {
		return faults
	}
	defaults, err := json.Marshal(s.Of(&tenants.Tenant{}, code))
	if err = errors.Join(err, s.Validate(defaults)); err != nil {
		faults = append(faults, fmt.Errorf("module %s refuses its own default settings: %w", code, err))
	}
	return faults
}
