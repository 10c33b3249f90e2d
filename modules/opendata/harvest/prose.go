package harvest

import (
	"html"
	"regexp"
	"strings"

	htmltomarkdown "github.com/JohannesKaufmann/html-to-markdown/v2"
	"github.com/microcosm-cc/bluemonday"
)

// tag is what makes a text HTML rather than plain text or Markdown.
var tag = regexp.MustCompile(`(?i)</?(p|br|div|span|a|b|i|em|strong|u|ul|ol|li|h[1-6]|table|tr|td|th|tbody|thead|img|script|style|iframe|svg|font|blockquote|pre|code|hr)\b[^>]*>|&(nbsp|amp|lt|gt|quot|eacute|egrave|agrave|#\d+);`)

// kept is what a description may hold; whoever shows it makes it safe again.
var kept = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "b", "em", "i", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto")
	p.RequireParseableURLs(true)
	p.AddSpaceWhenStrippingTag(true)
	return p
}()

// bare drops every tag.
var bare = func() *bluemonday.Policy {
	p := bluemonday.StrictPolicy()
	p.AddSpaceWhenStrippingTag(true)
	return p
}()

// prose makes Markdown of a description, which catalogues write in HTML, in
// Markdown or in plain text. Neither script nor picture of others stays.
func prose(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if !tag.MatchString(text) {
		return strings.TrimSpace(text)
	}
	markdown, err := htmltomarkdown.ConvertString(kept.Sanitize(text))
	if err != nil {
		return plain(text)
	}
	return strings.TrimSpace(markdown)
}

// plain makes one line of a text, without tags.
func plain(text string) string {
	if strings.ContainsAny(text, "<&") {
		text = html.UnescapeString(bare.Sanitize(text))
		if tag.MatchString(text) { // it was escaped twice
			text = html.UnescapeString(bare.Sanitize(text))
		}
	}
	return strings.Join(strings.Fields(text), " ")
}
