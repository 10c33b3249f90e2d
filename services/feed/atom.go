package feed

import (
	"encoding/xml"
	"time"
)

// ContentType is the media type of a feed.
const ContentType = "application/atom+xml; charset=utf-8"

// Feed is what a feed says of itself.
type Feed struct {
	ID      string // address of the page it follows
	Self    string // its own address
	Title   string
	Author  string
	Entries []Entry // newest first
}

// Entry is a piece of news.
type Entry struct {
	Href      string // its page, which also names it
	Title     string
	Summary   string // plain text
	Published time.Time
	Updated   time.Time
}

type document struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string   `xml:"xml:lang,attr"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  author   `xml:"author"`
	Links   []link   `xml:"link"`
	Entries []entry  `xml:"entry"`
}

type author struct {
	Name string `xml:"name"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type entry struct {
	ID        string `xml:"id"`
	Title     string `xml:"title"`
	Updated   string `xml:"updated"`
	Published string `xml:"published"`
	Summary   string `xml:"summary"`
	Links     []link `xml:"link"`
}

// Write gives the feed in French as a document; its date is its newest entry's,
// so that nothing changes while nothing happens.
func (f Feed) Write() ([]byte, error) {
	newest := time.Unix(0, 0)
	d := document{
		Lang: "fr", ID: f.ID, Title: f.Title, Author: author{f.Author},
		Links: []link{{"self", "application/atom+xml", f.Self}, {"alternate", "text/html", f.ID}},
	}
	for _, e := range f.Entries {
		if e.Updated.After(newest) {
			newest = e.Updated
		}
		d.Entries = append(d.Entries, entry{
			ID: e.Href, Title: e.Title, Updated: stamp(e.Updated), Published: stamp(e.Published), Summary: e.Summary,
			Links: []link{{"alternate", "text/html", e.Href}},
		})
	}
	d.Updated = stamp(newest)
	body, err := xml.MarshalIndent(d, "", "  ")
	return append([]byte(xml.Header), append(body, '\n')...), err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
