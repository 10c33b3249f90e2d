package harvest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"acvdata/modules/opendata/rdf"
	"acvdata/services/fault"
	"acvdata/services/fetch"
)

// Kind is the language a catalogue speaks.
type Kind string

// The kinds.
const (
	Auto  Kind = ""      // to be recognised
	DCAT  Kind = "dcat"  // RDF/XML, Turtle or JSON-LD
	CKAN  Kind = "ckan"  // its action API
	ODS   Kind = "ods"   // Opendatasoft (Huwise), Explore API 2.1
	UData Kind = "udata" // data.gouv.fr and others on udata, API 1
)

// Kinds lists them in the order people see them.
func Kinds() []Kind { return []Kind{DCAT, ODS, CKAN, UData} }

// LabelKey is the message key of the kind's name.
func (k Kind) LabelKey() string { return "opendata.harvest.kind." + string(k) }

// Reader reads addresses; *fetch.Client does.
type Reader interface {
	Get(ctx context.Context, r fetch.Request) (*fetch.Answer, error)
	Check(raw string) (*url.URL, error)
}

// refusal is an item that cannot be taken, with the message key of why.
type refusal struct {
	title, identifier, reason string
	args                      fault.Args
}

// page is one answer of a catalogue.
type page struct {
	items   []Item
	refused []refusal
	next    string // address of the page after, "" on the last
	total   int    // datasets in all pages, 0 when it does not say
	sum     [sha256.Size]byte
	answer  *fetch.Answer // nil Body
}

const (
	mostItems = 20_000
	mostPages = 2_000
	perPage   = 100
	pageBytes = 32 << 20
)

// dialect is how a kind of catalogue is read.
type dialect struct {
	start func(address *url.URL) string // of the first page
	parse func(a *fetch.Answer) (*page, error)
}

var dialects = map[Kind]dialect{
	DCAT:  {func(u *url.URL) string { return u.String() }, parseDCAT},
	CKAN:  {startCKAN, parseCKAN},
	ODS:   {startODS, parseODS},
	UData: {startUData, parseUData},
}

const accepted = "application/rdf+xml, text/turtle;q=0.9, application/ld+json;q=0.9, application/json;q=0.8, */*;q=0.1"

// read gets and parses one page.
func (k Kind) read(ctx context.Context, r Reader, request fetch.Request) (*page, error) {
	request.Accept, request.Bytes = accepted, pageBytes
	a, err := r.Get(ctx, request)
	if err != nil {
		return nil, err
	}
	if a.Unchanged {
		return &page{answer: a}, nil
	}
	p, err := dialects[k].parse(a)
	if err != nil {
		return nil, err
	}
	if p.total > mostItems || len(p.items) > mostItems {
		return nil, tooMany(max(p.total, len(p.items)))
	}
	for i := range p.items {
		p.items[i].tidy()
	}
	p.sift()
	content, err := json.Marshal(p.items) // whatever surrounds them: a portal that does not turn pages still writes another link
	p.sum, p.answer, a.Body = sha256.Sum256(content), a, nil
	return p, err
}

func tooMany(count int) error {
	return fault.New(fault.TooLarge, "opendata.harvest.fault.too_many", fault.With(fault.Args{"Number": count, "Most": mostItems}))
}

// sift sets aside what cannot be taken: it has no name.
func (p *page) sift() {
	p.items = slices.DeleteFunc(p.items, func(i Item) bool {
		reason := ""
		switch {
		case i.Identifier == "":
			reason = "opendata.harvest.reason.no_identifier"
		case i.Title == "":
			reason = "opendata.harvest.reason.no_title"
		default:
			return false
		}
		p.refused = append(p.refused, refusal{title: i.Title, identifier: i.Identifier, reason: reason})
		return true
	})
}

// Recognise finds the kind of the catalogue at an address, and the address it is
// to be read at: the home page of a portal leads to its catalogue. An invalid
// fault when there is none.
func Recognise(ctx context.Context, r Reader, raw string) (Kind, string, error) {
	u, err := r.Check(raw)
	if err != nil {
		return "", "", err
	}
	if kind := byAddress(u); kind != Auto {
		return kind, dialects[kind].start(u), nil
	}
	a, err := r.Get(ctx, fetch.Request{URL: u.String(), Accept: accepted, Bytes: pageBytes})
	if err != nil {
		return "", "", err
	}
	if kind := byContent(a); kind != Auto {
		return kind, u.String(), nil
	}
	if rdf.Sniff(a.ContentType, a.Body) != "" && !strings.Contains(strings.ToLower(string(a.Body[:min(len(a.Body), 4096)])), "<html") {
		return DCAT, u.String(), nil // which then says what is wrong with it
	}
	return probe(ctx, r, u, a)
}

func byAddress(u *url.URL) Kind {
	switch {
	case strings.Contains(u.Path, "/api/explore/v2"):
		return ODS
	case strings.Contains(u.Path, "/api/3/action"), strings.Contains(u.Path, "/api/action/"):
		return CKAN
	case strings.Contains(u.Path, "/api/1/datasets"), strings.HasSuffix(u.Hostname(), "data.gouv.fr") && strings.Contains(u.Path, "/organizations/"):
		return UData
	}
	return Auto
}

// byContent recognises an answer that is a catalogue itself.
func byContent(a *fetch.Answer) Kind {
	if kind := jsonKind(a.Body); kind != Auto {
		return kind
	}
	syntax := rdf.Sniff(a.ContentType, a.Body)
	if syntax == "" {
		return Auto
	}
	g, err := rdf.Read(syntax, a.Body, a.URL)
	if err == nil && (len(g.Subjects(rdf.Type, catalogClass)) > 0 || len(g.Subjects(rdf.Type, datasetClass)) > 0) {
		return DCAT
	}
	return Auto
}

func jsonKind(body []byte) Kind {
	var shape struct {
		Success *bool           `json:"success"`
		Total   *int            `json:"total_count"`
		Data    json.RawMessage `json:"data"`
		Next    json.RawMessage `json:"next_page"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return Auto
	}
	switch {
	case shape.Success != nil:
		return CKAN
	case shape.Total != nil:
		return ODS
	case shape.Data != nil && shape.Next != nil:
		return UData
	}
	return Auto
}

// probe tries what portals offer beside their home page, then what the page
// itself links to.
func probe(ctx context.Context, r Reader, u *url.URL, home *fetch.Answer) (Kind, string, error) {
	root := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
	for _, kind := range []Kind{ODS, CKAN, UData} {
		start := dialects[kind].start(root)
		a, err := r.Get(ctx, fetch.Request{URL: start, Accept: "application/json", Bytes: pageBytes})
		if err == nil && jsonKind(a.Body) == kind {
			return kind, start, nil
		}
		if ctx.Err() != nil {
			return "", "", fault.New(fault.Unavailable, "opendata.harvest.fault.long", fault.Because(ctx.Err()))
		}
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(string(home.Body)))
	if err == nil {
		for _, media := range []string{"application/rdf+xml", "text/turtle", "application/ld+json"} {
			href, _ := page.Find(`link[rel="alternate"][type="` + media + `"]`).Attr("href")
			linked, err := r.Check(absolute(home.URL, href))
			if err == nil && href != "" {
				return DCAT, linked.String(), nil
			}
		}
	}
	return "", "", fault.New(fault.Invalid, "opendata.harvest.fault.no_catalogue", fault.With(fault.Args{"Host": u.Hostname()}))
}

func absolute(base, reference string) string {
	b, err := url.Parse(base)
	if err != nil {
		return reference
	}
	r, err := b.Parse(reference)
	if err != nil {
		return reference
	}
	return r.String()
}

// notThis is a fault for an answer that is not of the kind.
func notThis(kind Kind, cause error) error {
	return fault.New(fault.Invalid, "opendata.harvest.fault.not_"+string(kind), fault.Because(cause))
}

// notGraph says why a document is no catalogue in RDF.
func notGraph(err error) error {
	var broken *rdf.SyntaxError
	switch {
	case errors.Is(err, rdf.ErrEntities):
		return fault.New(fault.Invalid, "opendata.harvest.fault.entities", fault.Because(err))
	case errors.Is(err, rdf.ErrRemoteContext):
		return fault.New(fault.Invalid, "opendata.harvest.fault.context", fault.Because(err))
	case errors.Is(err, rdf.ErrTooMany):
		return fault.New(fault.TooLarge, "opendata.harvest.fault.statements", fault.Because(err))
	case errors.As(err, &broken) && broken.Line > 0:
		return fault.New(fault.Invalid, "opendata.harvest.fault.syntax", fault.With(fault.Args{"Line": broken.Line}), fault.Because(err))
	}
	return fault.New(fault.Invalid, "opendata.harvest.fault.not_dcat", fault.Because(err))
}
