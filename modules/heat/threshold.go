package heat

import (
	"encoding/json"

	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
)

// Threshold is how a town counts hot days and tropical nights: limits, what is
// taken off for the shelter, and how much of a day must be known. It is shown
// beside every count.
type Threshold struct {
	HotDay        float64 `json:"hot_day"`        // °C, of the day's maximum
	TropicalNight float64 `json:"tropical_night"` // °C, of the night's minimum
	Compare       string  `json:"compare"`        // atLeast or above
	BiasDay       float64 `json:"bias_day"`       // K that sun on the shelter adds to maxima
	BiasNight     float64 `json:"bias_night"`     // K that the shelter adds to minima
	Coverage      float64 `json:"coverage"`       // % of the hours that must be known
}

// Ways to compare. Météo-France's DRIAS counts a value on the limit, ETCCDI and
// Biel's network do not.
const (
	atLeast = "at_least"
	above   = "above"
)

// DefaultThreshold is DRIAS's: a day of 30 °C or more, a night of 20 °C or more,
// nothing taken off, 80 % of the hours known (level o2 of CrowdQC+).
var DefaultThreshold = Threshold{HotDay: 30, TropicalNight: 20, Compare: atLeast, Coverage: 80}

// ThresholdOf reads a town's settings.
func ThresholdOf(town *tenants.Tenant) Threshold {
	t := DefaultThreshold
	if raw := town.Modules[Code].Settings; len(raw) > 0 && json.Unmarshal(raw, &t) != nil {
		return DefaultThreshold // what validation let through before it was stricter
	}
	return t
}

// Hot reports whether a day's maximum counts.
func (t Threshold) Hot(highest float64) bool { return t.beyond(highest-t.BiasDay, t.HotDay) }

// Tropical reports whether a night's minimum counts.
func (t Threshold) Tropical(lowest float64) bool {
	return t.beyond(lowest-t.BiasNight, t.TropicalNight)
}

func (t Threshold) beyond(value, limit float64) bool {
	return value > limit || t.Compare == atLeast && value == limit
}

// Hours of a whole day and of a night.
const (
	hoursOfDay   = 24
	hoursOfNight = 12
)

// KnownDay reports whether enough hours of a day are known to name its maximum.
func (t Threshold) KnownDay(hours int) bool { return float64(hours) >= t.Coverage/100*hoursOfDay }

// KnownNight is KnownDay for the hours of a night.
func (t Threshold) KnownNight(hours int) bool {
	return float64(hours) >= t.Coverage/100*hoursOfNight
}

func validSettings(raw json.RawMessage) error {
	t := DefaultThreshold
	if err := json.Unmarshal(raw, &t); err != nil {
		return fault.New(fault.Invalid, "heat.fault.settings", fault.Because(err))
	}
	var wrong []fault.Option
	within := func(name string, value, low, high float64) {
		if !(value >= low && value <= high) {
			wrong = append(wrong, fault.On(name, "heat.fault.setting_range", fault.Args{"Low": low, "High": high}))
		}
	}
	within("hot_day", t.HotDay, 15, 50)
	within("tropical_night", t.TropicalNight, 5, 40)
	within("bias_day", t.BiasDay, -5, 5)
	within("bias_night", t.BiasNight, -5, 5)
	within("coverage", t.Coverage, 0, 100)
	if t.Compare != atLeast && t.Compare != above {
		wrong = append(wrong, fault.On("compare", "heat.fault.settings", nil))
	}
	if len(wrong) > 0 {
		return fault.New(fault.Invalid, "heat.fault.settings", wrong...)
	}
	return nil
}

func settingFields() []module.SettingField {
	number := func(name string, byDefault float64) module.SettingField {
		return module.SettingField{
			Name: name, Label: "heat.settings." + name, Hint: "heat.settings." + name + "_hint",
			Kind: module.SettingNumber, Default: byDefault,
		}
	}
	return []module.SettingField{
		number("hot_day", DefaultThreshold.HotDay), number("tropical_night", DefaultThreshold.TropicalNight),
		{
			Name: "compare", Label: "heat.settings.compare", Hint: "heat.settings.compare_hint", Kind: module.SettingChoice,
			Default: DefaultThreshold.Compare, Choices: []string{atLeast, above},
		},
		number("bias_day", 0), number("bias_night", 0), number("coverage", DefaultThreshold.Coverage),
	}
}
