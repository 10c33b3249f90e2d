package views

import (
	"context"

	"acvdata/services/i18n"
	"acvdata/web/components"
)

func tokenColumns(ctx context.Context) []components.Column {
	t := func(key string) components.Column { return components.Column{Label: i18n.T(ctx, key)} }
	return []components.Column{
		t("workspace.tokens.name"), t("workspace.tokens.role"), t("workspace.tokens.used"), t("workspace.tokens.state"),
		{Label: i18n.T(ctx, "workspace.members.actions"), Hidden: true},
	}
}

func tokenRows(ctx context.Context, v Tokens) []components.Row {
	rows := make([]components.Row, len(v.Tokens))
	for n, t := range v.Tokens {
		used := t.LastUsed
		if used == "" {
			used = i18n.T(ctx, "workspace.tokens.never")
		}
		state, tone := i18n.T(ctx, "workspace.tokens.alive", i18n.V{"Date": t.Expires}), components.OK
		switch {
		case t.Revoked:
			state, tone = i18n.T(ctx, "workspace.tokens.is_revoked"), components.Neutral
		case !t.Alive:
			state, tone = i18n.T(ctx, "workspace.tokens.is_expired"), components.Warning
		}
		rows[n] = components.Row{Cells: []components.Cell{
			{Text: t.Name, Note: i18n.T(ctx, "workspace.tokens.created", i18n.V{"Date": t.Created, "Name": t.By})},
			{Text: t.Role, Note: t.Limits},
			{Text: used},
			{Node: stateChip(state, tone)},
			{Node: revokeButton(v.Here, t)},
		}}
	}
	return rows
}
