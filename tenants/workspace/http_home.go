package workspace

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/audit"
	"acvdata/services/datasets"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/tenants/workspace/views"
	"acvdata/web/components"
)

const recentDeeds = 6

// home says what needs attention, and leads everywhere else.
func (w *Workspace) home(c *fiber.Ctx) error {
	ctx, v := c.UserContext(), visitorOf(c)
	files, err := w.imports(ctx, v)
	if err != nil {
		return err
	}
	changed, err := w.unpublished(ctx, v)
	if err != nil {
		return err
	}
	figures := w.deps.Registry().Figures(ctx, v.town)
	open, err := w.hasOpenData(ctx, v)
	if err != nil {
		return err
	}
	steps, err := w.firstSteps(ctx, v, len(figures) > 0, open)
	if err != nil {
		return err
	}
	view := views.Home{
		Shell: httpd.Shell(c, i18n.T(ctx, "workspace.nav.home")), Town: v.town, Figures: figures,
		Doors: w.doors(ctx, v), Steps: stepsInWords(ctx, steps), Todo: w.todo(ctx, v, files, changed),
		Imports: w.importLines(ctx, v, files), ImportsHref: w.reach(v, "/imports"),
	}
	if view.ActivityHref = w.reach(v, "/activite"); view.ActivityHref != "" {
		if view.Activity, _, err = w.deeds(ctx, v, audit.Search{Limit: recentDeeds}); err != nil {
			return err
		}
	}
	return httpd.Render(c, fiber.StatusOK, views.HomePage(view))
}

// hasOpenData reports whether residents may download anything.
func (w *Workspace) hasOpenData(ctx context.Context, v visitor) (bool, error) {
	if w.deps.Datasets == nil {
		return false, nil
	}
	all, err := w.deps.Datasets.List(ctx, v.town)
	for _, d := range all {
		if d.State == datasets.Published {
			return true, err
		}
	}
	return false, err
}

// doors leads to the modules' first page in the workspace.
func (w *Workspace) doors(ctx context.Context, v visitor) []views.Door {
	var list []views.Door
	for _, m := range w.deps.Registry().Modules() {
		manifest := m.Manifest()
		if manifest.Code == "workspace" || !manifest.Core && !v.town.Has(manifest.Code) {
			continue
		}
		for _, e := range manifest.Nav {
			if e.Audience == module.Workspace && v.can(e.Permission) {
				list = append(list, views.Door{
					Title: i18n.T(ctx, manifest.Title), Text: i18n.T(ctx, manifest.Summary),
					Href: v.town.Path("espace" + e.Path), Icon: manifest.Icon,
				})
				break
			}
		}
	}
	return list
}

func stepsInWords(ctx context.Context, steps []step) []views.Step {
	list := make([]views.Step, len(steps))
	for i, s := range steps {
		key := "workspace.first." + s.key
		list[i] = views.Step{Title: i18n.T(ctx, key), Text: i18n.T(ctx, key+"_text"), Href: s.href, Done: s.done}
	}
	return list
}

// todo is what waits for somebody, most pressing first.
func (w *Workspace) todo(ctx context.Context, v visitor, files []*imports.Import, changed []pending) []views.Todo {
	var list []views.Todo
	for _, i := range files {
		name, waits := waiting[i.State]
		if !waits {
			continue
		}
		list = append(list, views.Todo{
			Title: i18n.T(ctx, "workspace.todo."+name, i18n.V{"File": i.File.Name}),
			Text:  i18n.T(ctx, "workspace.todo_text."+name, i18n.V{"Target": w.targetTitle(ctx, i)}),
			Href:  w.importPath(v, i), Icon: "file-up", Tone: components.Warning, When: i18n.DateTime(i.Created.At),
		})
	}
	for _, d := range changed {
		name := "changed"
		if d.First {
			name = "unpublished"
		}
		list = append(list, views.Todo{
			Title: i18n.T(ctx, "workspace.todo."+name, i18n.V{"Title": d.Title}), Text: i18n.T(ctx, "workspace.todo_text."+name),
			Href: w.datasetPath(v, d), Icon: "database", Tone: components.Data, When: i18n.DateTime(d.Changed),
		})
	}
	return list
}

// waiting names the states of an import that a person must act on.
var waiting = map[imports.State]string{imports.Analysed: "map", imports.Ready: "load", imports.Failed: "failed"}

func (w *Workspace) importPath(v visitor, i *imports.Import) string {
	if href := w.reach(v, "/imports"); href != "" {
		return href + "/" + i.ID.String()
	}
	return ""
}

func (w *Workspace) datasetPath(v visitor, d pending) string {
	if href := w.reach(v, "/donnees"); href != "" {
		return href + "/" + d.Slug()
	}
	return ""
}

func (w *Workspace) targetTitle(ctx context.Context, i *imports.Import) string {
	if about, known := w.deps.Imports.Describe(i.Target); known {
		return i18n.T(ctx, about.Title)
	}
	return i.Target
}

// tones say at a glance how an import went.
var tones = map[imports.State]components.Tone{
	imports.Committed: components.OK, imports.Failed: components.Danger, imports.Ready: components.Warning,
	imports.Analysed: components.Warning, imports.Checking: components.Data, imports.Committing: components.Data,
}

func (w *Workspace) importLines(ctx context.Context, v visitor, files []*imports.Import) []views.ImportLine {
	list := make([]views.ImportLine, len(files))
	for n, i := range files {
		list[n] = views.ImportLine{
			File: i.File.Name, Target: w.targetTitle(ctx, i), Href: w.importPath(v, i),
			State: i18n.T(ctx, "imports.state."+string(i.State)), Tone: tones[i.State],
			When: i18n.DateTime(i.Created.At), Machine: i.Created.At.Format(time.RFC3339),
		}
		if v.member() {
			list[n].Who = i.Created.Name
		}
	}
	return list
}

// deeds reads s.Limit events of the activity log as the visitor may see them;
// next is where the following ones start, "" when there are none.
func (w *Workspace) deeds(ctx context.Context, v visitor, s audit.Search) (list []components.Event, next string, err error) {
	wanted := s.Limit
	s.Limit, s.Nameless = wanted+1, !v.member()
	events, err := w.readLog(ctx, v, s)
	if len(events) > wanted {
		events = events[:wanted]
		next = events[wanted-1].ID.String()
	}
	for _, e := range events {
		list = append(list, components.Event{
			Title: actionName(ctx, e.Action), Date: i18n.DateTime(e.At), Machine: e.At.Format(time.RFC3339),
			Who: who(ctx, e), Text: details(ctx, e, v.member()), Tone: components.Brand,
		})
	}
	return list, next, err
}
