package views

import (
	"context"
	"unicode"
	"unicode/utf8"

	"acvdata/services/i18n"
	"acvdata/web/components"
)

// maxTiles keeps the figures to one row.
const maxTiles = 4

// tiles are the modules' best figures.
func (v Home) tiles() []components.StatProps {
	var tiles []components.StatProps
	for _, f := range v.Figures {
		for _, h := range f.Highlights {
			if len(tiles) < maxTiles {
				tiles = append(tiles, components.StatProps{Label: upperFirst(h.Label), Value: h.Value, Sentence: h.Detail, Icon: f.Module.Icon, Tone: components.Brand})
			}
		}
	}
	return tiles
}

func doneOf(steps []Step) int {
	n := 0
	for _, s := range steps {
		if s.Done {
			n++
		}
	}
	return n
}

func importColumns(ctx context.Context) []components.Column {
	t := func(key string) components.Column { return components.Column{Label: i18n.T(ctx, key)} }
	return []components.Column{t("workspace.home.file"), t("workspace.home.state"), t("workspace.home.when")}
}

func importRows(list []ImportLine) []components.Row {
	rows := make([]components.Row, len(list))
	for i, l := range list {
		rows[i] = components.Row{Cells: []components.Cell{
			{Text: l.File, Href: l.Href, Note: l.Target},
			{Node: stateChip(l.State, l.Tone)},
			{Text: l.When, Note: l.Who},
		}}
	}
	return rows
}

// upperFirst opens a label that modules write to stand in a sentence.
func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
