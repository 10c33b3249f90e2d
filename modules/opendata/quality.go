package opendata

import (
	"context"
	"slices"
	"time"

	"acvdata/modules/opendata/quality"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// scored is a dataset's report with its own words and addresses.
type scored struct {
	quality.Report
	town *tenants.Tenant
	d    *datasets.Dataset
	// What the person may do about it.
	mayEdit, mayPublish bool
}

func (m *Module) score(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) scored {
	return scored{Report: quality.Of(ctx, m.BaseURL, town, d, time.Now()), town: town, d: d}
}

func (s scored) scales() []quality.Score { return []quality.Score{s.DataGouv, s.MQA} }

// brief is both scales in a line.
func (s scored) brief(ctx context.Context, href string) views.Brief {
	b := views.Brief{Href: href}
	for _, scale := range s.scales() {
		p := scale.Total()
		b.Items = append(b.Items, views.BriefItem{
			Label: i18n.T(ctx, "opendata.quality."+scale.Code+".short"), Share: p.Share(),
			Value: i18n.T(ctx, "opendata.quality.fraction", i18n.V{"Met": p.Met, "Most": p.Most}),
		})
	}
	return b
}

// view is the whole report; public leaves out what is for staff.
func (s scored) view(ctx context.Context, public bool) views.Quality {
	q := views.Quality{
		Title: i18n.T(ctx, "opendata.quality.title"), Text: i18n.T(ctx, "opendata.quality.text"),
		TodoAny: i18n.T(ctx, "opendata.quality.nothing"), Method: s.town.Path("aide/opendata#qualit-de-la-fiche"),
	}
	if public {
		q.Text = i18n.T(ctx, "opendata.quality.public")
	}
	for _, scale := range s.scales() {
		q.Gauges = append(q.Gauges, gauge(ctx, scale))
		q.Tables = append(q.Tables, criteriaTable(ctx, scale))
	}
	for _, g := range quality.Groups() {
		p := s.MQA.Of(g)
		q.Bars = append(q.Bars, views.QualityBar{
			Label: i18n.T(ctx, "opendata.quality.group."+string(g)), Share: p.Share(), WithAfter: p.ShareAfter(),
			Text: i18n.T(ctx, "opendata.quality.out_of", i18n.V{"Met": p.Met, "Most": p.Most}),
		})
	}
	if !public {
		q.Todo, q.Advice = s.todo(ctx), s.counsel(ctx)
	}
	return q
}

// news says the score in a sentence.
func (s scored) news(ctx context.Context) string {
	gouv, mqa := s.DataGouv.Total(), s.MQA.Total()
	return i18n.T(ctx, "opendata.quality.news", i18n.V{"Gouv": gouv.Met, "GouvMost": gouv.Most, "MQA": mqa.Met, "MQAMost": mqa.Most})
}

func gauge(ctx context.Context, scale quality.Score) views.Gauge {
	p := scale.Total()
	g := views.Gauge{
		ID: "jauge-" + scale.Code, Title: i18n.T(ctx, "opendata.quality."+scale.Code), Share: p.Share(), WithAfter: p.ShareAfter(),
		Value: i18n.Number(p.Met), Of: i18n.T(ctx, "opendata.quality.of", i18n.V{"Most": p.Most}),
	}
	if p.Coming > 0 {
		g.After = i18n.T(ctx, "opendata.quality.after", i18n.V{"Points": p.Met + p.Coming})
	}
	g.Verdict, g.Tone = verdict(ctx, scale, p)
	return g
}

// verdict is the MQA's rating; data.gouv.fr has none, so it counts what is left.
func verdict(ctx context.Context, scale quality.Score, p quality.Points) (string, components.Tone) {
	if scale.Code == quality.MQACode {
		rating := quality.RatingOf(p.Met)
		return i18n.T(ctx, "opendata.quality.rating."+string(rating)), tones[rating]
	}
	switch left := p.Most - p.Met - p.Coming; {
	case left > 0:
		return i18n.T(ctx, "opendata.quality.left", i18n.N(int64(left))), components.Warning
	case p.Coming > 0:
		return i18n.T(ctx, "opendata.quality.to_publish"), components.Data
	}
	return i18n.T(ctx, "opendata.quality.complete"), components.OK
}

var tones = map[quality.Rating]components.Tone{
	quality.Excellent: components.OK, quality.Good: components.Data, quality.Sufficient: components.Warning, quality.Bad: components.Danger,
}

// criteriaTable lists every criterion of a scale; only a missing one needs its
// rule.
func criteriaTable(ctx context.Context, scale quality.Score) components.TableProps {
	t := components.TableProps{
		ID: "criteres-" + scale.Code, Caption: i18n.T(ctx, "opendata.quality."+scale.Code),
		Columns: []components.Column{
			{Label: i18n.T(ctx, "opendata.quality.criterion")}, {Label: i18n.T(ctx, "opendata.quality.points"), Numeric: true},
		},
	}
	for _, c := range scale.Criteria {
		got, note := 0, ""
		switch c.State {
		case quality.Met:
			got = c.Most
		case quality.Coming:
			note = i18n.T(ctx, "opendata.quality.state.coming")
		case quality.Missing:
			note = rule(ctx, scale, c)
		}
		label := i18n.T(ctx, "opendata.quality."+scale.Code+"."+c.Code)
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Node: views.Criterion(label, note, stateView(ctx, c.State))}, //nolint:contextcheck // templ takes it in Render
			{Text: i18n.T(ctx, "opendata.quality.fraction", i18n.V{"Met": got, "Most": c.Most})},
		}})
	}
	return t
}

func stateView(ctx context.Context, s quality.State) views.CriterionState {
	return views.CriterionState{Label: i18n.T(ctx, "opendata.quality.state."+string(s)), Icon: stateIcons[s], Tone: stateTones[s]}
}

var (
	stateTones = map[quality.State]components.Tone{quality.Met: components.OK, quality.Coming: components.Data, quality.Missing: components.Warning}
	stateIcons = map[quality.State]string{
		quality.Met:     "circle-check",   // icon
		quality.Coming:  "upload",         // icon
		quality.Missing: "triangle-alert", // icon
	}
)

// rule says what a criterion asks for, and what was counted instead.
func rule(ctx context.Context, scale quality.Score, c quality.Criterion) string {
	key := "opendata.quality." + scale.Code + "." + c.Code
	if c.State == quality.Missing && c.Count > 0 {
		return i18n.T(ctx, key+".counted", i18n.N(int64(c.Count)))
	}
	return i18n.T(ctx, key+".rule")
}

// todo gathers what is missing by what settles it: one button each, the one that
// brings most first, the publication last.
func (s scored) todo(ctx context.Context) []views.QualityStep {
	var steps []views.QualityStep
	var worth []int
	for _, fix := range s.fixes() {
		step := s.step(ctx, fix)
		share := 0 // in thousandths of the scales
		for _, scale := range s.scales() {
			points, why := lacking(ctx, scale, fix)
			if points == 0 {
				continue
			}
			share += points * 1000 / scale.Total().Most
			step.Gains = append(step.Gains, i18n.T(ctx, "opendata.quality."+scale.Code+".gain", i18n.N(int64(points))))
			step.Why = append(step.Why, why...)
		}
		if fix == quality.Publish {
			share = -1
		}
		at, _ := slices.BinarySearchFunc(worth, share, func(a, b int) int { return b - a })
		steps, worth = slices.Insert(steps, at, step), slices.Insert(worth, at, share)
	}
	return steps
}

// fixes lists what settles the criteria that are not met.
func (s scored) fixes() (list []quality.Fix) {
	for _, scale := range s.scales() {
		for _, c := range scale.Criteria {
			if c.State != quality.Met && !slices.Contains(list, c.Fix) {
				list = append(list, c.Fix)
			}
		}
	}
	return list
}

// lacking sums what a fix brings on a scale, with the rules not met yet. What is
// coming needs no word each.
func lacking(ctx context.Context, scale quality.Score, fix quality.Fix) (points int, why []string) {
	for _, c := range scale.Criteria {
		if c.State == quality.Met || c.Fix != fix {
			continue
		}
		points += c.Most
		if text := rule(ctx, scale, c); c.State == quality.Missing && !slices.Contains(why, text) {
			why = append(why, text)
		}
	}
	return points, why
}

// unsaid names what the form still lacks.
func (s scored) unsaid(ctx context.Context) (labels []string) {
	for _, fix := range s.fixes() {
		if fix != quality.Publish && fix != quality.Nothing {
			labels = append(labels, i18n.T(ctx, "opendata.field."+string(fix)))
		}
	}
	return labels
}

// step is the button of a fix.
func (s scored) step(ctx context.Context, fix quality.Fix) views.QualityStep {
	switch fix {
	case quality.Nothing:
		return views.QualityStep{Label: i18n.T(ctx, "opendata.quality.platform")}
	case quality.Publish:
		step := views.QualityStep{Label: i18n.T(ctx, "opendata.quality.publish"), Go: i18n.T(ctx, "opendata.overview.publish"), Main: true}
		if s.mayPublish {
			step.Href = publishAddress(s.town, s.d)
		}
		return step
	}
	step := views.QualityStep{Label: i18n.T(ctx, "opendata.field."+string(fix)), Go: i18n.T(ctx, "opendata.quality.fill")}
	if s.mayEdit {
		step.Href = "#" + controlOf(fix)
	}
	return step
}

// controlOf is the control that takes the focus: a group of choices has its first.
func controlOf(fix quality.Fix) string {
	switch string(fix) {
	case "themes":
		return "themes-" + string(datasets.Themes()[0])
	case "licence":
		return "licence-" + string(datasets.Licences()[0])
	}
	return string(fix)
}

// counsel lists what brings no point and serves readers.
func (s scored) counsel(ctx context.Context) (list []views.QualityStep) {
	for _, a := range s.Advice {
		step := s.step(ctx, a.Fix)
		step.Why = []string{i18n.T(ctx, "opendata.quality.advice."+a.Code)}
		list = append(list, step)
	}
	return list
}
