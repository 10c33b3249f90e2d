package workspace

import (
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/tenants/directory"
)

// trades lists the modules a town may switch, those that are on alone if asked.
func (w *Workspace) trades(town *tenants.Tenant, onAlone bool) []module.Manifest {
	var list []module.Manifest
	for _, m := range w.deps.Registry().Modules() {
		manifest := m.Manifest()
		if !manifest.Core && (!onAlone || town.Has(manifest.Code)) {
			list = append(list, manifest)
		}
	}
	return list
}

// switchOn turns a module on or off in choices. It refuses what would leave a
// module without one it needs.
func (w *Workspace) switchOn(c *directory.Choices, m module.Manifest, on bool) error {
	state := c.Modules[m.Code]
	state.On = on
	c.Modules[m.Code] = state
	for _, other := range w.deps.Registry().Modules() {
		manifest := other.Manifest()
		if !c.Modules[manifest.Code].On {
			continue
		}
		for _, need := range manifest.Needs {
			if needed, known := w.deps.Registry().Manifest(need); known && !needed.Core && !c.Modules[need].On {
				return &missing{needy: manifest, needed: needed}
			}
		}
	}
	return nil
}

// missing is a module that would lack one it needs.
type missing struct{ needy, needed module.Manifest }

func (m *missing) Error() string { return m.needy.Code + " needs " + m.needed.Code }

// readModule reads a module's settings from a form, each as its field's kind.
func readModule(values url.Values, s module.Settings) (json.RawMessage, error) {
	read := map[string]any{}
	var wrong []fault.Option
	for _, f := range s.Fields {
		value, refused := readField(strings.TrimSpace(values.Get(f.Name)), f)
		if refused != nil {
			wrong = append(wrong, refused)
			continue
		}
		read[f.Name] = value
	}
	if len(wrong) > 0 {
		return nil, fault.New(fault.Invalid, "workspace.fault.form", wrong...)
	}
	text, err := json.Marshal(read)
	if err != nil {
		return nil, err
	}
	if s.Validate != nil {
		return text, s.Validate(text)
	}
	return text, nil
}

const longestSetting = 2000

// readField reads one setting; the fault it gives names what its field accepts.
func readField(value string, f module.SettingField) (any, fault.Option) {
	var read any = value
	switch f.Kind {
	case module.SettingNumber:
		number, err := strconv.ParseFloat(strings.NewReplacer(",", ".", i18n.NBSP, "", "\u202f", "").Replace(value), 64)
		if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
			return nil, fault.On(f.Name, "workspace.fault.number", nil)
		}
		if read = number; !f.Accepts(read) {
			return nil, fault.On(f.Name, "workspace.fault.bounds", fault.Args{"Min": i18n.Decimal(f.Min, -1), "Max": i18n.Decimal(f.Max, -1)})
		}
	case module.SettingSwitch:
		read = value != ""
	case module.SettingChoice:
		if !f.Accepts(read) {
			return nil, fault.On(f.Name, "workspace.fault.choice", nil)
		}
	case module.SettingText:
		if utf8.RuneCountInString(value) > longestSetting {
			return nil, fault.On(f.Name, "workspace.fault.long", nil)
		}
	}
	return read, nil
}

// shownField is a setting as a form writes it: the town's value, or the default.
func shownField(values module.Values, f module.SettingField) (value string, on bool) {
	switch v := values[f.Name].(type) {
	case bool:
		return "", v
	case string:
		return v, false
	case float64:
		return i18n.Decimal(v, -1), false
	}
	return "", false
}
