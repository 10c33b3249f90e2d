package module

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/authz"
)

// Audience is who a route is for; it decides the prefix of its address and how
// its errors look.
type Audience string

// The audiences and their prefixes.
const (
	Platform  Audience = "platform"  // no prefix, no town
	Public    Audience = "public"    // /{town}
	Workspace Audience = "workspace" // /{town}/espace
	API       Audience = "api"       // /api/v1/{town}
)

// Prefix is what the host puts before a route's path.
func (a Audience) Prefix() string {
	switch a {
	case Public:
		return "/:town"
	case Workspace:
		return "/:town/espace"
	case API:
		return "/api/v1/:town"
	case Platform:
		return ""
	}
	panic("unknown audience " + string(a))
}

// Route is one address with the rule that opens it.
type Route struct {
	Owner    string // code of the module
	Audience Audience
	Method   string
	Path     string // without the audience's prefix
	Rule     authz.Rule
	Handler  fiber.Handler
	Stream   bool // the handler reads the body itself and counts its bytes
	Programs bool // sent by programs too: the address is the proof, and nobody's session counts
	Framed   bool // shown inside pages of other sites: nobody's session counts
}

// Pattern is the whole address: "/:town/espace/arbres".
func (r Route) Pattern() string {
	if r.Path == "/" && r.Audience != Platform {
		return r.Audience.Prefix() + "/"
	}
	return r.Audience.Prefix() + r.Path
}

// HandlerName names the handler for `acvdata routes`: "trees.(*Pages).list".
func (r Route) HandlerName() string {
	name := runtime.FuncForPC(reflect.ValueOf(r.Handler).Pointer()).Name()
	name = name[strings.LastIndex(name, "/")+1:]
	return strings.TrimSuffix(name, "-fm")
}

// Router collects a module's routes. A route without a rule cannot be written.
type Router struct {
	Platform, Public, Workspace, API *Group
}

// Group collects the routes of one audience.
type Group struct {
	owner    string
	audience Audience
	routes   *[]Route
}

func newRouter(owner string, routes *[]Route) Router {
	group := func(a Audience) *Group { return &Group{owner: owner, audience: a, routes: routes} }
	return Router{Platform: group(Platform), Public: group(Public), Workspace: group(Workspace), API: group(API)}
}

// Get registers a page or an answer; HEAD is answered like GET.
func (g *Group) Get(path string, rule authz.Rule, h fiber.Handler) {
	g.add(fiber.MethodGet, path, rule, h, false)
}

// Post registers a form or a call that changes something.
func (g *Group) Post(path string, rule authz.Rule, h fiber.Handler) {
	g.add(fiber.MethodPost, path, rule, h, false)
}

// PostByPrograms registers a change that other programs ask for on behalf of a
// person, and browsers from any page: its address holds a secret, which is all the
// proof there is. Who asks is not looked at.
func (g *Group) PostByPrograms(path string, rule authz.Rule, h fiber.Handler) {
	g.add(fiber.MethodPost, path, rule, h, false)
	(*g.routes)[len(*g.routes)-1].Programs = true
}

// Framed registers a page for other sites to show inside theirs ("intégration"). It
// holds no script and no form, is the same for everybody whoever asks, and caches
// keep it; its errors are pages of the same kind.
func (g *Group) Framed(path string, rule authz.Rule, h fiber.Handler) {
	g.add(fiber.MethodGet, path, rule, h, false)
	(*g.routes)[len(*g.routes)-1].Framed = true
}

// Put registers a call that replaces something.
func (g *Group) Put(path string, rule authz.Rule, h fiber.Handler) {
	g.add(fiber.MethodPut, path, rule, h, false)
}

// Delete registers a call that removes something.
func (g *Group) Delete(path string, rule authz.Rule, h fiber.Handler) {
	g.add(fiber.MethodDelete, path, rule, h, false)
}

// Upload registers a POST whose body is handed over as a stream, unread and
// unlimited: the handler counts its bytes.
func (g *Group) Upload(path string, rule authz.Rule, h fiber.Handler) {
	g.add(fiber.MethodPost, path, rule, h, true)
}

func (g *Group) add(method, path string, rule authz.Rule, h fiber.Handler, stream bool) {
	if !strings.HasPrefix(path, "/") {
		panic(fmt.Sprintf("%s: path %q must start with /", g.owner, path))
	}
	*g.routes = append(*g.routes, Route{
		Owner: g.owner, Audience: g.audience, Method: method, Path: path, Rule: rule, Handler: h, Stream: stream,
	})
}
