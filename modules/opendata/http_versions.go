package opendata

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/views"
	"acvdata/services/datasets"
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
	view := views.Versions{Frame: m.frame(c, d, "versions")}
	for i := range list {
		view.List = append(view.List, versionView(ctx, town, d, &list[i]))
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

func versionView(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, v *datasets.Version) views.Version {
	return views.Version{
		ID: "version-" + strconv.Itoa(v.Number), Title: i18n.T(ctx, "opendata.version", i18n.V{"Number": v.Number}),
		Href: versionAddress("", town, d, v.Number), Date: i18n.Date(v.Published), Machine: v.Published.UTC().Format(time.RFC3339),
		Rows: rowCount(ctx, v.Rows), Note: v.Note, Current: v.Number == d.Latest,
		Files: downloads(ctx, v, func(f datasets.Format) string { return fileAddress(town, d, v.Number, f) }),
	}
}
