package workspace

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/tenants/directory"
)

// effects are what turning a module on or off changes in a town, and what of it
// stays.
type effects struct {
	on       bool               // it is on now
	pages    []string           // of the portal and the workspace, as the navigation calls them
	datasets []string           // published ones that come from the module
	calls    int                // of the API
	figures  []module.Highlight // what the town has in the module: it is kept
	pending  int                // imports into the module that nobody has finished
	watched  int                // addresses whose file is read into it by itself
	managers int                // members who manage this module alone
	lacks    *missing           // why it cannot be done
}

func (w *Workspace) effects(ctx context.Context, v visitor, m module.Manifest) (e effects, err error) {
	e = effects{on: v.town.Has(m.Code), pages: pagesOf(ctx, m), figures: w.figuresOf(ctx, v.town, m.Code)}
	for _, route := range w.deps.Registry().Routes() {
		if route.Owner == m.Code && route.Audience == module.API {
			e.calls++
		}
	}
	choices := directory.ChoicesOf(v.town)
	if err := w.switchOn(&choices, m, !e.on); err != nil {
		if !errors.As(err, &e.lacks) {
			return e, err
		}
	}
	if !e.on {
		return e, nil
	}
	if e.datasets, err = w.publishedBy(ctx, v.town, m.Code); err != nil {
		return e, err
	}
	if e.pending, err = w.unfinished(ctx, v, m.Code); err != nil {
		return e, err
	}
	if e.watched, err = w.followed(ctx, v, m.Code); err != nil {
		return e, err
	}
	e.managers, err = w.managersOf(ctx, v.town, m.Code)
	return e, err
}

// pagesOf names a module's entries of both navigations, each name once.
func pagesOf(ctx context.Context, m module.Manifest) []string {
	var names []string
	for _, entry := range m.Nav {
		if name := i18n.T(ctx, entry.Label); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// figuresOf asks a module for its figures whether it is on or not. Its trouble
// does not stop the page.
func (w *Workspace) figuresOf(ctx context.Context, town *tenants.Tenant, code string) []module.Highlight {
	for _, m := range w.deps.Registry().Modules() {
		source, can := m.(module.Highlighter)
		if !can || m.Manifest().Code != code {
			continue
		}
		highlights, err := source.Highlights(ctx, town)
		if err != nil {
			slog.WarnContext(ctx, "no figures", "module", code, "error", err.Error())
		}
		return highlights
	}
	return nil
}

// publishedBy lists the titles of the open datasets that a module makes.
func (w *Workspace) publishedBy(ctx context.Context, town *tenants.Tenant, code string) ([]string, error) {
	if w.deps.Datasets == nil {
		return nil, nil
	}
	all, err := w.deps.Datasets.List(ctx, town)
	if err != nil {
		return nil, fault.Wrap(err, "list datasets", town.Slug)
	}
	var titles []string
	for _, d := range all {
		if d.State == datasets.Published && d.Source.Module() == code {
			titles = append(titles, d.Title)
		}
	}
	return titles, nil
}

// unfinished counts the files that wait to be loaded into a module.
func (w *Workspace) unfinished(ctx context.Context, v visitor, code string) (int, error) {
	if w.deps.Imports == nil {
		return 0, nil
	}
	n := 0
	for before, more := uuid.Nil, true; more; {
		var list []*imports.Import
		var err error
		list, more, err = w.deps.Imports.List(ctx, v.importer(), "", before)
		if err != nil {
			return n, fault.Wrap(err, "list imports", v.town.Slug)
		}
		for _, i := range list {
			if _, waits := waiting[i.State]; waits && strings.HasPrefix(i.Target, code+"/") {
				n++
			}
			before = i.ID
		}
	}
	return n, nil
}

// followed counts the addresses whose file is read into a module.
func (w *Workspace) followed(ctx context.Context, v visitor, code string) (n int, err error) {
	if w.deps.Imports == nil {
		return 0, nil
	}
	list, err := w.deps.Imports.Watches(ctx, v.importer())
	for _, one := range list {
		if strings.HasPrefix(one.Target, code+"/") {
			n++
		}
	}
	return n, fault.Wrap(err, "list watched addresses", v.town.Slug)
}

// managersOf counts the members who manage no other module.
func (w *Workspace) managersOf(ctx context.Context, town *tenants.Tenant, code string) (int, error) {
	people, err := w.deps.Auth.Members(ctx, town.ID)
	n := 0
	for _, p := range people {
		if slices.Contains(p.Powers.Roles, authz.Manager) && slices.Equal(p.Powers.Modules, []string{code}) {
			n++
		}
	}
	return n, fault.Wrap(err, "list members", town.Slug)
}
