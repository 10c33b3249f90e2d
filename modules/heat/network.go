package heat

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"acvdata/tenants"
)

// Quantity is what a series measures.
type Quantity string

// The quantities.
const (
	Temperature Quantity = "temperature" // of the air, °C
	Humidity    Quantity = "humidity"    // relative, %
)

// Unit is the quantity's unit.
func (q Quantity) Unit() string {
	if q == Humidity {
		return "%"
	}
	return "°C"
}

// LabelKey is the message key of the quantity's name.
func (q Quantity) LabelKey() string { return "heat.quantity." + string(q) }

// Setting is what surrounds a station ("environnement").
type Setting string

// The settings.
const (
	Built       Setting = "built"
	Green       Setting = "green"
	Water       Setting = "water"
	Countryside Setting = "countryside"
	NoSetting   Setting = "unknown"
)

var settings = []Setting{Built, Green, Water, Countryside, NoSetting}

// Known reports whether the setting is of the list.
func (s Setting) Known() bool { return slices.Contains(settings, s) }

// LabelKey is the message key of the setting's name.
func (s Setting) LabelKey() string { return "heat.setting." + string(s) }

// Lengths of texts; longer ones are refused in forms and cut on import.
const (
	maxCode = 40
	maxName = 120
)

// Site is a station: a place where something is measured.
type Site struct {
	ID        uuid.UUID
	Code      string // in addresses and files: "centre-01"
	Name      string
	Setting   Setting
	Reference bool // the one others are compared with
	Public    bool
	Position  *tenants.Point
	AltitudeM *float64
	Revision  int
}

// Series is one quantity at one site.
type Series struct {
	Number   int
	Quantity Quantity
	First    time.Time // zero when it is empty
	Last     time.Time
	Value    float64   // newest one that no check doubts, with ValueAt
	ValueAt  time.Time // zero when there is none
	Live     bool      // fed by a device
	Silent   time.Time // since when it should have spoken; zero when all is well
}

// Deployment is a device at a site.
type Deployment struct {
	ID     uuid.UUID
	Serial string
	Model  string
	Since  time.Time
	Until  time.Time // zero while it is there
}

// Sighting is a device that speaks and that nobody has declared.
type Sighting struct {
	Serial      string
	Name        string
	Messages    int64
	First, Last time.Time
}

// silence is how long a station may say nothing before people are told:
// devices speak every 5 to 60 minutes.
const silence = 3 * time.Hour

// localDay is the day a moment belongs to, in French time, as midnight UTC of
// that date: what PostgreSQL calls a date.
func localDay(t time.Time) time.Time {
	y, m, d := t.In(paris).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// dayStart is the moment a local day begins.
func dayStart(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, paris)
}
