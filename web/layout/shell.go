package layout

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"acvdata/services/i18n"
	"acvdata/tenants"
	"acvdata/web/components"
)

// Audience says which shell a page wears.
type Audience int

// The three shells.
const (
	Platform  Audience = iota // the programme: home, showcases, supervision
	Public                    // a town's portal, for residents
	Workspace                 // a town's workspace, for its staff
)

func (a Audience) class() string {
	return [...]string{"platform", "public", "workspace"}[a]
}

// Accents is the closed list of town accents of styles/tokens.css. They live in
// the main style sheet as html[data-accent=…], so a town needs no file of its
// own, and their contrast is proved once, for all towns.
var Accents = []string{"foret", "riviere", "lagune", "vigne", "terre", "ardoise", "lavande", "ocre"}

// Shell is everything a page's frame shows. The zero value of a field leaves
// its part out.
type Shell struct {
	Title       string // of the page, without town or product
	Description string // for search engines and link previews
	Audience    Audience
	Town        *tenants.Tenant // nil on platform pages

	Nav    []NavItem
	Crumbs []components.Crumb // the last one has no Href
	User   *User              // nil: nobody is signed in
	Path   string             // current path with its query; sign-in comes back to it
	Flash  *Flash
	Head   Head

	Illustrative      bool   // the town shows demonstration data
	Wide              bool   // the content uses the whole width (maps, tables)
	AccessibilityHref string // "/accessibilite" when empty
	BaseMapOrigin     string // origin of the base map, "" when it is the offline one
	Unsure            bool   // who it is could not be looked up: no way to sign in is shown
}

// NavItem is an entry of the main navigation. Items are its sub-entries, shown
// by the workspace only.
type NavItem struct {
	Label   string
	Href    string
	Icon    string // lucide name
	Current bool
	Items   []NavItem
}

// User is who is signed in.
type User struct {
	Name     string
	Email    string
	Initials string
	Towns    []TownLink // workspaces they may enter
}

// TownLink is a workspace to switch to.
type TownLink struct {
	Name    string
	Href    string
	Current bool
}

// Flash is the answer to what the person just did.
type Flash struct {
	Kind    components.Tone // OK, Warning, Danger or Neutral
	Message string
}

// Head is what only machines read.
type Head struct {
	Canonical string
	Feeds     []Feed // Atom
	JSONLD    any    // marshalled into application/ld+json, which is data and not a script to CSP
	NoIndex   bool
	Manifest  string // address of the web app manifest
	OEmbed    string // address of the oEmbed answer about the page, for other sites
}

// Feed is an Atom feed of the page.
type Feed struct{ Title, Href string }

func (s Shell) documentTitle(ctx context.Context) string {
	parts := []string{s.Title}
	if s.Town != nil {
		parts = append(parts, s.Town.Called())
	}
	parts = append(parts, i18n.T(ctx, "web.product"))
	parts = slices.DeleteFunc(slices.Compact(parts), func(p string) bool { return p == "" })
	return strings.Join(parts, " – ")
}

// rootAttributes gives the html element the town's accent, if it is of the list.
func (s Shell) rootAttributes() templ.Attributes {
	if s.Town == nil || !slices.Contains(Accents, s.Town.Accent) {
		return templ.Attributes{}
	}
	return templ.Attributes{"data-accent": s.Town.Accent}
}

// home is where the name in the header leads.
func (s Shell) home() string {
	switch {
	case s.Town == nil:
		return "/"
	case s.Audience == Workspace:
		return s.Town.Path("espace/")
	}
	return s.Town.Path("")
}

func (s Shell) signIn() string {
	if s.Path == "" {
		return "/connexion"
	}
	return "/connexion?retour=" + url.QueryEscape(s.Path)
}

func (s Shell) accessibility() string {
	if s.AccessibilityHref == "" {
		return "/accessibilite"
	}
	return s.AccessibilityHref
}

// own is the address of a page that the platform has and each town too.
func (s Shell) own(page string) string {
	if s.Town == nil {
		return "/" + page
	}
	return s.Town.Path(page)
}

// barItems is how many entries the phone's bottom bar shows before "Plus".
const barItems = 4

// bar splits the navigation for the phone's bottom bar: a fifth entry fits when
// it is the last one.
// Nothing shows below two: there would be nowhere to go.
func (s Shell) bar() (shown, more []NavItem) {
	if len(s.Nav) < 2 {
		return nil, nil
	}
	if len(s.Nav) <= barItems+1 {
		return s.Nav, nil
	}
	return s.Nav[:barItems], s.Nav[barItems:]
}

// current is the value of aria-current: "page" for the entry itself, "true" for
// the one whose sub-entry is current.
func (i NavItem) current() string {
	switch {
	case anyCurrent(i.Items):
		return "true"
	case i.Current:
		return "page"
	}
	return ""
}

func anyCurrent(items []NavItem) bool {
	return slices.ContainsFunc(items, func(i NavItem) bool { return i.Current })
}

// subtitle is what stands beside the town's name.
func (s Shell) subtitle(ctx context.Context) string {
	if s.Audience == Workspace {
		return i18n.T(ctx, "web.workspace.name")
	}
	return i18n.T(ctx, "web.product")
}

// longName tells names that leave no room beside them on a phone.
func longName(name string) bool { return utf8.RuneCountInString(name) > 20 }
