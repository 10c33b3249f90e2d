package ogc

import (
	"context"
	"net/url"

	"acvdata/services/authz"
	"acvdata/services/geo/tile"
	"acvdata/tenants"
)

// Provider is a module with something to draw on maps.
type Provider interface {
	Layers() []Layer
}

// Layer is points on a map, read straight from an index on (tenant_id, qk).
type Layer interface {
	// Describe is a pure value: the same on every call.
	Describe() Description
	// Points calls add for each point of the window, in any order, with the
	// values of Description.Attributes. It reads with one db.Query (one round
	// trip), carries tenant_id = w.Tenant and keeps nothing.
	Points(ctx context.Context, w Window, add AddPoint) error
	// Cells calls add for each cell of the window that holds points:
	// GROUP BY qk >> shift.
	Cells(ctx context.Context, w Window, shift uint, add AddCell) error
}

// TownLayers gives the layers that only one town has: those of the tables it
// brought in.
type TownLayers interface {
	// TownLayers lists the layers of a town; slug narrows them to one, "" gives all.
	TownLayers(ctx context.Context, tenant tenants.ID, slug string) ([]Layer, error)
	// SourceOf is the dataset source that such a layer draws.
	SourceOf(slug string) string
}

// AddPoint draws a point and keeps nothing of what it is given. id is a number
// for the browser (0 for none); the
// values follow Description.Attributes.
type AddPoint func(id uint64, qk int64, values ...tile.Value)

// AddCell draws the count of a cell, numbered qk >> shift.
type AddCell func(cell, count int64)

// Window is what of a layer is asked for: codes Lo <= qk < Hi of one town.
type Window struct {
	Tenant tenants.ID
	Lo, Hi int64
	Filter url.Values // only parameters of Description.Filters, each with a value
}

// Description says what a layer is. Texts are message keys.
type Description struct {
	// ID is the collection's name in addresses and in Bump. A layer that draws a
	// dataset has the dataset's slug: "arbres".
	ID         string
	Module     string // code of the module
	Title      string // message key
	Attributes []string
	// Filters are the query parameters Points and Cells read, the same as the
	// module's list.
	Filters []string
	// Public opens the tiles to everybody even when the dataset is not published.
	Public     bool
	Permission authz.Permission // holders see the layer in any case
}
