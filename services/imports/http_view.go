package imports

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/services/imports/views"
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// drawer turns imports into what pages show.
type drawer struct {
	c         *fiber.Ctx
	service   *Service
	watchedAt map[string]bool // addresses that are followed, by target
}

func (d *drawer) ctx() context.Context    { return d.c.UserContext() }
func (d *drawer) town() *tenants.Tenant   { return httpd.Scope(d.c).Town }
func (d *drawer) path(rest string) string { return d.town().Path("espace/imports" + rest) }

func (d *drawer) t(key string, args ...i18n.Arg) string { return i18n.T(d.ctx(), key, args...) }

func (d *drawer) at(id uuid.UUID, rest string) string { return d.path("/" + id.String() + rest) }

// uploadForm is nil for those who may only read.
func (d *drawer) uploadForm(refused *fault.Fault) *views.Upload {
	who := caller(d.c)
	if !who.Can(RunPermission) {
		return nil
	}
	form := &views.Upload{Action: d.path(""), Limit: i18n.Bytes(d.service.Limits.Bytes)}
	if refused != nil {
		form.Error = httpd.Message(d.c, refused)
	}
	asked := d.c.Query("cible")
	for i, t := range d.service.Targets(who) {
		title := d.t(t.Title)
		chosen := t.Code == asked || asked == "" && i == 0 // what most files of the town are
		form.Targets = append(form.Targets, components.Choice{Value: t.Code, Label: title, Hint: d.t(t.Summary), Selected: chosen})
		if t.Free {
			continue // it takes whatever columns a file has
		}
		form.Models = append(form.Models, views.Model{Label: d.t("imports.upload.model", i18n.V{"Target": title}), Href: d.path("/modele.csv?cible=" + t.Code)})
	}
	return form
}

// addressForm asks for an address instead of a file; nil where none are read.
func (d *drawer) addressForm(refused *fault.Fault) *views.Address {
	who := caller(d.c)
	targets := d.service.Targets(who)
	if !who.Can(RunPermission) || d.service.Reader == nil || len(targets) == 0 {
		return nil
	}
	given, asked := d.c.Query("adresse"), d.c.Query("cible")
	if d.c.Method() == fiber.MethodPost {
		given, asked = d.c.FormValue("address"), d.c.FormValue("target")
	}
	form := &views.Address{
		Action: d.path("/adresse"), Open: given != "" || refused != nil,
		URL: components.Field{
			Name: "address", Type: "url", Label: d.t("imports.address.url"), Required: true, Value: given, Autocomplete: "off",
			Hint: d.t("imports.address.hint", i18n.V{"Limit": i18n.Bytes(d.service.Limits.Bytes)}),
		},
		Target: components.Field{ID: "address-target", Name: "target", Label: d.t("imports.upload.target"), Value: asked, Required: true},
	}
	if refused != nil {
		form.URL.Error = httpd.Message(d.c, refused)
	}
	for _, t := range targets {
		form.Target.Choices = append(form.Target.Choices, components.Choice{Value: t.Code, Label: d.t(t.Title)})
	}
	return form
}

func (d *drawer) history(list []*Import) []views.Line {
	lines := make([]views.Line, len(list))
	for n, i := range list {
		lines[n] = views.Line{
			Href: d.at(i.ID, ""), File: i.File.Name, Target: d.targetTitle(i), State: d.mark(i.State), Who: i.Created.Name,
			Follow: d.followAt(i), When: i18n.DateTime(i.Created.At), Machine: i.Created.At.Format(time.RFC3339), Counts: d.countsInWords(i),
		}
	}
	return lines
}

func (d *drawer) targetTitle(i *Import) string {
	if about, known := d.service.Describe(i.Target); known {
		return d.t(about.Title)
	}
	return i.Target
}

// countsInWords is what the import did, or would do, in a few words.
func (d *drawer) countsInWords(i *Import) string {
	if i.Counts.Rows == 0 {
		return ""
	}
	words := []string{}
	for _, part := range []struct {
		key string
		n   int64
	}{
		{"imports.counts.created", i.Counts.Created},
		{"imports.counts.updated", i.Counts.Updated},
		{"imports.counts.unchanged", i.Counts.Unchanged},
		{"imports.counts.rejected", i.Counts.Rejected},
	} {
		if part.n > 0 {
			words = append(words, d.t(part.key, i18n.N(part.n)))
		}
	}
	return strings.Join(words, ", ")
}

var tones = map[State]components.Tone{
	Ready: components.Brand, Committed: components.OK, Failed: components.Danger,
}

// Icons chosen by code rather than in a template, as the sprite wants them.
const (
	iconColumns   = "columns-3"    // icon
	iconCheck     = "list-checks"  // icon
	iconReady     = "eye"          // icon
	iconLoad      = "database"     // icon
	iconLoaded    = "circle-check" // icon
	iconUndo      = "undo-2"       // icon
	iconCross     = "x"            // icon
	iconFailed    = "octagon-x"    // icon
	iconCreated   = "plus"         // icon
	iconUpdated   = "pencil"       // icon
	iconUnchanged = "equal"        // icon
)

var icons = map[State]string{
	Analysed: iconColumns, Checking: iconCheck, Ready: iconReady, Committing: iconLoad, Committed: iconLoaded,
	Undoing: iconUndo, Undone: iconUndo, Cancelled: iconCross, Failed: iconFailed,
}

func (d *drawer) mark(s State) views.Mark {
	return views.Mark{Label: d.t("imports.state." + string(s)), Tone: tones[s], Icon: icons[s]}
}

// page draws an import at its step.
func (d *drawer) page(i *Import, refused *fault.Fault) (*views.Page, error) {
	v := &views.Page{Shell: d.shell(i), Title: i.File.Name, Target: d.targetTitle(i), State: d.mark(i.State), Facts: d.facts(i)}
	v.Notices = d.notices(i, refused)
	who := caller(d.c)
	_, err := d.service.allowed(who, i.Target)
	may := err == nil
	mapping := d.c.Query("etape") == "colonnes" || i.State == Analysed || i.State == Failed
	switch {
	case i.State.Working():
		v.Step, v.Follow = stepOf(i.State), d.follow(i, may)
	case may && mapping && i.State.leadsTo(Analysed):
		v.Step, v.Mapping = 2, d.mapping(i, refused)
		if v.Schema, err = d.schemaForm(i, refused); err != nil {
			return nil, err
		}
	case i.State == Ready:
		v.Step = 4
		if v.Preview, err = d.preview(i, may); err != nil {
			return nil, err
		}
	case i.State == Committed || i.State == Undone:
		v.Result = d.result(i, may)
	}
	if i.State == Ready && v.Mapping == nil || i.State == Committed {
		if v.Report, err = d.schemaReport(i); err != nil {
			return nil, err
		}
	}
	if v.Watch, err = d.followForm(i, may, refused); err != nil {
		return nil, err
	}
	if may && i.State.leadsTo(Cancelled) {
		v.Cancel = &components.ConfirmProps{
			ID: "abandonner", Open: d.t("imports.cancel.open"), Icon: "trash-2", Kind: components.Destructive,
			Title: d.t("imports.cancel.title"), Text: d.t("imports.cancel.text"), Action: d.at(i.ID, "/abandonner"), Accept: d.t("imports.cancel.accept"),
		}
	}
	return v, nil
}

func (d *drawer) shell(i *Import) layout.Shell {
	shell := httpd.Shell(d.c, i.File.Name)
	shell.Crumbs = []components.Crumb{{Label: d.t("imports.nav"), Href: d.path("")}, {Label: i.File.Name}}
	return shell
}

func stepOf(s State) int {
	switch s {
	case Checking:
		return 3
	case Committing:
		return 4
	default:
		return 0 // no step of the way in
	}
}

func (d *drawer) follow(i *Import, may bool) *views.Follow {
	page := d.at(i.ID, "")
	f := &views.Follow{
		Progress: d.service.progressBar(d.ctx(), i),
		Stream:   components.ProgressStreamProps{Stream: d.at(i.ID, "/events"), Close: lastEvent, Done: page, Reload: page},
	}
	if may {
		f.Stop = &components.ConfirmProps{
			ID: "arreter", Open: d.t("imports.stop.open"), Icon: "x",
			Title: d.t("imports.stop.title"), Text: d.t("imports.stop." + string(i.State)), Action: d.at(i.ID, "/abandonner"), Accept: d.t("imports.stop.accept"),
		}
	}
	return f
}

// notices say what to know first: why something was refused, that the file was
// imported before, that most positions lie elsewhere.
func (d *drawer) notices(i *Import, refused *fault.Fault) (list []views.Notice) {
	if refused == nil {
		refused = i.Fault
	}
	if refused != nil && len(refused.Fields) == 0 {
		list = append(list, views.Notice{Alert: components.AlertProps{Tone: components.Danger, Title: d.t(refusedTitle(i.State)), Message: httpd.Message(d.c, refused), Live: true}})
	}
	if i.State == Cancelled {
		list = append(list, views.Notice{Alert: components.AlertProps{Message: d.t("imports.notice.cancelled")}})
	}
	list = append(list, d.brought(i)...)
	if i.State != Analysed && i.State != Ready {
		return list
	}
	if twin, err := d.service.Twin(d.ctx(), caller(d.c), i); err == nil && twin != nil {
		list = append(list, views.Notice{
			Alert: components.AlertProps{Tone: components.Warning, Message: d.t("imports.notice.twin", i18n.V{"Date": i18n.Date(twin.Committed.At), "Name": twin.Committed.Name})},
			Link:  &components.LinkProps{Label: d.t("imports.notice.twin_link"), Href: d.at(twin.ID, ""), Small: true},
		})
	}
	return list
}

// refusedTitle says what did not happen.
func refusedTitle(s State) string {
	switch s {
	case Failed:
		return "imports.notice.failed"
	case Ready:
		return "imports.notice.not_loaded"
	case Committed:
		return "imports.notice.not_undone"
	default:
		return "imports.notice.refused"
	}
}

// facts are what is known of the file and of who did what.
func (d *drawer) facts(i *Import) []components.Definition {
	facts := []components.Definition{
		{Term: d.t("imports.facts.size"), Value: i18n.Bytes(i.File.Size)},
		{Term: d.t("imports.facts.format"), Value: d.format(i)},
		{Term: d.t("imports.facts.address"), Value: Shown(i.Address)},
		{Term: d.t("imports.facts.created"), Value: d.deed(i.Created)},
	}
	if i.Committed.Done() {
		facts = append(facts, components.Definition{Term: d.t("imports.facts.committed"), Value: d.deed(i.Committed)})
	}
	if i.Undone.Done() {
		facts = append(facts, components.Definition{Term: d.t("imports.facts.undone"), Value: d.deed(i.Undone)})
	}
	return facts
}

func (d *drawer) format(i *Import) string {
	if i.Detection.Format == "" {
		return ""
	}
	words := d.t("imports.format." + string(i.Detection.Format))
	switch name := i.Detection.Sheet; {
	case name != "" && i.Detection.layered():
		words += ", " + d.t("imports.layer.read", i18n.V{"Sheet": name})
	case name != "":
		words += ", " + d.t("imports.sheet.read", i18n.V{"Sheet": name})
	}
	if i.Detection.Encoding != "" {
		words += ", " + string(i.Detection.Encoding)
	}
	if name, known := separators[i.Detection.Separator]; known {
		words += ", " + d.t(name)
	}
	return words
}

var separators = map[string]string{
	",": "imports.separator.comma", ";": "imports.separator.semicolon", "\t": "imports.separator.tab", "|": "imports.separator.pipe",
}

func (d *drawer) deed(deed Deed) string {
	if deed.Name == "" {
		return i18n.DateTime(deed.At)
	}
	return d.t("imports.facts.deed", i18n.V{"Date": i18n.DateTime(deed.At), "Name": deed.Name})
}
