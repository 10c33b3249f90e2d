package opendata

import (
	"strconv"

	"acvdata/services/datasets"
	"acvdata/tenants"
)

// pageAddress is a dataset's own page, from the root of the host.
func pageAddress(town *tenants.Tenant, d *datasets.Dataset) string {
	return town.Path("donnees/" + d.Slug())
}

// exportAddress always gives the newest version.
func exportAddress(town *tenants.Tenant, d *datasets.Dataset, f datasets.Format) string {
	return pageAddress(town, d) + "/export." + f.Name
}

// versionAddress never changes what it gives.
func versionAddress(base string, town *tenants.Tenant, d *datasets.Dataset, number int) string {
	return base + pageAddress(town, d) + "/versions/" + strconv.Itoa(number)
}

// fileAddress is a file of one version.
func fileAddress(town *tenants.Tenant, d *datasets.Dataset, number int, f datasets.Format) string {
	return versionAddress("", town, d, number) + "/" + d.Slug() + "." + f.Name
}

// editAddress is the dataset's page in the workspace.
func editAddress(town *tenants.Tenant, d *datasets.Dataset) string {
	return town.Path("espace/donnees/" + d.Slug())
}
