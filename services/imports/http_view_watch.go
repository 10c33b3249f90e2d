package imports

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports/views"
	"acvdata/web/components"
)

// Icons chosen by code.
const (
	iconWatching  = "refresh-cw"     // icon
	iconPaused    = "pause"          // icon
	iconAttention = "triangle-alert" // icon
	iconRunning   = "loader"         // icon
)

var watchMarks = map[WatchState]views.Mark{
	Watching: {Tone: components.OK, Icon: iconWatching}, WatchPaused: {Tone: components.Neutral, Icon: iconPaused},
	WatchAttention: {Tone: components.Warning, Icon: iconAttention},
}

var checkMarks = map[CheckState]views.Mark{
	CheckRunning: {Tone: components.Brand, Icon: iconRunning}, CheckUnchanged: {Tone: components.Neutral, Icon: iconUnchanged},
	CheckLoaded: {Tone: components.OK, Icon: iconLoaded}, CheckWaiting: {Tone: components.Warning, Icon: iconReady},
	CheckFailed: {Tone: components.Danger, Icon: iconFailed},
}

func (d *drawer) watchMark(s WatchState) views.Mark {
	m := watchMarks[s]
	m.Label = d.t("imports.watch.state." + string(s))
	return m
}

func (d *drawer) checkMark(s CheckState) views.Mark {
	m := checkMarks[s]
	m.Label = d.t("imports.watch.result." + string(s))
	return m
}

// watches draws the list.
func (d *drawer) watches(list []*Watch) views.Watches {
	title := d.t("imports.watch.title")
	v := views.Watches{Shell: httpd.Shell(d.c, title), Table: components.TableProps{ID: "suivis", Caption: title, CaptionHidden: true, Stack: true}}
	v.Shell.Crumbs = []components.Crumb{{Label: d.t("imports.nav"), Href: d.path("")}, {Label: title}}
	for _, key := range []string{"address", "state", "last", "next", "import"} {
		v.Table.Columns = append(v.Table.Columns, components.Column{Label: d.t("imports.watch.column." + key)})
	}
	if caller(d.c).Can(RunPermission) && d.service.Reader != nil {
		v.Start = d.path("")
	}
	for _, w := range list {
		state, note := d.watchMark(w.State), ""
		if w.State == WatchAttention {
			note = d.service.say(d.ctx(), w.Note)
		}
		v.Table.Rows = append(v.Table.Rows, components.Row{Cells: []components.Cell{
			{Node: views.WatchAddress(watchAt(d.town(), w.ID), Shown(w.Address), d.service.titleOf(d.ctx(), w))},
			{Node: views.WatchMark(state, note)},
			d.lastCell(w.Last),
			{Text: d.nextIn(w), Note: d.rhythm(w.Schedule)},
			{Text: i18n.Date(w.reference.Loaded), Href: d.at(w.reference.Import, "")},
		}})
	}
	return v
}

func (d *drawer) lastCell(c *WatchCheck) components.Cell {
	if c == nil {
		return components.Cell{Text: d.t("imports.watch.never")}
	}
	return components.Cell{Text: i18n.Relative(c.Began, d.service.now()), Note: d.t("imports.watch.result." + string(c.State))}
}

func (d *drawer) nextIn(w *Watch) string {
	if w.Next.IsZero() {
		return d.t("imports.watch.no_next")
	}
	return i18n.DateTime(w.Next)
}

// rhythm says when an address is read.
func (d *drawer) rhythm(s Schedule) string {
	return d.t("imports.watch.every."+string(s.Every), i18n.V{
		"Hour": strconv.Itoa(s.Hour), "Weekday": d.t("imports.watch.weekday." + strconv.Itoa(s.Weekday)), "Day": d.monthDay(s.MonthDay),
	})
}

func (d *drawer) monthDay(n int) string {
	if n == 1 {
		return d.t("imports.watch.first")
	}
	return strconv.Itoa(n)
}

// watch draws one, with its readings; shown is what the form of its schedule
// holds.
func (d *drawer) watch(w *Watch, checks []*WatchCheck, shown Schedule, refused *fault.Fault) (*views.Watch, error) {
	ctx := d.ctx()
	title := d.service.titleOf(ctx, w)
	v := &views.Watch{
		Shell: httpd.Shell(d.c, title), Title: title, State: d.watchMark(w.State), Action: watchAt(d.town(), w.ID), Most: WatchChecks,
		Running: w.Last != nil && w.Last.State == CheckRunning, Resume: w.State != Watching, Facts: d.watchFacts(w), Rules: d.watchRules(w),
		Checks: d.checks(checks), FirstCheck: d.t("imports.watch.first_check", i18n.V{"Date": d.nextIn(w)}),
	}
	v.Shell.Crumbs = []components.Crumb{
		{Label: d.t("imports.nav"), Href: d.path("")}, {Label: d.t("imports.watch.title"), Href: watchesAt(d.town())}, {Label: title},
	}
	v.Notices = d.watchNotices(w, waitingOf(checks))
	stale, err := d.stale(w, checks)
	if err != nil {
		return nil, err
	}
	v.Notices = append(v.Notices, stale...)
	if _, err := d.service.allowed(caller(d.c), w.Target); err != nil {
		return v, nil //nolint:nilerr // who may not load it reads it
	}
	v.MayRun = true
	schedule := d.schedule(shown, refused)
	v.Schedule, v.Errors = &schedule, d.fieldErrors(refused)
	v.Stop = &components.ConfirmProps{
		ID: "arreter-suivi", Open: d.t("imports.watch.stop"), Icon: "trash-2", Kind: components.Destructive, Title: d.t("imports.watch.stop_title"),
		Text: d.t("imports.watch.stop_text"), Action: v.Action + "/arreter", Accept: d.t("imports.watch.stop"),
	}
	return v, nil
}

func (d *drawer) fieldErrors(refused *fault.Fault) (list []components.FieldError) {
	if refused == nil {
		return nil
	}
	messages := httpd.FieldMessages(d.c, refused)
	for _, f := range refused.Fields {
		list = append(list, components.FieldError{ID: f.Name, Message: messages[f.Name]})
	}
	return list
}

func (d *drawer) watchFacts(w *Watch) []components.Definition {
	shown, open := Shown(w.Address), ""
	if shown == w.Address {
		open = w.Address
	}
	return []components.Definition{
		{Term: d.t("imports.watch.column.address"), Node: views.FullAddress(shown, open)},
		{Term: d.t("imports.watch.fact.schedule"), Value: d.rhythm(w.Schedule)},
		{Term: d.t("imports.watch.column.next"), Value: d.nextIn(w)},
		{
			Term: d.t("imports.watch.fact.loaded"), Value: i18n.DateTime(w.reference.Loaded), Href: d.at(w.reference.Import, ""),
			Note: d.t("imports.watch.fact.rows", i18n.N(w.reference.Rows)),
		},
		{Term: d.t("imports.watch.fact.owner"), Value: w.Owner.Name, Note: d.t("imports.watch.fact.since", i18n.V{"Date": i18n.Date(w.Owner.At)})},
	}
}

// watchRules says what is loaded without a person.
func (d *drawer) watchRules(w *Watch) []string {
	rules := []string{
		d.t("imports.watch.rule.same"), d.t("imports.watch.rule.shape"),
		d.t("imports.watch.rule.rejected", i18n.N(w.reference.tolerated(w.reference.Rows))),
		d.t("imports.watch.rule.fewer", i18n.N((w.reference.Rows+1)/2)),
	}
	about, known := d.service.Describe(w.Target)
	switch {
	case known && about.Free:
		rules = append(rules, d.t("imports.watch.rule.replaces"))
	case w.reference.Fresh:
		rules = append(rules, d.t("imports.watch.rule.fresh"))
	default:
		rules = append(rules, d.t("imports.watch.rule.known"))
	}
	return append(rules, d.t("imports.watch.rule.undo"))
}

// waitingOf is the reading whose file a person still has to decide of, nil for
// none.
func waitingOf(checks []*WatchCheck) *WatchCheck {
	for _, c := range checks {
		if c.State == CheckWaiting && (c.Stands == Ready || c.Stands == Analysed || c.Stands == Failed) {
			return c
		}
	}
	return nil
}

// watchNotices say what to look at first.
func (d *drawer) watchNotices(w *Watch, waiting *WatchCheck) (list []views.Notice) {
	if w.Last != nil && w.Last.State == CheckRunning {
		n := views.Notice{Alert: components.AlertProps{Message: d.t("imports.watch.running"), Live: true}}
		if w.Last.Stands.Working() {
			n.Link = &components.LinkProps{Label: d.t("imports.watch.progress"), Href: d.at(w.Last.Import, ""), Small: true}
		}
		list = append(list, n)
	}
	if w.State == WatchAttention {
		n := views.Notice{Alert: components.AlertProps{Tone: components.Warning, Title: d.t("imports.watch.attention"), Message: d.service.say(d.ctx(), w.Note)}}
		if waiting != nil {
			n.Link = &components.LinkProps{Label: d.t("imports.watch.open"), Href: d.at(waiting.Import, ""), Small: true, After: "arrow-right"}
			n.Alert.Message += " " + d.t("imports.watch.waits")
		} else if c := w.Last; c != nil && c.State == CheckFailed && c.Note.Key != w.Note.Key {
			n.Alert.Message += " " + d.service.say(d.ctx(), c.Note)
		}
		list = append(list, n)
	}
	return list
}

// stale says which datasets everybody sees are older than what was loaded last:
// publishing stays a person's.
func (d *drawer) stale(w *Watch, checks []*WatchCheck) (list []views.Notice, err error) {
	var loaded time.Time
	for _, c := range checks {
		if c.State == CheckLoaded && c.Loaded.Created+c.Loaded.Updated > 0 {
			loaded = c.Ended
			break
		}
	}
	about, known := d.service.Describe(w.Target)
	if loaded.IsZero() || !known || d.service.Published == nil {
		return nil, nil
	}
	open, err := d.service.Published(d.ctx(), d.town(), about.Module(), d.service.dataset(&Import{Target: w.Target, Mapping: w.reference.Mapping}))
	for _, p := range open {
		if p.At.Before(loaded) {
			list = append(list, views.Notice{
				Alert: components.AlertProps{Message: d.t("imports.watch.older", i18n.V{"Title": p.Title, "Date": i18n.Date(p.At)})},
				Link:  &components.LinkProps{Label: d.t("imports.watch.publish"), Href: p.Href, Small: true, After: "arrow-right"},
			})
		}
	}
	return list, err
}

func (d *drawer) checks(checks []*WatchCheck) components.TableProps {
	t := components.TableProps{ID: "passages", Caption: d.t("imports.watch.history"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"date", "result", "found"} {
		t.Columns = append(t.Columns, components.Column{Label: d.t("imports.watch.column." + key)})
	}
	for _, c := range checks {
		who := c.Author
		if who == "" {
			who = d.t("imports.watch.by_schedule")
		}
		found := components.Cell{Text: d.service.say(d.ctx(), c.Note)}
		if c.Import != uuid.Nil && c.State != CheckRunning {
			found.Href = d.at(c.Import, "")
			if found.Text == "" {
				found.Text = d.countsInWords(&Import{Counts: c.Loaded})
			}
			if c.State == CheckWaiting || c.Stands == Undone {
				found.Note = d.t("imports.state." + string(c.Stands))
			}
		}
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: i18n.DateTime(c.Began), Note: who}, {Node: stateCell(d.checkMark(c.State))}, found,
		}})
	}
	return t
}

func stateCell(m views.Mark) templ.Component { return views.WatchMark(m, "") }

// schedule draws the fields of a schedule, with why it was refused.
func (d *drawer) schedule(s Schedule, refused *fault.Fault) views.Schedule {
	messages := map[string]string{}
	if refused != nil {
		messages = httpd.FieldMessages(d.c, refused)
	}
	field := func(name, value string) components.Field {
		return components.Field{Name: name, Label: d.t("imports.watch.field." + name), Value: value, Error: messages[name], Required: true}
	}
	v := views.Schedule{
		Every: field("every", string(s.Every)), Hour: field("hour", strconv.Itoa(s.Hour)),
		Weekday: field("weekday", strconv.Itoa(s.Weekday)), MonthDay: field("month_day", strconv.Itoa(s.MonthDay)),
	}
	v.Hour.Hint = d.t("imports.watch.field.hour_hint")
	for _, r := range rhythms() {
		v.Every.Choices = append(v.Every.Choices, components.Choice{Value: string(r), Label: d.t("imports.watch.rhythm." + string(r))})
	}
	for n := range 24 {
		v.Hour.Choices = append(v.Hour.Choices, components.Choice{Value: strconv.Itoa(n), Label: strconv.Itoa(n) + i18n.NBSP + "h"})
	}
	for n := 1; n <= 7; n++ {
		v.Weekday.Choices = append(v.Weekday.Choices, components.Choice{Value: strconv.Itoa(n), Label: d.t("imports.watch.weekday." + strconv.Itoa(n))})
	}
	for n := 1; n <= latestMonthDay; n++ {
		v.MonthDay.Choices = append(v.MonthDay.Choices, components.Choice{Value: strconv.Itoa(n), Label: d.monthDay(n)})
	}
	return v
}

// followForm asks whether the address of an import be followed; nil where that
// makes no sense.
func (d *drawer) followForm(i *Import, may bool, refused *fault.Fault) (*views.FollowForm, error) {
	if i.Address == "" || !d.service.Follows() {
		return nil, nil //nolint:nilnil // most imports come from no address
	}
	w, brought, err := d.service.WatchOf(d.ctx(), caller(d.c), i)
	if err != nil || brought != nil { // said at the top of the page
		return nil, err
	}
	words := i18n.V{"Address": Shown(i.Address)}
	if w != nil {
		return &views.FollowForm{Title: d.t("imports.watch.followed_title"), Text: d.t("imports.watch.is_followed", words), Page: watchAt(d.town(), w.ID)}, nil
	}
	if i.State != Committed || !may {
		return nil, nil //nolint:nilnil // there is nothing to ask yet, or nobody to ask
	}
	return &views.FollowForm{
		Title: d.t("imports.watch.follow_title"), Text: d.t("imports.watch.follow_text", words), Action: d.at(i.ID, "/suivre"), Errors: d.fieldErrors(refused),
		Schedule: d.schedule(usualSchedule, refused),
	}, nil
}

// followAt is where the address of an import of the history may be followed.
func (d *drawer) followAt(i *Import) string {
	if i.Address == "" || i.State != Committed || !d.service.Follows() || d.watchedAt[i.Target+"\n"+i.Address] {
		return ""
	}
	if _, err := d.service.allowed(caller(d.c), i.Target); err != nil {
		return ""
	}
	return d.at(i.ID, "#suivre")
}

// watched leads to the followed addresses; nil where none are.
func (d *drawer) watched() (*views.Watched, error) {
	if !d.service.Follows() {
		return nil, nil //nolint:nilnil // this installation reads no address
	}
	list, err := d.service.Watches(d.ctx(), caller(d.c))
	if err != nil {
		return nil, err
	}
	d.watchedAt = map[string]bool{}
	look := 0
	for _, w := range list {
		d.watchedAt[w.Target+"\n"+w.Address] = true
		if w.State == WatchAttention {
			look++
		}
	}
	v := &views.Watched{Text: d.t("imports.watch.count", i18n.N(len(list))), Href: watchesAt(d.town())}
	if len(list) == 0 {
		v.Text = d.t("imports.watch.empty_text")
	}
	if look > 0 {
		v.Alert = d.t("imports.watch.look", i18n.N(look))
	}
	return v, nil
}

// brought says why a file of a followed address waits.
func (d *drawer) brought(i *Import) (list []views.Notice) {
	w, c, err := d.service.WatchOf(d.ctx(), caller(d.c), i)
	if err != nil || c == nil {
		return nil
	}
	n := views.Notice{
		Alert: components.AlertProps{Message: d.t("imports.watch.brought")},
		Link:  &components.LinkProps{Label: d.t("imports.watch.see"), Href: watchAt(d.town(), w.ID), Small: true},
	}
	if c.State == CheckWaiting && (i.State == Ready || i.State == Analysed || i.State == Failed) {
		n.Alert = components.AlertProps{
			Tone: components.Warning, Title: d.t("imports.watch.waiting_title"),
			Message: strings.TrimSpace(d.service.say(d.ctx(), c.Note) + " " + d.t("imports.watch.waiting_text")),
		}
	}
	return []views.Notice{n}
}
