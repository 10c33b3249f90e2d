package programme

import (
	"context"
	"fmt"
	"strings"
	"time"

	"acvdata/modules/programme/views"
	"acvdata/services/i18n"
	"acvdata/services/markdown"
	"acvdata/web/components"
)

// tone is how a level looks.
func (l Level) tone() (tone components.Tone, icon string) {
	switch l {
	case Alert:
		return components.Danger, "triangle-alert" // icon
	case Watch:
		return components.Warning, "eye" // icon
	case Fine:
	}
	return components.OK, "check" // icon
}

// say writes a reason in French.
func (r Reason) say(ctx context.Context) string {
	args := i18n.V{}
	count, counted := 0, false
	for name, value := range r.Args {
		if at, is := value.(time.Time); is {
			value = i18n.Date(at)
		}
		if n, is := value.(int); is && name == "Count" {
			count, counted = n, true
			continue
		}
		args[name] = value
	}
	if counted {
		return i18n.T(ctx, r.Key, i18n.N(count), args)
	}
	return i18n.T(ctx, r.Key, args)
}

func sayAll(ctx context.Context, reasons []Reason) []string {
	list := make([]string, 0, len(reasons))
	for _, r := range reasons {
		list = append(list, r.say(ctx))
	}
	return list
}

// day writes a day that may not be there. Days are dates: their zone is none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return i18n.Date(t.Add(12 * time.Hour))
}

func machineDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func personDays(x float64) string {
	if x == float64(int64(x)) {
		return i18n.Number(int64(x))
	}
	return i18n.Decimal(x, 1)
}

func euros(n int64) string { return i18n.Number(n) + i18n.NBSP + "€" }

// recordView is a town's record as it is read; names of the journal's authors
// are for the town's people.
func (m *Module) recordView(ctx context.Context, f *File, named bool) (views.Record, error) {
	r := &f.Record
	v := views.Record{Kept: r.Kept(), Title: i18n.Typography(r.Title), Facts: recordFacts(ctx, r), Milestones: m.milestones(ctx, f.Milestones)}
	if r.Illustrative {
		v.Illustrative = i18n.T(ctx, "programme.illustrative")
	}
	if !r.Kept() {
		v.Notices = []components.AlertProps{{Message: i18n.T(ctx, "programme.reason.no_record")}}
		return v, nil
	}
	for _, e := range f.Journal {
		html, err := markdown.Written(e.Text, 3)
		if err != nil {
			return v, err
		}
		line := views.Line{Date: day(e.On), Machine: machineDay(e.On), HTML: html}
		if named {
			line.Who = e.By
		}
		v.Journal = append(v.Journal, line)
	}
	for _, e := range f.Efforts {
		v.Efforts = append(v.Efforts, views.Line{Date: day(e.On), Title: effortTitle(ctx, e), Text: i18n.Typography(e.Note)})
	}
	v.Chart, v.Totals = effortChart(ctx, f), effortTotals(ctx, f)
	if r.Decision != Undecided {
		v.Decision, v.DecisionTone = i18n.T(ctx, "programme.decision."+string(r.Decision)), components.Brand
		v.Reasons, v.DecidedOn = i18n.Typography(r.Reasons), i18n.T(ctx, "programme.decided_on", i18n.V{"Date": day(r.DecidedOn)})
	}
	return v, nil
}

func recordFacts(ctx context.Context, r *Record) []views.Fact {
	note := ""
	if r.Threshold != "" {
		key := "programme.threshold_late"
		if r.Early() {
			key = "programme.threshold_early"
		}
		note = i18n.T(ctx, key, i18n.V{"Date": day(r.ThresholdOn)})
	}
	var list []views.Fact
	for _, f := range []views.Fact{
		{ID: "hypothese", Icon: "lightbulb", Title: "hypothesis", Text: r.Hypothesis},
		{ID: "seuil", Icon: "target", Title: "threshold", Text: r.Threshold, Note: note},
		{ID: "depart", Icon: "flag", Title: "baseline", Text: r.Baseline, Note: started(ctx, r)},
		{ID: "public-vise", Icon: "users", Title: "audience", Text: r.Audience},
	} {
		if f.Text != "" {
			f.Title, f.Text = i18n.T(ctx, "programme.field."+f.Title), i18n.Typography(f.Text)
			list = append(list, f)
		}
	}
	return list
}

func started(ctx context.Context, r *Record) string {
	if r.StartsOn.IsZero() {
		return ""
	}
	return i18n.T(ctx, "programme.started", i18n.V{"Date": day(r.StartsOn)})
}

func effortTitle(ctx context.Context, e Effort) string {
	parts := []string{i18n.T(ctx, "programme.role."+string(e.Role))}
	if e.Days > 0 {
		parts = append(parts, personDays(e.Days)+i18n.NBSP+i18n.T(ctx, "programme.days_short"))
	}
	if e.Euros > 0 {
		parts = append(parts, euros(e.Euros))
	}
	return strings.Join(parts, " · ")
}

func effortChart(ctx context.Context, f *File) components.Chart {
	c := components.Chart{
		ID: "effort-roles", Title: i18n.T(ctx, "programme.effort_roles"), Heading: i18n.T(ctx, "programme.field.role"),
		Measure: i18n.T(ctx, "programme.person_days"), Unit: i18n.T(ctx, "programme.days_short"), Source: i18n.T(ctx, "programme.effort_source"),
		Empty: i18n.T(ctx, "programme.effort_none"),
	}
	total, most := f.PersonDays(), Role("")
	sums := map[Role]float64{}
	for _, e := range f.Efforts {
		if sums[e.Role] += e.Days; sums[e.Role] > sums[most] {
			most = e.Role
		}
	}
	for _, r := range roles {
		if sums[r] > 0 {
			c.Data = append(c.Data, components.Datum{Label: i18n.T(ctx, "programme.role."+string(r)), Value: sums[r], Shown: personDays(sums[r])})
		}
	}
	if total > 0 {
		c.Finding = i18n.T(ctx, "programme.effort_finding", i18n.V{"Role": i18n.T(ctx, "programme.role."+string(most)), "Share": i18n.Percent(sums[most]/total, 0)})
	}
	return c
}

func effortTotals(ctx context.Context, f *File) []components.StatProps {
	return []components.StatProps{
		{Label: i18n.T(ctx, "programme.person_days"), Value: personDays(f.PersonDays()), Icon: "clock"},
		{Label: i18n.T(ctx, "programme.money"), Value: euros(f.Euros()), Icon: "euro"},
	}
}

// milestones places the steps on one track, from the first day to the last.
func (m *Module) milestones(ctx context.Context, all []Milestone) []views.Milestone {
	if len(all) == 0 {
		return nil
	}
	today := m.today()
	first, last := all[0].Planned, today
	for _, one := range all {
		for _, t := range []time.Time{one.Planned, one.Reached} {
			if t.IsZero() {
				continue
			}
			if t.Before(first) {
				first = t
			}
			if t.After(last) {
				last = t
			}
		}
	}
	span := max(last.Sub(first).Hours(), 1)
	share := func(t time.Time) float64 { return t.Sub(first).Hours() / span }
	list := make([]views.Milestone, 0, len(all))
	for _, one := range all {
		v := views.Milestone{
			Title: i18n.Typography(one.Title), Planned: day(one.Planned), Reached: day(one.Reached),
			PlannedAt: share(one.Planned), ReachedAt: share(one.Reached), Today: share(today),
			Done: !one.Reached.IsZero(), Late: one.Late(today) > 0,
		}
		v.State, v.StateLabel, v.StateIcon = stateOf(ctx, one, today)
		list = append(list, v)
	}
	return list
}

func stateOf(ctx context.Context, m Milestone, today time.Time) (tone components.Tone, label, icon string) {
	late := m.Late(today)
	switch {
	case !m.Reached.IsZero() && late > 0:
		return components.OK, i18n.T(ctx, "programme.state.reached_late", i18n.N(late)), "check" // icon
	case !m.Reached.IsZero():
		return components.OK, i18n.T(ctx, "programme.state.reached"), "check" // icon
	case late > 0:
		return components.Danger, i18n.T(ctx, "programme.state.late", i18n.N(late)), "clock-alert" // icon
	}
	return components.Neutral, i18n.T(ctx, "programme.state.ahead", i18n.N(days(today, m.Planned))), "clock" // icon
}

// place writes a coordinate of the map.
func place(x float64) string { return fmt.Sprintf("%.2f", x) }
