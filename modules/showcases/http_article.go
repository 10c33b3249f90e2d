package showcases

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/showcases/views"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/markdown"
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

const publisherName = "OpenDataFrance"

func feedLink(title, href string) layout.Feed { return layout.Feed{Title: title, Href: href} }

// card is a piece in a list, as content says it.
func (m *Module) card(ctx context.Context, p *Piece, c *Content, towns map[string]*tenants.Tenant) views.Card {
	card := views.Card{Title: i18n.Typography(c.Title), Text: i18n.Typography(c.Promise), Href: p.Path(), Seed: p.Slug, Image: image(c.Hero)}
	if c.Theme != "" {
		card.Eyebrow = i18n.T(ctx, "showcases.theme."+c.Theme)
	}
	meta := []string{}
	for _, slug := range c.Towns {
		if t := towns[slug]; t != nil {
			meta, card.Accent = append(meta, t.Name), t.Accent
		}
	}
	if len(c.Towns) > 1 {
		card.Accent = ""
	}
	card.Meta = strings.Join(append(meta, i18n.Date(p.RefreshedAt)), " · ")
	return card
}

func image(p *Picture) *views.Image {
	if p == nil {
		return nil
	}
	return &views.Image{
		Full: pictureAddress(p.ID, fullSize), Small: pictureAddress(p.ID, smallSize), Width: p.Width, Height: p.Height,
		Alt: p.Alt, Credit: p.Credit, Caption: i18n.Typography(p.Caption),
	}
}

// article is a piece as one of its contents says it.
func (m *Module) article(c *fiber.Ctx, p *Piece, content *Content) (views.Article, error) {
	ctx := c.UserContext()
	towns, err := m.townsBySlug(ctx)
	if err != nil {
		return views.Article{}, err
	}
	v := views.Article{
		Shell: httpd.Shell(c, i18n.Typography(content.Title)), Kind: i18n.T(ctx, "showcases.kind."+string(p.Kind)),
		Title: i18n.Typography(content.Title), Promise: i18n.Typography(content.Promise), Seed: p.Slug, Hero: image(content.Hero),
		Back: "/" + p.Kind.Section(), BackLabel: i18n.T(ctx, "showcases.back."+string(p.Kind)),
		RelatedTitle: i18n.T(ctx, "showcases.related"),
	}
	v.Shell.Description = content.Promise
	if content.Theme != "" {
		v.Theme = i18n.T(ctx, "showcases.theme."+content.Theme)
	}
	for _, slug := range content.Towns {
		if t := towns[slug]; t != nil {
			v.Towns, v.Accent = append(v.Towns, views.TownTag{Town: t, Href: t.Path("")}), t.Accent
			v.Shell.Illustrative = v.Shell.Illustrative || t.Illustrative
		}
	}
	if len(v.Towns) != 1 {
		v.Accent = ""
	}
	if who := content.Who; who.Name != "" {
		v.Speaker = strings.Join(slices.DeleteFunc([]string{who.Name, who.Role, who.Body}, func(s string) bool { return s == "" }), ", ")
	}
	v.Facts, v.Notes = facts(ctx, content, v.Towns), notes(ctx, p, content)
	open, err := m.OpenPieces(ctx, "")
	if err != nil {
		return v, err
	}
	if v.Parts, err = m.parts(ctx, content, towns, open); err != nil {
		return v, err
	}
	for _, part := range v.Parts {
		if part.Title != "" && (part.HTML != "" || len(part.Data) > 0) {
			v.Contents = append(v.Contents, part)
		}
	}
	v.Related = m.related(ctx, p, content, towns, open)
	return v, nil
}

// facts is the identity card: what is said, and the towns in figures.
func facts(ctx context.Context, c *Content, towns []views.TownTag) []components.Definition {
	var list []components.Definition
	if len(towns) == 1 {
		t := towns[0].Town
		list = append(list,
			components.Definition{Term: i18n.T(ctx, "showcases.town"), Value: t.Name, Note: t.Department + ", " + t.Region, Href: towns[0].Href},
			components.Definition{
				Term: i18n.T(ctx, "showcases.population"), Value: i18n.T(ctx, "showcases.inhabitants", i18n.N(t.Population)),
				Note: i18n.T(ctx, "showcases.population_year", i18n.V{"Year": i18n.Text(t.PopulationYear)}),
			},
			components.Definition{Term: i18n.T(ctx, "showcases.epci"), Value: t.EPCI})
	}
	said := func(name, value string) {
		list = append(list, components.Definition{Term: i18n.T(ctx, "showcases.field."+name), Value: i18n.Typography(value)})
	}
	said("period", c.Period)
	said("partners", c.Partners)
	said("effort", c.Effort)
	said("contact", c.Contact)
	return list
}

// notes is how the piece came about: for those who will quote it.
func notes(ctx context.Context, p *Piece, c *Content) []components.Definition {
	list := []components.Definition{}
	if p.Open() && c == p.Public {
		list = append(list,
			components.Definition{Term: i18n.T(ctx, "showcases.notes.published"), Value: i18n.Date(p.PublishedAt)},
			components.Definition{Term: i18n.T(ctx, "showcases.notes.refreshed"), Value: i18n.Date(p.RefreshedAt)},
			components.Definition{Term: i18n.T(ctx, "showcases.notes.version"), Value: i18n.Number(p.PublicVersion)})
	}
	return append(list,
		components.Definition{Term: i18n.T(ctx, "showcases.notes.publisher"), Value: publisherName},
		components.Definition{Term: i18n.T(ctx, "showcases.notes.licence"), Value: i18n.T(ctx, "showcases.licence"), Href: licenceURL})
}

const licenceURL = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"

// mostRelated is how many pieces are proposed at the end of one.
const mostRelated = 3

// related are other open pieces of the same towns, then of the same theme.
func (m *Module) related(ctx context.Context, p *Piece, c *Content, towns map[string]*tenants.Tenant, open []Piece) []views.Card {
	var near, alike []views.Card
	for i := range open {
		o := &open[i]
		shares := slices.ContainsFunc(o.Public.Towns, func(slug string) bool { return slices.Contains(c.Towns, slug) })
		switch {
		case o.ID == p.ID:
		case shares:
			near = append(near, m.card(ctx, o, o.Public, towns))
		case o.Public.Theme == c.Theme:
			alike = append(alike, m.card(ctx, o, o.Public, towns))
		}
	}
	all := append(near, alike...)
	return all[:min(len(all), mostRelated)]
}

// parts draws the blocks in order; figures side by side make one strip, data
// one list.
func (m *Module) parts(ctx context.Context, c *Content, towns map[string]*tenants.Tenant, open []Piece) ([]views.Part, error) {
	var list []views.Part
	for i := range c.Blocks {
		b := &c.Blocks[i]
		last := len(list) - 1
		switch {
		case b.Kind == FigureBlock && last >= 0 && len(list[last].Figures) > 0:
			list[last].Figures = append(list[last].Figures, figure(ctx, b))
			continue
		case b.Kind == DataBlock && last >= 0 && len(list[last].Data) > 0:
			list[last].Data = append(list[last].Data, data(b))
			continue
		}
		p, shown, err := m.part(ctx, b, towns, open)
		if err != nil {
			return nil, err
		}
		if shown {
			list = append(list, p)
		}
	}
	return list, nil
}

func (m *Module) part(ctx context.Context, b *Block, towns map[string]*tenants.Tenant, open []Piece) (p views.Part, shown bool, err error) {
	p = views.Part{ID: "partie-" + b.ID}
	switch b.Kind {
	case TextBlock, QuestionBlock:
		p.Title, p.Question = i18n.Typography(b.Title), b.Kind == QuestionBlock
		p.HTML, err = markdown.Written(b.Text, 3)
		return p, p.Title != "" || p.HTML != "", err
	case FigureBlock:
		p.Figures = []views.Figure{figure(ctx, b)}
		return p, b.Figure != nil, nil
	case QuoteBlock:
		p.Quote, p.Author, p.Role = i18n.Typography(b.Text), b.Author, b.Role
		return p, true, nil
	case PictureBlock:
		p.Image = image(b.Picture)
		return p, p.Image != nil, nil
	case DataBlock:
		p.Title, p.Data = i18n.T(ctx, "showcases.data"), []views.Data{data(b)}
		return p, true, nil
	case MapBlock:
		p.Map = m.mapOf(ctx, towns[b.Town], b)
		return p, p.Map != nil, nil
	case PieceBlock:
		i := slices.IndexFunc(open, func(o Piece) bool { return strings.TrimPrefix(o.Path(), "/") == b.Link })
		if i < 0 {
			return p, false, nil
		}
		card := m.card(ctx, &open[i], open[i].Public, towns)
		p.Card = &card
		return p, true, nil
	}
	return p, false, nil
}

func figure(ctx context.Context, b *Block) views.Figure {
	f := b.Figure
	if f == nil {
		return views.Figure{Label: b.Title}
	}
	v := views.Figure{Value: f.Value, Unit: f.Unit, Label: i18n.Typography(b.Title), Source: f.Source, Method: f.Method, Href: f.Href}
	switch {
	case !f.Bound():
		v.Note = f.Date
	case f.Value == "":
		v.Value, v.Note = "–", i18n.T(ctx, "showcases.figure.waiting")
	case f.Frozen.IsZero():
		v.Note = i18n.T(ctx, "showcases.figure.live")
	default:
		v.Note = i18n.T(ctx, "showcases.figure.frozen", i18n.V{"Date": i18n.Date(f.Frozen)})
	}
	return v
}

func data(b *Block) views.Data {
	return views.Data{Title: i18n.Typography(b.Title), Href: b.Link, Producer: b.Author, Licence: b.Role, Note: i18n.Typography(b.Text)}
}

func (m *Module) mapOf(ctx context.Context, t *tenants.Tenant, b *Block) *components.MapProps {
	if t == nil {
		return nil
	}
	title := i18n.Typography(b.Title)
	if title == "" {
		title = i18n.T(ctx, "showcases.map", i18n.V{"Town": t.Name})
	}
	return &components.MapProps{
		ID: "carte-" + b.ID, Title: title, Bounds: t.Bounds, Places: []components.MapPlace{components.TownPlace(t)},
		BaseMap: m.baseMap.Background(), Approximate: t.Approximate, Compact: true,
		ListHref: t.Path(""), ListLabel: i18n.T(ctx, "showcases.map_list", i18n.V{"Town": t.Name}),
	}
}

// jsonLD describes a piece to search engines (schema.org Article).
func (m *Module) jsonLD(p *Piece, v views.Article) map[string]any {
	organisation := map[string]any{"@type": "Organization", "name": publisherName}
	doc := map[string]any{
		"@context": "https://schema.org", "@type": "Article", "@id": m.baseURL + p.Path(), "url": m.baseURL + p.Path(),
		"headline": v.Title, "description": v.Promise, "inLanguage": "fr", "license": licenceURL,
		"datePublished": p.PublishedAt.UTC(), "dateModified": p.RefreshedAt.UTC(),
		"author": organisation, "publisher": organisation, "articleSection": v.Theme,
	}
	if v.Hero != nil {
		doc["image"] = map[string]any{"@type": "ImageObject", "url": m.baseURL + v.Hero.Full, "creditText": v.Hero.Credit, "caption": v.Hero.Alt}
	}
	var places []map[string]any
	for _, t := range v.Towns {
		places = append(places, map[string]any{"@type": "City", "name": t.Town.Name, "url": m.baseURL + t.Href})
	}
	doc["spatialCoverage"] = places
	if who := p.Public.Who; p.Kind == Interview {
		doc["about"] = map[string]any{"@type": "Person", "name": who.Name, "jobTitle": who.Role}
	}
	return doc
}
