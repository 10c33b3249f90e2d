package trees

import (
	"time"

	"github.com/google/uuid"

	"acvdata/modules/trees/taxa"
	"acvdata/tenants"
)

// Lengths of texts that are filtered by or shown in lists; longer ones are cut
// on import and refused in forms.
const (
	maxSpeciesText = 200
	maxDistrict    = 120
	maxAddress     = 200
	maxMatricule   = 80
	maxNotes       = 4000
	maxShortText   = 200
)

// Site is a planting place.
type Site struct {
	ID             uuid.UUID
	Position       tenants.Point
	PositionSource string
	AccuracyM      *float64
	Address        string
	District       string
	Layout         string // alignment, group, alone, in the town's words
	Manager        string
	Soil, Foot     string
	Revision       int
}

// Tree is a tree with the place it stands on.
type Tree struct {
	ID            uuid.UUID
	Number        int64
	Site          Site
	Status        Status
	Taxon         taxa.Taxon
	SpeciesText   string // as the town wrote it
	SpeciesCode   string
	Matricule     string
	Planted       time.Time // zero when unknown
	PlantedYear   bool      // only the year of Planted is known
	BirthYear     int       // 0 when unknown; estimated when Planted is zero
	Felled        time.Time
	Surveyed      time.Time
	Stage         Stage
	Habit         string
	HeightM       *float64
	Circumference *float64 // cm
	MeasuredAtCm  int      // 0 when not said
	CrownM        *float64
	Remarkable    bool
	Notes         string
	Imported      bool // by a file, rather than by hand
	Revision      int
	Created       time.Time
	Updated       time.Time
}

// Age is the tree's age in years at a date, estimated when no planting date is
// known; ok is false when nothing tells.
func (t *Tree) Age(at time.Time) (years int, ok bool) {
	if t.BirthYear == 0 {
		return 0, false
	}
	return max(0, at.Year()-t.BirthYear), true
}

// DiameterCm is the trunk's diameter; ok is false when it was not measured.
func (t *Tree) DiameterCm() (cm float64, ok bool) {
	if t.Circumference == nil {
		return 0, false
	}
	return Diameter(*t.Circumference), true
}

// Item is a tree in a list.
type Item struct {
	Number        int64
	Taxon         taxa.Taxon
	SpeciesText   string
	Status        Status
	Stage         Stage
	HeightM       *float64
	Circumference *float64
	BirthYear     int
	Address       string
	District      string
	Matricule     string
	Remarkable    bool
	Position      tenants.Point
	cursor        Cursor
}

// Page is a part of a list.
type Page struct {
	Items    []Item
	Total    int64  // trees selected
	Previous string // cursor to go back with, "" on the first page
	Next     string // cursor to go on with, "" on the last page
}

// Change is one entry of a tree's life: what it was before.
type Change struct {
	At       time.Time
	Deed     string // "import" or "edit"
	Actor    string
	Before   Snapshot
	After    Snapshot
	Revision int
}

// Snapshot is the part of a tree that its life tells about.
type Snapshot struct {
	Status        Status   `json:"status"`
	TaxonID       int      `json:"taxon_id"`
	SpeciesText   string   `json:"species_text"`
	HeightM       *float64 `json:"height_m"`
	Circumference *float64 `json:"circumference_cm"`
	CrownM        *float64 `json:"crown_m"`
	Stage         Stage    `json:"stage"`
	Remarkable    bool     `json:"remarkable"`
}
