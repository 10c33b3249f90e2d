package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Empty says why there is nothing, with what to do about it.
type Empty struct {
	Props   components.EmptyProps
	Actions []components.LinkProps
}

// Town is the page a resident reads.
type Town struct {
	Shell   layout.Shell
	Tabs    []components.Tab
	Empty   *Empty
	Now     Now
	Stats   []components.StatProps
	Map     components.MapProps
	Night   string // heading of the map: which night
	Ranking components.TableProps
	Years   components.TableProps
	Summer  string // the sentence on this summer and the one before
	Rule    string // how days and nights are counted
	Months  []Month
	Season  []components.Tab // years of the calendar
	Island  components.Lines
	Method  []string
	Data    []components.LinkProps
}

// Now is how hot it is.
type Now struct {
	Value   string // "27,4 °C"
	Class   int    // of the scale of heat, 1 to 7; 0 when nothing is known
	Title   string
	Lines   []string
	At      string
	Machine string
}

// Month is a page of the calendar.
type Month struct {
	ID    string
	Name  string // "juillet 2026"
	Weeks [][]Cell
	Note  string // what the month came down to
}

// Cell is a day of the calendar; Day 0 is a blank.
type Cell struct {
	Day   int
	Value string // "31", "" when not known
	Class int    // of the scale of heat, 0 when not known
	Hot   bool
	Night bool   // tropical
	Says  string // the day in words
}

// Zones is the page of local climate zones.
type Zones struct {
	Shell   layout.Shell
	Tabs    []components.Tab
	Empty   *Empty
	Map     components.MapProps
	Levels  components.Chart
	Table   components.TableProps
	Finding string
	Method  []string
	Data    []components.LinkProps
}

// Station is a station's page, for everybody and for the staff.
type Station struct {
	Shell   layout.Shell
	Head    components.HeadProps
	Actions []components.LinkProps
	Alert   *components.AlertProps
	Stats   []components.StatProps
	Spans   []components.Tab
	Form    PeriodForm
	Charts  []components.Band
	Doubts  string
	Facts   []components.Definition
	Map     *components.MapProps
	Counts  components.TableProps
	Rule    string
	Devices *Devices // the staff's only
}

// PeriodForm asks for days.
type PeriodForm struct {
	Action   string
	From, To components.Field
}

// Devices is the staff's part of a station.
type Devices struct {
	Table   components.TableProps
	Removes []Remove
	Action  string // where to put a device; "" when the person may not
	Serial  components.Field
	Model   components.Field
	Since   components.Field
	Faults  []components.FieldError
}

// Remove is the button that ends a deployment.
type Remove struct{ Action, ID, Serial string }

// RemoveCell is that button in a table.
func RemoveCell(r Remove) components.Cell { return components.Cell{Node: removeForm(r)} }

// Desk is the staff's page.
type Desk struct {
	Shell     layout.Shell
	Actions   []components.LinkProps
	Empty     *Empty
	Alerts    []components.AlertProps
	Stats     []components.StatProps
	Table     components.TableProps
	Sightings components.TableProps
	Imports   []components.CardProps
	Rule      string
}

// StationForm adds or changes a station.
type StationForm struct {
	Shell     layout.Shell
	Head      components.HeadProps
	Action    string
	Back      string
	Revision  string
	Faults    []components.FieldError
	Conflict  *components.AlertProps
	Code      components.Field
	New       bool
	Name      components.Field
	Setting   components.Field
	Lon, Lat  components.Field
	Altitude  components.Field
	Reference components.Field
	Public    components.Field
}

// Connect tells how to have devices speak to the platform.
type Connect struct {
	Shell   layout.Shell
	Tokens  string // page where a token is made, "" for who may not
	Servers []Server
	Answers components.TableProps
}

// Server is a kind of network server.
type Server struct {
	ID, Name, Address, Header string
	Steps                     []string
}

// Mark is a state in words, colour and icon.
type Mark struct {
	Label string
	Tone  components.Tone
	Icon  string
}

// MarkCell is a state in a table.
func MarkCell(m Mark) components.Cell { return components.Cell{Node: mark(m)} }

// DegreeCell is a temperature on the scale of heat.
func DegreeCell(value string, class int) components.Cell {
	return components.Cell{Node: degree(value, class)}
}
