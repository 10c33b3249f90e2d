package imports

import (
	"strconv"
	"strings"

	"acvdata/services/geo/crs"
	"acvdata/services/i18n"
	"acvdata/services/imports/views"
	"acvdata/tenants"
	"acvdata/web/components"
)

// preview draws what the check found.
func (d *drawer) preview(i *Import, may bool) (*views.Preview, error) {
	p, err := d.service.Preview(d.ctx(), caller(d.c), i.ID)
	if err != nil {
		return nil, err
	}
	about, _ := d.service.about(i)
	v := &views.Preview{Stats: d.stats(i.Counts, false), Groups: d.groups(i, about, p.Groups), Again: d.at(i.ID, "?etape=colonnes")}
	v.First, v.Rest = d.tables(about, p)
	if len(p.Groups) > 0 {
		v.Download = d.at(i.ID, "/problemes.csv")
	}
	if i.Counts.Rejected > 0 {
		v.Rejected, v.Advice = d.at(i.ID, "/refusees.csv"), d.t("imports.problems.send_again")
		if about.Free {
			v.Advice = d.t("imports.problems.send_whole")
		}
	}
	if i.Mapping.Position.Mode != NoPosition {
		v.Map = d.previewMap(i, p.Extent)
	}
	if may {
		v.Commit = d.commitForm(i)
	}
	return v, nil
}

func (d *drawer) commitForm(i *Import) *views.Commit {
	kept := i.Counts.Rows - i.Counts.Rejected
	if kept == 0 {
		return &views.Commit{Action: d.at(i.ID, "/colonnes"), Label: d.t("imports.preview.none_left")}
	}
	form := &views.Commit{Action: d.at(i.ID, "/charger"), Label: d.t("imports.preview.commit", i18n.N(kept))}
	if i.Counts.Rejected > 0 {
		form.Skip = &components.Field{
			Name: "skip_rejected", Required: true,
			Label: d.t("imports.preview.skip", i18n.N(i.Counts.Rejected)), Hint: d.t("imports.preview.skip_hint"),
		}
	}
	return form
}

// stats are the figures of an import; done says whether it happened.
func (d *drawer) stats(c Counts, done bool) []components.StatProps {
	moment := "would"
	if done {
		moment = "did"
	}
	list := []components.StatProps{{Label: d.t("imports.stat.read"), Value: i18n.Number(c.Rows), Icon: "file-text", Sentence: d.skipped(c)}}
	for _, s := range []struct {
		name string
		n    int64
		icon string
		tone components.Tone
	}{
		{"created", c.Created, iconCreated, components.OK},
		{"updated", c.Updated, iconUpdated, components.Neutral},
		{"unchanged", c.Unchanged, iconUnchanged, components.Neutral},
		{"rejected", c.Rejected, "ban", components.Danger},
		{"warned", c.Warned, "triangle-alert", components.Warning},
	} {
		stat := components.StatProps{Label: d.t("imports.stat." + s.name + "_" + moment), Value: i18n.Number(s.n), Icon: s.icon}
		if s.n > 0 {
			stat.Tone = s.tone
		}
		list = append(list, stat)
	}
	return list
}

func (d *drawer) skipped(c Counts) string {
	if c.Skipped == 0 {
		return ""
	}
	return d.t("imports.stat.skipped", i18n.N(c.Skipped))
}

func (d *drawer) groups(i *Import, about Description, groups []Group) []views.Group {
	list := make([]views.Group, len(groups))
	for n, g := range groups {
		lines := make([]string, len(g.Lines))
		for at, line := range g.Lines {
			lines[at] = strconv.Itoa(line)
		}
		if int(g.Count) > len(lines) {
			lines = append(lines, "…")
		}
		list[n] = views.Group{
			Text: d.t(g.Key, i18n.V(g.Args)), Column: i.headingOf(d.ctx(), about, g.Column), Count: i18n.Number(g.Count),
			Lines: strings.Join(lines, ", "), Values: strings.Join(g.Values, " · "), Effect: d.effect(g.Severity),
		}
	}
	return list
}

func (d *drawer) effect(s Severity) views.Mark {
	if s == Rejected {
		return views.Mark{Label: d.t("imports.severity.rejected"), Tone: components.Danger, Icon: "ban"}
	}
	return views.Mark{Label: d.t("imports.severity.warning"), Tone: components.Warning, Icon: "triangle-alert"}
}

var verdictTones = map[Verdict]components.Tone{Create: components.OK, Update: components.Brand, Reject: components.Danger}

// shownRows is how many of the first rows show unasked.
const shownRows = 20

// tables shows the first rows, most of them folded away.
func (d *drawer) tables(about Description, p *Preview) (first components.TableProps, rest *components.TableProps) {
	shown := min(shownRows, len(p.Rows))
	first = d.rows("premieres-lignes", d.t("imports.preview.rows_caption", i18n.N(shown)), about, p.Columns, p.Rows[:shown])
	if more := p.Rows[shown:]; len(more) > 0 {
		table := d.rows("lignes-suivantes", d.t("imports.preview.rows_more", i18n.N(len(more))), about, p.Columns, more)
		rest = &table
	}
	return first, rest
}

func (d *drawer) rows(id, caption string, about Description, columns []string, rows []PreviewRow) components.TableProps {
	t := components.TableProps{ID: id, Caption: caption, CaptionHidden: true, Columns: []components.Column{
		{Label: d.t("imports.csv.line"), Numeric: true}, {Label: d.t("imports.preview.verdict")}, {Label: d.t("imports.preview.why")},
	}}
	for _, name := range columns {
		column, _ := about.column(name)
		t.Columns = append(t.Columns, components.Column{Label: d.t(column.Label), Numeric: column.Kind == KindNumber || column.Kind == KindInteger})
	}
	for _, r := range rows {
		verdict := components.Chip(d.t("imports.verdict."+string(r.Verdict)), verdictTones[r.Verdict], "")
		row := components.Row{Cells: []components.Cell{{Text: strconv.Itoa(r.Line)}, {Node: verdict}, {Node: views.Why(d.why(r))}}}
		for _, cell := range r.Cells {
			row.Cells = append(row.Cells, components.Cell{Text: cell})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// why gives the first problem of a row in words.
func (d *drawer) why(r PreviewRow) string {
	for _, p := range r.Problems {
		if r.Verdict != Reject || p.Severity == Rejected {
			return d.t(p.Key, i18n.V(p.Args))
		}
	}
	return ""
}

// previewMap shows the town, or wherever the file's positions are.
func (d *drawer) previewMap(i *Import, extent tenants.Bounds) *components.MapProps {
	town := d.town()
	box := town.Bounds
	if extent != (tenants.Bounds{}) && !(inside(box, extent.West, extent.South) && inside(box, extent.East, extent.North)) {
		box = extent
	}
	return &components.MapProps{
		Title: d.t("imports.preview.map"), Bounds: box, Places: []components.MapPlace{components.TownPlace(town)},
		ListHref: "#apercu", ListLabel: d.t("imports.preview.rows_list"), Approximate: town.Approximate,
		Layers: []components.MapLayer{{
			ID: "apercu", Label: d.t("imports.preview.points"), Kind: components.MapGeoJSON, URL: d.at(i.ID, "/apercu.geojson"),
			Property: "verdict", Name: "line",
			Classes: []components.MapClass{
				{Value: string(Create), Label: d.t("imports.verdict.create"), Shape: components.Circle, Tone: components.OK},
				{Value: string(Update), Label: d.t("imports.verdict.update"), Shape: components.Square, Tone: components.Data},
				{Value: string(Unchanged), Label: d.t("imports.verdict.unchanged"), Shape: components.Diamond, Tone: components.Neutral},
				{Value: string(Reject), Label: d.t("imports.verdict.reject"), Shape: components.Cross, Tone: components.Danger},
			},
		}},
	}
}

func inside(box tenants.Bounds, lon, lat float64) bool {
	return box.Contains(tenants.Point{Lon: lon, Lat: lat}, crs.TownMargin)
}

// result draws what an import did.
func (d *drawer) result(i *Import, may bool) *views.Result {
	v := &views.Result{Stats: d.stats(i.Counts, true)}
	about, known := d.service.Describe(i.Target)
	if known && about.ResultPath != "" && i.State == Committed {
		v.See = &components.LinkProps{Label: d.t("imports.result.see"), Href: d.town().Path("espace" + about.ResultPath), After: "arrow-right", Kind: components.Primary}
	}
	if i.State == Committed && may && i.CanUndo(d.service.now()) {
		v.Undo = &components.LinkProps{Label: d.t("imports.result.undo"), Href: d.at(i.ID, "/retirer"), Icon: "undo-2"}
		v.Until = d.t("imports.result.until", i18n.V{"Date": i18n.Date(i.UndoUntil())})
	}
	return v
}

// undo draws the question before an import is undone.
func (d *drawer) undo(i *Import) views.Undo {
	v := views.Undo{
		Shell: d.shell(i), Title: d.t("imports.undo.title", i18n.V{"File": i.File.Name}), Text: d.t("imports.undo.text"),
		Action: d.at(i.ID, "/retirer"), Back: d.at(i.ID, ""),
	}
	if i.Counts.Created > 0 {
		v.Points = append(v.Points, d.t("imports.undo.created", i18n.N(i.Counts.Created)))
	}
	if i.Counts.Updated > 0 {
		v.Points = append(v.Points, d.t("imports.undo.updated", i18n.N(i.Counts.Updated)))
	}
	v.Points = append(v.Points, d.t("imports.undo.changed"), d.t("imports.undo.history"))
	return v
}
