package module_test

import (
	"context"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/authz"
	"acvdata/services/jobs"
	"acvdata/services/module"
)

// sample is a module whose faults each test chooses.
type sample struct {
	manifest module.Manifest
	mount    func(module.Router)
	kinds    []jobs.Kind
}

func (s sample) Manifest() module.Manifest { return s.manifest }
func (s sample) Workers() []jobs.Kind      { return s.kinds }
func (s sample) Mount(r module.Router) {
	if s.mount != nil {
		s.mount(r)
	}
}

type strayJob struct{}

func (strayJob) Kind() string { return "other.work" }

func answer(*fiber.Ctx) error { return nil }

func good(code string) sample {
	return sample{
		manifest: module.Manifest{
			Code:        code,
			Permissions: []authz.Grant{{Permission: authz.Permission(code + ".read"), Read: true}},
			Nav:         []module.NavEntry{{Audience: module.Public, Path: "/" + code}},
		},
		mount: func(r module.Router) {
			r.Public.Get("/"+code, authz.Public(), answer)
			r.Workspace.Get("/"+code, authz.Can(authz.Permission(code+".read")), answer)
		},
	}
}

func TestRegistryRefusesWhatCannotWork(t *testing.T) {
	broken := func(change func(*sample)) []module.Module {
		s := good("trees")
		change(&s)
		return []module.Module{s}
	}
	tests := map[string]struct {
		modules []module.Module
		want    string
	}{
		"two modules of one code": {[]module.Module{good("trees"), good("trees")}, "registered twice"},
		"a need nobody meets":     {broken(func(s *sample) { s.manifest.Needs = []string{"heat"} }), `needs "heat"`},
		"a permission of another module": {broken(func(s *sample) {
			s.manifest.Permissions = append(s.manifest.Permissions, authz.Grant{Permission: "heat.read"})
		}), "outside module trees"},
		"a permission nobody declares": {broken(func(s *sample) { s.manifest.Permissions = nil }), "nobody declares"},
		"a door to nowhere": {broken(func(s *sample) {
			s.manifest.Nav = append(s.manifest.Nav, module.NavEntry{Audience: module.Public, Path: "/nulle-part"})
		}), "leads nowhere"},
		"a workspace page open to everybody": {broken(func(s *sample) {
			mount := s.mount
			s.mount = func(r module.Router) { mount(r); r.Workspace.Get("/ouvert", authz.Public(), answer) }
		}), "open to everybody"},
		"a job of another module": {broken(func(s *sample) {
			s.kinds = []jobs.Kind{jobs.Define(jobs.Options{}, func(context.Context, *jobs.Task, strayJob) error { return nil })}
		}), `"other.work" lies outside`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := module.NewRegistry(test.modules...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestRoutesCarryTheirPrefixAndName(t *testing.T) {
	r, err := module.NewRegistry(good("trees"), good("heat"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, route := range r.Routes() {
		got = append(got, route.Method+" "+route.Pattern()+" "+route.Rule.String()+" "+route.HandlerName())
	}
	want := []string{
		"GET /:town/trees public module_test.answer",
		"GET /:town/espace/trees can:trees.read module_test.answer",
		"GET /:town/heat public module_test.answer",
		"GET /:town/espace/heat can:heat.read module_test.answer",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("routes:\n%s", strings.Join(got, "\n"))
	}
}
