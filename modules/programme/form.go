package programme

import (
	"context"
	"strconv"

	"acvdata/modules/programme/views"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// field is a question of the record. Several forms share a page: identifiers
// carry their form's name.
func field(ctx context.Context, form, name, value string) components.Field {
	return components.Field{ID: form + "-" + name, Name: name, Label: i18n.T(ctx, "programme.field."+name), Value: value}
}

func hinted(ctx context.Context, f components.Field) components.Field {
	f.Hint = i18n.T(ctx, "programme.hint."+f.Name)
	return f
}

func rows(n int, f components.Field) components.Field {
	f.Rows = n
	return f
}

func dated(f components.Field) components.Field {
	f.Type = "date"
	return f
}

func required(f components.Field) components.Field {
	f.Required = true
	return f
}

func optional(f components.Field) components.Field {
	f.Optional = true
	return f
}

func recordForm(ctx context.Context, town *tenants.Tenant, r *Record) views.Form {
	one := func(name, value string) components.Field { return hinted(ctx, field(ctx, "fiche", name, value)) }
	return views.Form{
		ID: "fiche", Action: town.Path(recordPath), Submit: i18n.T(ctx, "programme.save"),
		Hidden: components.Hidden{"version": strconv.Itoa(r.Version)},
		Fields: []components.Field{
			required(one("title", r.Title)), rows(4, one("hypothesis", r.Hypothesis)), one("audience", r.Audience),
			rows(3, one("baseline", r.Baseline)), rows(3, one("threshold", r.Threshold)), dated(one("starts_on", machineDay(r.StartsOn))),
		},
	}
}

// forms are what the page of the record lets its keepers add, filled as it was
// sent when it was refused.
func (m *Module) forms(ctx context.Context, town *tenants.Tenant, f *File, sent *given) []views.Form {
	today := machineDay(m.today())
	was := func(name, otherwise string) string {
		if sent != nil {
			return sent.text(name)
		}
		return otherwise
	}
	role := field(ctx, "effort", "role", "")
	for _, r := range roles {
		role.Choices = append(role.Choices, components.Choice{Value: string(r), Label: i18n.T(ctx, "programme.role."+string(r)), Selected: was("role", "") == string(r)})
	}
	decision := field(ctx, "decision", "decision", "")
	decision.Blank = i18n.T(ctx, "programme.decision_blank")
	for _, d := range decisions {
		decision.Choices = append(decision.Choices, components.Choice{Value: string(d), Label: i18n.T(ctx, "programme.decision."+string(d)), Selected: was("decision", string(f.Record.Decision)) == string(d)})
	}
	decided := today
	if !f.Record.DecidedOn.IsZero() {
		decided = machineDay(f.Record.DecidedOn)
	}
	form := func(id, path string, fields ...components.Field) views.Form {
		return views.Form{
			ID: id, Title: i18n.T(ctx, "programme.add."+id), Action: town.Path(recordPath + "/" + path), Submit: i18n.T(ctx, "programme.save"), Fields: fields,
		}
	}
	list := []views.Form{
		form("jalon", "jalons", required(field(ctx, "jalon", "title", was("title", ""))), required(dated(field(ctx, "jalon", "planned", was("planned", "")))),
			optional(dated(field(ctx, "jalon", "reached", was("reached", ""))))),
		form("note", "journal", required(dated(field(ctx, "note", "on", was("on", today)))), required(rows(5, hinted(ctx, field(ctx, "note", "text", was("text", "")))))),
		form("effort", "efforts", required(dated(field(ctx, "effort", "on", was("on", today)))), role,
			hinted(ctx, field(ctx, "effort", "days", was("days", ""))), optional(field(ctx, "effort", "euros", was("euros", ""))), optional(field(ctx, "effort", "note", was("note", "")))),
		form("decision", "decision", decision, required(rows(4, hinted(ctx, field(ctx, "decision", "reasons", was("reasons", f.Record.Reasons))))),
			required(dated(field(ctx, "decision", "decided_on", was("decided_on", decided))))),
	}
	list[3].Hidden = components.Hidden{"version": strconv.Itoa(f.Record.Version)}
	return list
}

// tools adds what changes the lines of a record.
func (m *Module) tools(ctx context.Context, town *tenants.Tenant, f *File, v *views.Record) {
	removal := func(path, id, title string) *components.ConfirmProps {
		return &components.ConfirmProps{
			ID: "retirer-" + id, Open: i18n.T(ctx, "programme.remove"), Icon: "trash-2", Kind: components.Quiet,
			Title: i18n.T(ctx, "programme.remove_title", i18n.V{"Title": title}), Text: i18n.T(ctx, "programme.remove_text"),
			Action: town.Path(recordPath + "/" + path + "/" + id + "/supprimer"), Accept: i18n.T(ctx, "programme.remove"),
		}
	}
	for i, one := range f.Milestones {
		id := one.ID.String()
		reached := machineDay(one.Reached)
		if reached == "" {
			reached = machineDay(m.today())
		}
		v.Milestones[i].Change = &components.ConfirmProps{
			ID: "changer-" + id, Open: i18n.T(ctx, "programme.change"), Icon: "pencil", Kind: components.Quiet,
			Title: i18n.Typography(one.Title), Text: i18n.T(ctx, "programme.change_text"),
			Action: town.Path(recordPath + "/jalons/" + id), Accept: i18n.T(ctx, "programme.save"),
		}
		v.Milestones[i].Fields = []components.Field{
			required(field(ctx, id, "title", one.Title)), required(dated(field(ctx, id, "planned", machineDay(one.Planned)))),
			optional(dated(field(ctx, id, "reached", reached))),
		}
		v.Milestones[i].Remove = removal("jalons", id, one.Title)
	}
	for i, one := range f.Journal {
		v.Journal[i].Remove = removal("journal", one.ID.String(), day(one.On))
	}
	for i, one := range f.Efforts {
		v.Efforts[i].Remove = removal("efforts", one.ID.String(), v.Efforts[i].Title)
	}
}
