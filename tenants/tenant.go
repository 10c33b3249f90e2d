package tenants

import (
	"encoding/json"
	"math"
	"time"

	"github.com/google/uuid"
)

// ID identifies a town in every tenant table. Its zero value is no town.
type ID = uuid.UUID

// Tenant is a town (commune) with a workspace of its own. Values are shared by
// concurrent requests and must not be changed after loading.
type Tenant struct {
	ID   ID
	Slug string // first segment of the town's addresses, "saint-omer"
	Host string // the town's own host name, "" when it has none

	Name           string // official name, "Saint-Omer"
	INSEE          string // code officiel géographique, 5 characters, zeros kept
	SIREN          string // 9 digits
	DepartmentCode string // "62", "2A"
	Department     string
	Region         string
	EPCI           string // intercommunal body, with its name in full
	Population     int    // legal population of PopulationYear
	PopulationYear int
	Center         Point // WGS 84
	Bounds         Bounds
	Boundary       json.RawMessage // GeoJSON Polygon or MultiPolygon, WGS 84
	Approximate    bool            // the boundary is a coarse outline (about 200 m)

	Accent     string // code of the closed list in web/styles: "foret", "riviere", …
	Tagline    string // one French line on the town's cards
	Experiment string // what the town asked the programme for, in French
	Welcome    string // French welcome text of the public portal, Markdown, may be ""

	PublicName string // at the head of the portal instead of Name, may be ""
	Contact    string // public e-mail address, may be ""
	Phone      string // public telephone number as the town writes it, may be ""
	Postal     string // postal address of the town hall, in lines, may be ""
	Legal      string // Markdown added to the legal notice, may be ""
	Privacy    string // Markdown added to the page on personal data, may be ""
	Logo       string // names the logo's content, "" when the town has none

	Illustrative bool // the workspace shows demonstration data
	Modules      map[string]ModuleState

	Changed time.Time // last change of any of this, to the microsecond
}

// Point is a position in degrees, WGS 84 (EPSG:4326).
type Point struct{ Lon, Lat float64 }

// Rounded is the point to a millionth of a degree, about ten centimetres: what
// is computed has no more digits than what is surveyed.
func (p Point) Rounded() Point {
	return Point{Lon: math.Round(p.Lon*1e6) / 1e6, Lat: math.Round(p.Lat*1e6) / 1e6}
}

// Bounds is a bounding box in degrees, WGS 84 (EPSG:4326).
type Bounds struct{ West, South, East, North float64 }

// Contains reports whether p lies in the box widened by margin degrees.
func (b Bounds) Contains(p Point, margin float64) bool {
	return p.Lon >= b.West-margin && p.Lon <= b.East+margin &&
		p.Lat >= b.South-margin && p.Lat <= b.North+margin
}

// Common is where two boxes meet: its west is beyond its east, or its south beyond
// its north, where they do not.
func (b Bounds) Common(o Bounds) Bounds {
	return Bounds{
		West: max(b.West, o.West), South: max(b.South, o.South),
		East: min(b.East, o.East), North: min(b.North, o.North),
	}
}

// ModuleState says whether a module is on in a town, and its settings as the
// module's manifest types them.
type ModuleState struct {
	On       bool            `json:"on"`
	Settings json.RawMessage `json:"settings,omitempty"`
}

// Has reports whether the module with that code is on in the town.
func (t *Tenant) Has(module string) bool { return t.Modules[module].On }

// Called is the name residents read at the head of the town's portal.
func (t *Tenant) Called() string {
	if t.PublicName != "" {
		return t.PublicName
	}
	return t.Name
}

// LogoPath is the address of the town's logo, another one for each content; ""
// when it has none.
func (t *Tenant) LogoPath() string {
	if t.Logo == "" {
		return ""
	}
	return t.Path("logo?v=" + t.Logo[:min(12, len(t.Logo))])
}

// Path returns the town's address below its own root: Path("arbres") is
// "/ales/arbres". A town served on its own host name has no prefix there; the
// proxy's host routing adds it back, so links are always written with it.
func (t *Tenant) Path(rest string) string {
	return "/" + t.Slug + "/" + rest
}
