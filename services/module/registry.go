package module

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"acvdata/services/authz"
)

// Registry holds the modules of an installation, checked against each other.
type Registry struct {
	modules []Module
	routes  []Route
	policy  *authz.Policy
}

// NewRegistry mounts the modules in order and refuses what cannot work: it is
// better not to start than to serve a page nobody may open or anybody can.
func NewRegistry(modules ...Module) (*Registry, error) {
	r := &Registry{modules: modules}
	var grants []authz.Grant
	for _, m := range modules {
		manifest := m.Manifest()
		grants = append(grants, manifest.Permissions...)
		m.Mount(newRouter(manifest.Code, &r.routes))
	}
	if err := errors.Join(r.check()...); err != nil {
		return nil, err
	}
	var err error
	r.policy, err = authz.NewPolicy(grants...)
	return r, err
}

func (r *Registry) check() []error {
	var faults []error
	declared, codes := r.declared(&faults)
	for _, m := range r.modules {
		manifest := m.Manifest()
		for _, need := range manifest.Needs {
			if !codes[need] {
				faults = append(faults, fmt.Errorf("module %s needs %q, which does not exist", manifest.Code, need))
			}
		}
		faults = append(faults, checkKinds(m, manifest.Code)...)
		faults = append(faults, r.checkNav(manifest)...)
		faults = append(faults, manifest.Settings.check(manifest.Code)...)
	}
	return append(faults, r.checkRoutes(declared)...)
}

// declared collects permissions and codes, refusing doubles and strangers.
func (r *Registry) declared(faults *[]error) (permissions map[authz.Permission]bool, codes map[string]bool) {
	permissions, codes = map[authz.Permission]bool{}, map[string]bool{}
	for _, m := range r.modules {
		manifest := m.Manifest()
		if codes[manifest.Code] {
			*faults = append(*faults, fmt.Errorf("module %q is registered twice", manifest.Code))
		}
		codes[manifest.Code] = true
		for _, g := range manifest.Permissions {
			if !strings.HasPrefix(string(g.Permission), manifest.Code+".") {
				*faults = append(*faults, fmt.Errorf("permission %q lies outside module %s", g.Permission, manifest.Code))
			}
			permissions[g.Permission] = true
		}
	}
	return permissions, codes
}

func checkKinds(m Module, code string) (faults []error) {
	worker, ok := m.(Worker)
	if !ok {
		return nil
	}
	for _, k := range worker.Workers() {
		if !strings.HasPrefix(k.Name, code+".") {
			faults = append(faults, fmt.Errorf("job kind %q lies outside module %s", k.Name, code))
		}
	}
	return faults
}

func (r *Registry) checkNav(m Manifest) (faults []error) {
	for _, entry := range m.Nav {
		leads := slices.ContainsFunc(r.routes, func(route Route) bool {
			return route.Owner == m.Code && route.Audience == entry.Audience && route.Path == entry.Path && route.Method == "GET"
		})
		if !leads {
			faults = append(faults, fmt.Errorf("navigation entry %q of module %s leads nowhere", entry.Path, m.Code))
		}
	}
	return faults
}

func (r *Registry) checkRoutes(declared map[authz.Permission]bool) (faults []error) {
	seen := map[string]bool{}
	for _, route := range r.routes {
		key := route.Method + " " + route.Pattern()
		if seen[key] {
			faults = append(faults, fmt.Errorf("route %s is registered twice", key))
		}
		seen[key] = true
		if p := route.Rule.Permission(); p != "" && !declared[p] {
			faults = append(faults, fmt.Errorf("route %s uses permission %q, which nobody declares", key, p))
		}
		if route.Framed && !route.Rule.IsPublic() {
			faults = append(faults, fmt.Errorf("route %s is for other sites' pages and not open to everybody", key))
		}
		if route.Audience == Workspace && route.Rule.IsPublic() {
			faults = append(faults, fmt.Errorf("route %s is in the workspace and open to everybody", key))
		}
	}
	return faults
}

// Modules lists the modules in the order they were given.
func (r *Registry) Modules() []Module { return r.modules }

// Routes lists every route in the order of registration.
func (r *Registry) Routes() []Route { return r.routes }

// Policy answers who may do what.
func (r *Registry) Policy() *authz.Policy { return r.policy }

// Manifest finds a module's manifest by code.
func (r *Registry) Manifest(code string) (Manifest, bool) {
	for _, m := range r.modules {
		if manifest := m.Manifest(); manifest.Code == code {
			return manifest, true
		}
	}
	return Manifest{}, false
}
