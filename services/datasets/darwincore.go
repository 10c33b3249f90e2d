package datasets

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// archiveWriter writes a Darwin Core Archive (TDWG text guidelines, 2023, in
// the layout of GBIF's IPT 3): a zip of occurrence.txt, meta.xml and eml.xml.
// Columns are the fields that have a Term, the row's identifier before them.
type archiveWriter struct {
	zip    *zip.Writer
	core   io.Writer
	d      Description
	terms  []int // fields that have a term
	buffer []byte
	err    error
}

const coreFile = "occurrence.txt"

func newArchive(w io.Writer, d Description) writer {
	a := &archiveWriter{zip: zip.NewWriter(w), d: d, buffer: make([]byte, 0, flushAt+4096)}
	a.core, a.err = a.zip.Create(coreFile)
	a.buffer = append(a.buffer, "id"...)
	for i, f := range d.Fields {
		if f.Term != "" {
			a.terms = append(a.terms, i)
			a.buffer = append(append(a.buffer, '\t'), f.Name...)
		}
	}
	a.buffer = append(a.buffer, '\n')
	return a
}

func (a *archiveWriter) Row(r Row) error {
	if a.err != nil {
		return a.err
	}
	a.buffer = appendLine(a.buffer, r.ID)
	for _, i := range a.terms {
		a.buffer = append(a.buffer, '\t')
		if i < len(r.Values) {
			if text, ok := r.Values[i].(string); ok {
				a.buffer = appendLine(a.buffer, text)
			} else {
				a.buffer = appendValue(a.buffer, a.d.Fields[i].Type, r.Values[i])
			}
		}
	}
	a.buffer = append(a.buffer, '\n')
	if len(a.buffer) < flushAt {
		return nil
	}
	return a.flush()
}

// appendLine writes a text on one line without tabs: the format has no quotes.
func appendLine(b []byte, s string) []byte {
	if !strings.ContainsAny(s, "\t\n\r\v\f") {
		return append(b, s...)
	}
	return append(b, strings.Join(strings.Fields(s), " ")...)
}

func (a *archiveWriter) flush() error {
	_, err := a.core.Write(a.buffer)
	a.buffer = a.buffer[:0]
	return err
}

func (a *archiveWriter) Close() error {
	if a.err != nil {
		return a.err
	}
	if err := a.flush(); err != nil {
		return err
	}
	if err := a.part("meta.xml", a.meta()); err != nil {
		return err
	}
	if err := a.part("eml.xml", a.eml()); err != nil {
		return err
	}
	return a.zip.Close()
}

func (a *archiveWriter) part(name string, document any) error {
	w, err := a.zip.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// metaXML is the descriptor: http://rs.tdwg.org/dwc/text/.
type metaXML struct {
	XMLName  xml.Name `xml:"http://rs.tdwg.org/dwc/text/ archive"`
	Metadata string   `xml:"metadata,attr"`
	Core     coreXML  `xml:"core"`
}

type coreXML struct {
	Encoding string     `xml:"encoding,attr"`
	Fields   string     `xml:"fieldsTerminatedBy,attr"`
	Lines    string     `xml:"linesTerminatedBy,attr"`
	Enclosed string     `xml:"fieldsEnclosedBy,attr"`
	Ignore   int        `xml:"ignoreHeaderLines,attr"`
	RowType  string     `xml:"rowType,attr"`
	File     string     `xml:"files>location"`
	ID       indexXML   `xml:"id"`
	Columns  []fieldXML `xml:"field"`
}

type indexXML struct {
	Index int `xml:"index,attr"`
}

type fieldXML struct {
	Index int    `xml:"index,attr"`
	Term  string `xml:"term,attr"`
}

func (a *archiveWriter) meta() metaXML {
	core := coreXML{Encoding: "UTF-8", Fields: `\t`, Lines: `\n`, Ignore: 1, RowType: a.d.Archive, File: coreFile}
	for i, field := range a.terms {
		core.Columns = append(core.Columns, fieldXML{Index: i + 1, Term: a.d.Fields[field].Term})
	}
	return metaXML{Metadata: "eml.xml", Core: core}
}

// emlXML is the description: EML 2.2.0, GBIF's profile 1.3.
type emlXML struct {
	XMLName  xml.Name   `xml:"eml:eml"`
	Space    string     `xml:"xmlns:eml,attr"`
	Instance string     `xml:"xmlns:xsi,attr"`
	Schema   string     `xml:"xsi:schemaLocation,attr"`
	Package  string     `xml:"packageId,attr"`
	System   string     `xml:"system,attr"`
	Scope    string     `xml:"scope,attr"`
	Lang     string     `xml:"xml:lang,attr"`
	Dataset  datasetXML `xml:"dataset"`
}

type datasetXML struct {
	ID       string     `xml:"alternateIdentifier"`
	Title    titleXML   `xml:"title"`
	Creator  partyXML   `xml:"creator"`
	Provider partyXML   `xml:"metadataProvider"`
	Date     string     `xml:"pubDate"`
	Language string     `xml:"language"`
	Abstract string     `xml:"abstract>para"`
	Keywords keywordXML `xml:"keywordSet"`
	Rights   rightsXML  `xml:"intellectualRights>para"`
	Contact  partyXML   `xml:"contact"`
}

type titleXML struct {
	Lang string `xml:"xml:lang,attr"`
	Text string `xml:",chardata"`
}

type partyXML struct {
	Organisation string `xml:"organizationName"`
	Email        string `xml:"electronicMailAddress,omitempty"`
	URL          string `xml:"onlineUrl,omitempty"`
}

type keywordXML struct {
	Words []string `xml:"keyword"`
	List  string   `xml:"keywordThesaurus"`
}

type rightsXML struct {
	Before string   `xml:",chardata"`
	Link   ulinkXML `xml:"ulink"`
}

type ulinkXML struct {
	URL   string `xml:"url,attr"`
	Title string `xml:"citetitle"`
}

func (a *archiveWriter) eml() emlXML {
	about := a.d.About
	producer := partyXML{Organisation: about.Producer}
	contact := partyXML{Organisation: either(about.ContactName, about.Producer), Email: about.ContactEmail, URL: about.ContactURL}
	name, url := archiveLicence(about.Licence)
	id := about.Place + "/" + a.d.Slug
	return emlXML{
		Space: "https://eml.ecoinformatics.org/eml-2.2.0", Instance: "http://www.w3.org/2001/XMLSchema-instance",
		Schema:  "https://eml.ecoinformatics.org/eml-2.2.0 https://rs.gbif.org/schema/eml-gbif-profile/1.3/eml.xsd",
		Package: id, System: "http://gbif.org", Scope: "system", Lang: "fra",
		Dataset: datasetXML{
			ID: id, Title: titleXML{Lang: "fra", Text: about.Title}, Creator: producer, Provider: producer,
			Date: about.Written.Format(time.DateOnly), Language: "fra", Abstract: about.Summary,
			Keywords: keywordXML{Words: about.Keywords, List: "n/a"},
			Rights:   rightsXML{Before: "This work is licensed under a ", Link: ulinkXML{URL: url, Title: name}}, Contact: contact,
		},
	}
}

// archiveLicence names a licence as GBIF's readers recognise it. They know CC BY
// 4.0, with which the Licence Ouverte 2.0 says it is compatible; the ODbL has no
// equivalent and stays itself.
func archiveLicence(l Licence) (name, url string) {
	if l == OpenLicence {
		return "Creative Commons Attribution (CC-BY) 4.0 License", "http://creativecommons.org/licenses/by/4.0/legalcode"
	}
	return l.Name(), l.URL()
}

// About is what a file says of the dataset it holds.
type About struct {
	Metadata
	Place   string // the town's slug
	Written time.Time
	Labels  []string // of the fields, in their order, for people
}

func (a About) label(field int) string {
	if field < len(a.Labels) {
		return a.Labels[field]
	}
	return ""
}
