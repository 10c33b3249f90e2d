package stories

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/words"
)

// Story is one story.
type Story struct {
	ID        uuid.UUID
	Slug      string // in its address; never changes
	Title     string
	Lead      string
	Theme     datasets.Theme
	Blocks    []Block
	Published bool
	Revision  int
	Author    string
	Updated   time.Time
	At        time.Time // of the last publication, zero before
}

// Block is one part of a story.
type Block struct {
	Type BlockType `json:"type"`
	Text string    `json:"text,omitempty"` // Markdown of a text; the caption of others
	// Ref is what is shown: address of a dataset (map), "table/chart" (chart), key
	// of an indicator (figure), identifier of a photograph (photo).
	Ref string `json:"ref,omitempty"`
	// Of a photograph: what it shows, for who does not see it; its author; its
	// size in pixels.
	Alt    string `json:"alt,omitempty"`
	Credit string `json:"credit,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

// BlockType is a kind of block.
type BlockType string

// The closed list of blocks.
const (
	Text   BlockType = "text"
	Map    BlockType = "map"
	Chart  BlockType = "chart"
	Figure BlockType = "figure"
	Photo  BlockType = "photo"
)

// BlockTypes lists them in the order people see them.
func BlockTypes() []BlockType { return []BlockType{Text, Map, Chart, Figure, Photo} }

// Limits of a story.
const (
	mostTitle  = 160
	mostLead   = 500
	mostText   = 20_000
	mostBlocks = 40
	mostRef    = 200
	mostAlt    = 300
)

// check refuses a story, naming every field at fault.
func (s *Story) check() error {
	f := fault.New(fault.Invalid, "opendata.fault.story")
	s.Title, s.Lead = strings.TrimSpace(s.Title), strings.TrimSpace(s.Lead)
	if n := utf8.RuneCountInString(s.Title); n == 0 || n > mostTitle || words.Slug(s.Title, "-") == "" {
		fault.On("title", "opendata.fault.title", fault.Args{"Most": mostTitle})(f)
	}
	if utf8.RuneCountInString(s.Lead) > mostLead {
		fault.On("lead", "opendata.fault.long", fault.Args{"Most": mostLead})(f)
	}
	if s.Theme != "" && !s.Theme.Known() {
		fault.On("theme", "opendata.fault.choice", nil)(f)
	}
	if len(s.Blocks) > mostBlocks {
		fault.On("blocks", "opendata.fault.many_blocks", fault.Args{"Most": mostBlocks})(f)
	}
	for i, b := range s.Blocks {
		if !slices.Contains(BlockTypes(), b.Type) || len(b.Ref) > mostRef {
			fault.On(fmt.Sprintf("b%d.type", i), "opendata.fault.choice", nil)(f)
		}
		if utf8.RuneCountInString(b.Text) > mostText {
			fault.On(fmt.Sprintf("b%d.text", i), "opendata.fault.long", fault.Args{"Most": mostText})(f)
		}
		if b.Type == Photo && b.Ref != "" {
			b.checkPhoto(f, fmt.Sprintf("b%d.", i))
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// checkPhoto asks for the words without which a photograph cannot be shown; at is
// what the names of its fields begin with.
func (b Block) checkPhoto(f *fault.Fault, at string) {
	if n := utf8.RuneCountInString(b.Alt); strings.TrimSpace(b.Alt) == "" || n > mostAlt {
		fault.On(at+"alt", "opendata.fault.photo_alt", fault.Args{"Most": mostAlt})(f)
	}
	if n := utf8.RuneCountInString(b.Credit); strings.TrimSpace(b.Credit) == "" || n > mostTitle {
		fault.On(at+"credit", "opendata.fault.photo_credit", fault.Args{"Most": mostTitle})(f)
	}
}

// Missing lists the blocks that say nothing, by rank: a story with some cannot be
// published.
func (s *Story) Missing() (ranks []int) {
	for i, b := range s.Blocks {
		if b.Type == Text && strings.TrimSpace(b.Text) == "" || b.Type != Text && b.Ref == "" {
			ranks = append(ranks, i)
		}
	}
	return ranks
}

// HTML writes a block's Markdown as HTML safe to put into a page, its headings
// below the page's own. Raw HTML in the text is left out, and links and pictures
// of other sites do not call them: pictures are left out too. French spaces are
// made unbreakable.
func HTML(markdown string) (string, error) {
	md := goldmark.New(goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(lower{}, 100))))
	var out bytes.Buffer
	if err := md.Convert([]byte(i18n.Typography(markdown)), &out); err != nil {
		return "", err
	}
	policy := bluemonday.NewPolicy()
	policy.AllowStandardURLs()
	policy.AllowElements("p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "code", "pre", "br", "hr",
		"table", "thead", "tbody", "tr", "th", "td")
	policy.AllowAttrs("href").OnElements("a")
	policy.RequireNoFollowOnLinks(false)
	policy.AllowRelativeURLs(true)
	return policy.Sanitize(out.String()), nil
}

// lower fits headings below the page's title.
type lower struct{}

// Transform is goldmark's ASTTransformer.
func (lower) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	for node := doc.FirstChild(); node != nil; node = node.NextSibling() {
		if h, ok := node.(*ast.Heading); ok {
			h.Level = min(4, max(2, h.Level))
		}
	}
}
