package components

import (
	"html"
	"strconv"
)

// EmbedProps is the HTML that shows something of a town in another site's page
// ("intégration").
type EmbedProps struct {
	ID      string // unique on the page
	Label   string // what is shown: "La carte"
	Title   string // of the frame, for who does not see it
	Address string // absolute, of the page made for frames
	Page    string // absolute, of the full page
	Height  int    // pixels, at a usual width
}

// HTML is what to paste; width is of the frame: "100%" or a number of pixels. The
// link is for readers whose site takes frames away.
func (e EmbedProps) HTML(width string) string {
	return `<iframe src="` + html.EscapeString(e.Address) + `" title="` + html.EscapeString(e.Title) + `" width="` + width +
		`" height="` + strconv.Itoa(e.Height) + `" loading="lazy" style="border:0"></iframe>` + "\n" +
		`<p><a href="` + html.EscapeString(e.Page) + `">` + html.EscapeString(e.Title) + `</a></p>`
}
