package components

import (
	"maps"
	"strings"

	"github.com/a-h/templ"
)

// Field is one question of a form, whatever its control. Fill what the control
// uses; TextField, SelectField, TextAreaField, CheckboxField, RadioField,
// CheckboxesField and FileField all take it.
type Field struct {
	ID    string // Name when empty; unique on the page
	Name  string
	Label string // always visible
	Hint  string // before the control: format, example, why it is asked
	Error string // what is wrong and how to mend it

	Value        string
	Type         string // of the input: "text" when empty
	Autocomplete string // "email", "street-address"… (WCAG 1.3.5)
	InputMode    string // "numeric", "decimal"
	Suffix       string // unit shown after the control: "cm"
	Suggestions  []string
	Rows         int      // of a text area: 4 when 0
	Accept       string   // of a file: ".csv,.geojson"
	Multiple     bool     // of a file
	Choices      []Choice // of a select, radios, checkboxes
	Blank        string   // label of a select's empty choice; none when ""
	Checked      bool     // of a single checkbox
	Inline       bool     // radios and checkboxes in a row

	Required bool
	Optional bool // says "(facultatif)" beside the label
	Disabled bool
	Attrs    templ.Attributes // more attributes of the control
}

// Choice is one answer of a closed question.
type Choice struct {
	Value    string
	Label    string
	Hint     string
	Selected bool
	Disabled bool
}

func (f Field) id() string { return orDefault(f.ID, f.Name) }

func (f Field) choiceID(c Choice) string { return f.id() + "-" + orDefault(c.Value, "vide") }

// describedBy lists the ids of the hint and of the error.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.id()+"-aide")
	}
	if f.Error != "" {
		ids = append(ids, f.id()+"-erreur")
	}
	return strings.Join(ids, " ")
}

// common are the attributes all controls share.
func (f Field) common() templ.Attributes {
	a := templ.Attributes{"id": f.id(), "name": f.Name}
	if d := f.describedBy(); d != "" {
		a["aria-describedby"] = d
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Required {
		a["required"] = true
	}
	if f.Disabled {
		a["disabled"] = true
	}
	maps.Copy(a, f.Attrs)
	return a
}

// input adds what only text inputs have.
func (f Field) input() templ.Attributes {
	a := f.common()
	a["type"], a["value"] = orDefault(f.Type, "text"), f.Value
	if f.Autocomplete != "" {
		a["autocomplete"] = f.Autocomplete
	}
	if f.InputMode != "" {
		a["inputmode"] = f.InputMode
	}
	if len(f.Suggestions) > 0 {
		a["list"] = f.id() + "-choix"
	}
	return a
}

// FieldError is a line of the error summary: the message, and the field it leads to.
type FieldError struct {
	ID      string // id of the field; "" for a fault of the whole form
	Message string
}
