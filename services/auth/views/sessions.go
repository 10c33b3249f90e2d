package views

import (
	"context"

	"acvdata/services/i18n"
	"acvdata/web/components"
)

func sessionTable(ctx context.Context, sessions []SessionView) components.TableProps {
	table := components.TableProps{
		ID: "mes-sessions", Caption: i18n.T(ctx, "auth.account.sessions"), CaptionHidden: true, Stack: true,
		Columns: []components.Column{
			{Label: i18n.T(ctx, "auth.account.device")},
			{Label: i18n.T(ctx, "auth.account.since")},
			{Label: i18n.T(ctx, "auth.account.seen")},
			{Label: i18n.T(ctx, "auth.account.action"), Hidden: true},
		},
	}
	for _, s := range sessions {
		table.Rows = append(table.Rows, components.Row{Cells: []components.Cell{
			{Node: sessionName(s)}, {Node: sessionSince(s)}, {Text: s.Seen}, {Node: endSession(s)},
		}})
	}
	return table
}
