package showcases

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Kind is what a piece is.
type Kind string

// The kinds.
const (
	Sheet     Kind = "sheet"     // fiche cas d'usage
	Dossier   Kind = "dossier"   // several pieces around a subject
	Interview Kind = "interview" // entretien
)

var kinds = []Kind{Sheet, Dossier, Interview}

// Section is the first segment of the kind's public addresses.
func (k Kind) Section() string {
	return map[Kind]string{Sheet: "cas-usages", Dossier: "dossiers", Interview: "entretiens"}[k]
}

func (k Kind) known() bool { return slices.Contains(kinds, k) }

// State is where a piece stands.
type State string

// The states. A published piece that is written on becomes a draft again while
// everybody still sees what was published.
const (
	Draft     State = "draft"
	InTown    State = "town"   // the towns it speaks of validate it
	InReview  State = "review" // somebody else of the editors reads it
	Published State = "published"
	Archived  State = "archived" // withdrawn: its address says why
)

var states = []State{Draft, InTown, InReview, Published, Archived}

// Themes are the subjects a piece may be about, codes of the catalogue.
var themes = []string{"trees", "biodiversity", "heat", "land", "opendata"}

// Person is who did something.
type Person struct {
	ID   uuid.UUID
	Name string
}

// Piece is a sheet, a dossier or an interview.
type Piece struct {
	ID            uuid.UUID
	Kind          Kind
	Slug          string
	State         State
	Version       int
	Content       Content  // as last saved
	Public        *Content // as everybody sees it, figures frozen; nil when never published
	PublicVersion int
	PublishedAt   time.Time // first time
	RefreshedAt   time.Time // last time
	ChangedAt     time.Time
	Author        Person // of the last save
	ArchiveReason string // why everybody may not read it any more; "" once published again
}

// Open reports whether everybody may read it.
func (p *Piece) Open() bool { return p.Public != nil && p.ArchiveReason == "" }

// Path is its public address on the platform.
func (p *Piece) Path() string { return "/" + p.Kind.Section() + "/" + p.Slug }

// About reports whether what was last saved, or what is public, speaks of a town.
func (p *Piece) About(slug string) bool {
	return slices.Contains(p.Content.Towns, slug) || p.Public != nil && slices.Contains(p.Public.Towns, slug)
}

// Content is everything a piece says, without any HTML.
type Content struct {
	Title   string   `json:"title"`
	Promise string   `json:"promise"` // what it brings, in a sentence
	Theme   string   `json:"theme"`
	Towns   []string `json:"towns"` // slugs
	Hero    *Picture `json:"hero,omitempty"`

	// The identity card, short texts; empty ones are not shown.
	Period   string `json:"period,omitempty"`
	Partners string `json:"partners,omitempty"`
	Effort   string `json:"effort,omitempty"`
	Contact  string `json:"contact,omitempty"`

	Who Speaker `json:"who"` // of an interview

	Blocks []Block `json:"blocks"`
}

// Speaker is who is interviewed. Nothing is published without consent.
type Speaker struct {
	Name    string `json:"name,omitempty"`
	Role    string `json:"role,omitempty"`
	Body    string `json:"body,omitempty"`
	Consent string `json:"consent,omitempty"` // day it was given, 2006-01-02
}

// Picture is a picture with what must go with it.
type Picture struct {
	ID      uuid.UUID `json:"id"`
	Width   int       `json:"width"` // pixels, of the full size
	Height  int       `json:"height"`
	Alt     string    `json:"alt"`    // for those who do not see it
	Credit  string    `json:"credit"` // author and licence
	Caption string    `json:"caption,omitempty"`
}

// clone is a copy that shares nothing.
func (c Content) clone() (copied Content) {
	text, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	if err != nil {
		panic(err) // plain values always go through
	}
	return copied
}

// pictures lists every picture shown.
func (c *Content) pictures() []uuid.UUID {
	var ids []uuid.UUID
	if c.Hero != nil {
		ids = append(ids, c.Hero.ID)
	}
	for i := range c.Blocks {
		if p := c.Blocks[i].Picture; p != nil {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// block finds a block by its identifier; -1 when there is none.
func (c *Content) block(id string) int {
	return slices.IndexFunc(c.Blocks, func(b Block) bool { return b.ID == id })
}
