package showcases

import (
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Piece of a comparison: words that stayed, came or went.
type span struct {
	Text string
	Sign int // 0 stayed, 1 came, -1 went
}

// change is one part of a piece that differs between two versions.
type change struct {
	Place string // message key of a head's field, or "" for a block
	Kind  BlockKind
	Sign  int // 1 a new block, -1 one taken away, 0 changed words
	Moved bool
	Spans []span
}

// compare lists what differs, head first, then blocks in their new order, those
// taken away last.
func compare(before, after *Content) []change {
	changes := compareHead(before, after)
	for i := range after.Blocks {
		b := &after.Blocks[i]
		j := before.block(b.ID)
		if j < 0 {
			changes = append(changes, change{Kind: b.Kind, Sign: 1, Spans: []span{{b.words(), 1}}})
			continue
		}
		moved := rank(before, after, b.ID) != rank(after, before, b.ID)
		if was, is := before.Blocks[j].words(), b.words(); was != is || moved {
			changes = append(changes, change{Kind: b.Kind, Moved: moved, Spans: spans(was, is)})
		}
	}
	for i := range before.Blocks {
		if b := &before.Blocks[i]; after.block(b.ID) < 0 {
			changes = append(changes, change{Kind: b.Kind, Sign: -1, Spans: []span{{b.words(), -1}}})
		}
	}
	return changes
}

// rank is a block's place among those that both have.
func rank(c, other *Content, id string) (n int) {
	for i := range c.Blocks {
		if c.Blocks[i].ID == id {
			return n
		}
		if other.block(c.Blocks[i].ID) >= 0 {
			n++
		}
	}
	return n
}

func compareHead(before, after *Content) (changes []change) {
	head := func(c *Content) []string {
		hero := ""
		if c.Hero != nil {
			hero = c.Hero.words()
		}
		return []string{
			c.Title, c.Promise, c.Theme, strings.Join(c.Towns, ", "), hero, c.Period, c.Partners, c.Effort, c.Contact,
			join(c.Who.Name, c.Who.Role, c.Who.Body, c.Who.Consent),
		}
	}
	was, is := head(before), head(after)
	for i, name := range []string{"title", "promise", "theme", "towns", "hero", "period", "partners", "effort", "contact", "who"} {
		if was[i] != is[i] {
			changes = append(changes, change{Place: "showcases.field." + name, Spans: spans(was[i], is[i])})
		}
	}
	return changes
}

// words is everything a block says, for comparing.
func (b *Block) words() string {
	text := join(b.Title, b.Text, b.Author, b.Role, b.Link, b.Town)
	if b.Picture != nil {
		text = join(text, b.Picture.words())
	}
	if f := b.Figure; f != nil {
		text = join(text, f.Value, f.Unit, f.Source, f.Date, f.Town, f.Key)
	}
	return text
}

func (p *Picture) words() string { return join(p.ID.String()[24:], p.Alt, p.Credit, p.Caption) }

func join(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n")
}

// spans compares two texts word by word: the library compares lines whole, so
// each word is given to it as a line, the true ends of lines as a mark.
func spans(was, is string) (list []span) {
	d := diffmatchpatch.New()
	a, b, words := d.DiffLinesToRunes(wordPerLine.Replace(was), wordPerLine.Replace(is))
	parts := d.DiffCharsToLines(d.DiffMainRunes(a, b, false), words)
	for _, part := range d.DiffCleanupSemantic(parts) {
		list = append(list, span{lineAgain.Replace(part.Text), int(part.Type)})
	}
	return list
}

var (
	wordPerLine = strings.NewReplacer("\n", "\x1e\n", " ", " \n")
	lineAgain   = strings.NewReplacer("\x1e\n", "\n", " \n", " ", "\x1e", "\n", "\n", "")
)
