package indicators_test

import (
	"context"
	"testing"

	"acvdata/services/fault"
	"acvdata/services/indicators"
	"acvdata/services/module"
	"acvdata/tenants"
)

// gauge is a module with one indicator.
type gauge struct{ code string }

func (g gauge) Manifest() module.Manifest { return module.Manifest{Code: g.code} }
func (gauge) Mount(module.Router)         {}

func (g gauge) Indicators(_ context.Context, town *tenants.Tenant) ([]indicators.Indicator, error) {
	read := func(context.Context) (indicators.Value, error) {
		return indicators.Value{Number: float64(len(town.Slug)), Known: true}, nil
	}
	return []indicators.Indicator{{Key: g.code + ".length", Title: town.Name, Read: read}}, nil
}

func TestATownHasTheIndicatorsOfItsModulesOnly(t *testing.T) {
	t.Parallel()
	s := indicators.New(gauge{"on"}, gauge{"off"})
	town := &tenants.Tenant{Slug: "ales", Name: "Alès", Modules: map[string]tenants.ModuleState{"on": {On: true}, "off": {}}}
	list, err := s.Of(t.Context(), town)
	if err != nil || len(list) != 1 || list[0].Key != "on.length" {
		t.Errorf("got %+v, %v", list, err)
	}
	got, err := s.Read(t.Context(), town, "on.length")
	if err != nil || got.Number != 4 || got.Title != "Alès" {
		t.Errorf("read %+v, %v", got, err)
	}
	if _, err := s.Read(t.Context(), town, "off.length"); !fault.Is(err, fault.NotFound) {
		t.Errorf("an indicator of a module that is off: %v", err)
	}
}
