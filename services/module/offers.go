package module

import (
	"context"
	"math/rand/v2"
	"time"

	"acvdata/tenants"
	"acvdata/web/components"
)

// Highlighter is a Module with figures for the town's home page and workspace.
type Highlighter interface {
	// Highlights gives at most four figures, best first; none when the town has
	// no data yet.
	Highlights(ctx context.Context, town *tenants.Tenant) ([]Highlight, error)
}

// Highlight is one figure a resident understands, with where it comes from.
type Highlight struct {
	Label  string // French, "arbres suivis par la ville"
	Value  string // written the French way, "7 409"
	Detail string // one sentence, may be ""
	Href   string // page that shows it in full
	Source string // dataset or method
	At     time.Time
}

// Illustrator is a Module that draws, on the map of the town's home, what it
// measures, in the place of its layers' bare points.
type Illustrator interface {
	// Illustration draws what everybody may see; known is false when there is
	// nothing yet.
	Illustration(ctx context.Context, town *tenants.Tenant) (i Illustration, known bool, err error)
}

// Illustration is a layer for the map of a town's home, with the box that holds
// it: few things, each with what it says.
type Illustration struct {
	Layer  components.MapLayer
	Bounds tenants.Bounds
}

// Mapped is a Module with public pages that no navigation lists: the site map
// names them.
type Mapped interface {
	Pages(ctx context.Context) ([]Page, error)
}

// Page is one address of the platform's site map.
type Page struct {
	Path    string // "/cas-usages/arbres-d-ales"
	Changed time.Time
}

// Seeder is a Module that can fill a town with illustrative data, the same for
// the same source of chance. Seeding a town that already has data does nothing.
type Seeder interface {
	Seed(ctx context.Context, town *tenants.Tenant, chance *rand.Rand) error
}

// Helper is a Module with a French help page in Markdown.
type Helper interface {
	Help() string
}

// Describer is a Module that says more of its API than its routes can: the
// platform's OpenAPI document completes them with it.
type Describer interface {
	Operations() []Operation
}

// Operation describes one route of the API audience, or of another that programs
// read.
type Operation struct {
	Audience     Audience // API when ""
	Method, Path string   // as registered: "GET", "/arbres/:id"
	// Fixed says which parameters of the path have one value here: a route with few
	// is described by an operation each.
	Fixed    map[string]string
	Summary  string // message key
	Query    []Parameter
	BodyType string         // media type of what is sent, "" when nothing is
	Body     map[string]any // JSON Schema of what is sent, nil when free
	Status   int            // of a success, 200 when 0
	Answer   map[string]any // JSON Schema of the answer, nil when free
	Refusal  map[string]any // JSON Schema of other answers, nil for the platform's own
}

// Parameter is one query parameter of an operation.
type Parameter struct {
	Name     string
	About    string // message key
	Type     string // of JSON Schema: "string" when ""
	Required bool
}
