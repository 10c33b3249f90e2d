package views

import (
	"acvdata/tenants"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Link is a link in a list.
type Link struct{ Label, Href string }

// Example is an address to copy, with what it gives.
type Example struct{ Label, Text string }

// Catalogue is the town's public catalogue.
type Catalogue struct {
	Shell      layout.Shell
	Town       *tenants.Tenant
	Total      int
	Found      string
	Filter     components.FilterProps
	Query      string
	Themes     []components.Choice
	Facets     []components.Field
	Tiles      []components.CardProps // themes; none while something is searched for
	Figures    []components.StatProps
	Embeds     []components.EmbedProps // of the figures
	Stories    []components.CardProps
	Cards      []components.CardProps
	Debates    []DebateCard
	AllDebates string
	Uses       []UseCard
	AllUses    string // page of what was made with the data
	Declare    string // form that declares one, "" when none is taken in
	Follow     components.LinkProps
	Reuse      string // page of the addresses for programs
	Pages      components.Pages
	CanPublish bool
}

// Above reports whether something stands above the list, which then needs a
// heading, and a way to it from the top of a phone.
func (c Catalogue) Above() bool { return len(c.Tiles)+len(c.Figures)+len(c.Stories) > 0 }

// Reuse lists the addresses of the whole catalogue.
type Reuse struct {
	Shell    layout.Shell
	Sections []ReuseSection
}

// ReuseSection is the addresses for one kind of reader.
type ReuseSection struct {
	ID, Title, Text string
	Addresses       []Example
}

// Frame is what the pages of one dataset share.
type Frame struct {
	Shell  layout.Shell
	Title  string
	Themes string
	Icon   string
	Tabs   []components.Tab
	Edit   string // page in the workspace, "" for residents
}

// Download is one file.
type Download struct {
	Label, Href, Format, Size, SHA256 string
	Main                              bool // one that most people want: shown first
}

func (d Download) short() string {
	if d.Size == "" {
		return d.Format
	}
	return d.Format + " (" + d.Size + ")"
}

// parted puts what most people want before the others.
func parted(all []Download) (main, others []Download) {
	for _, d := range all {
		if d.Main {
			main = append(main, d)
		} else {
			others = append(others, d)
		}
	}
	return main, others
}

// About presents a dataset.
type About struct {
	Frame     Frame
	Summary   string
	Method    string
	Quality   Quality
	Keywords  []string
	Facts     []components.Definition
	Downloads []Download
	Embeds    []components.EmbedProps
	Map       *components.MapProps
	Charts    []ChartView
	Restored  string // warning that live rows are not those of the newest version
	Explore   string // the module's own page, "" when it has none
	TakePart  []components.LinkProps
	Answerer  string // who answers questions, "" when none are taken
	Questions []QuestionLink
	AllAsked  string
	Uses      []UseCard
	AllUses   string
	Related   Related
}

// Related is what a dataset served.
type Related struct {
	Debates []DebateCard           // collective questions that lean on it
	Figures []components.StatProps // that rest on it
	Stories []components.CardProps // that show it
}

func (r Related) any() bool { return len(r.Debates)+len(r.Figures)+len(r.Stories) > 0 }

// Preview is rows and what the columns mean.
type Preview struct {
	Frame      Frame
	Sample     components.TableProps
	Dictionary components.TableProps
	Shown      string
	Items      string
}

// API is how programs read a dataset.
type API struct {
	Frame       Frame
	Console     Console
	Examples    []Example
	Landing     string
	Description string
	Document    string // page of the API's document
}

// Console is a question asked of a dataset's rows, with its answer.
type Console struct {
	Filter    components.FilterProps
	Fields    []components.Field
	Questions []components.LinkProps // to begin with
	Columns   components.TableProps  // what the fields mean
	Error     string                 // what is wrong with the question
	Found     string                 // "12 résultats"
	Rows      components.TableProps
	Address   Example
	Open      components.LinkProps
	Codes     []Example
}

// Version is one publication.
type Version struct {
	ID, Title, Href, Date, Machine, Rows, Note string
	Current                                    bool
	Restores                                   bool   // its files are those of an older version
	Changes                                    Link   // what changed since the version before
	Restore                                    string // page that goes back to it, "" when the person may not
	Files                                      []Download
}

// Versions lists the publications of a dataset.
type Versions struct {
	Frame    Frame
	Restored string // warning that live rows are not those of the newest version
	List     []Version
}

// VersionView is the page of one publication.
type VersionView struct {
	Frame   Frame
	Version Version
	Latest  string // page of the newest version, "" when this is it
}

// Overview lists the town's datasets for its staff.
type Overview struct {
	Shell  layout.Shell
	Tabs   []components.Tab
	Import string // page that brings a file in, "" for those who may not
	Rows   []OverviewRow
}

// OverviewRow is a dataset with where it stands.
type OverviewRow struct {
	Title, Href, Public string // Public is its page for everybody, "" when it has none
	State               components.Tone
	StateLabel          string
	StateIcon           string
	Waiting             string // a decision on personal data is waited for, "" for none
	Version, Updated    string
	Late                string // the update promised is late, "" when it is not
	Quality             Brief
	Publish             string // page that publishes it, "" when the person may not
	Publishing          bool
}

// Edit is a dataset in the workspace.
type Edit struct {
	Shell      layout.Shell
	Title      string
	State      components.Tone
	StateLabel string
	StateIcon  string
	Waiting    string // columns that look like personal data wait for a decision
	Decide     string // where
	StateText  string
	Public     string
	Publish    string // page that publishes it, "" when the person may not
	Withdraw   *components.ConfirmProps
	Reason     components.Field
	Quality    Quality
	Brief      Brief
	MayEdit    bool
	Action     string
	Score      string // address that scores the form as it is filled
	Errors     []components.FieldError
	Fields     FormFields
	Versions   []Version
	Table      *TableForms             // of a table the town brought in
	Push       *PushPanel              // nil before the first publication
	ToDo       []components.Definition // what residents wait for
	Desk       *DeskForm               // who answers; nil for who may not edit
}

// FormFields are the fields of the form about a dataset.
type FormFields struct {
	Title, Summary, Keywords, Themes, Licence, Producer, Frequency components.Field
	TemporalStart, TemporalEnd                                     components.Field
	ContactName, ContactEmail, ContactURL                          components.Field
	Method, Documentation, HighValue                               components.Field
}

// Publication is a dataset being published.
type Publication struct {
	Shell    layout.Shell
	Title    string
	Edit     string
	Notices  []components.AlertProps
	Public   string
	Action   string // address the form posts to, "" when nothing can be published now
	Lacking  string // what the sheet still lacks
	Note     components.Field
	Stream   *components.ProgressStreamProps
	Bar      components.ProgressProps
	Stop     *components.ConfirmProps
	Files    []Download
	Rows     string // what would be published
	Changes  string // what that would change, "" when it is not known
	Upcoming string // page that tells it row by row, "" before the first publication
	// Personal are the columns that look like personal data, nil for none.
	Personal *Personal
}

// Personal is the columns that look like personal data.
type Personal struct {
	Alert   components.AlertProps
	Action  string // address decisions post to, "" for those who may not decide
	Columns []PersonalColumn
}

// PersonalColumn is one of them.
type PersonalColumn struct {
	Field, Label, Kinds, Cells, Examples string
	State                                string
	Tone                                 components.Tone
	Decided                              string // who decided and when
	Waiting                              bool
	Clear, Withhold                      bool // decisions that can be taken
}
