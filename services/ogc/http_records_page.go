package ogc

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/ogc/records"
	"acvdata/services/ogc/views"
	"acvdata/tenants"
	"acvdata/web/components"
)

// recordsPage lists records for people, with a search.
func (s *Service) recordsPage(c *fiber.Ctx, p *recordPage) error {
	ctx, a := c.UserContext(), s.address(p.town)
	title, found := i18n.T(ctx, "ogc.records.title"), i18n.T(ctx, "ogc.records.found", i18n.N(p.Matched))
	view := views.Records{
		Shell: s.shell(c, title), Title: title, Lead: i18n.T(ctx, "ogc.records.lead"), Found: found,
		Filter: components.FilterProps{
			Label: i18n.T(ctx, "ogc.records.filter"), Action: a.path + "/collections/" + catalogueID + "/items", Submit: i18n.T(ctx, "ogc.records.search"), Open: true,
		},
		Query: p.query.Get(parameterWords), Empty: i18n.T(ctx, "ogc.page.no_item"),
		JSON: views.Example{Label: i18n.T(ctx, "ogc.records.json"), Text: in(a.items(catalogueID), asJSON)},
	}
	if view.Query != "" {
		view.Filter.Active, view.Filter.Reset = 1, view.Filter.Action
	}
	for _, r := range p.Records {
		view.Cards = append(view.Cards, components.CardProps{
			Title: r.Title, Href: a.path + "/collections/" + catalogueID + "/items/" + r.ID, Icon: "database",
			Text: beginning(r.Description), Eyebrow: r.Publisher(), Meta: formatsOf(r),
		})
	}
	if p.Next != "" {
		view.Pages.Next = view.Filter.Action + "?" + following(p.query, p.Next).Encode()
	}
	return httpd.Render(c, fiber.StatusOK, views.RecordsPage(view))
}

// mostText is how much of a description a card shows, in letters.
const mostText = 180

func beginning(text string) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) <= mostText {
		return string(letters)
	}
	short := string(letters[:mostText-1])
	if at := strings.LastIndexByte(short, ' '); at > 0 {
		short = short[:at]
	}
	return strings.TrimRight(short, " ,;:.") + "…"
}

func formatsOf(r *records.Record) string {
	var names []string
	for i, f := range r.Formats {
		if i == 5 {
			names = append(names, "…")
			break
		}
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// recordPage shows a record: what it says, and where it leads.
func (s *Service) recordPage(c *fiber.Ctx, town *tenants.Tenant, r *records.Record) error {
	ctx, a := c.UserContext(), s.address(town)
	view := views.Record{
		Shell: s.shell(c, r.Title), Title: r.Title, Text: strings.Split(r.Description, "\n"), Facts: recordFacts(ctx, r),
		JSON: views.Example{Label: i18n.T(ctx, "ogc.records.record_json"), Text: in(a.item(catalogueID, r.ID), asJSON)},
	}
	view.Shell.Crumbs = append(view.Shell.Crumbs[:1:1],
		components.Crumb{Label: i18n.T(ctx, "ogc.records.title"), Href: a.path + "/collections/" + catalogueID + "/items"},
		components.Crumb{Label: r.Title})
	for _, l := range r.Links {
		key, shown := relations[l.Rel]
		if !shown {
			continue
		}
		view.Links = append(view.Links, components.Definition{Term: i18n.T(ctx, key), Value: either(l.Title, l.Href), Href: l.Href, Note: size(l.Length)})
	}
	return httpd.Render(c, fiber.StatusOK, views.RecordPage(view))
}

// relations are the links of a record that its page shows.
var relations = map[string]string{
	"describedby": "ogc.records.about", "enclosure": "ogc.records.file", "item": "ogc.records.items", "via": "ogc.records.origin",
}

func either(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

func size(bytes int64) string {
	if bytes == 0 {
		return ""
	}
	return i18n.Bytes(bytes)
}

func recordFacts(ctx context.Context, r *records.Record) []components.Definition {
	var themes []string
	for _, t := range r.Themes {
		for _, one := range t.Concepts {
			if one.Title != "" {
				themes = append(themes, one.Title)
			}
		}
		break // the first vocabulary is the platform's own
	}
	licence := components.Definition{Term: i18n.T(ctx, "ogc.page.licence"), Value: r.Licence}
	for _, l := range r.Links {
		if l.Rel == "license" {
			licence.Href, licence.Value = l.Href, either(l.Title, r.Licence)
		}
	}
	return []components.Definition{
		{Term: i18n.T(ctx, "ogc.page.producer"), Value: r.Publisher()},
		licence,
		{Term: i18n.T(ctx, "ogc.records.themes"), Value: strings.Join(themes, ", ")},
		{Term: i18n.T(ctx, "ogc.records.keywords"), Value: strings.Join(r.Keywords, ", ")},
		{Term: i18n.T(ctx, "ogc.records.updated"), Value: dateOf(r.Updated)},
		{Term: i18n.T(ctx, "ogc.records.created"), Value: dateOf(r.Created)},
		{Term: i18n.T(ctx, "ogc.records.period"), Value: strings.Trim(dateOf(r.From)+" – "+dateOf(r.To), " –")},
		{Term: i18n.T(ctx, "ogc.page.id"), Value: r.ID},
	}
}

func dateOf(t time.Time) string {
	if t.Year() < 2 {
		return ""
	}
	return i18n.Date(t)
}
