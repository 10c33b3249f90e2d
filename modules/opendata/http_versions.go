package opendata

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
	"acvdata/services/datasets/changes"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// versions lists every publication of a dataset.
func (m *Module) versions(c *fiber.Ctx) error {
	d, err := m.dataset(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	list, err := m.Datasets.Versions(ctx, town, d)
	if err != nil {
		return err
	}
	view := views.Versions{Frame: m.frame(c, d, "versions"), Restored: restored(ctx, d)}
	steps, err := m.Datasets.Steps(ctx, town, d)
	if err != nil {
		return err
	}
	for i := range list {
		one := versionView(ctx, town, d, &list[i])
		one.Changes = changesLink(ctx, town, d, list[i].Number, steps)
		view.List = append(view.List, one)
	}
	return httpd.Render(c, fiber.StatusOK, views.VersionsPage(view))
}

// version is the permanent page of one publication.
func (m *Module) version(c *fiber.Ctx) error {
	d, v, err := m.versionOf(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	view := views.VersionView{Frame: m.frame(c, d, "versions"), Version: versionView(ctx, town, d, v)}
	steps, err := m.Datasets.Steps(ctx, town, d)
	if err != nil {
		return err
	}
	view.Version.Changes = changesLink(ctx, town, d, v.Number, steps)
	if v.Number != d.Latest {
		view.Latest = versionAddress("", town, d, d.Latest)
	}
	view.Frame.Shell.Crumbs = []components.Crumb{
		{Label: i18n.T(ctx, "opendata.title"), Href: town.Path("donnees")},
		{Label: d.Title, Href: pageAddress(town, d)},
		{Label: view.Version.Title},
	}
	return httpd.Render(c, fiber.StatusOK, views.VersionPage(view))
}

// changesLink leads to what changed since the version before, in a few words where
// it is known; nothing for the first version.
func changesLink(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, number int, steps map[int]changes.Summary) views.Link {
	if number < 2 {
		return views.Link{}
	}
	link := views.Link{Href: differencesAddress(town, d, number), Label: i18n.T(ctx, "opendata.versions.changes", i18n.V{"Number": number - 1})}
	if s, known := steps[number]; known {
		link.Label = i18n.T(ctx, "opendata.versions.changed", i18n.V{"Counts": counts(ctx, s), "Number": number - 1})
	}
	return link
}

// restored warns that the newest version is an older one again while live rows are
// not; "" when it is not.
func restored(ctx context.Context, d *datasets.Dataset) string {
	if d.Version == nil || d.Version.Restores == 0 {
		return ""
	}
	return i18n.T(ctx, "opendata.versions.restored", i18n.V{"Number": d.Version.Number, "Restored": d.Version.Restores})
}

func versionView(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, v *datasets.Version) views.Version {
	return views.Version{
		ID: "version-" + strconv.Itoa(v.Number), Title: i18n.T(ctx, "opendata.version", i18n.V{"Number": v.Number}),
		Href: versionAddress("", town, d, v.Number), Date: i18n.Date(v.Published), Machine: v.Published.UTC().Format(time.RFC3339),
		Rows: rowCount(ctx, v.Rows), Note: v.Note, Restores: v.Restores > 0, Current: v.Number == d.Latest,
		Files: downloads(ctx, v, func(f datasets.Format) string { return fileAddress(town, d, v.Number, f) }),
	}
}
