package views

import (
	"github.com/a-h/templ"

	"acvdata/web/components"
	"acvdata/web/layout"
)

// ThemeView is a theme's dashboard: figures, charts, maps, datasets and stories
// of several modules.
type ThemeView struct {
	Shell   layout.Shell
	Town    string
	Title   string
	Summary string
	Icon    string
	Figures []components.StatProps
	Embeds  []components.EmbedProps // of the figures
	Charts  []ChartView
	Map     *components.MapProps
	Cards   []components.CardProps
	Stories []components.CardProps
	Follow  components.LinkProps
	Debates []DebateCard
	Empty   bool
}

// ChartView is a chart of a table or of an indicator, in one of two forms.
type ChartView struct {
	Bars  *components.Chart
	Time  bool // the bars stand side by side, in the order of time
	Lines *components.Lines
	Href  string // what it is drawn from
	Label string
	Drop  *components.ConfirmProps // for staff who may remove it
	// Embeds show it on other sites; where staff may remove it they are left out.
	Embeds []components.EmbedProps
}

// Goal is how far an indicator is on the way to its goal.
type Goal struct {
	ID      string
	Text    string // "62 % du chemin vers 120 km en 2030"
	Percent int
	Reached bool
}

// IndicatorView is the public page of an indicator.
type IndicatorView struct {
	Shell   layout.Shell
	Theme   string
	Icon    string
	Title   string
	Edit    string
	Draft   bool
	Value   components.StatProps
	Goal    *Goal
	Chart   ChartView
	History components.TableProps
	Facts   []components.Definition
	Embeds  []components.EmbedProps
}

// IndicatorList is the workspace's list of indicators.
type IndicatorList struct {
	Shell layout.Shell
	Tabs  []components.Tab
	Add   string // "" for those who may not
	Table components.TableProps
	Empty bool
}

// IndicatorForm edits an indicator.
type IndicatorForm struct {
	Shell    layout.Shell
	Title    string
	Action   string
	Public   string
	Errors   []components.FieldError
	Revision string
	Fields   IndicatorFields
	Measures *Measures // nil unless values are typed
	Drop     *components.ConfirmProps
}

// IndicatorFields are the fields of the form.
type IndicatorFields struct {
	Title, Unit, Decimals, Theme, Method, Source, Kind, Table, Value, Date, Aggregate, Live, Goal, GoalOn, Lower, Published components.Field
}

// Measures are the typed values of an indicator, and the form that adds one.
type Measures struct {
	Action     string
	Day, Value components.Field
	Table      components.TableProps
	Any        bool
}

// ThemesForm is the workspace's page of themes.
type ThemesForm struct {
	Shell  layout.Shell
	Tabs   []components.Tab
	Action string
	Errors []components.FieldError
	Themes []ThemeFields
}

// ThemeFields are the answers about one theme.
type ThemeFields struct {
	ID, Label, Icon, Href    string
	Shown, Position, Summary components.Field
}

// StoryView is a story as people read it.
type StoryView struct {
	Shell   layout.Shell
	Theme   string
	Icon    string
	Title   string
	Lead    string
	Date    string
	Author  string
	Edit    string // "" for residents
	Preview bool   // seen by staff before it is published
	Blocks  []StoryBlock
}

// StoryBlock is one part of a story; one of its forms is filled.
type StoryBlock struct {
	HTML    templ.Component
	Map     *components.MapProps
	Chart   *ChartView
	Figure  *components.StatProps
	Goal    *Goal
	Photo   *Photo
	Caption string
	Missing string                  // why there is nothing to show
	Embeds  []components.EmbedProps // of a map or a figure
}

// Photo is a photograph of a story.
type Photo struct {
	Full, Small   string // addresses
	Alt, Credit   string
	Width, Height string // pixels of the full one
}

// PhotoForm takes the photograph of a block in.
type PhotoForm struct {
	Shell                      layout.Shell
	Title, Action, Back        string
	Hidden                     components.Hidden
	Errors                     []components.FieldError
	Alt, Credit, Caption, File components.Field
}

// StoryList is the workspace's list of stories.
type StoryList struct {
	Shell layout.Shell
	Tabs  []components.Tab
	Add   string
	Table components.TableProps
	Empty bool
}

// StoryForm edits a story.
type StoryForm struct {
	Shell             layout.Shell
	Title             string
	Action            string
	Errors            []components.FieldError
	Revision          string
	Name, Lead, Theme components.Field
	Blocks            []BlockForm
	Kind              components.Field // of a block to add
	State             components.Tone
	StateLabel        string
	Preview, Public   string
	Publish, Take     string // addresses, "" when it cannot be done
	Drop              *components.ConfirmProps
	New               bool
}

// BlockForm edits a block.
type BlockForm struct {
	Index, Label, Icon string
	Type               string
	Text, Ref          components.Field
	First, Last        bool
	Alt, Credit        components.Field // of a photograph that is there
	Photo              *Photo
	Pick               string // label of the button that takes a photograph
}

// Explore is the dataset's rows as a table with filters.
type Explore struct {
	Frame   Frame
	Filter  components.FilterProps
	Query   string
	Choices []components.Field
	Table   components.TableProps
	Matched string
	Pages   components.Pages
	Exports []Download
	Embeds  []components.EmbedProps // of the rows found
	None    bool
}

// TableForms are what staff decide of a table: columns and charts.
type TableForms struct {
	Columns  []ColumnForm
	Action   string // of the columns' form
	Charts   []ChartView
	ChartsAt string
	Title    components.Field
	By       components.Field
	Measure  components.Field
	Value    components.Field
	Errors   []components.FieldError
	Update   string // page that imports a newer file
}

// ColumnForm says what a column is.
type ColumnForm struct {
	Name, Kind         string
	Label, Unit, About components.Field
}
