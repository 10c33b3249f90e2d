package opendata

import (
	"encoding/json"
	"net/mail"
	"unicode/utf8"

	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
)

// code is the module's code.
const code = "opendata"

// Names of the settings.
const (
	settingProducer = "producer"
	settingContact  = "contact"
	settingLicence  = "licence"
	settingSIRET    = "siret"

	settingVocabulary = "vocabulary"
)

// settings are what a town says once for all its datasets.
var settings = module.Settings{
	Fields: []module.SettingField{
		{Name: settingProducer, Label: "opendata.setting.producer", Hint: "opendata.setting.producer_hint", Kind: module.SettingText, Default: ""},
		{Name: settingContact, Label: "opendata.setting.contact", Hint: "opendata.setting.contact_hint", Kind: module.SettingText, Default: "", Input: "email"},
		{Name: settingSIRET, Label: "opendata.setting.siret", Hint: "opendata.setting.siret_hint", Kind: module.SettingText, Default: ""},
		{
			Name: settingLicence, Label: "opendata.setting.licence", Hint: "opendata.setting.licence_hint", Kind: module.SettingChoice,
			Default: string(datasets.OpenLicence), Choices: []string{string(datasets.OpenLicence), string(datasets.ODbL)},
		},
		{Name: settingVocabulary, Label: "opendata.setting.vocabulary", Hint: "opendata.setting.vocabulary_hint", Kind: module.SettingText, Default: "", Rows: 6},
	},
	Validate: checkSettings,
}

const longestProducer = 200

func checkSettings(raw json.RawMessage) error {
	var s struct{ Producer, Contact, SIRET, Vocabulary string }
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	var wrong []fault.Option
	if utf8.RuneCountInString(s.Producer) > longestProducer {
		wrong = append(wrong, fault.On(settingProducer, "datasets.fault.too_long", fault.Args{"Most": longestProducer}))
	}
	if address, err := mail.ParseAddress(s.Contact); s.Contact != "" && (err != nil || address.Address != s.Contact) {
		wrong = append(wrong, fault.On(settingContact, "datasets.fault.email", nil))
	}
	if s.SIRET != "" && !isSIRET(s.SIRET) {
		wrong = append(wrong, fault.On(settingSIRET, "opendata.fault.siret", nil))
	}
	for _, n := range readVocabulary(s.Vocabulary) {
		if len(n.terms) > mostTerms {
			wrong = append(wrong, fault.On(settingVocabulary, "opendata.fault.vocabulary", fault.Args{"Word": n.terms[0], "Most": mostTerms}))
			break
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "datasets.fault.metadata", wrong...)
}

// TownWords is what a town set for all its datasets, for services/datasets.
func TownWords(town *tenants.Tenant) datasets.TownWords {
	v := settings.Of(town, code)
	return datasets.TownWords{
		Producer: v.Text(settingProducer), ContactEmail: v.Text(settingContact), Licence: datasets.Licence(v.Text(settingLicence)),
	}
}
