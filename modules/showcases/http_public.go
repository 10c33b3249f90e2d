package showcases

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/modules/showcases/views"
	"acvdata/services/fault"
	"acvdata/services/feed"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/words"
	"acvdata/tenants"
	"acvdata/web/components"
)

// search is what a reader asks of a list; the address holds it.
type search struct{ Text, Theme, Town string }

func (q search) active() (n int) {
	for _, one := range []string{q.Text, q.Theme, q.Town} {
		if one != "" {
			n++
		}
	}
	return n
}

// lets reports whether a piece answers the question; accents and capitals do
// not count.
func (q search) lets(p *Piece) bool {
	c := p.Public
	if q.Theme != "" && c.Theme != q.Theme || q.Town != "" && !slices.Contains(c.Towns, q.Town) {
		return false
	}
	if q.Text == "" {
		return true
	}
	said := []string{c.Title, c.Promise, c.Partners, c.Who.Name}
	for i := range c.Blocks {
		said = append(said, c.Blocks[i].Title, c.Blocks[i].Text)
	}
	return strings.Contains(words.Fold(strings.Join(said, " ")), words.Fold(q.Text))
}

// index lists the open pieces of a kind.
func (m *Module) index(k Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx := c.UserContext()
		open, err := m.OpenPieces(ctx, k)
		if err != nil {
			return err
		}
		towns, err := m.townsBySlug(ctx)
		if err != nil {
			return err
		}
		asked := search{Text: strings.TrimSpace(c.Query("q")), Theme: c.Query("theme"), Town: c.Query("ville")}
		view := m.indexView(c, k, open, towns, asked)
		found := slices.DeleteFunc(open, func(p Piece) bool { return !asked.lets(&p) })
		for i := range found {
			card := m.card(ctx, &found[i], found[i].Public, towns)
			card.Lead = i == 0 && asked.active() == 0 && len(found) > 2
			view.Cards = append(view.Cards, card)
		}
		view.Found = i18n.T(ctx, "showcases.found."+string(k), i18n.N(len(found)))
		view.Filter.Results = view.Found
		return httpd.Render(c, fiber.StatusOK, views.IndexPage(view))
	}
}

var kindIcons = map[Kind]string{
	Sheet:     "lightbulb",       // icon
	Dossier:   "library",         // icon
	Interview: "messages-square", // icon
}

func (m *Module) indexView(c *fiber.Ctx, k Kind, open []Piece, towns map[string]*tenants.Tenant, asked search) views.Index {
	ctx, address := c.UserContext(), "/"+k.Section()
	v := views.Index{
		Shell: httpd.Shell(c, i18n.T(ctx, "showcases.list."+string(k))), Icon: kindIcons[k],
		Title: i18n.T(ctx, "showcases.list."+string(k)), Lead: i18n.T(ctx, "showcases.lead."+string(k)),
		Query: asked.Text, Feed: address + "/flux.atom", Address: address,
		Filter: components.FilterProps{Label: i18n.T(ctx, "showcases.filter"), Action: address, Active: asked.active()},
		Empty:  components.EmptyProps{Icon: kindIcons[k], Title: i18n.T(ctx, "showcases.empty."+string(k)), Text: i18n.T(ctx, "showcases.empty.text")},
	}
	v.Shell.Description = v.Lead
	v.Shell.Head.Canonical = m.baseURL + address
	v.Shell.Head.Feeds = append(v.Shell.Head.Feeds, feedLink(v.Title, v.Feed))
	if asked.active() > 0 {
		v.Reset, v.Filter.Reset = address, address
		v.Empty = components.EmptyProps{Icon: "search-x", Title: i18n.T(ctx, "showcases.none.title"), Text: i18n.T(ctx, "showcases.none.text")}
	}
	for _, theme := range themes {
		if slices.ContainsFunc(open, func(p Piece) bool { return p.Public.Theme == theme }) {
			v.Themes = append(v.Themes, components.Choice{Value: theme, Label: i18n.T(ctx, "showcases.theme."+theme), Selected: theme == asked.Theme})
		}
	}
	for _, town := range sortedTowns(towns) {
		if slices.ContainsFunc(open, func(p Piece) bool { return slices.Contains(p.Public.Towns, town.Slug) }) {
			v.Towns = append(v.Towns, components.Choice{Value: town.Slug, Label: town.Name, Selected: town.Slug == asked.Town})
		}
	}
	return v
}

func (m *Module) townsBySlug(ctx context.Context) (map[string]*tenants.Tenant, error) {
	all, err := m.towns.All(ctx)
	bySlug := make(map[string]*tenants.Tenant, len(all))
	for _, t := range all {
		bySlug[t.Slug] = t
	}
	return bySlug, err
}

func sortedTowns(towns map[string]*tenants.Tenant) []*tenants.Tenant {
	list := make([]*tenants.Tenant, 0, len(towns))
	for _, t := range towns {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b *tenants.Tenant) int { return strings.Compare(words.Fold(a.Name), words.Fold(b.Name)) })
	return list
}

// page shows an open piece.
func (m *Module) page(k Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx := c.UserContext()
		p, err := m.OpenPiece(ctx, k, c.Params("piece"))
		if err != nil {
			return err
		}
		v, err := m.article(c, p, p.Public)
		if err != nil {
			return err
		}
		v.Shell.Head.Canonical = m.baseURL + p.Path()
		v.Shell.Head.JSONLD = m.jsonLD(p, v)
		v.Shell.Head.Feeds = append(v.Shell.Head.Feeds, feedLink(i18n.T(ctx, "showcases.list."+string(k)), "/"+k.Section()+"/flux.atom"))
		return httpd.Render(c, fiber.StatusOK, views.ArticlePage(v))
	}
}

// feedLength is how many pieces a feed holds.
const feedLength = 50

// feed is the news of a kind.
func (m *Module) feed(k Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx := c.UserContext()
		open, err := m.OpenPieces(ctx, k)
		if err != nil {
			return err
		}
		home := m.baseURL + "/" + k.Section()
		news := feed.Feed{ID: home, Self: home + "/flux.atom", Title: i18n.T(ctx, "showcases.feed.title", i18n.V{"List": i18n.T(ctx, "showcases.list."+string(k))}), Author: publisherName}
		for i := range open[:min(len(open), feedLength)] {
			p := &open[i]
			news.Entries = append(news.Entries, feed.Entry{
				Href: m.baseURL + p.Path(), Title: p.Public.Title, Summary: p.Public.Promise,
				Published: p.PublishedAt, Updated: p.RefreshedAt,
			})
		}
		body, err := news.Write()
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "public, max-age=300")
		c.Set(fiber.HeaderContentType, feed.ContentType)
		return c.Send(body)
	}
}

// pictureFile sends a picture; it never changes under its address.
func (m *Module) pictureFile(c *fiber.Ctx) error {
	id, err := uuid.Parse(c.Params("picture"))
	if err != nil {
		return fault.New(fault.NotFound, "showcases.fault.not_found", fault.Because(err))
	}
	file, public, err := m.Picture(c.UserContext(), id, c.Params("size"))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	cache := "private, no-store"
	if public {
		cache = "public, max-age=86400"
	}
	body, err := io.ReadAll(file) // at most a few hundred kilobytes: prepared by services/media
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, cache)
	c.Set(fiber.HeaderContentType, "image/jpeg")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.Send(body)
}

func pictureAddress(id uuid.UUID, size string) string {
	return "/cas-usages/images/" + id.String() + "/" + url.PathEscape(size)
}
