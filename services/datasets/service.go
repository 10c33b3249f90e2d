package datasets

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/jobs"
	"acvdata/services/webhooks"
	"acvdata/tenants"
)

// Parts are what the service is made from.
type Parts struct {
	DB     *db.DB
	Blobs  blob.Store
	Jobs   *jobs.Service
	Tables TownSources // nil when towns bring no tables of their own
	// Announce tells other programs of the town what was published; nil tells nobody.
	Announce webhooks.Announce
	Town     func(*tenants.Tenant) TownWords // what a town says of all its datasets; nil: nothing
}

// TownWords are what a town says once for all its datasets, where it says nothing
// else of one. Empty texts leave the usual ones: the town hall as producer, no
// address, the open licence.
type TownWords struct {
	Producer     string
	ContactEmail string
	Licence      Licence // of datasets that nobody has described or published yet
}

// words is what the town says of all its datasets.
func (s *Service) words(town *tenants.Tenant) (w TownWords) {
	if s.Town != nil {
		w = s.Town(town)
	}
	w.Licence = either(w.Licence, OpenLicence)
	return w
}

// Service has the rules of datasets. It checks the state of a dataset, never
// who asks: routes do that with their rules. It is safe for concurrent use.
type Service struct {
	Parts
	store   store
	sources []Source // by slug
	names   []name   // of the sources, which say the same on every call
}

// name is what a source is found by.
type name struct{ slug, module string }

// New makes the service over the sources of all modules. Two sources of one
// address are a bug found at start.
func New(p Parts, sources ...Source) *Service {
	sorted := slices.SortedFunc(slices.Values(sources), func(a, b Source) int {
		return strings.Compare(a.Describe().Slug, b.Describe().Slug)
	})
	for i := 1; i < len(sorted); i++ {
		if slug := sorted[i].Describe().Slug; slug == sorted[i-1].Describe().Slug {
			panic(fmt.Sprintf("two datasets have the address %q", slug))
		}
	}
	service := &Service{Parts: p, sources: sorted}
	for _, o := range sorted {
		d := o.Describe()
		service.names = append(service.names, name{d.Slug, d.Module()})
	}
	return service
}

// Addresses gives the source's identifier of every address, whatever the town.
func (s *Service) Addresses() map[string]string {
	all := make(map[string]string, len(s.sources))
	for _, o := range s.sources {
		d := o.Describe()
		all[d.Slug] = d.ID
	}
	return all
}

// Sources lists what the modules that are on in the town offer, and the town's
// own tables, by slug.
func (s *Service) Sources(ctx context.Context, town *tenants.Tenant) (list []Source, err error) {
	list = slices.DeleteFunc(slices.Clone(s.sources), func(o Source) bool { return !town.Has(o.Describe().Module()) })
	if s.Tables == nil || !town.Has(s.Tables.Module()) {
		return s.reduce(ctx, town, list)
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		own, err := s.Tables.TownSources(ctx, tx, "")
		list = append(list, own...)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b Source) int { return strings.Compare(a.Describe().Slug, b.Describe().Slug) })
	return s.reduce(ctx, town, list)
}

// Source finds what a module that is on in the town offers under a slug.
func (s *Service) Source(ctx context.Context, town *tenants.Tenant, slug string) (Source, error) {
	for i, n := range s.names {
		if n.slug == slug && town.Has(n.module) {
			one, err := s.reduce(ctx, town, s.sources[i:i+1:i+1])
			return one[0], err
		}
	}
	var own []Source
	if s.Tables != nil && town.Has(s.Tables.Module()) {
		err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
			own, err = s.Tables.TownSources(ctx, tx, slug)
			return err
		})
		if err == nil {
			own, err = s.reduce(ctx, town, own)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(own) > 0 && slug != "" {
		return own[0], nil
	}
	return nil, fault.New(fault.NotFound, "datasets.fault.unknown", fault.With(fault.Args{"Slug": slug}))
}

// List gives every dataset of the town, whatever its state, by slug.
func (s *Service) List(ctx context.Context, town *tenants.Tenant) (list []Dataset, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = s.list(ctx, tx, town, true)
		return err
	})
	return list, err
}

// Outline is Open without the versions' files, which are most of what there is to
// read: for who sorts and pages a long catalogue. AddFiles completes what is shown.
func (s *Service) Outline(ctx context.Context, town *tenants.Tenant) (list []Dataset, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = s.list(ctx, tx, town, false)
		return err
	})
	return slices.DeleteFunc(list, func(d Dataset) bool { return !d.Open() }), err
}

// AddFiles gives the versions of an outline their files.
func (s *Service) AddFiles(ctx context.Context, town *tenants.Tenant, list []*Dataset) error {
	return s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		versions := make([]release, len(list))
		for i, d := range list {
			versions[i] = release{dataset: d.ID, Version: *d.Version}
		}
		if err := s.store.fill(ctx, tx, versions); err != nil {
			return err
		}
		for i, d := range list {
			d.Version = &versions[i].Version
		}
		return nil
	})
}

func (s *Service) list(ctx context.Context, tx *db.Tx, town *tenants.Tenant, files bool) ([]Dataset, error) {
	rows, err := s.store.list(ctx, tx)
	if err != nil {
		return nil, err
	}
	latest, err := s.store.latest(ctx, tx, files)
	if err != nil {
		return nil, err
	}
	bySource := make(map[string]row, len(rows))
	for _, r := range rows {
		bySource[r.source] = r
	}
	sources, err := s.Sources(ctx, town)
	if err != nil {
		return nil, err
	}
	var list []Dataset
	for _, o := range sources {
		d := o.Describe()
		r := bySource[d.ID]
		if d.Hollow && r.latest == 0 {
			continue
		}
		list = append(list, s.present(ctx, town, d, r, latest[r.id]))
	}
	return list, nil
}

// Open gives the datasets everybody may have, by slug.
func (s *Service) Open(ctx context.Context, town *tenants.Tenant) ([]Dataset, error) {
	list, err := s.List(ctx, town)
	return slices.DeleteFunc(list, func(d Dataset) bool { return !d.Open() }), err
}

// Get gives one dataset, whatever its state.
func (s *Service) Get(ctx context.Context, town *tenants.Tenant, slug string) (found *Dataset, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if found, err = s.Head(ctx, town, slug); err != nil || found.Latest == 0 {
			return err
		}
		versions, err := s.store.versions(ctx, tx, found.ID, found.Latest)
		if len(versions) > 0 {
			found.Version = &versions[0]
		}
		return err
	})
	return found, err
}

// Head is Get without Version, in one query: for who needs the state and the
// words only.
func (s *Service) Head(ctx context.Context, town *tenants.Tenant, slug string) (*Dataset, error) {
	found, _, err := s.Reach(ctx, town, slug)
	return found, err
}

// Reach is Head with the source of the rows: for who answers with them.
func (s *Service) Reach(ctx context.Context, town *tenants.Tenant, slug string) (found *Dataset, o Source, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if o, err = s.Source(ctx, town, slug); err != nil {
			return err
		}
		said := o.Describe()
		r, err := s.store.get(ctx, tx, said.ID)
		d := s.present(ctx, town, said, r, nil)
		found = &d
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return found, o, nil
}

// GetOpen gives a dataset everybody may have: a not_found fault before its first
// publication, a gone fault that says why after its withdrawal.
func (s *Service) GetOpen(ctx context.Context, town *tenants.Tenant, slug string) (*Dataset, error) {
	d, err := s.Get(ctx, town, slug)
	if err == nil {
		err = d.Closed()
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Closed says why not everybody may have the dataset, nil when everybody may.
func (d *Dataset) Closed() error {
	switch d.State {
	case Published:
		return nil
	case Withdrawn:
		return fault.New(fault.Gone, "datasets.fault.withdrawn", fault.With(fault.Args{
			"Title": d.Title, "Date": i18n.Date(d.Withdrawn), "Reason": d.Reason,
		}))
	case Draft:
	}
	return fault.New(fault.NotFound, "datasets.fault.unknown", fault.With(fault.Args{"Slug": d.Slug()}))
}

// Versions lists the published versions of a dataset, newest first.
func (s *Service) Versions(ctx context.Context, town *tenants.Tenant, d *Dataset) (list []Version, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = s.store.versions(ctx, tx, d.ID, 0)
		return err
	})
	return list, err
}

// Recent lists the newest versions of the datasets everybody may have.
func (s *Service) Recent(ctx context.Context, town *tenants.Tenant, limit int) (list []Release, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		all, err := s.list(ctx, tx, town, false)
		if err != nil {
			return err
		}
		recent, err := s.store.recent(ctx, tx, limit)
		if err != nil {
			return err
		}
		for _, r := range recent {
			i := slices.IndexFunc(all, func(d Dataset) bool { return d.ID == r.dataset && d.Open() })
			if i >= 0 {
				list = append(list, Release{Dataset: &all[i], Version: r.Version})
			}
		}
		return nil
	})
	return list, err
}

// present completes what the town said with what the module says.
func (s *Service) present(ctx context.Context, town *tenants.Tenant, source Description, r row, latest *Version) Dataset {
	d := Dataset{
		ID: r.id, Source: source, Own: r.own, Metadata: r.own, State: r.state, Latest: r.latest, Version: latest,
		Issued: r.issued, Modified: r.modified, Withdrawn: r.withdrawn, Reason: r.reason,
	}
	if d.State == "" {
		d.State, d.Own.Licence = Draft, s.words(town).Licence
	}
	said := s.defaults(ctx, town, source)
	m := &d.Metadata
	m.Title = either(m.Title, said.Title)
	m.Summary = either(m.Summary, said.Summary)
	m.Licence = either(m.Licence, said.Licence)
	m.Producer = either(m.Producer, said.Producer)
	m.ContactName = either(m.ContactName, m.Producer)
	m.ContactEmail = either(m.ContactEmail, said.ContactEmail)
	m.Frequency = either(m.Frequency, said.Frequency)
	if len(m.Themes) == 0 {
		m.Themes = said.Themes
	}
	if len(m.Keywords) == 0 {
		m.Keywords = said.Keywords
	}
	return d
}

func either[T comparable](own, said T) T {
	var zero T
	if own == zero {
		return said
	}
	return own
}

// defaults is what a module says of its dataset, in the language of the context.
func (s *Service) defaults(ctx context.Context, town *tenants.Tenant, source Description) Metadata {
	words := s.words(town)
	m := Metadata{
		Title: i18n.T(ctx, source.Title), Summary: i18n.T(ctx, source.Summary),
		Licence: words.Licence, Frequency: source.Frequency, Themes: []Theme{source.Theme},
		Producer: either(words.Producer, townHall(ctx, town)), ContactEmail: words.ContactEmail,
	}
	for _, k := range source.Keywords {
		m.Keywords = append(m.Keywords, i18n.T(ctx, k))
	}
	return m
}

// townHall names the town as a producer: "Ville d’Alès", "Ville de Niort".
func townHall(ctx context.Context, town *tenants.Tenant) string {
	name := i18n.V{"Town": town.Name}
	if strings.ContainsAny(firstLetter(town.Name), "AEIOUYÀÂÉÈÊÎÔ") {
		return i18n.T(ctx, "datasets.producer.elided", name)
	}
	return i18n.T(ctx, "datasets.producer.plain", name)
}

func firstLetter(name string) string {
	for _, r := range name {
		return string(r)
	}
	return ""
}
