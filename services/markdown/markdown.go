package markdown

import (
	"bytes"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"acvdata/services/i18n"
)

// Page is a Markdown text on its way to a page.
type Page struct {
	Title string // of its first-level heading, "" when it has none
	HTML  string // the rest, safe to write into a page
}

// Article renders a text of the product: the first heading becomes its title, the
// others start at the second level.
func Article(source string) (Page, error) {
	outline := &outline{top: 2, titled: true}
	html, err := convert(source, outline, goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	if err != nil {
		return Page{}, err
	}
	return Page{Title: outline.title, HTML: own().Sanitize(html)}, nil
}

// Written renders a text of somebody of a town as HTML below a heading of level
// top-1: its own headings start at top. Addresses alone become links; French
// spaces are made unbreakable.
func Written(source string, top int) (string, error) {
	html, err := convert(i18n.Typography(source), &outline{top: top}, goldmark.WithExtensions(extension.Linkify))
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(people().Sanitize(html)), nil
}

func convert(source string, o *outline, options ...goldmark.Option) (string, error) {
	options = append(options, goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(o, 100))))
	var out bytes.Buffer
	err := goldmark.New(options...).Convert([]byte(source), &out)
	return out.String(), err
}

// own keeps text, lists, tables and links, without the nofollow meant for
// comments.
func own() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.RequireNoFollowOnLinks(false)
	p.AllowAttrs("scope").OnElements("th")
	return p
}

// people keeps what a town needs to say something, and nothing that loads.
func people() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "h5", "h6", "code", "hr")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	return p
}

// outline takes the title out of a document if asked, and fits its headings
// below those of the page.
type outline struct {
	top    int
	titled bool
	title  string
}

// Transform is goldmark's ASTTransformer.
func (o *outline) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	all := headings(doc)
	if o.titled && len(all) > 0 && all[0].Level == 1 {
		o.title = plain(all[0], reader.Source())
		doc.RemoveChild(doc, all[0])
		all = all[1:]
	}
	if !o.titled {
		o.lower(all)
		return
	}
	for _, heading := range all {
		heading.Level = max(o.top, heading.Level)
	}
}

// lower shifts all headings alike, so that the highest stands at the top level,
// and leaves no level out.
func (o *outline) lower(all []*ast.Heading) {
	if len(all) == 0 {
		return
	}
	highest, last := all[0].Level, o.top-1
	for _, heading := range all {
		heading.Level = min(max(heading.Level-highest+o.top, o.top), last+1, 6)
		last = heading.Level
	}
}

func headings(doc *ast.Document) []*ast.Heading {
	var all []*ast.Heading
	for node := doc.FirstChild(); node != nil; node = node.NextSibling() {
		if heading, ok := node.(*ast.Heading); ok {
			all = append(all, heading)
		}
	}
	return all
}

func plain(node ast.Node, source []byte) string {
	var b strings.Builder
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		if leaf, ok := child.(*ast.Text); ok {
			b.Write(leaf.Segment.Value(source))
			continue
		}
		b.WriteString(plain(child, source))
	}
	return b.String()
}

// Escape makes a value from outside plain text inside Markdown.
func Escape(value string) string {
	var b strings.Builder
	for _, r := range value {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
