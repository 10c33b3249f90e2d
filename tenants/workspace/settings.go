package workspace

import (
	"encoding/json"
	"errors"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/tenants/directory"
	"acvdata/web/layout"
)

// Longest public texts, in characters.
const (
	longestTagline    = 120
	longestExperiment = 1500
	longestWelcome    = 800
	longestContact    = 200
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

// readTexts changes the public texts of choices to those of a form.
func readTexts(values url.Values, c *directory.Choices) error {
	var wrong []fault.Option
	text := func(name string, longest int) string {
		value := strings.TrimSpace(strings.ReplaceAll(values.Get(name), "\r\n", "\n"))
		if utf8.RuneCountInString(value) > longest {
			wrong = append(wrong, fault.On(name, "workspace.fault.too_long", fault.Args{"Max": longest}))
		}
		return value
	}
	c.Tagline = text("tagline", longestTagline)
	c.Experiment = text("experiment", longestExperiment)
	c.Welcome = text("welcome", longestWelcome)
	c.Contact = text("contact", longestContact)
	if address, err := mail.ParseAddress(c.Contact); c.Contact != "" && (err != nil || address.Address != c.Contact) {
		wrong = append(wrong, fault.On("contact", "workspace.fault.contact", nil))
	}
	c.Accent = values.Get("accent")
	if !slices.Contains(layout.Accents, c.Accent) {
		wrong = append(wrong, fault.On("accent", "workspace.fault.accent", nil))
	}
	if len(wrong) > 0 {
		return fault.New(fault.Invalid, "workspace.fault.form", wrong...)
	}
	return nil
}

// changedTexts names what differs, for the log.
func changedTexts(before, after directory.Choices) []string {
	var names []string
	for _, t := range []struct {
		name    string
		was, is string
	}{
		{"accent", before.Accent, after.Accent},
		{"contact", before.Contact, after.Contact},
		{"experiment", before.Experiment, after.Experiment},
		{"tagline", before.Tagline, after.Tagline},
		{"welcome", before.Welcome, after.Welcome},
	} {
		if t.was != t.is {
			names = append(names, t.name)
		}
	}
	return names
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
		value, err := readField(strings.TrimSpace(values.Get(f.Name)), f)
		if err != nil {
			wrong = append(wrong, fault.On(f.Name, "workspace.fault."+err.Error(), nil))
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

var (
	errNumber = errors.New("number")
	errChoice = errors.New("choice")
	errLong   = errors.New("long")
)

const longestSetting = 2000

func readField(value string, f module.SettingField) (any, error) {
	switch f.Kind {
	case module.SettingNumber:
		number, err := strconv.ParseFloat(strings.ReplaceAll(strings.ReplaceAll(value, ",", "."), "\u00a0", ""), 64)
		if err != nil {
			return nil, errNumber
		}
		return number, nil
	case module.SettingSwitch:
		return value != "", nil
	case module.SettingChoice:
		if !slices.Contains(f.Choices, value) {
			return nil, errChoice
		}
		return value, nil
	case module.SettingText:
	}
	if utf8.RuneCountInString(value) > longestSetting {
		return nil, errLong
	}
	return value, nil
}

// shownField is a setting as a form writes it: the town's value, or the default.
func shownField(stored json.RawMessage, f module.SettingField) (value string, on bool) {
	set := map[string]any{}
	_ = json.Unmarshal(stored, &set) // no settings yet, or none that can be read: the defaults
	v, known := set[f.Name]
	if !known {
		v = f.Default
	}
	switch v := v.(type) {
	case bool:
		return "", v
	case string:
		return v, false
	case float64:
		return strings.ReplaceAll(strconv.FormatFloat(v, 'f', -1, 64), ".", ","), false
	case int:
		return strconv.Itoa(v), false
	}
	return "", false
}
