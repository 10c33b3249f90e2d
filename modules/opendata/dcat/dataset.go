package dcat

import (
	"strconv"

	"acvdata/modules/opendata/rdf"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
)

// dataset describes a published dataset with everything it leads to.
func (b *builder) dataset(e Entry) rdf.Term {
	if e.Foreign != nil {
		return b.foreign(e)
	}
	d, page := e.Dataset, b.page(e)
	node := rdf.IRI(page + "#dataset")
	b.say(node, "rdf:type", b.Name("dcat:Dataset"))
	b.say(node, "dct:identifier", rdf.Text(e.Key()))
	b.say(node, "dct:title", rdf.In("fr", d.Title))
	b.say(node, "dct:description", rdf.In("fr", b.summary(e)))
	b.say(node, "dct:issued", moment(d.Issued))
	b.say(node, "dct:modified", moment(d.Modified))
	b.say(node, "dcat:version", rdf.Text(strconv.Itoa(d.Latest)))
	b.say(node, "dct:publisher", b.town(e.Town))
	b.say(node, "dcat:contactPoint", b.contact(e))
	b.say(node, "dct:license", b.licence(d.Licence))
	b.say(node, "dct:accessRights", b.openToAll())
	b.say(node, "dct:accrualPeriodicity", b.frequency(d.Frequency))
	b.say(node, "dct:language", b.french())
	b.say(node, "dct:spatial", b.place(e.Town))
	b.say(node, "dct:temporal", b.period(d))
	b.say(node, "dcat:landingPage", b.document(page))
	if d.Own.Producer != "" {
		b.say(node, "dct:creator", b.agent(rdf.IRI(page+"#producteur"), d.Producer, "LocalAuthority", ""))
	}
	b.context(node, d)
	for _, page := range e.Cited {
		b.say(node, "dct:isReferencedBy", rdf.IRI(page))
	}
	for _, t := range d.Themes {
		b.say(node, "dcat:theme", b.theme(t))
	}
	for _, k := range d.Keywords {
		b.say(node, "dcat:keyword", rdf.In("fr", k))
	}
	if s := d.Source.Schema; s.URL != "" {
		b.say(node, "dct:conformsTo", b.standard(s.URL, s.Name))
	}
	for _, f := range d.Version.Listed() {
		b.say(node, "dcat:distribution", b.file(e, f))
	}
	b.say(node, "dcat:distribution", b.api(e, node))
	return node
}

// context says how the data are made, where they are explained, and that the law
// holds them valuable.
func (b *builder) context(node rdf.Term, d *datasets.Dataset) {
	if d.Method != "" {
		made := b.Fresh()
		b.say(made, "rdf:type", b.Name("dct:ProvenanceStatement"))
		b.say(made, "rdfs:label", rdf.In("fr", d.Method))
		b.say(node, "dct:provenance", made)
	}
	if d.Documentation != "" {
		b.say(node, "foaf:page", b.document(d.Documentation))
	}
	b.valuable(node, d, "dcatap:hvdCategory", "dcat:theme") // data.gouv.fr reads the theme only
}

// valuable says of a dataset, of a file or of a service that it is under the
// regulation on high-value datasets, and its category by the properties given.
func (b *builder) valuable(node rdf.Term, d *datasets.Dataset, properties ...string) {
	code, ok := highValues[d.HighValue]
	if !ok {
		return
	}
	law := rdf.IRI(highValueLaw)
	b.say(law, "rdf:type", b.Name("eli:LegalResource"))
	b.say(node, "dcatap:applicableLegislation", law)
	for _, p := range properties {
		b.say(node, p, b.concept(highValue+code, "skos:Concept", d.HighValue.LabelKey()))
	}
}

// summary is the description as catalogues give it: demonstration data is never
// taken for real by who reads only the catalogue.
func (b *builder) summary(e Entry) string {
	if e.Town.Illustrative {
		return i18n.T(b.ctx, "opendata.illustrative") + "\n\n" + e.Dataset.Summary
	}
	return e.Dataset.Summary
}

func (b *builder) page(e Entry) string { return b.base + e.Town.Path("donnees/"+e.Dataset.Slug()) }

func (b *builder) contact(e Entry) rdf.Term {
	d := e.Dataset
	node := rdf.IRI(b.page(e) + "#contact")
	b.say(node, "rdf:type", b.Name("vcard:Organization"))
	b.say(node, "rdf:type", b.Name("vcard:Kind"))
	b.say(node, "vcard:fn", rdf.In("fr", d.ContactName))
	if d.ContactEmail != "" {
		b.say(node, "vcard:hasEmail", rdf.IRI("mailto:"+d.ContactEmail))
	}
	address := d.ContactURL
	if address == "" {
		address = b.base + e.Town.Path("")
	}
	b.say(node, "vcard:hasURL", rdf.IRI(address))
	return node
}

// period is a blank node: harvesters fetch one that has a name.
func (b *builder) period(d *datasets.Dataset) rdf.Term {
	start, end := d.TemporalStart, d.TemporalEnd
	if start.IsZero() {
		start = d.Modified
	}
	if end.IsZero() {
		end = d.Modified
	}
	if end.Before(start) {
		end = start
	}
	node := b.Fresh()
	b.say(node, "rdf:type", b.Name("dct:PeriodOfTime"))
	b.say(node, "dcat:startDate", day(start))
	b.say(node, "dcat:endDate", day(end))
	return node
}

// file is a distribution under the address that always gives the newest version:
// a distribution is known by its address.
func (b *builder) file(e Entry, f datasets.File) rdf.Term {
	d, page := e.Dataset, b.page(e)
	node := rdf.IRI(page + "#" + f.Format.Name)
	b.distribution(node, e, f.Format)
	b.say(node, "dct:title", rdf.In("fr", d.Title+" ("+f.Format.Label+")"))
	b.say(node, "dct:description", b.text("opendata.dcat.file", i18n.V{"Format": f.Format.Label}))
	b.say(node, "dcat:accessURL", rdf.IRI(page+"/export."+f.Format.Name))
	b.say(node, "dcat:downloadURL", rdf.IRI(page+"/export."+f.Format.Name))
	b.say(node, "dcat:byteSize", rdf.Typed(xsd+"nonNegativeInteger", strconv.FormatInt(f.Size, 10)))
	if s := d.Source.Schema; s.URL != "" && !s.Loose && f.Format.Name == "csv" {
		b.say(node, "dct:conformsTo", b.standard(s.URL, s.Name))
	}
	return node
}

// distribution says what every way to the data has in common.
func (b *builder) distribution(node rdf.Term, e Entry, f datasets.Format) {
	d := e.Dataset
	b.say(node, "rdf:type", b.Name("dcat:Distribution"))
	b.say(node, "dct:format", b.fileType(f))
	b.say(node, "dcat:mediaType", b.mediaType(f))
	b.say(node, "dct:license", b.licence(d.Licence))
	b.say(node, "dct:rights", b.rights(d.Licence))
	b.say(node, "dct:language", b.french())
	b.say(node, "dct:issued", moment(d.Issued))
	b.say(node, "dct:modified", moment(d.Modified))
	b.valuable(node, d)
	b.say(node, "adms:status", b.completed())
	b.say(node, "dcatap:availability", b.stable())
}

// api is the dataset through the OGC API, with its service.
func (b *builder) api(e Entry, dataset rdf.Term) rdf.Term {
	d, page := e.Dataset, b.page(e)
	root := b.base + e.Town.Path("ogc/")
	node, service := rdf.IRI(page+"#api"), rdf.IRI(page+"#service")
	b.distribution(node, e, datasets.Format{Label: "GeoJSON", MediaType: "application/geo+json", FileType: "GEOJSON"})
	title := rdf.In("fr", d.Title+" (API)")
	b.say(node, "dct:title", title)
	b.say(node, "dct:description", b.text("opendata.dcat.api"))
	b.say(node, "dcat:accessURL", rdf.IRI(root+"collections/"+d.Slug()+"/items"))
	b.say(node, "dcat:accessService", service)

	b.say(service, "rdf:type", b.Name("dcat:DataService"))
	b.say(service, "dct:identifier", rdf.Text(e.Key()+"/api"))
	b.say(service, "dct:title", title)
	b.say(service, "dct:description", b.text("opendata.dcat.api"))
	b.say(service, "dcat:endpointURL", rdf.IRI(root))
	b.say(service, "dcat:endpointDescription", rdf.IRI(root+"api"))
	b.say(service, "foaf:page", b.document(root))
	b.say(service, "dcat:servesDataset", dataset)
	b.say(service, "dct:publisher", b.town(e.Town))
	b.say(service, "dcat:contactPoint", b.contact(e))
	b.say(service, "dct:license", b.licence(d.Licence))
	b.say(service, "dct:accessRights", b.openToAll())
	b.valuable(service, d, "dcatap:hvdCategory")
	b.say(service, "dct:conformsTo", b.standard("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core", "OGC API – Features"))
	for _, t := range d.Themes {
		b.say(service, "dcat:theme", b.theme(t))
	}
	for _, k := range d.Keywords {
		b.say(service, "dcat:keyword", rdf.In("fr", k))
	}
	return node
}
