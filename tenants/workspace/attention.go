package workspace

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/tenants"
)

// visitor is who looks at the workspace, and what they may see.
type visitor struct {
	town  *tenants.Tenant
	actor authz.Actor
	can   func(authz.Permission) bool
	reach func(authz.Permission) authz.Reach
}

// member reports whether the visitor is one of the town's people: names are for
// them alone.
func (v visitor) member() bool {
	_, is := v.actor.Towns[v.town.ID]
	return is
}

// importer is the visitor as imports know them.
func (v visitor) importer() imports.Caller {
	return imports.Caller{Town: v.town, Can: v.can, Reach: v.reach}
}

// recentImports is how many imports the home page shows.
const recentImports = 5

// imports lists the newest imports; none for who may not see them.
func (w *Workspace) imports(ctx context.Context, v visitor) ([]*imports.Import, error) {
	if w.deps.Imports == nil || !v.can(imports.ReadPermission) {
		return nil, nil
	}
	list, _, err := w.deps.Imports.List(ctx, v.importer(), "", uuid.Nil)
	return list[:min(recentImports, len(list))], fault.Wrap(err, "list imports", v.town.Slug)
}

// pending is a dataset whose rows everybody has not got yet.
type pending struct {
	datasets.Dataset
	Changed time.Time // of the rows
	First   bool      // never published
}

// unpublished finds the datasets that changed since their last publication, or
// have rows and were never published. A withdrawn one was taken back on purpose.
func (w *Workspace) unpublished(ctx context.Context, v visitor) (list []pending, err error) {
	if w.deps.Datasets == nil {
		return nil, nil
	}
	all, err := w.deps.Datasets.List(ctx, v.town)
	if err != nil {
		return nil, fault.Wrap(err, "list datasets", v.town.Slug)
	}
	err = w.deps.DB.ReadTenant(ctx, v.town.ID, func(ctx context.Context, tx *db.Tx) error {
		sources, err := w.deps.Datasets.Sources(ctx, v.town)
		if err != nil {
			return err
		}
		for _, source := range sources {
			description := source.Describe()
			i := slices.IndexFunc(all, func(d datasets.Dataset) bool { return d.Source.ID == description.ID })
			if i < 0 || all[i].State == datasets.Withdrawn || !v.can(description.Permission) {
				continue
			}
			fresh, err := source.Changed(ctx, tx)
			if err != nil {
				return fault.Wrap(err, "ask freshness", description.ID)
			}
			if fresh.At.After(all[i].Modified) {
				list = append(list, pending{Dataset: all[i], Changed: fresh.At, First: all[i].Latest == 0})
			}
		}
		return nil
	})
	return list, err
}

// step is one of the first things a new town does.
type step struct {
	key  string // workspace.first.<key>
	href string
	done bool
}

// firstSteps says how far a new town is: the steps the visitor may take, nil
// once the town shows figures and open data to its residents.
func (w *Workspace) firstSteps(ctx context.Context, v visitor, hasFigures, hasOpenData bool) ([]step, error) {
	if hasFigures && hasOpenData {
		return nil, nil
	}
	company, err := w.hasCompany(ctx, v)
	if err != nil {
		return nil, err
	}
	steps := []step{
		{key: "introduce", href: w.reach(v, "/parametres"), done: v.town.Welcome != "" && v.town.Contact != ""},
		{key: "invite", href: w.reach(v, "/membres"), done: company},
		{key: "import", href: w.reach(v, "/imports"), done: hasFigures},
		{key: "publish", href: w.reach(v, "/donnees"), done: hasOpenData},
	}
	return slices.DeleteFunc(steps, func(s step) bool { return s.href == "" }), nil
}

// hasCompany reports whether somebody else is in the town or is invited.
func (w *Workspace) hasCompany(ctx context.Context, v visitor) (bool, error) {
	if !v.actor.Administers(v.town.ID) {
		return true, nil // the step is not theirs
	}
	members, err := w.deps.Auth.Members(ctx, v.town.ID)
	if err != nil || len(members) > 1 {
		return true, err
	}
	invitations, err := w.deps.Auth.Invitations(ctx, v.town.ID)
	waiting := func(i auth.Invitation) bool { return i.State(w.deps.Now()) == auth.Pending }
	return slices.ContainsFunc(invitations, waiting), err
}

// reach is the address of a page of the workspace, "" when there is none or the
// visitor may not open it.
func (w *Workspace) reach(v visitor, path string) string {
	registry := w.deps.Registry()
	for _, route := range registry.Routes() {
		if route.Audience != module.Workspace || route.Path != path || route.Method != http.MethodGet {
			continue
		}
		owner, _ := registry.Manifest(route.Owner)
		on := owner.Core || v.town.Has(owner.Code)
		if on && route.Rule.Decide(v.actor, v.town.ID, registry.Policy()) == authz.Allow {
			return v.town.Path("espace" + path)
		}
	}
	return ""
}
