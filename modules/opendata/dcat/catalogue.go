package dcat

import (
	"context"
	"time"

	"acvdata/modules/opendata/rdf"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// PageSize is how many datasets a page holds.
const PageSize = 100

// Entry is a published dataset with its town.
type Entry struct {
	Town    *tenants.Tenant
	Dataset *datasets.Dataset
	Foreign *Foreign // of a dataset taken from another catalogue; nil for the town's own
	// Cited are the addresses of pages that lean on it: collective questions.
	Cited []string
}

// Key orders entries and identifies a dataset for harvesters: it holds neither
// host nor version, so it never changes.
func (e Entry) Key() string { return e.Town.Slug + "/" + e.Dataset.Slug() }

// Catalogue is one page of a catalogue. Town is nil for the platform's.
type Catalogue struct {
	Base     string // address of the installation, without a slash at the end
	Town     *tenants.Tenant
	Entries  []Entry
	Self     string         // address of this page
	First    string         // of the first page
	Next     string         // of the next page, "" on the last
	Paged    bool           // there is more than one page
	Issued   time.Time      // of the first publication of all its pages; zero when it is empty
	Modified time.Time      // of anything in the catalogue; zero when it is empty
	Bounds   tenants.Bounds // around every town of the platform's catalogue
}

// builder writes one page into a graph.
type builder struct {
	*rdf.Graph
	ctx  context.Context //nolint:containedctx // it lives for one page, for its texts
	base string
}

// Build describes a page of a catalogue, with French texts from the context.
func Build(ctx context.Context, c Catalogue) *rdf.Graph {
	b := &builder{Graph: rdf.New(prefixes...), ctx: ctx, base: c.Base}
	catalogue := b.catalogue(c)
	for _, e := range c.Entries {
		b.say(catalogue, "dcat:dataset", b.dataset(e))
	}
	if c.Paged {
		page := rdf.IRI(c.Self)
		b.say(page, "rdf:type", b.Name("hydra:PartialCollectionView"))
		b.say(page, "hydra:first", rdf.IRI(c.First))
		if c.Next != "" {
			b.say(page, "hydra:next", rdf.IRI(c.Next))
		}
	}
	return b.Graph
}

// Describe says of one dataset what its catalogue says of it, word for word, and
// gives its node.
func Describe(ctx context.Context, base string, e Entry) (*rdf.Graph, rdf.Term) {
	b := &builder{Graph: rdf.New(prefixes...), ctx: ctx, base: base}
	return b.Graph, b.dataset(e)
}

func (b *builder) say(subject rdf.Term, predicate string, object rdf.Term) {
	b.Add(subject, b.Name(predicate), object)
}

func (b *builder) text(key string, args ...i18n.Arg) rdf.Term {
	return rdf.In("fr", i18n.T(b.ctx, key, args...))
}

func (b *builder) catalogue(c Catalogue) rdf.Term {
	node := b.head(c)
	b.say(node, "dct:language", b.french())
	b.say(node, "dct:license", b.licence(datasets.OpenLicence))
	b.say(node, "dcat:themeTaxonomy", b.scheme())
	if !c.Modified.IsZero() {
		b.say(node, "dct:issued", moment(c.Issued))
		b.say(node, "dct:modified", moment(c.Modified))
	}
	return node
}

// head says whose catalogue it is and where.
func (b *builder) head(c Catalogue) rdf.Term {
	if c.Town == nil {
		node := rdf.IRI(c.Base + "/catalog#catalogue")
		b.say(node, "rdf:type", b.Name("dcat:Catalog"))
		b.say(node, "dct:title", b.text("opendata.dcat.platform.title"))
		b.say(node, "dct:description", b.text("opendata.dcat.platform.description"))
		b.say(node, "dct:publisher", b.platform())
		b.say(node, "foaf:homepage", b.document(c.Base+"/"))
		b.say(node, "dct:spatial", b.around(c.Bounds))
		return node
	}
	node, name := rdf.IRI(c.Base+c.Town.Path("catalog#catalogue")), i18n.V{"Town": c.Town.Name}
	b.say(node, "rdf:type", b.Name("dcat:Catalog"))
	b.say(node, "dct:title", b.text("opendata.dcat.town.title", name))
	b.say(node, "dct:description", b.text("opendata.dcat.town.description", name))
	b.say(node, "dct:publisher", b.town(c.Town))
	b.say(node, "foaf:homepage", b.document(c.Base+c.Town.Path("donnees")))
	b.say(node, "dct:spatial", b.place(c.Town))
	return node
}

func moment(t time.Time) rdf.Term {
	return rdf.Typed(xsd+"dateTime", t.UTC().Format("2006-01-02T15:04:05Z"))
}

func day(t time.Time) rdf.Term { return rdf.Typed(xsd+"date", t.Format(time.DateOnly)) }

// agent is an organisation with its kind.
func (b *builder) agent(node rdf.Term, name, kind, home string) rdf.Term {
	b.say(node, "rdf:type", b.Name("foaf:Organization"))
	b.say(node, "rdf:type", b.Name("foaf:Agent"))
	b.say(node, "foaf:name", rdf.In("fr", name))
	b.say(node, "dct:type", b.concept("http://purl.org/adms/publishertype/"+kind, "skos:Concept", "opendata.dcat.publisher."+kind))
	if home != "" {
		b.say(node, "foaf:homepage", b.document(home))
	}
	return node
}

func (b *builder) platform() rdf.Term {
	return b.agent(rdf.IRI(b.base+"/#plateforme"), i18n.T(b.ctx, "opendata.dcat.platform.name"), "Standardisation", b.base+"/")
}

func (b *builder) town(t *tenants.Tenant) rdf.Term {
	home := b.base + t.Path("")
	return b.agent(rdf.IRI(home+"#ville"), t.Name, "LocalAuthority", home)
}

func (b *builder) document(address string) rdf.Term {
	node := rdf.IRI(address)
	b.say(node, "rdf:type", b.Name("foaf:Document"))
	return node
}

// place is the town's territory: its box as a polygon, its centre, its code.
func (b *builder) place(t *tenants.Tenant) rdf.Term {
	node := rdf.IRI(b.base + t.Path("#territoire"))
	b.say(node, "rdf:type", b.Name("dct:Location"))
	b.say(node, "skos:prefLabel", rdf.In("fr", t.Name))
	b.say(node, "dcat:bbox", rdf.Typed(geosparql+"wktLiteral", polygon(t.Bounds)))
	b.say(node, "dcat:centroid", rdf.Typed(geosparql+"wktLiteral", point(t.Center)))
	b.say(node, "dct:identifier", rdf.Text(t.INSEE))
	return node
}

// around is the territory of all towns together.
func (b *builder) around(box tenants.Bounds) rdf.Term {
	node := rdf.IRI(b.base + "/#territoire")
	b.say(node, "rdf:type", b.Name("dct:Location"))
	b.say(node, "skos:prefLabel", b.text("opendata.dcat.france"))
	b.say(node, "dcat:bbox", rdf.Typed(geosparql+"wktLiteral", polygon(box)))
	centre := tenants.Point{Lon: (box.West + box.East) / 2, Lat: (box.South + box.North) / 2}
	b.say(node, "dcat:centroid", rdf.Typed(geosparql+"wktLiteral", point(centre)))
	return node
}
