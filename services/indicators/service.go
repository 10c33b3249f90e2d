package indicators

import (
	"context"
	"fmt"

	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
)

// Service finds the indicators of the modules that are on in a town. It is safe
// for concurrent use.
type Service struct{ modules []module.Module }

// New makes the service over the modules; those that offer nothing are skipped.
func New(modules ...module.Module) *Service {
	s := &Service{}
	for _, m := range modules {
		if _, can := m.(Provider); can {
			s.modules = append(s.modules, m)
		}
	}
	return s
}

// Add takes in a module made after the service because it reads from it. Call it
// before the first request.
func (s *Service) Add(m module.Module) {
	if _, can := m.(Provider); can {
		s.modules = append(s.modules, m)
	}
}

// Of lists a town's indicators, unread, in the modules' order.
func (s *Service) Of(ctx context.Context, town *tenants.Tenant) ([]Indicator, error) {
	var all []Indicator
	for _, m := range s.modules {
		manifest := m.Manifest()
		provider, can := m.(Provider)
		if !can || !manifest.Core && !town.Has(manifest.Code) {
			continue
		}
		list, err := provider.Indicators(ctx, town)
		if err != nil {
			return nil, fmt.Errorf("indicators of %s: %w", manifest.Code, err)
		}
		all = append(all, list...)
	}
	return all, nil
}

// Read reads one indicator now. An unknown key, or one of a module that is off,
// is fault.NotFound.
func (s *Service) Read(ctx context.Context, town *tenants.Tenant, key string) (Reading, error) {
	all, err := s.Of(ctx, town)
	if err != nil {
		return Reading{}, err
	}
	for _, i := range all {
		if i.Key == key {
			value, err := i.Read(ctx)
			return Reading{Indicator: i, Value: value}, err
		}
	}
	return Reading{}, fault.New(fault.NotFound, "fault.no_indicator")
}
