package showcases

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"acvdata/services/fault"
)

// BlockKind is what a block is made of.
type BlockKind string

// The kinds of blocks.
const (
	TextBlock     BlockKind = "text"     // a heading and Markdown
	FigureBlock   BlockKind = "figure"   // a number with its source
	QuoteBlock    BlockKind = "quote"    // words of somebody
	PictureBlock  BlockKind = "picture"  // a picture with alternative text and credit
	QuestionBlock BlockKind = "question" // question and answer
	DataBlock     BlockKind = "data"     // data used, with producer and licence
	MapBlock      BlockKind = "map"      // where a town is
	PieceBlock    BlockKind = "piece"    // leads to another piece
)

var blockKinds = []BlockKind{TextBlock, FigureBlock, QuoteBlock, PictureBlock, QuestionBlock, DataBlock, MapBlock, PieceBlock}

// Block is a part of a piece. Which fields are used depends on its kind.
type Block struct {
	ID      string    `json:"id"`
	Kind    BlockKind `json:"kind"`
	Title   string    `json:"title,omitempty"`  // heading, question, label of a figure, name of data
	Text    string    `json:"text,omitempty"`   // Markdown of a text or an answer; plain elsewhere
	Author  string    `json:"author,omitempty"` // of a quote; producer of data
	Role    string    `json:"role,omitempty"`   // of the author; licence of data
	Link    string    `json:"link,omitempty"`   // address of data; "cas-usages/slug" of a piece
	Town    string    `json:"town,omitempty"`   // of a map
	Picture *Picture  `json:"picture,omitempty"`
	Figure  *Figure   `json:"figure,omitempty"`
}

// Figure is a number in words, typed in or read from an indicator.
type Figure struct {
	Value  string `json:"value,omitempty"` // "7 409"
	Unit   string `json:"unit,omitempty"`
	Source string `json:"source,omitempty"`
	Date   string `json:"date,omitempty"` // what the value is of, "2021"

	// Town and Key bind the figure to an indicator; both empty when it is typed in.
	Town string `json:"town,omitempty"`
	Key  string `json:"key,omitempty"`

	// Of a bound figure once it is frozen.
	Method string    `json:"method,omitempty"`
	Href   string    `json:"href,omitempty"`
	At     time.Time `json:"at,omitzero"`     // of the data
	Frozen time.Time `json:"frozen,omitzero"` // of the reading
}

// Bound reports whether the figure follows an indicator.
func (f *Figure) Bound() bool { return f.Key != "" }

// Longest texts, in characters.
const (
	longestLine = 300
	longestText = 12_000
	mostBlocks  = 80
)

// check says what is wrong with a block as somebody fills it in.
func (b *Block) check(f *fault.Fault) {
	for name, text := range map[string]string{"title": b.Title, "author": b.Author, "role": b.Role, "link": b.Link} {
		tooLong(f, name, text, longestLine)
	}
	tooLong(f, "text", b.Text, longestText)
	switch b.Kind {
	case TextBlock, PieceBlock, MapBlock, PictureBlock:
	case QuoteBlock:
		require(f, "text", b.Text)
		require(f, "author", b.Author)
	case QuestionBlock:
		require(f, "title", b.Title)
	case DataBlock:
		require(f, "title", b.Title)
		require(f, "author", b.Author)
		if b.Link != "" && !webAddress(b.Link) {
			fault.On("link", "showcases.fault.address", nil)(f)
		}
	case FigureBlock:
		b.checkFigure(f)
	}
}

func (b *Block) checkFigure(f *fault.Fault) {
	require(f, "title", b.Title)
	if b.Figure == nil || b.Figure.Bound() {
		return
	}
	require(f, "value", b.Figure.Value)
	require(f, "source", b.Figure.Source)
	tooLong(f, "value", b.Figure.Value, 40)
}

// missing lists what must still be there before somebody else reads the piece:
// message keys.
func (c *Content) missing(kind Kind) []string {
	var keys []string
	lacks := func(yes bool, key string) {
		if yes && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	lacks(c.Promise == "", "showcases.missing.promise")
	lacks(c.Theme == "", "showcases.missing.theme")
	lacks(kind != Dossier && len(c.Towns) == 0, "showcases.missing.town")
	lacks(kind == Interview && c.Who.Name == "", "showcases.missing.speaker")
	lacks(kind == Interview && c.Who.Consent == "", "showcases.missing.consent")
	lacks(len(c.Blocks) == 0, "showcases.missing.blocks")
	lacks(c.Hero != nil && (c.Hero.Alt == "" || c.Hero.Credit == ""), "showcases.missing.credit")
	for i := range c.Blocks {
		b := &c.Blocks[i]
		lacks(b.Kind == PictureBlock && b.Picture == nil, "showcases.missing.picture")
		lacks(b.Picture != nil && (b.Picture.Alt == "" || b.Picture.Credit == ""), "showcases.missing.credit")
		lacks(b.Kind == TextBlock && b.Text == "", "showcases.missing.text")
		lacks(b.Kind == QuestionBlock && b.Text == "", "showcases.missing.answer")
		lacks(b.Kind == FigureBlock && b.Figure == nil, "showcases.missing.figure")
		lacks(b.Kind == PieceBlock && b.Link == "", "showcases.missing.piece")
	}
	return keys
}

// check says what is wrong with the head of a piece.
func (c *Content) check() error {
	f := fault.New(fault.Invalid, "showcases.fault.form")
	require(f, "title", c.Title)
	for name, text := range map[string]string{
		"title": c.Title, "promise": c.Promise, "period": c.Period, "partners": c.Partners, "effort": c.Effort,
		"contact": c.Contact, "who_name": c.Who.Name, "who_role": c.Who.Role, "who_body": c.Who.Body,
	} {
		tooLong(f, name, text, longestLine)
	}
	if c.Theme != "" && !slices.Contains(themes, c.Theme) {
		fault.On("theme", "showcases.fault.theme", nil)(f)
	}
	if c.Who.Consent != "" {
		if _, err := time.Parse(time.DateOnly, c.Who.Consent); err != nil {
			fault.On("who_consent", "showcases.fault.day", nil)(f)
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func require(f *fault.Fault, name, text string) {
	if strings.TrimSpace(text) == "" {
		fault.On(name, "showcases.fault.required", nil)(f)
	}
}

func tooLong(f *fault.Fault, name, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		fault.On(name, "showcases.fault.too_long", fault.Args{"Limit": most})(f)
	}
}

// webAddress reports whether an address may be linked to.
func webAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
