package tables

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	lru "github.com/hashicorp/golang-lru/v2"

	"acvdata/services/audit"
	"acvdata/services/cache"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/ogc"
	"acvdata/services/words"
	"acvdata/tenants"
)

// ModuleCode is the module the tables belong to.
const ModuleCode = "opendata"

// Service has the rules of tables. It is safe for concurrent use once it is
// bound.
type Service struct {
	db       *db.DB
	register Register
	choices  *lru.Cache[shownKey, []Choice]
	drawn    *lru.Cache[shownKey, Drawn]
	kept     *cache.Cache[shownKey, held]
}

// shownKept is how many answers of each kind are kept, at most 40 values each.
const shownKept = 4096

// Register is what the service asks of the town's catalogue.
type Register interface {
	// Describe writes what the town says of a dataset.
	Describe(ctx context.Context, town *tenants.Tenant, slug string, m datasets.Metadata) error
	// Inspect looks at a dataset's rows for personal data.
	Inspect(ctx context.Context, town *tenants.Tenant, slug string) error
	// Addresses are those that modules' datasets have, in every town.
	Addresses() map[string]string
}

// New makes the service, which keeps memory bytes of what it read of tables.
func New(d *db.DB, memory int) *Service {
	choices, err := lru.New[shownKey, []Choice](shownKept)
	drawn, err2 := lru.New[shownKey, Drawn](shownKept)
	if err = errors.Join(err, err2); err != nil {
		panic(err) // the size is a constant
	}
	return &Service{db: d, choices: choices, drawn: drawn, kept: cache.New[shownKey](memory, held.size)}
}

// Bind gives the service the catalogue, which is itself made of the tables.
func (s *Service) Bind(r Register) { s.register = r }

var (
	_ datasets.TownSources = (*Service)(nil)
	_ ogc.TownLayers       = (*Service)(nil)
	_ datasets.Refresher   = (*Service)(nil)
)

// Module implements datasets.TownSources.
func (*Service) Module() string { return ModuleCode }

// TownSources implements datasets.TownSources.
func (s *Service) TownSources(ctx context.Context, tx *db.Tx, slug string) ([]datasets.Source, error) {
	all, err := shownTables(ctx, tx, slug)
	if err != nil {
		return nil, err
	}
	list := make([]datasets.Source, len(all))
	for i := range all {
		list[i] = source{&all[i], s}
	}
	return list, nil
}

// Refresh implements datasets.Refresher: what was read of a table, or drawn of it,
// is read again.
func (s *Service) Refresh(ctx context.Context, tx *db.Tx, slug string) error {
	t, err := findTable(ctx, tx, slug)
	if err != nil || t == nil {
		return err
	}
	if _, err := tx.Exec(ctx, bumpTable, tx.Tenant(), t.ID); err != nil {
		return err
	}
	return ogc.Bump(ctx, tx, slug)
}

// List gives the town's tables, by address.
func (s *Service) List(ctx context.Context, town *tenants.Tenant) (list []Table, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = shownTables(ctx, tx, "")
		return err
	})
	return list, err
}

// Find gives a table, nil when the town has none of that address.
func (s *Service) Find(ctx context.Context, town *tenants.Tenant, slug string) (found *Table, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err := shownTables(ctx, tx, slug)
		if len(list) > 0 {
			found = &list[0]
		}
		return err
	})
	return found, err
}

func findTable(ctx context.Context, tx *db.Tx, slug string) (*Table, error) {
	list, err := selectTables(ctx, tx, slug)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// claim locks a table until the transaction ends; a not_found fault when there
// is none.
func claim(ctx context.Context, tx *db.Tx, slug string) (*Table, error) {
	if _, err := tx.Exec(ctx, lockTable, tx.Tenant(), slug); err != nil {
		return nil, err
	}
	t, err := findTable(ctx, tx, slug)
	if err == nil && t == nil {
		err = fault.New(fault.NotFound, "datasets.fault.unknown", fault.With(fault.Args{"Slug": slug}))
	}
	return t, err
}

// Limits of what people write about columns.
const (
	mostLabel = 120
	mostAbout = 500
	mostUnit  = 20
)

// Describe saves what the town says of a table's columns: label, unit and
// meaning, in the order of the table. An empty label keeps the present one.
func (s *Service) Describe(ctx context.Context, town *tenants.Tenant, slug string, said []Column) error {
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		t, err := claim(ctx, tx, slug)
		if err != nil {
			return err
		}
		for i := range t.Columns {
			at := slices.IndexFunc(said, func(c Column) bool { return c.Name == t.Columns[i].Name })
			if at < 0 {
				continue
			}
			if err := t.Columns[i].say(said[at]); err != nil {
				return err
			}
		}
		columns, err := json.Marshal(t.Columns)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, updateColumns, tx.Tenant(), t.ID, t.Edition, columns); err != nil {
			return err
		}
		return s.changed(ctx, tx, t, "opendata.columns")
	})
}

func (c *Column) say(said Column) error {
	label, unit, about := strings.TrimSpace(said.Label), strings.TrimSpace(said.Unit), strings.TrimSpace(said.About)
	for text, most := range map[string]int{label: mostLabel, unit: mostUnit, about: mostAbout} {
		if utf8.RuneCountInString(text) > most {
			return fault.New(fault.Invalid, "opendata.fault.column_text", fault.With(fault.Args{"Column": c.Label, "Most": most}))
		}
	}
	if label != "" {
		c.Label = label
	}
	c.Unit, c.About = unit, about
	return nil
}

// changed bumps the table and what is drawn of it, and says who did it.
func (s *Service) changed(ctx context.Context, tx *db.Tx, t *Table, deed string) error {
	if _, err := tx.Exec(ctx, bumpTable, tx.Tenant(), t.ID); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, deed, "dataset/"+t.Slug, map[string]any{"dataset": t.Slug}); err != nil {
		return err
	}
	return ogc.Bump(ctx, tx, t.Slug)
}

// describe writes the first words about a new table into the catalogue.
func (s *Service) describe(ctx context.Context, town *tenants.Tenant, slug string, m datasets.Metadata) error {
	if s.register == nil {
		return nil
	}
	return s.register.Describe(ctx, town, slug, m)
}

// inspect looks at a new edition before anybody reads it.
func (s *Service) inspect(ctx context.Context, town *tenants.Tenant, slug string) error {
	if s.register == nil {
		return nil
	}
	return s.register.Inspect(ctx, town, slug)
}

// address makes the address of a title; an invalid fault when it cannot be one.
func (s *Service) address(title string) (string, error) {
	slug := words.Slug(title, "-")
	refused := slug == "" || slices.Contains(reserved, slug)
	if !refused && s.register != nil {
		_, refused = s.register.Addresses()[slug]
	}
	if refused {
		return "", fault.New(fault.Invalid, "opendata.fault.title_taken", fault.With(fault.Args{"Title": title}))
	}
	return slug, nil
}

// reserved are pages below /donnees that are no dataset.
var reserved = []string{
	"themes", "indicateurs", "recits", "flux", "nouveau", "tableau", "catalogue", "reutilisations", "questions-collectives",
	"moissonnes", "catalogues", "data-gouv",
}
