package views

import "acvdata/web/components"

// all lists the fields of the form, in its order.
func (f *FormFields) all() []*components.Field {
	return []*components.Field{
		&f.Title, &f.Summary, &f.Themes, &f.Keywords, &f.Licence, &f.Frequency, &f.TemporalStart, &f.TemporalEnd,
		&f.Method, &f.Documentation, &f.HighValue,
		&f.Producer, &f.ContactName, &f.ContactEmail, &f.ContactURL,
	}
}

// Refuse says at each field what is wrong with it, and lists it all for the top
// of the form. whole is said when no field is at fault.
func (f *FormFields) Refuse(messages map[string]string, whole string) []components.FieldError {
	var list []components.FieldError
	for _, field := range f.all() {
		if text := messages[field.Name]; text != "" {
			field.Error = text
			list = append(list, components.FieldError{ID: field.Name, Message: text})
		}
	}
	if len(list) == 0 {
		list = append(list, components.FieldError{Message: whole})
	}
	return list
}

// chosen is the value of the choice that is selected, "" for none.
func chosen(f components.Field) string {
	for _, c := range f.Choices {
		if c.Selected {
			return c.Value
		}
	}
	return ""
}
