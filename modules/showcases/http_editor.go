package showcases

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/showcases/views"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// renderEdit shows a piece being written; refused is why the form just sent was
// not taken.
func (m *Module) renderEdit(c *fiber.Ctx, p *Piece, given Content, refused *fault.Fault) error {
	ctx := c.UserContext()
	towns, err := m.townsBySlug(ctx)
	if err != nil {
		return err
	}
	done, saves, err := m.History(ctx, p.ID)
	if err != nil {
		return err
	}
	v := views.Editor{
		Shell: httpd.Shell(c, i18n.Typography(p.Content.Title)), Kind: i18n.T(ctx, "showcases.kind."+string(p.Kind)), Title: i18n.Typography(p.Content.Title),
		Version: i18n.T(ctx, "showcases.version", i18n.V{"Number": p.Version}), Action: deskOf(p), AddAction: deskOf(p) + "/blocs",
		Hidden: components.Hidden{"version": strconv.Itoa(p.Version)}, MayEdit: p.State == Draft || p.State == Published,
		Fields: headFields(ctx, given, towns), Hero: image(p.Content.Hero), Preview: deskOf(p) + "/apercu", Versions: deskOf(p) + "/versions",
		Interview: p.Kind == Interview, Events: timeline(ctx, done, towns),
	}
	v.Shell.Head.NoIndex = true
	v.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "showcases.newsroom.title"), Href: newsroomPath}, {Label: v.Title}}
	v.State, v.StateLabel, v.StateIcon = stateOf(ctx, p)
	if p.Open() {
		v.Public = p.Path()
	}
	if v.MayEdit {
		v.HeroEdit = deskOf(p) + "/blocs/" + heroID
	}
	v.Notices = deskNotices(ctx, p, done)
	for _, key := range p.Content.missing(p.Kind) {
		v.Missing = append(v.Missing, i18n.T(ctx, key))
	}
	v.Blocks = blockRows(ctx, p, v.MayEdit, v.Hidden)
	v.Add = components.Field{Name: "kind", Label: i18n.T(ctx, "showcases.edit.add_kind")}
	for _, k := range blockKinds {
		v.Add.Choices = append(v.Add.Choices, components.Choice{Value: string(k), Label: i18n.T(ctx, "showcases.block."+string(k))})
	}
	v.Asks = asks(ctx, p, saves, m.me(ctx))
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
		f := &v.Fields
		v.Errors = refuse(httpd.FieldMessages(c, refused), httpd.Message(c, refused), &f.Title, &f.Promise, &f.Theme, &f.Towns,
			&f.WhoName, &f.WhoRole, &f.WhoBody, &f.WhoConsent, &f.Period, &f.Effort, &f.Partners, &f.Contact)
	}
	return httpd.Render(c, status, views.EditorPage(v))
}

// deskNotices say where the piece stands and what was said of it last.
func deskNotices(ctx context.Context, p *Piece, done []Event) []components.AlertProps {
	var list []components.AlertProps
	if p.State == Draft && len(done) > 0 && done[0].Note != "" {
		list = append(list, components.AlertProps{
			Tone: components.Warning, Title: i18n.T(ctx, "showcases.edit.sent_back", i18n.V{"Name": done[0].By.Name}), Message: done[0].Note,
		})
	}
	if p.State == Draft && p.Open() {
		list = append(list, components.AlertProps{Message: i18n.T(ctx, "showcases.edit.still_public")})
	}
	if p.State == InTown || p.State == InReview || p.State == Archived {
		list = append(list, components.AlertProps{Message: i18n.T(ctx, "showcases.edit.locked."+string(p.State))})
	}
	return list
}

func headFields(ctx context.Context, c Content, towns map[string]*tenants.Tenant) views.HeadFields {
	field := func(name, value string) components.Field {
		return components.Field{Name: name, Label: i18n.T(ctx, "showcases.field."+name), Value: value}
	}
	hinted := func(name, value string) components.Field {
		f := field(name, value)
		f.Hint = i18n.T(ctx, "showcases.hint."+name)
		return f
	}
	f := views.HeadFields{
		Title: hinted("title", c.Title), Promise: hinted("promise", c.Promise), Theme: field("theme", ""), Towns: hinted("towns", ""),
		Period: hinted("period", c.Period), Partners: hinted("partners", c.Partners), Effort: hinted("effort", c.Effort), Contact: hinted("contact", c.Contact),
		WhoName: field("who_name", c.Who.Name), WhoRole: field("who_role", c.Who.Role), WhoBody: field("who_body", c.Who.Body),
		WhoConsent: hinted("who_consent", c.Who.Consent),
	}
	f.Title.Required, f.Promise.Rows, f.WhoConsent.Type = true, 2, "date"
	f.Theme.Blank = i18n.T(ctx, "showcases.no_theme")
	for _, theme := range themes {
		f.Theme.Choices = append(f.Theme.Choices, components.Choice{Value: theme, Label: i18n.T(ctx, "showcases.theme."+theme), Selected: theme == c.Theme})
	}
	f.Towns.Choices, f.Towns.Inline = knownTowns(towns, c.Towns...), true
	return f
}

var blockIcons = map[BlockKind]string{
	TextBlock:     "text",           // icon
	FigureBlock:   "hash",           // icon
	QuoteBlock:    "quote",          // icon
	PictureBlock:  "image",          // icon
	QuestionBlock: "message-circle", // icon
	DataBlock:     "database",       // icon
	MapBlock:      "map",            // icon
	PieceBlock:    "link",           // icon
}

func blockRows(ctx context.Context, p *Piece, mayEdit bool, hidden components.Hidden) []views.BlockRow {
	var rows []views.BlockRow
	for i := range p.Content.Blocks {
		b := &p.Content.Blocks[i]
		r := views.BlockRow{
			Kind: i18n.T(ctx, "showcases.block."+string(b.Kind)), Icon: blockIcons[b.Kind], Title: b.Title, Excerpt: excerpt(b.Text),
			Missing: len((&Content{Promise: "-", Theme: "-", Towns: []string{"-"}, Blocks: []Block{*b}}).missing(Sheet)) > 0,
		}
		if r.Title == "" {
			r.Title = i18n.T(ctx, "showcases.edit.untitled", i18n.V{"Kind": r.Kind})
		}
		if f := b.Figure; f != nil && f.Value != "" {
			r.Excerpt = strings.TrimSpace(f.Value + i18n.NBSP + f.Unit)
		}
		if mayEdit {
			address := deskOf(p) + "/blocs/" + b.ID
			r.Edit = address
			if i > 0 {
				r.Up = address + "/deplacer"
			}
			if i < len(p.Content.Blocks)-1 {
				r.Down = address + "/deplacer"
			}
			r.Remove = &components.ConfirmProps{
				ID: "retirer-" + b.ID, Open: i18n.T(ctx, "showcases.edit.remove"), Icon: "trash-2", Kind: components.Quiet,
				Title: i18n.T(ctx, "showcases.edit.remove_title", i18n.V{"Title": r.Title}), Text: i18n.T(ctx, "showcases.edit.remove_text"),
				Action: address + "/supprimer", Accept: i18n.T(ctx, "showcases.edit.remove_accept"), Hidden: hidden,
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// excerptLength is how much of a block's text its line shows, in characters.
const excerptLength = 140

func excerpt(text string) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, "**", "")), " ")
	if utf8.RuneCountInString(text) <= excerptLength {
		return text
	}
	return string([]rune(text)[:excerptLength-1]) + "…"
}

// asks are what can become of the piece now.
func asks(ctx context.Context, p *Piece, saves []Version, me Person) []views.Ask {
	var list []views.Ask
	for _, one := range []struct {
		action Action
		path   string
		icon   string
		kind   components.Kind
	}{
		{Submitted, "soumettre", "send", components.Primary},
		{Issued, "publier", "globe", components.Primary},
		{Returned, "renvoyer", "undo-2", components.Secondary},
		{Resumed, "reprendre", "pencil", components.Secondary},
		{Withdrawn, "archiver", "archive", components.Destructive},
	} {
		if !p.may(one.action) {
			continue
		}
		key := "showcases.ask." + string(one.action)
		ask := views.Ask{Confirm: components.ConfirmProps{
			ID: one.path, Open: i18n.T(ctx, key), Icon: one.icon, Kind: one.kind, Title: i18n.T(ctx, key+"_title"),
			Text: i18n.T(ctx, key+"_text"), Action: deskOf(p) + "/" + one.path, Accept: i18n.T(ctx, key), Hidden: asRead(p),
		}}
		switch {
		case (one.action == Issued || one.action == Withdrawn) && !isPublisher(ctx):
			if one.action == Withdrawn {
				continue
			}
			ask.Why = i18n.T(ctx, "showcases.ask.publisher_only")
		case one.action == Issued && p.wrote(me.ID, saves):
			ask.Why = i18n.T(ctx, "showcases.ask.two_people")
		case one.action == Submitted && len(p.Content.missing(p.Kind)) > 0:
			ask.Why = i18n.T(ctx, "showcases.ask.incomplete")
		case one.action == Returned || one.action == Withdrawn:
			ask.Reason = &components.Field{
				ID: "reason-" + one.path, Name: "reason", Label: i18n.T(ctx, "showcases.reason"), Hint: i18n.T(ctx, "showcases.reason_hint"), Required: true, Rows: 3,
			}
		}
		list = append(list, ask)
	}
	return list
}

var eventIcons = map[Action]string{
	Created:   "plus",    // icon
	Submitted: "send",    // icon
	Validated: "check",   // icon
	Declined:  "x",       // icon
	Resumed:   "pencil",  // icon
	Returned:  "undo-2",  // icon
	Issued:    "globe",   // icon
	Withdrawn: "archive", // icon
}

func timeline(ctx context.Context, done []Event, towns map[string]*tenants.Tenant) []components.Event {
	var list []components.Event
	for _, e := range done {
		title := i18n.T(ctx, "showcases.event."+string(e.Action))
		if t := towns[e.Town]; t != nil {
			title += " – " + t.Name
		}
		tone := components.Neutral
		switch e.Action {
		case Validated, Issued:
			tone = components.OK
		case Declined, Returned, Withdrawn:
			tone = components.Warning
		case Created, Submitted, Resumed:
		}
		list = append(list, components.Event{
			Title: title, Date: i18n.DateTime(e.At), Machine: e.At.UTC().Format("2006-01-02T15:04:05Z"), Who: e.By.Name, Text: e.Note,
			Icon: eventIcons[e.Action], Tone: tone,
		})
	}
	return list
}
