package opendata

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

var blockIcons = map[stories.BlockType]string{
	stories.Text:   "text",         // icon
	stories.Map:    "map",          // icon
	stories.Chart:  "chart-column", // icon
	stories.Figure: "target",       // icon
	stories.Photo:  "image",        // icon
}

// storyList lists the town's stories, published or not.
func (m *Module) storyList(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	list, err := m.stories.List(ctx, town, false)
	if err != nil {
		return err
	}
	view := views.StoryList{Shell: httpd.Shell(c, i18n.T(ctx, "opendata.stories.title")), Tabs: m.workspaceTabs(c, "stories"), Empty: len(list) == 0}
	if httpd.Allowed(c, EditPermission) {
		view.Add = town.Path("espace/donnees/recits/nouveau")
	}
	view.Table = components.TableProps{ID: "recits", Caption: i18n.T(ctx, "opendata.stories.title"), CaptionHidden: true, Stack: true}
	for _, key := range []string{"name", "state", "updated", "author"} {
		view.Table.Columns = append(view.Table.Columns, components.Column{Label: i18n.T(ctx, "opendata.stories."+key)})
	}
	for _, s := range list {
		view.Table.Rows = append(view.Table.Rows, components.Row{Cells: []components.Cell{
			{Text: s.Title, Href: town.Path("espace/" + storyPath(s.Slug))},
			{Text: i18n.T(ctx, storyState(s.Published))},
			{Text: i18n.DateShort(s.Updated)},
			{Text: s.Author},
		}})
	}
	return httpd.Render(c, fiber.StatusOK, views.StoryListPage(view))
}

func storyState(published bool) string {
	if published {
		return datasets.Published.LabelKey()
	}
	return datasets.Draft.LabelKey()
}

func (m *Module) newStory(c *fiber.Ctx) error {
	return m.renderStoryForm(c, "", &stories.Story{Blocks: []stories.Block{{Type: stories.Text}}}, nil)
}

func (m *Module) editStory(c *fiber.Ctx) error {
	s, err := m.stories.Find(c.UserContext(), httpd.Scope(c).Town, c.Params("story"))
	if err != nil {
		return err
	}
	return m.renderStoryForm(c, s.Slug, s, nil)
}

// saveStory keeps what was written, and does what the pressed button says to the
// blocks.
func (m *Module) saveStory(c *fiber.Ctx) error {
	ctx, town, slug := c.UserContext(), httpd.Scope(c).Town, c.Params("story")
	form, err := formValues(c)
	if err != nil {
		return err
	}
	s := storyOf(form)
	if slug == "" {
		slug, err = m.stories.Create(ctx, town, *s)
	} else {
		err = m.stories.Save(ctx, town, slug, *s)
	}
	var refused *fault.Fault
	if errors.As(err, &refused) && (refused.Code == fault.Invalid || refused.Code == fault.Conflict) {
		return m.renderStoryForm(c, c.Params("story"), s, refused)
	}
	if err != nil {
		return err
	}
	if what, rank, _ := strings.Cut(form.Get("do"), ":"); what == "photo" {
		return httpd.Redirect(c, town.Path("espace/"+storyPath(slug))+"/photo?"+url.Values{paramBlock: {rank}}.Encode(), "", "")
	}
	return httpd.Redirect(c, town.Path("espace/"+storyPath(slug)), components.OK, "opendata.story.saved")
}

// storyOf reads the form: blocks b0, b1… in order, then what the button does.
func storyOf(form url.Values) *stories.Story {
	s := &stories.Story{Title: form.Get("title"), Lead: form.Get("lead"), Theme: datasets.Theme(form.Get("theme"))}
	s.Revision, _ = strconv.Atoi(form.Get("revision"))
	for n := 0; form.Has("b" + strconv.Itoa(n) + ".type"); n++ {
		at := "b" + strconv.Itoa(n) + "."
		s.Blocks = append(s.Blocks, stories.Block{
			Type: stories.BlockType(form.Get(at + "type")), Ref: form.Get(at + "ref"),
			Text: strings.ReplaceAll(form.Get(at+"text"), "\r\n", "\n"),
			Alt:  strings.TrimSpace(form.Get(at + "alt")), Credit: strings.TrimSpace(form.Get(at + "credit")),
		})
	}
	what, which, _ := strings.Cut(form.Get("do"), ":")
	n, err := strconv.Atoi(which)
	inside := err == nil && n >= 0 && n < len(s.Blocks)
	switch {
	case what == "add":
		s.Blocks = append(s.Blocks, stories.Block{Type: stories.BlockType(form.Get("add"))})
	case what == "remove" && inside:
		s.Blocks = slices.Delete(s.Blocks, n, n+1)
	case what == "up" && inside && n > 0:
		s.Blocks[n-1], s.Blocks[n] = s.Blocks[n], s.Blocks[n-1]
	case what == "down" && inside && n+1 < len(s.Blocks):
		s.Blocks[n+1], s.Blocks[n] = s.Blocks[n], s.Blocks[n+1]
	}
	return s
}

func (m *Module) renderStoryForm(c *fiber.Ctx, slug string, s *stories.Story, refused *fault.Fault) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	title := i18n.T(ctx, "opendata.stories.new")
	if slug != "" {
		title = s.Title
	}
	view := views.StoryForm{Shell: httpd.Shell(c, title), Title: title, New: slug == "", Action: town.Path("espace/donnees/recits/nouveau"), Revision: strconv.Itoa(s.Revision)}
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.stories.title"), Href: town.Path("espace/donnees/recits")}, {Label: title}}
	status, messages := fiber.StatusOK, map[string]string{}
	if refused != nil {
		status, messages = httpd.Status(refused), httpd.FieldMessages(c, refused)
		for name, text := range messages {
			view.Errors = append(view.Errors, components.FieldError{ID: name, Message: text})
		}
		if len(messages) == 0 {
			view.Errors = []components.FieldError{{Message: httpd.Message(c, refused)}}
		}
	}
	storyFields(ctx, &view, s, messages)
	choices, err := m.blockChoices(ctx, town)
	if err != nil {
		return err
	}
	for n, b := range s.Blocks {
		f := blockForm(ctx, b, n, len(s.Blocks), choices[b.Type], messages)
		f.Photo = photoOf(ctx, town, slug, b, true)
		view.Blocks = append(view.Blocks, f)
	}
	if slug != "" {
		m.storyActions(c, &view, slug, s)
	}
	return httpd.Render(c, status, views.StoryFormPage(view))
}

func storyFields(ctx context.Context, view *views.StoryForm, s *stories.Story, messages map[string]string) {
	view.Name = components.Field{Name: "title", Label: i18n.T(ctx, "opendata.story.title"), Value: s.Title, Required: true, Error: messages["title"]}
	view.Lead = components.Field{Name: "lead", Label: i18n.T(ctx, "opendata.story.lead"), Hint: i18n.T(ctx, "opendata.story.lead_hint"), Value: s.Lead, Rows: 3, Error: messages["lead"]}
	view.Theme = components.Field{Name: "theme", Label: i18n.T(ctx, "opendata.theme"), Blank: i18n.T(ctx, "opendata.indicator.no_theme")}
	for _, t := range datasets.Themes() {
		view.Theme.Choices = append(view.Theme.Choices, components.Choice{Value: string(t), Label: i18n.T(ctx, t.LabelKey()), Selected: t == s.Theme})
	}
	view.Kind = components.Field{Name: "add", Label: i18n.T(ctx, "opendata.story.block")}
	for _, t := range stories.BlockTypes() {
		view.Kind.Choices = append(view.Kind.Choices, components.Choice{Value: string(t), Label: i18n.T(ctx, "opendata.block."+string(t))})
	}
}

func blockForm(ctx context.Context, b stories.Block, n, all int, choices []components.Choice, messages map[string]string) views.BlockForm {
	at := "b" + strconv.Itoa(n) + "."
	f := views.BlockForm{
		Index: strconv.Itoa(n), Type: string(b.Type), Icon: blockIcons[b.Type], First: n == 0, Last: n == all-1,
		Label: i18n.T(ctx, "opendata.story.block_number", i18n.V{"Number": n + 1, "Kind": i18n.T(ctx, "opendata.block."+string(b.Type))}),
	}
	f.Text = components.Field{
		Name: at + "text", Label: i18n.T(ctx, "opendata.story.caption"), Value: b.Text, Rows: 2, Optional: true, Error: messages[at+"text"],
	}
	if b.Type == stories.Text {
		f.Text.Label, f.Text.Hint, f.Text.Rows, f.Text.Optional = i18n.T(ctx, "opendata.story.text"), i18n.T(ctx, "opendata.story.text_hint"), 8, false
		return f
	}
	if b.Type == stories.Photo {
		photoFields(ctx, &f, b, at, messages)
		return f
	}
	f.Ref = components.Field{Name: at + "ref", Label: i18n.T(ctx, "opendata.story.show"), Blank: i18n.T(ctx, "opendata.indicator.choose")}
	for _, one := range choices {
		one.Selected = one.Value == b.Ref
		f.Ref.Choices = append(f.Ref.Choices, one)
	}
	if len(f.Ref.Choices) == 0 {
		f.Ref.Choices = []components.Choice{{Value: "", Label: i18n.T(ctx, "opendata.story.nothing"), Disabled: true}}
	}
	return f
}

// photoFields are the words of a photograph once it is there; before, the button
// that leads to the page that takes it.
func photoFields(ctx context.Context, f *views.BlockForm, b stories.Block, at string, messages map[string]string) {
	f.Pick = i18n.T(ctx, "opendata.photo.choose")
	if b.Ref == "" {
		f.Text = components.Field{}
		return
	}
	f.Pick = i18n.T(ctx, "opendata.photo.replace")
	f.Ref = components.Field{Name: at + "ref", Value: b.Ref}
	f.Alt = components.Field{Name: at + "alt", Label: i18n.T(ctx, "opendata.photo.alt"), Hint: i18n.T(ctx, "opendata.photo.alt_hint"), Value: b.Alt, Required: true, Error: messages[at+"alt"]}
	f.Credit = components.Field{Name: at + "credit", Label: i18n.T(ctx, "opendata.photo.credit"), Value: b.Credit, Required: true, Error: messages[at+"credit"]}
}

// blockChoices lists what each kind of block can show: published data only.
func (m *Module) blockChoices(ctx context.Context, town *tenants.Tenant) (map[stories.BlockType][]components.Choice, error) {
	choices := map[stories.BlockType][]components.Choice{}
	open, err := m.Datasets.Open(ctx, town)
	if err != nil {
		return nil, err
	}
	for i := range open {
		d := &open[i]
		if m.drawn(ctx, town, d) {
			choices[stories.Map] = append(choices[stories.Map], components.Choice{Value: d.Slug(), Label: d.Title})
		}
		t, err := m.Tables.Find(ctx, town, d.Slug())
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue
		}
		for _, c := range t.Charts {
			choices[stories.Chart] = append(choices[stories.Chart], components.Choice{Value: t.Slug + "/" + c.ID, Label: t.Title + " – " + c.Title})
		}
	}
	all, err := m.Live.Of(ctx, town)
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		choices[stories.Figure] = append(choices[stories.Figure], components.Choice{Value: i.Key, Label: i.Title})
	}
	return choices, nil
}

func (m *Module) storyActions(c *fiber.Ctx, view *views.StoryForm, slug string, s *stories.Story) {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view.Action = town.Path("espace/" + storyPath(slug))
	view.Preview, view.StateLabel, view.State = view.Action+"/apercu", i18n.T(ctx, storyState(s.Published)), components.Neutral
	if s.Published {
		view.State, view.Public, view.Take = components.OK, town.Path(storyPath(slug)), view.Action+"/retirer"
	} else {
		view.Publish = view.Action + "/publier"
	}
	if !httpd.Allowed(c, PublishPermission) {
		view.Publish, view.Take = "", ""
	}
	view.Drop = &components.ConfirmProps{
		ID: "supprimer", Open: i18n.T(ctx, "opendata.story.drop"), Icon: "trash-2", Kind: components.Destructive,
		Title: i18n.T(ctx, "opendata.story.drop_title", i18n.V{"Title": s.Title}), Text: i18n.T(ctx, "opendata.story.drop_text"),
		Action: view.Action + "/supprimer", Accept: i18n.T(ctx, "opendata.story.drop"),
	}
}

// publishStory shows a story to everybody; one with empty blocks comes back with
// what is missing.
func (m *Module) publishStory(c *fiber.Ctx) error {
	ctx, town, slug := c.UserContext(), httpd.Scope(c).Town, c.Params("story")
	err := m.stories.Publish(ctx, town, slug, true)
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.Invalid {
		s, err := m.stories.Find(ctx, town, slug)
		if err != nil {
			return err
		}
		return m.renderStoryForm(c, slug, s, refused)
	}
	if err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"+storyPath(slug)), components.OK, "opendata.story.published")
}

func (m *Module) takeStory(c *fiber.Ctx) error {
	town, slug := httpd.Scope(c).Town, c.Params("story")
	if err := m.stories.Publish(c.UserContext(), town, slug, false); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/"+storyPath(slug)), components.OK, "opendata.story.taken")
}

func (m *Module) deleteStory(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	if err := m.stories.Delete(c.UserContext(), town, c.Params("story")); err != nil {
		return err
	}
	return httpd.Redirect(c, town.Path("espace/donnees/recits"), components.OK, "opendata.story.dropped")
}
