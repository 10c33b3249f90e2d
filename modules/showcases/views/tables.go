package views

import (
	"context"

	"acvdata/services/i18n"
	"acvdata/web/components"
)

func newsTable(ctx context.Context, rows []NewsRow) components.TableProps {
	t := components.TableProps{Caption: i18n.T(ctx, "showcases.table.caption"), CaptionHidden: true, Stack: true}
	for _, name := range []string{"title", "state", "towns", "changed"} {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "showcases.table."+name)})
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: r.Title, Href: r.Href, Note: r.Kind},
			{Node: stateChip(r), Note: r.Waits},
			{Text: r.Towns},
			{Text: r.Changed, Note: r.Author},
		}})
	}
	return t
}

func savesTable(ctx context.Context, saves []Save) components.TableProps {
	t := components.TableProps{Caption: i18n.T(ctx, "showcases.versions.title"), CaptionHidden: true, Stack: true}
	for _, name := range []string{"number", "date", "author", "note"} {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "showcases.versions."+name)})
	}
	for _, s := range saves {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: s.Number, Href: s.Href}, {Text: s.Date}, {Text: s.Author}, {Text: s.Note},
		}})
	}
	return t
}
