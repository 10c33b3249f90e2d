package portal

import (
	"bytes"
	"regexp"
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

// article is a Markdown text on its way to a page.
type article struct {
	Title string // of its first-level heading, "" when it has none
	HTML  string // the rest, safe to write into a page
}

// render turns Markdown into HTML that fits below a page's own title: the first
// heading becomes the article's title, the others start at the second level.
// Whatever the text holds, no script, style or event comes out; the spaces that
// French wants unbreakable are.
func render(markdown string) (article, error) {
	source := []byte(markdown)
	headings := &headings{}
	md := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithAutoHeadingID(), parser.WithASTTransformers(util.Prioritized(headings, 100))),
	)
	var out bytes.Buffer
	if err := md.Convert(source, &out); err != nil {
		return article{}, err
	}
	return article{Title: i18n.Typography(headings.title), HTML: i18n.Typography(policy().Sanitize(out.String()))}, nil
}

// policy keeps text, lists, tables and links, without the nofollow meant for
// comments: these texts are the product's own.
func policy() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.RequireNoFollowOnLinks(false)
	p.AllowAttrs("scope").OnElements("th")
	return p
}

// headings takes the title out of a document and fits the other levels below it.
type headings struct{ title string }

// Transform is goldmark's ASTTransformer.
func (h *headings) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var all []*ast.Heading
	for node := doc.FirstChild(); node != nil; node = node.NextSibling() {
		if heading, ok := node.(*ast.Heading); ok {
			all = append(all, heading)
		}
	}
	if len(all) > 0 && all[0].Level == 1 {
		h.title = plain(all[0], reader.Source())
		doc.RemoveChild(doc, all[0])
		all = all[1:]
	}
	for _, heading := range all {
		heading.Level = max(2, heading.Level)
	}
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

var mailbox = regexp.MustCompile(`^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+$`)

// contact writes an e-mail address as a link, anything else as plain text.
func contact(value string) string {
	if mailbox.MatchString(value) {
		return "<" + value + ">"
	}
	return escape(value)
}

// escape makes a value from outside plain text inside Markdown.
func escape(value string) string {
	var b strings.Builder
	for _, r := range value {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
