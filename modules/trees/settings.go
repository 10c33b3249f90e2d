package trees

import (
	"encoding/json"
	"net/mail"
	"net/url"

	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
)

// Names of the settings.
const (
	settingReport      = "report"
	settingSpeciesMark = "species_mark"
	settingGenusMark   = "genus_mark"
	settingFamilyMark  = "family_mark"
)

// santamourMarks are the marks of the literature by level, in parts of 1. A town
// whose trees stand on the same few species may set itself closer ones.
var santamourMarks = [3]float64{santamourSpecies: 0.10, santamourGenus: 0.20, santamourFamily: 0.30}

// townSettings are what a town may set: where residents report a tree, and the marks
// of diversity its figures are read against (repères 10-20-30).
var townSettings = module.Settings{
	Fields: []module.SettingField{
		{Name: settingReport, Label: "trees.setting.report", Hint: "trees.setting.report_hint", Kind: module.SettingText, Default: "", Input: "email"},
		mark(settingSpeciesMark, "trees.setting.species_mark", 10),
		mark(settingGenusMark, "trees.setting.genus_mark", 20),
		mark(settingFamilyMark, "trees.setting.family_mark", 30),
	},
	Validate: checkSettings,
}

func mark(name, label string, usual float64) module.SettingField {
	return module.SettingField{Name: name, Label: label, Kind: module.SettingNumber, Default: usual, Min: 1, Max: 100, Unit: "%"}
}

// checkSettings refuses an address nobody could write to, and marks that
// contradict each other: a species is part of its genus, a genus of its family.
func checkSettings(raw json.RawMessage) error {
	var s struct {
		Report  string  `json:"report"`
		Species float64 `json:"species_mark"`
		Genus   float64 `json:"genus_mark"`
		Family  float64 `json:"family_mark"`
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	var wrong []fault.Option
	if address, err := mail.ParseAddress(s.Report); s.Report != "" && (err != nil || address.Address != s.Report) {
		wrong = append(wrong, fault.On(settingReport, "trees.fault.setting_report", nil))
	}
	if s.Genus < s.Species {
		wrong = append(wrong, fault.On(settingGenusMark, "trees.fault.setting_genus", nil))
	}
	if s.Family < s.Genus {
		wrong = append(wrong, fault.On(settingFamilyMark, "trees.fault.setting_family", nil))
	}
	if len(wrong) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "trees.fault.settings", wrong...)
}

// marksOf are the marks the town reads its figures against, in parts of 1.
func marksOf(town *tenants.Tenant) [3]float64 {
	v := townSettings.Of(town, Code)
	return [3]float64{
		santamourSpecies: v.Number(settingSpeciesMark) / 100,
		santamourGenus:   v.Number(settingGenusMark) / 100,
		santamourFamily:  v.Number(settingFamilyMark) / 100,
	}
}

// report is where a resident writes about a tree, with its name in the subject;
// "" when the town gave no address.
func (d *desk) report(nth string) string {
	address := townSettings.Of(d.town, Code).Text(settingReport)
	if address == "" {
		return ""
	}
	subject := d.t("trees.public.report_subject") + " " + nth
	return (&url.URL{Scheme: "mailto", Opaque: url.PathEscape(address), RawQuery: "subject=" + url.PathEscape(subject)}).String()
}
