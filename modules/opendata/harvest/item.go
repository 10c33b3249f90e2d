package harvest

import (
	"crypto/sha256"
	"encoding/json"
	"net/mail"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"acvdata/services/datasets"
	"acvdata/tenants"
)

// Item is a dataset as a catalogue describes it, in the same words whatever the
// catalogue's kind. It is stored as JSON.
type Item struct {
	Identifier   string             `json:"identifier"`        // as the catalogue gives it
	Names        []string           `json:"names,omitempty"`   // other identifiers and addresses of the same
	Landing      string             `json:"landing,omitempty"` // page for people, "" for none
	Origins      []string           `json:"origins,omitempty"` // where the catalogue says it has it from
	Title        string             `json:"title"`             // plain text
	Summary      string             `json:"summary,omitempty"` // Markdown
	Publisher    string             `json:"publisher,omitempty"`
	ContactName  string             `json:"contact_name,omitempty"`
	ContactEmail string             `json:"contact_email,omitempty"`
	ContactURL   string             `json:"contact_url,omitempty"`
	Licence      datasets.Licence   `json:"licence,omitempty"`      // "" when it is none of the two
	LicenceName  string             `json:"licence_name,omitempty"` // as it is given
	LicenceURL   string             `json:"licence_url,omitempty"`
	Frequency    datasets.Frequency `json:"frequency,omitempty"` // "" when unknown
	Themes       []datasets.Theme   `json:"themes,omitempty"`
	ThemeNames   []string           `json:"theme_names,omitempty"` // as they are given
	Keywords     []string           `json:"keywords,omitempty"`
	Place        string             `json:"place,omitempty"`
	Box          *tenants.Bounds    `json:"box,omitempty"`  // WGS 84
	From         string             `json:"from,omitempty"` // first day covered, as 2026-11-29, 2026-11 or 2026
	To           string             `json:"to,omitempty"`
	Issued       time.Time          `json:"issued,omitzero"`
	Modified     time.Time          `json:"modified,omitzero"`
	Files        []File             `json:"files,omitempty"`
}

// File is a way to the data, at its publisher's.
type File struct {
	Title  string `json:"title,omitempty"`
	URL    string `json:"url"`
	Format string `json:"format,omitempty"` // short and in capitals: CSV
	Media  string `json:"media,omitempty"`  // media type
	Size   int64  `json:"size,omitempty"`   // bytes, 0 when unknown
}

// Limits of what is kept of an item; longer texts are cut, longer lists shortened.
const (
	mostTitle   = 300
	mostSummary = 10_000
	mostText    = 300
	mostURL     = 2_000
	mostWords   = 100
	mostFiles   = 1_000
)

// tidy cuts, trims and drops what nobody could use, so that the same catalogue
// gives the same item.
func (i *Item) tidy() {
	i.Title = cut(plain(i.Title), mostTitle)
	i.Summary = cut(prose(i.Summary), mostSummary)
	i.Identifier = cut(strings.TrimSpace(i.Identifier), mostURL)
	for _, text := range []*string{&i.Publisher, &i.ContactName, &i.LicenceName, &i.Place} {
		*text = cut(plain(*text), mostText)
	}
	for _, address := range []*string{&i.Landing, &i.ContactURL, &i.LicenceURL} {
		*address = webAddress(*address)
	}
	if i.Licence == "" {
		i.Licence = licenceOf(i.LicenceName + " " + i.LicenceURL)
	}
	i.ContactEmail = mailbox(i.ContactEmail)
	i.Keywords, i.ThemeNames = wordsOf(i.Keywords), wordsOf(i.ThemeNames)
	i.Themes = themesOf(i.ThemeNames, i.Keywords, i.Title)
	i.Names, i.Origins = distinct(i.Names, mostWords), distinct(i.Origins, mostWords)
	i.Issued, i.Modified = i.Issued.UTC().Truncate(time.Second), i.Modified.UTC().Truncate(time.Second)
	kept := i.Files[:0]
	for _, f := range i.Files {
		if f.URL = webAddress(f.URL); f.URL == "" || len(kept) == mostFiles {
			continue
		}
		f.Title, f.Media = cut(plain(f.Title), mostText), cut(f.Media, mostText)
		f.Format, f.Size = formatOf(f), max(f.Size, 0)
		if !slices.ContainsFunc(kept, func(other File) bool { return other.URL == f.URL && other.Format == f.Format }) {
			kept = append(kept, f)
		}
	}
	i.Files = kept
}

// sum tells whether anything changed.
func (i *Item) sum() ([sha256.Size]byte, []byte, error) {
	content, err := json.Marshal(i)
	return sha256.Sum256(content), content, err
}

// Open reports whether the licence is one of the two that public bodies publish
// under without asking.
func (i *Item) Open() bool { return i.Licence.Known() }

// Licensed is the licence's name to show: the official one, or as it is given.
func (i *Item) Licensed() string {
	if i.Open() {
		return i.Licence.Name()
	}
	if i.LicenceName != "" {
		return i.LicenceName
	}
	return i.LicenceURL
}

// LicenceLink is where the licence's text is, "" when unknown.
func (i *Item) LicenceLink() string {
	if i.Open() {
		return i.Licence.URL()
	}
	return i.LicenceURL
}

// cut shortens at a word.
func cut(text string, most int) string {
	text = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), ""))
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	short := string([]rune(text)[:most-1])
	if i := strings.LastIndexAny(short, " \n"); i > most/2 {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:.\n") + "…"
}

// webAddress keeps an address of the web, "" for anything else: what is shown as
// a link is opened by people.
func webAddress(raw string) string {
	raw = strings.TrimSpace(raw)
	u, err := url.Parse(raw)
	if err != nil || len(raw) > mostURL || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

func mailbox(raw string) string {
	a, err := mail.ParseAddress(strings.TrimPrefix(strings.TrimSpace(raw), "mailto:"))
	if err != nil || len(a.Address) > mostText {
		return ""
	}
	return a.Address
}

func wordsOf(list []string) []string {
	for i, w := range list {
		list[i] = cut(plain(w), mostText)
	}
	return distinct(list, mostWords)
}

// distinct drops empty and double ones, whatever their capitals.
func distinct(list []string, most int) (kept []string) {
	for _, w := range list {
		w = strings.TrimSpace(w)
		same := func(o string) bool { return strings.EqualFold(o, w) }
		if w != "" && len(w) <= mostURL && len(kept) < most && !slices.ContainsFunc(kept, same) {
			kept = append(kept, w)
		}
	}
	return kept
}

// formatOf names a format in a few capitals: "CSV", whether the catalogue says
// so, gives a media type, an address of a vocabulary, or a file's name. A file's
// name tells more than a media type that says only what its bytes are wrapped in.
func formatOf(f File) string {
	name := strings.ToLower(f.Format)
	if _, media, ok := strings.Cut(name, "media-types/"); ok {
		name = media
	} else if strings.Contains(name, "://") {
		name = path.Base(strings.TrimRight(name, "/"))
	}
	if name == "" {
		name = strings.ToLower(f.Media)
	}
	name, _, _ = strings.Cut(name, ";")
	short, known := formats[strings.TrimSpace(name)]
	if !known {
		short = strings.ToUpper(path.Base(name))
	}
	if vague := slices.Contains([]string{"", ".", "JSON", "ZIP", "PLAIN", "OCTET-STREAM", "XML", "TXT"}, short); vague {
		if told := endingOf(f); told != "" {
			return told
		}
	}
	if short == "." || len(short) > 12 || strings.ContainsAny(short, "<> ") || strings.HasSuffix(short, "STREAM") {
		return ""
	}
	return short
}

// endingOf is the format that a file's name or the end of its address tells.
func endingOf(f File) string {
	endings := []string{path.Ext(f.Title)}
	if u, err := url.Parse(f.URL); err == nil {
		endings = append(endings, "."+path.Base(u.Path), path.Ext(u.Path))
	}
	best := ""
	for _, e := range endings {
		e = strings.TrimPrefix(strings.ToLower(e), ".")
		if short := formats[e]; short != "" && (best == "" || best == "ZIP") {
			best = short
		}
	}
	return best
}

var formats = map[string]string{
	"text/csv": "CSV", "csv": "CSV", "text/comma-separated-values": "CSV",
	"application/json": "JSON", "json": "JSON", "application/geo+json": "GeoJSON", "application/vnd.geo+json": "GeoJSON", "geojson": "GeoJSON",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX", "vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
	"xlsx": "XLSX", "application/vnd.ms-excel": "XLS", "vnd.ms-excel": "XLS", "application/vnd.oasis.opendocument.spreadsheet": "ODS",
	"application/zip": "ZIP", "application/x-shapefile": "SHP", "x-shapefile": "SHP", "shapefile": "SHP", "shp": "SHP",
	"application/geopackage+sqlite3": "GPKG", "geopackage": "GPKG", "application/vnd.google-earth.kml+xml": "KML", "vnd.google-earth.kml+xml": "KML",
	"application/parquet": "PARQUET", "application/vnd.apache.parquet": "PARQUET", "vnd.apache.parquet": "PARQUET",
	"application/pdf": "PDF", "pdf": "PDF", "zip": "ZIP", "kml": "KML", "gpkg": "GPKG", "fgb": "FGB", "jsonl": "JSONL", "ndjson": "NDJSON", "parquet": "PARQUET",
	"ov2": "OV2", "gpx": "GPX", "ods": "ODS", "xls": "XLS", "rdf": "RDF", "ttl": "TTL", "jsonld": "JSON-LD", "txt": "TXT", "plain": "TXT", "application/rdf+xml": "RDF", "rdf_xml": "RDF", "text/turtle": "TTL", "rdf_turtle": "TTL",
	"application/ld+json": "JSON-LD", "json_ld": "JSON-LD", "ld+json": "JSON-LD", "text/n3": "N3", "n3": "N3", "application/gpx+xml": "GPX", "gpx+xml": "GPX",
	"text/html": "HTML", "html": "HTML", "application/xml": "XML", "text/xml": "XML", "xml": "XML", "application/x-ndjson": "NDJSON",
}
