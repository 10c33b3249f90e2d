package views

import (
	contributed "acvdata/services/contributions/views"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Question is what a resident asked, and the town's answer.
type Question struct {
	ID, Title, Text, Date, Machine, Who string
	State                               string
	Tone                                components.Tone
	Icon                                string
	Answer                              *contributed.Answer // nil before
}

// QuestionLink leads to a question.
type QuestionLink struct {
	Title, Href, State string
	Tone               components.Tone
	Icon               string
}

// Questions are those about a dataset.
type Questions struct {
	Frame Frame
	Ask   string // form, "" when none are taken
	Who   string // answers
	Rate  []components.Definition
	List  []Question
	Pages components.Pages
}

// DeskForm asks who answers about a dataset.
type DeskForm struct {
	Action      string
	Who, Closed components.Field
}

// UseCard is what somebody made with the town's data. Href leads elsewhere.
type UseCard struct {
	ID, Title, Href, Host string
	Sort, SortLabel, Icon string
	Text, Who, Date       string
	Photo                 string
	Datasets              []Link
	UsedIn, UsedHref      string
}

// Uses are those of a town.
type Uses struct {
	Shell         layout.Shell
	Declare       string // form, "" when none are taken in
	Queue         string // of those to read, for who moderates
	Filter        components.FilterProps
	Sort, Dataset components.Field
	Filtered      bool
	Found         string
	Cards         []UseCard
	Pages         components.Pages
}
