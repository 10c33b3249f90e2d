package views

import (
	"context"
	"fmt"

	"acvdata/services/geo/france"
	"acvdata/services/i18n"
	"acvdata/web/components"
)

func mapBox() string { return fmt.Sprintf("0 0 %g %g", france.Width, france.Height) }

// at places a share of the track on its drawing, clear of its ends.
func at(share float64) string { return fmt.Sprintf("%.1f", 8+204*min(max(share, 0), 1)) }

func lateEnd(m Milestone) string {
	if m.Done {
		return at(m.ReachedAt)
	}
	return at(m.Today)
}

func recordTitle(ctx context.Context, r Record) string {
	if r.Title != "" {
		return r.Title
	}
	return i18n.T(ctx, "programme.record")
}

func milestoneTable(ctx context.Context, list []Milestone, tools bool) components.TableProps {
	t := components.TableProps{Caption: i18n.T(ctx, "programme.milestones"), CaptionHidden: true, Stack: true}
	for _, name := range []string{"step", "state", "planned", "reached", "track"} {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "programme.column."+name)})
	}
	if tools {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "programme.column.tools"), Hidden: true})
	}
	for _, m := range list {
		cells := []components.Cell{{Text: m.Title}, {Node: milestoneState(m)}, {Text: m.Planned}, {Text: m.Reached}, {Node: track(m)}}
		if tools {
			cells = append(cells, components.Cell{Node: milestoneTools(m)})
		}
		t.Rows = append(t.Rows, components.Row{Cells: cells})
	}
	return t
}

func journal(lines []Line) []components.Event {
	list := make([]components.Event, 0, len(lines))
	for _, l := range lines {
		list = append(list, components.Event{Title: l.Date, Machine: l.Machine, Who: l.Who, Icon: "notebook-pen", Node: journalText(l)})
	}
	return list
}

// LevelChip is a town's health in a table.
func LevelChip(label string, tone components.Tone, icon string) components.Cell {
	return components.Cell{Node: levelChip(label, tone, icon)}
}
