// Package tenants says what a town (collectivité, "ville") is: the value every
// layer of the platform passes around, and how it travels in a context.
//
// It is a leaf: it knows neither the database, nor HTTP, nor any service. The
// store of towns is tenants/directory; a town's own settings pages are
// tenants/workspace; what a town starts with is tenants/packs.
package tenants
