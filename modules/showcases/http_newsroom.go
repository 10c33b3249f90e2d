package showcases

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/modules/showcases/views"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

const newsroomPath = "/redaction"

func deskOf(p *Piece) string { return newsroomPath + "/" + p.ID.String() }

// pieceID reads the piece of an address.
func pieceID(c *fiber.Ctx) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Params("piece"))
	if err != nil {
		return id, fault.New(fault.NotFound, "showcases.fault.not_found", fault.Because(err))
	}
	return id, nil
}

// asked is the piece of the address, for those who write.
func (m *Module) asked(c *fiber.Ctx) (*Piece, error) {
	id, err := pieceID(c)
	if err != nil {
		return nil, err
	}
	return m.Get(c.UserContext(), id)
}

// newsroom lists the pieces, by state.
func (m *Module) newsroom(c *fiber.Ctx) error { return m.renderNewsroom(c, Sheet, "", nil) }

func (m *Module) renderNewsroom(c *fiber.Ctx, kind Kind, title string, refused *fault.Fault) error {
	ctx := c.UserContext()
	all, err := m.Pieces(ctx)
	if err != nil {
		return err
	}
	towns, err := m.townsBySlug(ctx)
	if err != nil {
		return err
	}
	v := views.Newsroom{Shell: httpd.Shell(c, i18n.T(ctx, "showcases.newsroom.title")), Action: newsroomPath}
	v.Shell.Head.NoIndex = true
	wanted := State(c.Query("etat"))
	for _, state := range append([]State{""}, states...) {
		n := 0
		for i := range all {
			if state == "" || all[i].State == state {
				n++
			}
		}
		tab := components.Tab{Label: i18n.T(ctx, "showcases.newsroom.all"), Href: newsroomPath, Count: i18n.Number(n), Current: state == wanted}
		if state != "" {
			tab.Label, tab.Href = i18n.T(ctx, "showcases.states."+string(state)), newsroomPath+"?etat="+string(state)
		}
		v.Tabs = append(v.Tabs, tab)
	}
	for i := range all {
		if wanted == "" || all[i].State == wanted {
			v.Rows = append(v.Rows, row(ctx, &all[i], deskOf(&all[i]), towns))
		}
	}
	v.Kind = components.Field{Name: "kind", Label: i18n.T(ctx, "showcases.new.kind"), Required: true}
	for _, k := range kinds {
		v.Kind.Choices = append(v.Kind.Choices, components.Choice{Value: string(k), Label: i18n.T(ctx, "showcases.kind."+string(k)), Selected: k == kind})
	}
	v.Title = components.Field{Name: "title", Label: i18n.T(ctx, "showcases.field.title"), Hint: i18n.T(ctx, "showcases.hint.title"), Value: title, Required: true}
	status := fiber.StatusOK
	if refused != nil {
		status = httpd.Status(refused)
		v.Errors = refuse(httpd.FieldMessages(c, refused), httpd.Message(c, refused), &v.Kind, &v.Title)
	}
	return httpd.Render(c, status, views.NewsroomPage(v))
}

// row is a piece in a table.
func row(ctx context.Context, p *Piece, href string, towns map[string]*tenants.Tenant) views.NewsRow {
	r := views.NewsRow{
		Title: i18n.Typography(p.Content.Title), Href: href, Kind: i18n.T(ctx, "showcases.kind."+string(p.Kind)),
		Towns: names(p.Content.Towns, towns), Changed: i18n.DateShort(p.ChangedAt), Author: p.Author.Name,
	}
	r.State, r.StateLabel, r.StateIcon = stateOf(ctx, p)
	if p.Open() && p.State != Published {
		r.Waits = i18n.T(ctx, "showcases.still_public")
	}
	return r
}

func names(slugs []string, towns map[string]*tenants.Tenant) string {
	var list []string
	for _, slug := range slugs {
		if t := towns[slug]; t != nil {
			list = append(list, t.Name)
		}
	}
	return strings.Join(list, ", ")
}

func stateOf(ctx context.Context, p *Piece) (tone components.Tone, label, icon string) {
	label = i18n.T(ctx, "showcases.state."+string(p.State))
	switch p.State {
	case InTown:
		return components.Warning, label, "map-pin" // icon
	case InReview:
		return components.Data, label, "eye" // icon
	case Published:
		return components.OK, label, "check" // icon
	case Archived:
		return components.Danger, label, "archive" // icon
	case Draft:
	}
	return components.Neutral, label, "pencil-line" // icon
}

// create starts a piece and opens it. A sheet starts with the headings of the
// programme's sheets.
func (m *Module) create(c *fiber.Ctx) error {
	ctx := c.UserContext()
	kind := Kind(c.FormValue("kind"))
	content := Content{Title: strings.TrimSpace(c.FormValue("title")), Towns: []string{}, Blocks: m.outline(ctx, kind)}
	p, err := m.Create(ctx, kind, content)
	if refused := refusal(err); refused != nil {
		return m.renderNewsroom(c, kind, content.Title, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, deskOf(p), components.OK, "showcases.new.done")
}

// outline is what a new piece starts with.
func (m *Module) outline(ctx context.Context, k Kind) []Block {
	blocks := []Block{}
	if k != Sheet {
		return blocks
	}
	for _, part := range []string{"problem", "solution", "results", "difficulties", "replicability"} {
		blocks = append(blocks, Block{ID: newBlockID(), Kind: TextBlock, Title: i18n.T(ctx, "showcases.outline."+part)})
	}
	return blocks
}

// newBlockID names a block within its piece.
func newBlockID() string { return uuid.NewString()[:8] }

// refusal is a form's fault to show again, nil for any other outcome.
func refusal(err error) *fault.Fault {
	var f *fault.Fault
	if errors.As(err, &f) && (f.Code == fault.Invalid || f.Code == fault.TooLarge) {
		return f
	}
	return nil
}

// refuse puts messages beside the fields and gives the summary.
func refuse(messages map[string]string, whole string, fields ...*components.Field) []components.FieldError {
	var list []components.FieldError
	for _, f := range fields {
		if message := messages[f.Name]; message != "" {
			f.Error = message
			list = append(list, components.FieldError{ID: f.Name, Message: message})
		}
	}
	if len(list) == 0 {
		list = append(list, components.FieldError{Message: whole})
	}
	return list
}

// edit shows a piece being written.
func (m *Module) edit(c *fiber.Ctx) error {
	p, err := m.asked(c)
	if err != nil {
		return err
	}
	return m.renderEdit(c, p, p.Content, nil)
}

// headOf reads the form about a piece's identity.
func headOf(c *fiber.Ctx, into *Content) error {
	form, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return fault.New(fault.Invalid, "httpd.fault.bad_request", fault.Because(err))
	}
	text := func(name string) string { return strings.TrimSpace(strings.ReplaceAll(form.Get(name), "\r\n", "\n")) }
	into.Title, into.Promise, into.Theme = text("title"), text("promise"), text("theme")
	into.Period, into.Partners, into.Effort, into.Contact = text("period"), text("partners"), text("effort"), text("contact")
	into.Who = Speaker{Name: text("who_name"), Role: text("who_role"), Body: text("who_body"), Consent: text("who_consent")}
	into.Towns = append([]string{}, form["towns"]...)
	return nil
}

// saveHead keeps a piece's identity, or shows the form again with what is wrong.
func (m *Module) saveHead(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p, err := m.asked(c)
	if err != nil {
		return err
	}
	given := p.Content.clone()
	if err := headOf(c, &given); err != nil {
		return err
	}
	for _, slug := range given.Towns {
		if _, err := m.towns.BySlug(ctx, slug); err != nil {
			return err
		}
	}
	_, err = m.Edit(ctx, p.ID, seen(c), func(p *Piece) error {
		blocks, hero := p.Content.Blocks, p.Content.Hero
		p.Content = given
		p.Content.Blocks, p.Content.Hero = blocks, hero
		return nil
	})
	if refused := refusal(err); refused != nil {
		return m.renderEdit(c, p, given, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, deskOf(p), components.OK, "showcases.edit.saved")
}

// seen is the version the person had before them; 0 for none, which no piece has.
func seen(c *fiber.Ctx) int {
	n, _ := strconv.Atoi(c.FormValue("version")) // no number is no version
	return n
}

// asRead goes with a form: the version of the piece that its reader has before them.
func asRead(p *Piece) components.Hidden {
	return components.Hidden{"version": strconv.Itoa(p.Version)}
}

// act makes something become of a piece.
func (m *Module) act(a Action) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := pieceID(c)
		if err != nil {
			return err
		}
		p, err := m.Act(c.UserContext(), id, seen(c), a, nil, c.FormValue("reason"))
		if err != nil {
			return err
		}
		return httpd.Redirect(c, deskOf(p), components.OK, "showcases.done."+string(a))
	}
}

// preview shows what was last saved as everybody would see it.
func (m *Module) preview(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p, err := m.asked(c)
	if err != nil {
		return err
	}
	v, err := m.draft(c, p)
	if err != nil {
		return err
	}
	v.Back, v.BackLabel = deskOf(p), i18n.T(ctx, "showcases.edit.back")
	return httpd.Render(c, fiber.StatusOK, views.ArticlePage(v))
}

// draft is an article that is not public, and says so.
func (m *Module) draft(c *fiber.Ctx, p *Piece) (views.Article, error) {
	ctx := c.UserContext()
	content := m.live(ctx, p.Content)
	v, err := m.article(c, p, &content)
	v.Shell.Head.NoIndex, v.Shell.Head.Canonical = true, ""
	if p.State != Published {
		v.Banner = &components.AlertProps{
			Tone: components.Warning, Title: i18n.T(ctx, "showcases.draft.title"), Message: i18n.T(ctx, "showcases.draft."+string(p.State)),
		}
	}
	return v, err
}

// isPublisher reports whether the actor may publish at all.
func isPublisher(ctx context.Context) bool { return authz.From(ctx).Is(authz.Publisher) }

// knownTowns lists towns as choices.
func knownTowns(towns map[string]*tenants.Tenant, chosen ...string) []components.Choice {
	var list []components.Choice
	for _, t := range sortedTowns(towns) {
		list = append(list, components.Choice{Value: t.Slug, Label: t.Name, Selected: slices.Contains(chosen, t.Slug)})
	}
	return list
}
