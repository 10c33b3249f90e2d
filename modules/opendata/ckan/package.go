package ckan

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// Package is a dataset, with every key that data.gouv.fr's harvester demands.
type Package struct {
	ID              string       `json:"id"`
	Name            string       `json:"name"`
	Title           string       `json:"title"`
	Notes           string       `json:"notes"`
	URL             string       `json:"url"`
	Author          string       `json:"author"`
	AuthorEmail     *string      `json:"author_email"`
	Maintainer      string       `json:"maintainer"`
	MaintainerEmail *string      `json:"maintainer_email"`
	LicenseID       string       `json:"license_id"`
	LicenseTitle    string       `json:"license_title"`
	LicenseURL      string       `json:"license_url"`
	IsOpen          bool         `json:"isopen"`
	Private         bool         `json:"private"`
	State           string       `json:"state"`
	Type            string       `json:"type"`
	Version         string       `json:"version"`
	Created         string       `json:"metadata_created"`
	Modified        string       `json:"metadata_modified"`
	OwnerOrg        string       `json:"owner_org"`
	Organization    Organization `json:"organization"`
	Groups          []Group      `json:"groups"`
	Tags            []Tag        `json:"tags"`
	NumTags         int          `json:"num_tags"`
	Resources       []Resource   `json:"resources"`
	NumResources    int          `json:"num_resources"`
	Extras          []Extra      `json:"extras"`
}

// Resource is a file or the API.
type Resource struct {
	ID           string  `json:"id"`
	PackageID    string  `json:"package_id"`
	Position     int     `json:"position"`
	Name         string  `json:"name"`
	Description  string  `json:"description"`
	Format       string  `json:"format"`
	MimeType     *string `json:"mimetype"`
	Size         *int64  `json:"size"` // bytes
	Hash         string  `json:"hash"` // SHA-256, "" where the content follows the rows
	Created      string  `json:"created"`
	LastModified string  `json:"last_modified"`
	URL          string  `json:"url"`
	Kind         string  `json:"resource_type"`
	State        string  `json:"state"`
}

// Tag is a keyword.
type Tag struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	Display    string  `json:"display_name"`
	State      string  `json:"state"`
	Vocabulary *string `json:"vocabulary_id"`
}

// Group is a theme.
type Group struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Title   string `json:"title"`
	Display string `json:"display_name"`
	State   string `json:"state"`
	Count   int    `json:"package_count"`
}

// Organization is the town.
type Organization struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Title       string `json:"title"`
	Display     string `json:"display_name"`
	Description string `json:"description"`
	Created     string `json:"created"`
	Revised     string `json:"revision_timestamp"`
	RevisionID  string `json:"revision_id"`
	Is          bool   `json:"is_organization"`
	State       string `json:"state"`
	Approval    string `json:"approval_status"`
	Type        string `json:"type"`
	ImageURL    string `json:"image_url"`
	Count       int    `json:"package_count"`
}

// Extra is what has no key of its own.
type Extra struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Site is a town with what it publishes, as one reading found it.
type Site struct {
	Base     string // address of the installation, without a slash at the end
	Town     *tenants.Tenant
	Datasets []datasets.Dataset // open, by slug
	Context  context.Context    //nolint:containedctx // for the French texts of one answer
}

const active = "active"

// stamp writes a time as CKAN does: UTC, without saying so.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000") }

// licences are the identifiers that data.gouv.fr gives the two licences.
var licences = map[datasets.Licence]string{datasets.OpenLicence: "lov2", datasets.ODbL: "odc-odbl"}

func (s Site) page(d *datasets.Dataset) string { return s.Base + s.Town.Path("donnees/"+d.Slug()) }

func (s Site) text(key string, args ...i18n.Arg) string { return i18n.T(s.Context, key, args...) }

func (s Site) packageOf(d *datasets.Dataset) Package {
	p := Package{
		ID: d.ID.String(), Name: d.Slug(), Title: d.Title, Notes: s.notes(d), URL: s.page(d),
		Author: d.Producer, Maintainer: d.ContactName, MaintainerEmail: optional(d.ContactEmail),
		LicenseID: licences[d.Licence], LicenseTitle: d.Licence.Name(), LicenseURL: d.Licence.URL(),
		IsOpen: true, State: active, Type: "dataset", Version: strconv.Itoa(d.Latest),
		Created: stamp(d.Issued), Modified: stamp(d.Modified),
		Organization: s.organization(), Groups: []Group{}, Tags: []Tag{}, Resources: s.resources(d), Extras: s.extras(d),
	}
	p.OwnerOrg = p.Organization.ID
	for _, t := range d.Themes {
		p.Groups = append(p.Groups, s.group(t))
	}
	for _, k := range d.Keywords {
		p.Tags = append(p.Tags, s.tag(k))
	}
	p.NumTags, p.NumResources = len(p.Tags), len(p.Resources)
	return p
}

// notes is the description; demonstration data is never taken for real.
func (s Site) notes(d *datasets.Dataset) string {
	if s.Town.Illustrative {
		return s.text("opendata.illustrative") + "\n\n" + d.Summary
	}
	return d.Summary
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// resources are the files under the addresses that always give the newest
// version, then the API.
func (s Site) resources(d *datasets.Dataset) []Resource {
	list := []Resource{}
	for _, f := range d.Version.Listed() {
		mime, _, _ := strings.Cut(f.Format.MediaType, ";")
		list = append(list, s.resource(d, f.Format.Name, Resource{
			Name:        d.Title + " (" + f.Format.Label + ")",
			Description: s.text("opendata.dcat.file", i18n.V{"Format": f.Format.Label}),
			Format:      strings.ReplaceAll(f.Format.FileType, "_", "-"), MimeType: &mime, Size: &f.Size,
			Hash: hex.EncodeToString(f.SHA256[:]), Kind: "file", URL: s.page(d) + "/export." + f.Format.Name,
		}))
	}
	json := "application/geo+json"
	list = append(list, s.resource(d, "api", Resource{
		Name: d.Title + " (API)", Description: s.text("opendata.dcat.api"), Format: "GEOJSON", MimeType: &json,
		Kind: "api", URL: s.Base + s.Town.Path("ogc/collections/"+d.Slug()+"/items"),
	}))
	for i := range list {
		list[i].Position = i
	}
	return list
}

// resource completes what every resource has. Its identifier follows from the
// dataset's and its own name: the same for every version.
func (s Site) resource(d *datasets.Dataset, name string, r Resource) Resource {
	r.ID, r.PackageID, r.State = uuid.NewSHA1(d.ID, []byte(name)).String(), d.ID.String(), active
	r.Created, r.LastModified = stamp(d.Issued), stamp(d.Modified)
	return r
}

// extras are the territory, the period and the frequency, under the names that
// harvesters read.
func (s Site) extras(d *datasets.Dataset) []Extra {
	start, end := d.TemporalStart, d.TemporalEnd
	if start.IsZero() {
		start = d.Modified
	}
	if end.Before(start) {
		end = d.Modified
	}
	if end.Before(start) {
		end = start
	}
	list := []Extra{
		{"spatial", outline(s.Town.Bounds)},
		{"spatial-text", s.Town.Name},
		{"frequency", "http://publications.europa.eu/resource/authority/frequency/" + string(d.Frequency)},
		{"temporal_start", start.Format(time.DateOnly)},
		{"temporal_end", end.Format(time.DateOnly)},
		{"identifier", s.Town.Slug + "/" + d.Slug()},
	}
	if schema := d.Source.Schema; schema.URL != "" {
		list = append(list, Extra{"conforms_to", schema.URL})
	}
	if d.Documentation != "" {
		list = append(list, Extra{"documentation", d.Documentation})
	}
	return list
}

// outline is the box as a GeoJSON Polygon: harvesters fail on anything else.
func outline(b tenants.Bounds) string {
	ring := [][2]float64{{b.West, b.South}, {b.East, b.South}, {b.East, b.North}, {b.West, b.North}, {b.West, b.South}}
	text, err := json.Marshal(map[string]any{"type": "Polygon", "coordinates": [][][2]float64{ring}})
	if err != nil {
		panic(err) // only for a number that is none
	}
	return string(text)
}

func (s Site) organization() Organization {
	id := uuid.NewSHA1(s.Town.ID, []byte("organization")).String()
	return Organization{
		ID: id, Name: s.Town.Slug, Title: s.Town.Name, Display: s.Town.Name, Description: s.Town.Tagline,
		Created: stamp(s.first()), Revised: stamp(s.last()), RevisionID: id, Is: true, State: active,
		Approval: "approved", Type: "organization", ImageURL: "", Count: len(s.Datasets),
	}
}

// first and last are when the town published for the first and the last time.
func (s Site) first() time.Time {
	var at time.Time
	for i := range s.Datasets {
		if d := &s.Datasets[i]; at.IsZero() || d.Issued.Before(at) {
			at = d.Issued
		}
	}
	return at
}

func (s Site) last() time.Time {
	var at time.Time
	for i := range s.Datasets {
		if d := &s.Datasets[i]; d.Modified.After(at) {
			at = d.Modified
		}
	}
	return at
}

func (s Site) group(t datasets.Theme) Group {
	title, count := s.text(t.LabelKey()), 0
	for i := range s.Datasets {
		if hasTheme(&s.Datasets[i], t) {
			count++
		}
	}
	return Group{
		ID: uuid.NewSHA1(s.Town.ID, []byte("theme/"+t)).String(), Name: string(t), Title: title, Display: title, State: active, Count: count,
	}
}

func (s Site) tag(name string) Tag {
	return Tag{ID: uuid.NewSHA1(s.Town.ID, []byte("tag/"+name)).String(), Name: name, Display: name, State: active}
}
