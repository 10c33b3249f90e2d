package views

import (
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Image is a picture on a page.
type Image struct {
	Full, Small          string // addresses
	Width, Height        int    // of the full size
	Alt, Credit, Caption string
}

// Card is a piece in a list.
type Card struct {
	Title, Text, Href string
	Eyebrow           string // theme or kind
	Meta              string // towns, date
	Image             *Image
	Seed              string // draws the canopy where there is no picture
	Accent            string
	Lead              bool // the first of a list, larger
}

// Index is a public list.
type Index struct {
	Shell                layout.Shell
	Icon, Title, Lead    string
	Filter               components.FilterProps
	Query                string
	Themes, Towns        []components.Choice
	Found                string
	Cards                []Card
	Empty                components.EmptyProps
	Reset, Feed, Address string
}

// TownTag is a town an article speaks of.
type TownTag struct {
	Town *tenants.Tenant
	Href string
}

// Figure is a number with what must be known of it.
type Figure struct {
	Value, Unit, Label string
	Note               string // frozen or live, with its date
	Source, Method     string
	Href               string
}

// Data is data an experiment used.
type Data struct{ Title, Href, Producer, Licence, Note string }

// Part is a part of an article; what is set tells which.
type Part struct {
	ID       string
	Title    string
	HTML     string // of a text or an answer, sanitised
	Question bool
	Figures  []Figure
	Data     []Data
	Quote    string
	Author   string
	Role     string
	Image    *Image
	Map      *components.MapProps
	Card     *Card
}

// Article is a piece, whole.
type Article struct {
	Shell         layout.Shell
	Banner        *components.AlertProps
	Kind          string
	Theme         string
	Title         string
	Promise       string
	Accent, Seed  string
	Hero          *Image
	Towns         []TownTag
	Speaker       string // of an interview
	Facts         []components.Definition
	Contents      []Part // titled parts, for the table of contents
	Parts         []Part
	Notes         []components.Definition
	Related       []Card
	Back          string
	BackLabel     string
	Validate      *components.ConfirmProps // a town's answers
	Decline       *components.ConfirmProps
	Reason        components.Field
	RelatedTitle  string
	Illustrations bool
}

// NewsRow is a piece in the newsroom.
type NewsRow struct {
	Title, Href, Kind, Towns, Changed, Author string
	State                                     components.Tone
	StateLabel, StateIcon                     string
	Waits                                     string // whom it waits for
}

// Newsroom lists every piece.
type Newsroom struct {
	Shell   layout.Shell
	Tabs    []components.Tab
	Rows    []NewsRow
	Kind    components.Field
	Title   components.Field
	Errors  []components.FieldError
	Action  string
	Waiting string
}

// BlockRow is a block in the editor.
type BlockRow struct {
	Kind, Icon, Title, Excerpt string
	Edit                       string
	Up, Down                   string // address of the move, "" at the ends
	Remove                     *components.ConfirmProps
	Missing                    bool
}

// Editor is a piece being written.
type Editor struct {
	Shell                 layout.Shell
	Kind, Title           string
	State                 components.Tone
	StateLabel, StateIcon string
	Version               string
	Notices               []components.AlertProps
	Errors                []components.FieldError
	Action                string
	Hidden                components.Hidden
	MayEdit               bool
	Fields                HeadFields
	Hero                  *Image
	HeroEdit              string
	Blocks                []BlockRow
	AddAction             string
	Add                   components.Field
	Preview, Versions     string
	Public                string
	Missing               []string
	Asks                  []Ask
	Events                []components.Event
	Interview             bool
}

// Ask is something that can become of a piece now.
type Ask struct {
	Confirm components.ConfirmProps
	Reason  *components.Field
	Why     string // why it cannot be asked now
}

// HeadFields are the fields of a piece's identity.
type HeadFields struct {
	Title, Promise, Theme, Towns, Period, Partners, Effort, Contact components.Field
	WhoName, WhoRole, WhoBody, WhoConsent                           components.Field
}

// BlockEditor is one block being written.
type BlockEditor struct {
	Shell       layout.Shell
	Title, Lead string
	Icon        string
	Errors      []components.FieldError
	Action      string
	Hidden      components.Hidden
	Fields      []components.Field
	Image       *Image
	Upload      string // address a picture is sent to, "" when the block has none
	UploadField components.Field
	UploadMore  []components.Field
	Back        string
}

// Save is a version in the list of versions.
type Save struct{ Number, Href, Date, Author, Note string }

// Versions lists the saves of a piece.
type Versions struct {
	Shell layout.Shell
	Title string
	Saves []Save
	Back  string
}

// Span is words that stayed, came or went.
type Span struct {
	Text string
	Sign int
}

// Change is a part that differs.
type Change struct {
	Title string
	Label string
	Tone  components.Tone
	Spans []Span
}

// Difference compares two versions.
type Difference struct {
	Shell   layout.Shell
	Title   string
	Lead    string
	Changes []Change
	Back    string
}

// TownPieces lists a town's pieces for its staff.
type TownPieces struct {
	Shell layout.Shell
	Rows  []NewsRow
}
