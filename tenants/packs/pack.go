package packs

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"acvdata/services/authz"
	"acvdata/tenants"
)

//go:embed *.yaml
var files embed.FS

// Pack is one town's file. Coordinates are degrees, EPSG:4326.
type Pack struct {
	Slug           string            `yaml:"slug"`
	Host           string            `yaml:"host"`
	Name           string            `yaml:"name"`
	INSEE          string            `yaml:"insee"`
	SIREN          string            `yaml:"siren"`
	DepartmentCode string            `yaml:"department_code"`
	Department     string            `yaml:"department"`
	Region         string            `yaml:"region"`
	EPCI           string            `yaml:"epci"`
	Population     int               `yaml:"population"`
	PopulationYear int               `yaml:"population_year"`
	Center         []float64         `yaml:"center"`
	Bounds         []float64         `yaml:"bounds"`
	Approximate    bool              `yaml:"approximate"`
	Accent         string            `yaml:"accent"`
	Tagline        string            `yaml:"tagline"`
	Experiment     string            `yaml:"experiment"`
	Welcome        string            `yaml:"welcome"`
	PublicName     string            `yaml:"public_name"`
	Modules        map[string]Module `yaml:"modules"`
	Members        []Member          `yaml:"members"`
	Boundary       map[string]any    `yaml:"boundary"`
}

// Module is a module's state in a pack.
type Module struct {
	On       bool           `yaml:"on"`
	Settings map[string]any `yaml:"settings"`
}

// Member is a person who gets a role at their first sign-in with that address.
type Member struct {
	Email string     `yaml:"email"`
	Role  authz.Role `yaml:"role"`
}

// Accents is the closed list of town colours whose contrast is guaranteed.
var Accents = []string{"foret", "riviere", "lagune", "vigne", "terre", "ardoise", "lavande", "ocre"}

var (
	slugForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,40}$`)
	inseeForm = regexp.MustCompile(`^(\d{2}|2[AB])\d{3}$`)
)

// Names that addresses of the platform itself use; no town may take one.
var reserved = []string{
	"accessibilite", "aide", "api", "assets", "auth", "cas-usages", "catalog", "compte", "connexion", "deconnexion",
	"donnees-personnelles", "dossiers", "entretiens", "healthz", "hors-ligne", "invitation", "mentions-legales",
	"ogc", "programme", "readyz",
}

// All reads the packs the product ships, in alphabetical order.
func All() ([]*tenants.Tenant, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	towns := make([]*tenants.Tenant, 0, len(names))
	for _, name := range names {
		f, err := files.Open(name)
		if err != nil {
			return nil, err
		}
		town, err := Read(f)
		_ = f.Close()
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
		towns = append(towns, town)
	}
	return towns, nil
}

// Read reads and checks one pack. The town it gives has no ID yet.
func Read(r io.Reader) (*tenants.Tenant, error) {
	p, err := Parse(r)
	if err != nil {
		return nil, err
	}
	return p.Tenant()
}

// Parse reads one pack and refuses unknown keys, so that a typing mistake is
// not silently a default.
func Parse(r io.Reader) (*Pack, error) {
	var p Pack
	if err := yaml.NewDecoder(r, yaml.Strict()).Decode(&p); err != nil {
		return nil, err
	}
	return &p, p.check()
}

func (p *Pack) check() error {
	var faults []error
	refuse := func(bad bool, text string) {
		if bad {
			faults = append(faults, errors.New(text))
		}
	}
	refuse(!slugForm.MatchString(p.Slug), "slug: small letters, digits and hyphens")
	refuse(slices.Contains(reserved, p.Slug), "slug: reserved by the platform")
	refuse(p.Name == "", "name: missing")
	refuse(!inseeForm.MatchString(p.INSEE), "insee: five characters, as text with its zeros")
	refuse(len(p.Center) != 2, "center: [longitude, latitude]")
	refuse(len(p.Bounds) != 4, "bounds: [west, south, east, north]")
	refuse(!slices.Contains(Accents, p.Accent), fmt.Sprintf("accent: one of %v", Accents))
	for _, m := range p.Members {
		refuse(!strings.Contains(m.Email, "@"), "members: email: "+m.Email+" is no address")
		refuse(!m.Role.InTown(), "members: role: "+string(m.Role)+" is no role of a town")
	}
	refuse(p.Boundary == nil, "boundary: a GeoJSON polygon")
	if len(p.Center) == 2 && len(p.Bounds) == 4 {
		refuse(!p.box().Contains(tenants.Point{Lon: p.Center[0], Lat: p.Center[1]}, 0), "center: outside bounds")
	}
	return errors.Join(faults...)
}

func (p *Pack) box() tenants.Bounds {
	return tenants.Bounds{West: p.Bounds[0], South: p.Bounds[1], East: p.Bounds[2], North: p.Bounds[3]}
}

// Tenant gives the town of a checked pack, without ID.
func (p *Pack) Tenant() (*tenants.Tenant, error) {
	boundary, err := json.Marshal(p.Boundary)
	if err != nil {
		return nil, fmt.Errorf("boundary: %w", err)
	}
	modules := make(map[string]tenants.ModuleState, len(p.Modules))
	for code, m := range p.Modules {
		settings, err := json.Marshal(m.Settings)
		if err != nil {
			return nil, fmt.Errorf("settings of %s: %w", code, err)
		}
		modules[code] = tenants.ModuleState{On: m.On, Settings: settings}
	}
	return &tenants.Tenant{
		Slug: p.Slug, Host: p.Host, Name: p.Name, INSEE: p.INSEE, SIREN: p.SIREN,
		DepartmentCode: p.DepartmentCode, Department: p.Department, Region: p.Region, EPCI: p.EPCI,
		Population: p.Population, PopulationYear: p.PopulationYear,
		Center: tenants.Point{Lon: p.Center[0], Lat: p.Center[1]}, Bounds: p.box(),
		Boundary: boundary, Approximate: p.Approximate, Accent: p.Accent,
		Tagline: p.Tagline, Experiment: p.Experiment, Welcome: p.Welcome, PublicName: p.PublicName, Modules: modules,
	}, nil
}
