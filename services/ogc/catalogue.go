package ogc

import (
	"context"

	"acvdata/services/module"
	"acvdata/services/ogc/records"
	"acvdata/tenants"
)

// catalogueID names the collection of records, in a town and on the platform. No
// table takes the address.
const catalogueID = "catalogue"

// Catalogue is the module that describes what everybody may have.
type Catalogue interface {
	Manifest() module.Manifest
	// Records describes what everybody may have of a town, or of every town when
	// town is nil, in any order. Nobody changes what it gives.
	Records(ctx context.Context, town *tenants.Tenant) ([]records.Record, error)
}

// Bind gives the catalogue to serve. Without one, before Mount, there is none.
func (s *Service) Bind(c Catalogue) { s.catalogue = c }

// catalogued reports whether there is a catalogue of the town, or of the platform.
func (s *Service) catalogued(town *tenants.Tenant) bool {
	return s.catalogue != nil && (town == nil || town.Has(s.catalogue.Manifest().Code))
}

// records gives the catalogue's records; a not_found fault where there is none.
func (s *Service) records(ctx context.Context, town *tenants.Tenant) ([]records.Record, error) {
	if !s.catalogued(town) {
		return nil, unknownCollection(catalogueID)
	}
	return s.catalogue.Records(ctx, town)
}
