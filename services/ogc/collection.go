package ogc

import (
	"context"
	"slices"
	"strings"

	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// reader is who asks: a town and what may be done there.
type reader struct {
	town *tenants.Tenant
	can  func(authz.Permission) bool
}

func (r reader) holds(p authz.Permission) bool { return p != "" && r.can(p) }

// collection is a dataset, a layer, or a dataset with its layer, as far as its
// reader may see it.
type collection struct {
	id      string
	title   string
	summary string
	dataset *datasets.Dataset // nil when its rows are not for this reader
	layer   Layer             // nil when there are no tiles for this reader
}

// collections lists what the reader may see, by identifier, the catalogue apart.
// The platform has no other.
func (s *Service) collections(ctx context.Context, r reader) ([]collection, error) {
	if r.town == nil {
		return nil, nil
	}
	all, err := s.Datasets.List(ctx, r.town)
	if err != nil {
		return nil, err
	}
	var list []collection
	open := map[string]bool{}
	for i := range all {
		d := &all[i]
		open[d.Slug()] = d.Open()
		if d.Open() || r.holds(d.Source.Permission) {
			list = append(list, collection{id: d.Slug(), title: d.Title, summary: d.Summary, dataset: d})
		}
	}
	layers := s.layers
	if s.Tables != nil {
		own, err := s.Tables.TownLayers(ctx, r.town.ID, "")
		if err != nil {
			return nil, err
		}
		layers = append(slices.Clip(layers), own...)
	}
	for _, l := range layers {
		about := l.Describe()
		seen := about.Public || open[about.ID] || r.holds(about.Permission)
		if !seen || !r.town.Has(about.Module) {
			continue
		}
		i := slices.IndexFunc(list, func(c collection) bool { return c.id == about.ID })
		if i < 0 {
			list = append(list, collection{id: about.ID, title: i18n.T(ctx, about.Title)})
			i = len(list) - 1
		}
		list[i].layer = l
	}
	slices.SortFunc(list, func(a, b collection) int { return strings.Compare(a.id, b.id) })
	return list, nil
}

// collection finds one. Before its publication it does not exist for strangers;
// after its withdrawal the answer says why it is gone.
func (s *Service) collection(ctx context.Context, r reader, id string) (*collection, error) {
	list, err := s.collections(ctx, r)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].id == id {
			return &list[i], nil
		}
	}
	if _, err := s.Datasets.GetOpen(ctx, r.town, id); fault.Is(err, fault.Gone) {
		return nil, err
	}
	return nil, unknownCollection(id)
}

func unknownCollection(id string) error {
	return fault.New(fault.NotFound, "ogc.fault.no_collection", fault.With(fault.Args{"ID": id}))
}

// features finds a collection whose rows the reader may have.
func (s *Service) features(ctx context.Context, r reader, id string) (*datasets.Dataset, datasets.Source, error) {
	d, source, err := s.Datasets.Reach(ctx, r.town, id)
	if err == nil && !r.holds(d.Source.Permission) {
		err = d.Closed()
	}
	if fault.Is(err, fault.NotFound) {
		err = unknownCollection(id)
	}
	return d, source, err
}
