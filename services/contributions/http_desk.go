package contributions

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/contributions/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// desk is the moderation of a town.
type desk struct{ *Service }

const (
	queuePage  = 30
	paramBatch = "lot"
	paramAfter = "apres"
)

// mine lists the kinds the person moderates.
func (d *desk) mine(c *fiber.Ctx) (kinds []Kind, codes []string) {
	for _, k := range d.Kinds(httpd.Scope(c).Town) {
		if httpd.Allowed(c, k.Permission) {
			kinds, codes = append(kinds, k), append(codes, k.Code)
		}
	}
	return kinds, codes
}

func (d *desk) tabs(c *fiber.Ctx, current string) []components.Tab {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	tabs := []components.Tab{{
		Label: i18n.T(ctx, "contributions.queue.tab"), Href: town.Path("espace/contributions"), Icon: "inbox", Current: current == "queue",
	}}
	if httpd.Allowed(c, SettingsPermission) {
		tabs = append(tabs, components.Tab{
			Label: i18n.T(ctx, "contributions.settings.tab"), Href: town.Path("espace/contributions/reglages"), Icon: "settings", Current: current == "settings",
		})
	}
	return tabs
}

// queue lists what is to be read.
func (d *desk) queue(c *fiber.Ctx) error { return d.renderQueue(c, nil) }

func (d *desk) renderQueue(c *fiber.Ctx, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	kinds, codes := d.mine(c)
	f := Filter{Kinds: codes, Kind: c.Query("type"), State: c.Query("etat"), Text: strings.TrimSpace(c.Query("q")), Subject: c.Query(paramSubject)}
	f.After, _ = uuid.Parse(c.Query(paramAfter)) // none is the first page
	list, err := d.List(ctx, town, f, queuePage+1)
	if err != nil {
		return err
	}
	view := views.Queue{
		Shell: httpd.Shell(c, i18n.T(ctx, "contributions.queue.title")), Tabs: d.tabs(c, "queue"), Text: f.Text, Action: c.OriginalURL(),
		Kind: kindField(ctx, kinds, f.Kind), State: stateField(ctx, f.State), Reason: reasonField(ctx, false), Note: noteField(ctx),
		Filtered: f.Kind != "" || f.State != "" || f.Text != "" || f.Subject != "",
	}
	view.Filter = components.FilterProps{Label: i18n.T(ctx, "contributions.filter"), Action: town.Path("espace/contributions"), Target: "#file"}
	if f.Subject != "" {
		view.Filter.Hidden = components.Hidden{paramSubject: f.Subject}
	}
	if view.Filtered {
		view.Filter.Reset, view.Filter.Active = view.Filter.Action, 1
	}
	if len(list) > queuePage {
		list = list[:queuePage]
		view.Next = nextOf(f, list[queuePage-1].ID, view.Filter.Action)
	}
	view.Found = i18n.T(ctx, "contributions.found", i18n.N(len(list)))
	for i := range list {
		view.Items = append(view.Items, d.item(ctx, town, &list[i]))
	}
	if batch, err := uuid.Parse(c.Query(paramBatch)); err == nil {
		view.Undo = town.Path("espace/contributions/lots/" + batch.String() + "/annuler")
		view.UndoText = i18n.T(ctx, "contributions.done_many", i18n.N(c.QueryInt("nombre")))
	}
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
		view.Reason.Error = httpd.FieldMessages(c, refused)["reason"]
		view.Shell.Flash = flashOf(c, refused)
	}
	return httpd.Render(c, status, views.QueuePage(view))
}

func nextOf(f Filter, last uuid.UUID, address string) string {
	query := url.Values{paramAfter: {last.String()}}
	for name, value := range map[string]string{"type": f.Kind, "etat": f.State, "q": f.Text, paramSubject: f.Subject} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return address + "?" + query.Encode()
}

func (d *desk) item(ctx context.Context, town *tenants.Tenant, c *Contribution) views.Item {
	k, err := d.kind(town, c.Kind)
	if err != nil {
		return views.Item{}
	}
	i := views.Item{
		ID: c.ID.String(), Href: town.Path("espace/contributions/" + c.ID.String()), Kind: i18n.T(ctx, k.Title), Icon: k.Icon,
		About: c.About.Title, Label: c.About.Label, Title: c.Title, Body: excerpt(c.Body), Slow: c.Slow, Photo: c.Photo != uuid.Nil,
		Date: i18n.DateTime(c.CreatedAt), Machine: c.CreatedAt.Format(time.RFC3339), Who: whoOf(ctx, c),
	}
	if i.Title == "" { // the subject is said once
		i.Title, i.About = c.About.Title, ""
	}
	if label := labelOf(k.Choices, c.Choice); label != "" {
		i.Choice = i18n.T(ctx, label)
	}
	i.State, i.Tone, i.StateIcon = stateOf(ctx, k, c)
	return i
}

// excerpt keeps a long text from hiding the next one.
func excerpt(text string) string {
	if runes := []rune(text); len(runes) > 400 {
		return string(runes[:400]) + "…"
	}
	return text
}

func whoOf(ctx context.Context, c *Contribution) string {
	switch {
	case c.Name != "":
		return c.Name
	case c.Email != "":
		return c.Email
	}
	return i18n.T(ctx, "contributions.nobody")
}

func kindField(ctx context.Context, kinds []Kind, chosen string) components.Field {
	f := components.Field{Name: "type", Label: i18n.T(ctx, "contributions.kind"), Blank: i18n.T(ctx, "contributions.all_kinds"), Value: chosen}
	for _, k := range kinds {
		f.Choices = append(f.Choices, components.Choice{Value: k.Code, Label: i18n.T(ctx, k.Title)})
	}
	return f
}

func stateField(ctx context.Context, chosen string) components.Field {
	f := components.Field{Name: "etat", Label: i18n.T(ctx, "contributions.state_label"), Blank: i18n.T(ctx, "contributions.to_do"), Value: chosen}
	for _, s := range []State{Waiting, Accepted, Refused, Withdrawn, Erased} {
		f.Choices = append(f.Choices, components.Choice{Value: string(s), Label: i18n.T(ctx, s.LabelKey())})
	}
	f.Choices = append(f.Choices, components.Choice{Value: "all", Label: i18n.T(ctx, "contributions.all_states")})
	return f
}

func reasonField(ctx context.Context, required bool) components.Field {
	f := components.Field{
		Name: "reason", Label: i18n.T(ctx, "contributions.reason_label"), Blank: i18n.T(ctx, "contributions.reason_choose"), Required: required,
	}
	for _, o := range Reasons() {
		f.Choices = append(f.Choices, components.Choice{Value: o.Value, Label: i18n.T(ctx, o.Label)})
	}
	return f
}

func noteField(ctx context.Context) components.Field {
	return components.Field{Name: "note", Label: i18n.T(ctx, "contributions.note_label"), Optional: true, Attrs: most(500), Rows: 3}
}

// bulk does the same with every contribution that is ticked.
func (d *desk) bulk(c *fiber.Ctx) error {
	form, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	var ids []uuid.UUID
	for _, text := range form["id"] {
		id, err := uuid.Parse(text)
		if err != nil {
			return unknown()
		}
		ids = append(ids, id)
	}
	decision := decisionOf(form)
	if decision.Do != Accept && decision.Do != Refuse {
		return fault.New(fault.Invalid, "contributions.fault.decision")
	}
	_, codes := d.mine(c)
	batch, done, err := d.Decide(c.UserContext(), httpd.Scope(c).Town, codes, ids, decision)
	if f := refusal(err); f != nil {
		return d.renderQueue(c, f)
	}
	if err != nil {
		return err
	}
	query := url.Values{}
	for name, value := range c.Queries() {
		if slices.Contains([]string{"type", "etat", "q", paramSubject}, name) {
			query.Set(name, value)
		}
	}
	query.Set(paramBatch, batch.String())
	query.Set("nombre", strconv.Itoa(done))
	return c.Redirect(httpd.Scope(c).Town.Path("espace/contributions")+"?"+query.Encode(), fiber.StatusSeeOther)
}

func decisionOf(form url.Values) Decision {
	return Decision{
		Do: Do(form.Get("do")), Reason: form.Get("reason"), Note: form.Get("note"), Outcome: form.Get("outcome"), Answer: form.Get("answer"),
		As: form.Get("as"), UsedIn: form.Get("used_in"), UsedHref: form.Get("used_href"),
	}
}

// undo takes a batch back.
func (d *desk) undo(c *fiber.Ctx) error {
	batch, err := uuid.Parse(c.Params("batch"))
	if err != nil {
		return unknown()
	}
	_, codes := d.mine(c)
	if _, err := d.Undo(c.UserContext(), httpd.Scope(c).Town, codes, batch); err != nil {
		return err
	}
	return httpd.Redirect(c, httpd.Scope(c).Town.Path("espace/contributions"), components.OK, "contributions.undone")
}

// settings show how each kind is taken in.
func (d *desk) settings(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.Settings{Shell: httpd.Shell(c, i18n.T(ctx, "contributions.settings.title")), Tabs: d.tabs(c, "settings")}
	kinds, _ := d.mine(c)
	for i := range kinds {
		k := &kinds[i]
		mode, err := d.Mode(ctx, town, k)
		if err != nil {
			return err
		}
		f := components.Field{ID: "mode-" + k.Path, Name: "mode", Label: i18n.T(ctx, "contributions.settings.mode"), Value: string(mode), Required: true}
		for _, m := range Modes() {
			if m != After || k.Public {
				f.Choices = append(f.Choices, components.Choice{
					Value: string(m), Label: i18n.T(ctx, m.LabelKey()), Hint: i18n.T(ctx, "contributions.mode_hint."+string(m)),
				})
			}
		}
		view.Kinds = append(view.Kinds, views.KindSetting{
			Title: i18n.T(ctx, k.Title), Icon: k.Icon, Action: town.Path("espace/contributions/reglages/" + k.Path), Mode: f,
		})
	}
	return httpd.Render(c, fiber.StatusOK, views.SettingsPage(view))
}

func (d *desk) saveMode(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	k, err := d.kindAt(town, c.Params("kind"))
	if err != nil {
		return err
	}
	if !httpd.Allowed(c, k.Permission) {
		return fault.New(fault.Forbidden, "httpd.fault.forbidden")
	}
	if err := d.Moderate(c.UserContext(), town, k.Code, Mode(c.FormValue("mode"))); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/contributions/reglages"), components.OK, "contributions.settings.saved")
}
