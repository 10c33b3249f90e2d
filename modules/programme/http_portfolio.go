package programme

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/programme/views"
	"acvdata/services/geo/france"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

const portfolioPath = "/programme"

// standing is a town with its signals, judged.
type standing struct {
	town    *tenants.Tenant
	signal  Signal
	level   Level
	reasons []Reason
}

// standings judges every town, worst first, then by name.
func (m *Module) standings(ctx context.Context) ([]standing, error) {
	towns, err := m.towns.All(ctx)
	if err != nil {
		return nil, err
	}
	signals, err := m.Signals(ctx)
	if err != nil {
		return nil, err
	}
	byTown := make(map[tenants.ID]Signal, len(signals))
	for _, s := range signals {
		byTown[s.Tenant] = s
	}
	now, list := m.now(), make([]standing, 0, len(towns))
	for _, t := range towns {
		s := standing{town: t, signal: byTown[t.ID]}
		s.level, s.reasons = s.signal.Health(now)
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b standing) int {
		return cmp.Or(int(b.level)-int(a.level), len(b.reasons)-len(a.reasons), strings.Compare(a.town.Slug, b.town.Slug))
	})
	return list, nil
}

func townHref(t *tenants.Tenant) string { return portfolioPath + "/villes/" + t.Slug }

// mostConcerns is how many towns the head of the portfolio details.
const mostConcerns = 8

// portfolio shows the programme at a glance.
func (m *Module) portfolio(c *fiber.Ctx) error {
	ctx := c.UserContext()
	all, err := m.standings(ctx)
	if err != nil {
		return err
	}
	v := views.Portfolio{Shell: httpd.Shell(c, i18n.T(ctx, "programme.portfolio.title")), Export: portfolioPath + "/export.xlsx"}
	v.Shell.Wide, v.Shell.Head.NoIndex = true, true
	v.Shell.Illustrative = slices.ContainsFunc(all, func(s standing) bool { return s.signal.Illustrative })
	v.Stats = portfolioStats(ctx, all)
	concerns := slices.DeleteFunc(slices.Clone(all), func(s standing) bool { return s.level == Fine })
	for _, s := range concerns[:min(len(concerns), mostConcerns)] {
		one := views.Concern{Town: s.town, Href: townHref(s.town), Label: i18n.T(ctx, "programme.level."+s.level.Name()), Reasons: sayAll(ctx, s.reasons)}
		one.Tone, one.Icon = s.level.tone()
		v.Concerns = append(v.Concerns, one)
	}
	if more := len(concerns) - mostConcerns; more > 0 {
		v.More, v.MoreHref = i18n.T(ctx, "programme.concerns.more", i18n.N(more)), "#villes"
	}
	v.Pins = pins(ctx, all)
	m.list(ctx, &v, all, c.Query("etat"), c.Query("region"))
	return httpd.Render(c, fiber.StatusOK, views.PortfolioPage(v))
}

func portfolioStats(ctx context.Context, all []standing) []components.StatProps {
	counts, work, decided := map[Level]int{}, 0.0, 0
	for _, s := range all {
		counts[s.level]++
		work += s.signal.PersonDays
		if s.signal.Decision != Undecided {
			decided++
		}
	}
	var list []components.StatProps
	for _, l := range levels {
		tone, icon := l.tone()
		list = append(list, components.StatProps{
			Label: i18n.T(ctx, "programme.level_towns."+l.Name()), Value: i18n.Number(counts[l]), Icon: icon, Tone: tone,
			Href: portfolioPath + "?etat=" + l.Name() + "#villes",
		})
	}
	return append(list,
		components.StatProps{Label: i18n.T(ctx, "programme.person_days"), Value: personDays(work), Sentence: i18n.T(ctx, "programme.stat.work"), Icon: "clock"},
		components.StatProps{Label: i18n.T(ctx, "programme.stat.decided"), Value: i18n.Number(decided), Sentence: i18n.T(ctx, "programme.stat.of_towns", i18n.N(len(all))), Icon: "flag"})
}

// namedPins is up to how many towns the map writes names.
const namedPins = 12

// pins places the towns on the map, the worst drawn last, above the others.
func pins(ctx context.Context, all []standing) []views.Pin {
	var list []views.Pin
	for _, s := range slices.Backward(all) {
		x, y, ok := france.Place(s.town.Center.Lon, s.town.Center.Lat)
		if !ok {
			continue
		}
		list = append(list, views.Pin{
			Name: s.town.Name, Href: townHref(s.town), X: place(x), Y: place(y), Level: s.level.Name(), Named: len(all) <= namedPins,
			Label: s.town.Name + " – " + i18n.T(ctx, "programme.level."+s.level.Name()),
		})
	}
	return list
}

// list fills the table with the towns the filters let through.
func (m *Module) list(ctx context.Context, v *views.Portfolio, all []standing, level, region string) {
	v.Filter = components.FilterProps{Label: i18n.T(ctx, "programme.filter"), Action: portfolioPath}
	for _, l := range levels {
		v.Levels = append(v.Levels, components.Choice{Value: l.Name(), Label: i18n.T(ctx, "programme.level."+l.Name()), Selected: l.Name() == level})
	}
	regions, oldest := map[string]bool{}, time.Time{}
	shown := all[:0:0]
	for _, s := range all {
		regions[s.town.Region] = true
		if at := s.signal.ReadAt; oldest.IsZero() || !at.IsZero() && at.Before(oldest) {
			oldest = at
		}
		if (level == "" || s.level.Name() == level) && (region == "" || s.town.Region == region) {
			shown = append(shown, s)
		}
	}
	for r := range regions {
		v.Regions = append(v.Regions, components.Choice{Value: r, Label: r, Selected: r == region})
	}
	slices.SortFunc(v.Regions, func(a, b components.Choice) int { return strings.Compare(a.Label, b.Label) })
	for _, value := range []string{level, region} {
		if value != "" {
			v.Filter.Active, v.Filter.Reset = v.Filter.Active+1, portfolioPath
		}
	}
	if v.Filter.Active > 0 {
		v.Export += "?" + url.Values{"etat": {level}, "region": {region}}.Encode()
	}
	v.Found = i18n.T(ctx, "programme.found", i18n.N(len(shown)))
	v.Filter.Results = v.Found
	v.Table = table(ctx, shown, m.now())
	if !oldest.IsZero() {
		v.ReadAt = i18n.T(ctx, "programme.read_at", i18n.V{"Date": i18n.DateTime(oldest)})
	}
}

func table(ctx context.Context, list []standing, now time.Time) components.TableProps {
	t := components.TableProps{Caption: i18n.T(ctx, "programme.towns"), CaptionHidden: true, Stack: true}
	for _, name := range []string{"town", "health", "experiment", "milestones", "import", "visit", "datasets", "effort"} {
		numeric := name == "datasets" || name == "effort"
		t.Columns = append(t.Columns, components.Column{Label: i18n.T(ctx, "programme.column."+name), Numeric: numeric})
	}
	for _, s := range list {
		tone, icon := s.level.tone()
		sig := &s.signal
		next := components.Cell{Text: i18n.T(ctx, "programme.reached_of", i18n.V{"Reached": sig.Reached, "All": sig.Milestones})}
		if sig.NextTitle != "" && len(sig.Open) > 0 {
			next.Note = i18n.T(ctx, "programme.next", i18n.V{"Title": sig.NextTitle, "Date": day(sig.Open[0])})
		}
		experiment := components.Cell{Text: i18n.Typography(sig.Title)}
		if sig.Decision != Undecided {
			experiment.Note = i18n.T(ctx, "programme.decision."+string(sig.Decision))
		}
		t.Rows = append(t.Rows, components.Row{Cells: []components.Cell{
			{Text: s.town.Name, Href: townHref(s.town), Note: s.town.Region},
			views.LevelChip(i18n.T(ctx, "programme.level."+s.level.Name()), tone, icon), //nolint:contextcheck // the page brings its own when it is drawn
			experiment, next,
			{Text: ago(ctx, sig.LastImport, now)},
			{Text: ago(ctx, sig.LastVisit, now)},
			{Text: i18n.Number(sig.Datasets)},
			{Text: personDays(sig.PersonDays)},
		}})
	}
	return t
}

func ago(ctx context.Context, t, now time.Time) string {
	if t.IsZero() {
		return i18n.T(ctx, "programme.never")
	}
	return i18n.Relative(t, now)
}

// town shows a town to supervisors: its signals and its record, read in its own
// transaction, without anybody's name.
func (m *Module) town(c *fiber.Ctx) error {
	ctx := c.UserContext()
	town, err := m.towns.BySlug(ctx, c.Params("slug"))
	if err != nil {
		return err
	}
	all, err := m.standings(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(s standing) bool { return s.town.ID == town.ID })
	f, err := m.File(tenants.With(ctx, town), town)
	if err != nil {
		return err
	}
	v := views.TownView{Shell: httpd.Shell(c, town.Name), Town: town, Public: town.Path(""), Asked: i18n.Typography(town.Experiment)}
	v.Shell.Head.NoIndex, v.Shell.Illustrative = true, town.Illustrative
	v.Shell.Crumbs = []components.Crumb{{Label: i18n.T(ctx, "programme.portfolio.title"), Href: portfolioPath}, {Label: town.Name}}
	if at >= 0 {
		s := &all[at]
		v.Tone, v.Icon = s.level.tone()
		v.Label, v.Reasons = i18n.T(ctx, "programme.level."+s.level.Name()), sayAll(ctx, s.reasons)
		v.Signals = signalStats(ctx, town, &s.signal, m.now())
	}
	if v.Record, err = m.recordView(ctx, &f, false); err != nil {
		return err
	}
	return httpd.Render(c, fiber.StatusOK, views.TownPage(v))
}

func signalStats(ctx context.Context, town *tenants.Tenant, s *Signal, now time.Time) []components.StatProps {
	stat := func(name, value, icon string, at time.Time) components.StatProps {
		p := components.StatProps{Label: i18n.T(ctx, "programme.column."+name), Value: value, Icon: icon}
		if !at.IsZero() {
			p.Date = i18n.Date(at)
		}
		return p
	}
	datasets := stat("datasets", i18n.Number(s.Datasets), "database", s.PublishedAt)
	if s.Datasets > 0 {
		datasets.Href = town.Path("donnees")
	}
	return []components.StatProps{
		stat("import", ago(ctx, s.LastImport, now), "upload", s.LastImport),
		stat("visit", ago(ctx, s.LastVisit, now), "users", s.LastVisit),
		datasets,
		stat("failed", i18n.Number(s.FailedJobs), "triangle-alert", s.FailedSince),
	}
}
