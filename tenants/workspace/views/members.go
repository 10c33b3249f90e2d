package views

import (
	"context"

	"acvdata/services/i18n"
	"acvdata/web/components"
)

func orEmail(m Member) string {
	if m.Name == "" {
		return m.Email
	}
	return m.Name
}

func memberColumns(ctx context.Context) []components.Column {
	t := func(key string) components.Column { return components.Column{Label: i18n.T(ctx, key)} }
	return []components.Column{t("workspace.members.name"), t("workspace.members.roles"), t("workspace.members.seen"), t("workspace.members.until")}
}

func memberRows(ctx context.Context, list []Member) []components.Row {
	rows := make([]components.Row, len(list))
	for i, m := range list {
		end := m.Until
		if end == "" {
			end = i18n.T(ctx, "workspace.members.endless")
		}
		rows[i] = components.Row{Cells: []components.Cell{
			{Node: memberName(m), Note: m.Email}, {Text: m.Roles, Note: m.Limits}, {Text: m.LastSeen}, {Text: end},
		}}
	}
	return rows
}

func invitationColumns(ctx context.Context) []components.Column {
	t := func(key string) components.Column { return components.Column{Label: i18n.T(ctx, key)} }
	return []components.Column{
		t("workspace.members.email"), t("workspace.members.roles"), t("workspace.members.state_label"), t("workspace.members.valid"),
		{Label: i18n.T(ctx, "workspace.members.actions"), Hidden: true},
	}
}

func invitationRows(v Members) []components.Row {
	rows := make([]components.Row, len(v.Invitations))
	for n, i := range v.Invitations {
		rows[n] = components.Row{Cells: []components.Cell{
			{Text: i.Email, Note: i.By},
			{Text: i.Roles},
			{Node: stateChip(i.State, i.Tone)},
			{Text: i.Until},
			{Node: withdrawButton(v.Here, i)},
		}}
	}
	return rows
}
