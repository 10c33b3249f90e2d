package opendata

import (
	"context"
	"encoding/xml"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/datasets"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// feedLength is how many publications the feed holds.
const feedLength = 50

// atom is an Atom feed (RFC 4287).
type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Updated   string     `xml:"updated"`
	Published string     `xml:"published"`
	Summary   string     `xml:"summary"`
	Links     []atomLink `xml:"link"`
}

func (m *Module) feed(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	releases, err := m.Datasets.Recent(ctx, town, feedLength)
	if err != nil {
		return err
	}
	body, err := xml.MarshalIndent(m.atomOf(ctx, town, releases), "", "  ")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderContentType, "application/atom+xml; charset=utf-8")
	return c.Send(append([]byte(xml.Header), append(body, '\n')...))
}

func (m *Module) atomOf(ctx context.Context, town *tenants.Tenant, releases []datasets.Release) atom {
	home := m.BaseURL + town.Path("donnees")
	feed := atom{
		Lang: "fr", ID: home, Title: i18n.T(ctx, "opendata.feed.title", i18n.V{"Town": town.Name}),
		Author:  atomAuthor{Name: town.Name},
		Updated: time.Unix(0, 0).UTC().Format(time.RFC3339),
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: home + "/flux.atom"},
			{Rel: "alternate", Type: "text/html", Href: home},
		},
	}
	for i, r := range releases {
		at := r.Version.Published.UTC().Format(time.RFC3339)
		if i == 0 {
			feed.Updated = at
		}
		page := versionAddress(m.BaseURL, town, r.Dataset, r.Version.Number)
		summary := i18n.T(ctx, "opendata.feed.rows", i18n.N(r.Version.Rows))
		if r.Version.Note != "" {
			summary = r.Version.Note + "\n" + summary
		}
		feed.Entries = append(feed.Entries, atomEntry{
			ID: page, Updated: at, Published: at, Summary: summary,
			Title: i18n.T(ctx, "opendata.feed.entry", i18n.V{"Title": r.Dataset.Title, "Number": r.Version.Number}),
			Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: page}},
		})
	}
	return feed
}
