package opendata

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/datasets"
	"acvdata/services/datasets/changes"
	"acvdata/services/feed"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// feedLength is how many publications the feed holds.
const feedLength = 50

func (m *Module) feed(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	releases, err := m.Datasets.Recent(ctx, town, feedLength)
	if err != nil {
		return err
	}
	home := m.BaseURL + town.Path("donnees")
	return m.sendFeed(c, nil, feed.Feed{
		ID: home, Self: home + "/flux.atom", Author: town.Name,
		Title: i18n.T(ctx, "opendata.feed.title", i18n.V{"Town": town.Name}),
	}, releases)
}

// datasetFeed follows the publications of one dataset.
func (m *Module) datasetFeed(c *fiber.Ctx) error {
	d, err := m.dataset(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	versions, err := m.Datasets.Versions(ctx, town, d)
	if err != nil {
		return err
	}
	releases := make([]datasets.Release, 0, feedLength)
	for _, v := range versions[:min(len(versions), feedLength)] {
		releases = append(releases, datasets.Release{Dataset: d, Version: v})
	}
	steps, err := m.Datasets.Steps(ctx, town, d)
	if err != nil {
		return err
	}
	page := m.BaseURL + pageAddress(town, d)
	return m.sendFeed(c, steps, feed.Feed{
		ID: page, Self: page + "/flux.atom", Author: town.Name,
		Title: i18n.T(ctx, "opendata.feed.dataset", i18n.V{"Title": d.Title, "Town": town.Name}),
	}, releases)
}

// sendFeed tells of releases; steps, of one dataset's, what each changed.
func (m *Module) sendFeed(c *fiber.Ctx, steps map[int]changes.Summary, about feed.Feed, releases []datasets.Release) error {
	return sendAtom(c, m.news(c.UserContext(), httpd.Scope(c).Town, steps, about, releases))
}

func sendAtom(c *fiber.Ctx, f feed.Feed) error {
	body, err := f.Write()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderContentType, feed.ContentType)
	return c.Send(body)
}

func (m *Module) news(ctx context.Context, town *tenants.Tenant, steps map[int]changes.Summary, news feed.Feed, releases []datasets.Release) feed.Feed {
	for _, r := range releases {
		summary := i18n.T(ctx, "opendata.feed.rows", i18n.N(r.Version.Rows))
		if s, known := steps[r.Version.Number]; known {
			summary += "\n" + i18n.T(ctx, "opendata.versions.changed", i18n.V{"Counts": counts(ctx, s), "Number": r.Version.Number - 1})
		}
		if r.Version.Note != "" {
			summary = r.Version.Note + "\n" + summary
		}
		news.Entries = append(news.Entries, feed.Entry{
			Href: versionAddress(m.BaseURL, town, r.Dataset, r.Version.Number), Summary: summary,
			Title:     i18n.T(ctx, "opendata.feed.entry", i18n.V{"Title": r.Dataset.Title, "Number": r.Version.Number}),
			Published: r.Version.Published, Updated: r.Version.Published,
		})
	}
	return news
}
