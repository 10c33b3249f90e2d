package views

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"acvdata/services/i18n"
	"acvdata/web/components"
)

// joined puts short facts on one line.
func joined(facts ...string) string {
	return strings.Join(slices.DeleteFunc(facts, func(f string) bool { return f == "" }), " · ")
}

// deeper is a card under a heading of the third level.
func deeper(c components.CardProps) components.CardProps {
	c.Level = 4
	return c
}

// paragraphs splits a text at its line breaks.
func paragraphs(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// checksums lists the files of a version with what proves that they are whole.
func checksums(ctx context.Context, v Version) components.TableProps {
	t := components.TableProps{
		ID: "fichiers-" + v.ID, Caption: i18n.T(ctx, "opendata.versions.files"), CaptionHidden: true, Stack: true,
		Columns: []components.Column{
			{Label: i18n.T(ctx, "opendata.versions.file")},
			{Label: i18n.T(ctx, "opendata.versions.size"), Numeric: true},
			{Label: i18n.T(ctx, "opendata.versions.sha256")},
		},
	}
	for _, f := range v.Files {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: f.Label, Href: f.Href}, {Text: f.Size}, {Node: checksum(f.SHA256)},
		}})
	}
	return t
}

// checksum may wrap on a narrow screen, and is copied without a blank. It is made
// of hexadecimal digits only.
func checksum(sum string) templ.Component {
	return templ.Raw("<code>" + strings.Join(eights(sum), "<wbr>") + "</code>")
}

// eights cuts a checksum into parts that a narrow screen can wrap.
func eights(sum string) []string {
	var parts []string
	for len(sum) > 8 {
		parts, sum = append(parts, sum[:8]), sum[8:]
	}
	return append(parts, sum)
}

func publishLabel(ctx context.Context, publishing bool) string {
	if publishing {
		return i18n.T(ctx, "opendata.overview.follow")
	}
	return i18n.T(ctx, "opendata.overview.publish")
}

func overviewTable(ctx context.Context, rows []OverviewRow) components.TableProps {
	t := components.TableProps{ID: "jeux", Caption: i18n.T(ctx, "opendata.overview.caption"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"dataset", "state", "version", "updated", "quality"} {
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "opendata.overview."+key)})
	}
	t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "opendata.overview.actions"), Hidden: true})
	for _, r := range rows {
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: r.Title, Href: r.Href, Note: r.Waiting},
			{Node: stateChip(r.StateLabel, r.State, r.StateIcon)},
			{Text: r.Version},
			{Text: r.Updated, Note: r.Late},
			{Node: QualityBrief("", r.Quality)},
			{Node: rowActions(r)},
		}})
	}
	return t
}
