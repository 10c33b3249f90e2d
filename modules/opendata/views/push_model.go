package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Pushes is the town's account on data.gouv.fr, with how its datasets stand there.
type Pushes struct {
	Shell        layout.Shell
	Tabs         []components.Tab
	Portal       string
	Action       string
	Able         bool // the installation can keep keys
	MayPublish   bool
	Given        bool // there is a key
	Errors       []components.FieldError
	Facts        []components.Definition
	Key          components.Field
	Organization *components.Field // nil where there is no choice
	Forget       *components.ConfirmProps
	Table        components.TableProps
	Waiting      bool // a dataset is on its way
}

// PushPanel is how one dataset stands on data.gouv.fr, and what may be done.
type PushPanel struct {
	Title    string
	Tone     components.Tone
	Label    string
	Icon     string
	Text     string // why, or what follows
	About    string // what a list says in another column
	Page     string // over there, "" for none
	Settings string // page of the account
	Action   string // "" for who may not publish
	Waiting  bool
	Setup    bool // there is no key yet
	On       bool // offers to publish it there
	Again    bool // offers to send it once more
	Off      *components.ConfirmProps
}
