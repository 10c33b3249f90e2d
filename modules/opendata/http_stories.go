package opendata

import (
	"context"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/figures"
	"acvdata/modules/opendata/stories"
	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// storyPath is a story's public page, below the town.
func storyPath(slug string) string { return "donnees/recits/" + slug }

// story is the public page of a story.
func (m *Module) story(c *fiber.Ctx) error {
	s, err := m.stories.Open(c.UserContext(), httpd.Scope(c).Town, c.Params("story"))
	if err != nil {
		return err
	}
	return m.renderStory(c, s, false)
}

// previewStory shows staff a story as everybody will see it.
func (m *Module) previewStory(c *fiber.Ctx) error {
	s, err := m.stories.Find(c.UserContext(), httpd.Scope(c).Town, c.Params("story"))
	if err != nil {
		return err
	}
	return m.renderStory(c, s, true)
}

func (m *Module) renderStory(c *fiber.Ctx, s *stories.Story, preview bool) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.StoryView{Shell: m.shell(c, s.Title), Title: i18n.Typography(s.Title), Lead: i18n.Typography(s.Lead), Icon: "book-open", Preview: preview, Theme: i18n.T(ctx, "opendata.story.eyebrow")}
	view.Shell.Description = shorten(s.Lead, 160)
	view.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")}, {Label: s.Title}}
	if s.Theme != "" {
		view.Theme, view.Icon = i18n.T(ctx, s.Theme.LabelKey()), looks[s.Theme].Icon
	}
	if !s.At.IsZero() {
		view.Date = i18n.T(ctx, "opendata.story.published_on", i18n.V{"Date": i18n.Date(s.At)})
	}
	if httpd.Allowed(c, ReadPermission) {
		view.Edit = town.Path("espace/" + storyPath(s.Slug))
	}
	for n, b := range s.Blocks {
		block, err := m.storyBlock(ctx, town, b, n, photoOf(ctx, town, s.Slug, b, preview))
		if err != nil {
			return err
		}
		view.Blocks = append(view.Blocks, block)
	}
	return httpd.Render(c, fiber.StatusOK, views.StoryPage(view))
}

// storyBlock draws a block with live data. What it shows may have gone away:
// then it says so, to staff and residents alike.
func (m *Module) storyBlock(ctx context.Context, town *tenants.Tenant, b stories.Block, n int, photo *views.Photo) (v views.StoryBlock, err error) {
	v.Caption = i18n.Typography(b.Text)
	switch b.Type {
	case stories.Text:
		html, err := stories.HTML(b.Text)
		v.Caption, v.HTML = "", templ.Raw(html)
		return v, err
	case stories.Map:
		d, err := m.Datasets.GetOpen(ctx, town, b.Ref)
		if err == nil {
			v.Map = m.mapOf(ctx, town, d)
		}
		if v.Map != nil {
			v.Map.ID, v.Map.Title = "carte-"+i18n.Text(n+1), d.Title
			v.Embeds = []components.EmbedProps{m.embedCode(ctx, town, mapFrame, b.Ref, d.Title, pageAddress(town, d))}
		}
	case stories.Chart:
		v.Chart, err = m.chartBlock(ctx, town, b.Ref)
		if err != nil {
			return v, err
		}
	case stories.Figure:
		if v.Figure, v.Goal = m.figureBlock(ctx, town, b.Ref); v.Figure != nil {
			v.Embeds = []components.EmbedProps{m.figureEmbed(ctx, town, b.Ref, *v.Figure)}
		}
	case stories.Photo:
		v.Photo = photo
	}
	if v.Map == nil && v.Chart == nil && v.Figure == nil && v.Photo == nil {
		v.Missing = i18n.T(ctx, "opendata.story.missing")
	}
	return v, nil
}

// chartBlock draws the chart "table/id", nil when it is gone or not public.
func (m *Module) chartBlock(ctx context.Context, town *tenants.Tenant, ref string) (*views.ChartView, error) {
	slug, id, _ := strings.Cut(ref, "/")
	if _, err := m.Datasets.GetOpen(ctx, town, slug); err != nil {
		return nil, nil //nolint:nilerr // not published: nothing to show
	}
	t, err := m.Tables.Find(ctx, town, slug)
	if err != nil || t == nil {
		return nil, err
	}
	for _, c := range t.Charts {
		if c.ID == id {
			view, err := m.drawChart(ctx, town, t, c)
			if err != nil {
				return nil, nil //nolint:nilerr // its column went away
			}
			return &view, nil
		}
	}
	return nil, nil
}

// figureBlock reads a figure by key, nil when it is gone or not public.
func (m *Module) figureBlock(ctx context.Context, town *tenants.Tenant, key string) (*components.StatProps, *views.Goal) {
	if slug, own := strings.CutPrefix(key, figures.KeyPrefix); own {
		i, err := m.figures.Find(ctx, town, slug)
		if err != nil || !i.Published {
			return nil, nil
		}
		h, err := m.figures.History(ctx, town, i)
		if err != nil {
			return nil, nil
		}
		stat := tileOf(ctx, town, i, h)
		stat.Target = ""
		return &stat, goalOf(ctx, i, h)
	}
	r, err := m.Live.Read(ctx, town, key)
	if err != nil || !r.Known {
		return nil, nil
	}
	stat := liveStat(r)
	return &stat, nil
}

// storyCards are the published stories, of a theme or of all with "".
func (m *Module) storyCards(ctx context.Context, town *tenants.Tenant, theme datasets.Theme) ([]components.CardProps, error) {
	return m.storyCardsOf(ctx, town, func(s *stories.Story) bool { return theme == "" || s.Theme == theme })
}

// storyCardsOf are the published stories that are wanted.
func (m *Module) storyCardsOf(ctx context.Context, town *tenants.Tenant, wanted func(*stories.Story) bool) (cards []components.CardProps, err error) {
	list, err := m.stories.List(ctx, town, true)
	if err != nil {
		return nil, err
	}
	for i := range list {
		s := &list[i]
		if !wanted(s) {
			continue
		}
		card := components.CardProps{
			Title: s.Title, Href: town.Path(storyPath(s.Slug)), Text: shorten(s.Lead, 180), Icon: "book-open",
			Eyebrow: i18n.T(ctx, "opendata.story.eyebrow"), Meta: i18n.T(ctx, "opendata.story.published_on", i18n.V{"Date": i18n.Date(s.At)}),
		}
		if s.Theme != "" {
			card.Icon, card.Tone = looks[s.Theme].Icon, looks[s.Theme].Tone
		}
		cards = append(cards, card)
	}
	return cards, nil
}
