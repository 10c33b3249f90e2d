package atlas_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/atlas"
	"acvdata/services/datasets"
	"acvdata/tenants"
)

// archive is a Darwin Core Archive as a reader opens it: by what meta.xml says,
// and nothing else.
type archive struct {
	Metadata string `xml:"metadata,attr"`
	Core     struct {
		Encoding string `xml:"encoding,attr"`
		Fields   string `xml:"fieldsTerminatedBy,attr"`
		Lines    string `xml:"linesTerminatedBy,attr"`
		Ignore   int    `xml:"ignoreHeaderLines,attr"`
		RowType  string `xml:"rowType,attr"`
		Location string `xml:"files>location"`
		ID       struct {
			Index int `xml:"index,attr"`
		} `xml:"id"`
		Columns []struct {
			Index int    `xml:"index,attr"`
			Term  string `xml:"term,attr"`
		} `xml:"field"`
	} `xml:"core"`
	rows []map[string]string
}

// eml is what GBIF asks of the description: title, description, publisher,
// licence, contact, creator, metadata provider.
type eml struct {
	XMLName xml.Name
	Dataset struct {
		Title    string `xml:"title"`
		Creator  string `xml:"creator>organizationName"`
		Provider string `xml:"metadataProvider>organizationName"`
		Date     string `xml:"pubDate"`
		Abstract string `xml:"abstract>para"`
		Rights   struct {
			URL string `xml:"url,attr"`
		} `xml:"intellectualRights>para>ulink"`
		Contact string `xml:"contact>organizationName"`
	} `xml:"dataset"`
}

const terms = "http://rs.tdwg.org/dwc/terms/"

func openArchive(t *testing.T, file []byte) (a archive, e eml) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	read := func(name string) []byte {
		f, err := z.Open(name)
		require.NoError(t, err)
		defer func() { _ = f.Close() }()
		content, err := io.ReadAll(f)
		require.NoError(t, err)
		return content
	}
	require.NoError(t, xml.Unmarshal(read("meta.xml"), &a))
	require.NoError(t, xml.Unmarshal(read(a.Metadata), &e))
	require.Equal(t, []string{"UTF-8", `\t`, `\n`}, []string{a.Core.Encoding, a.Core.Fields, a.Core.Lines})
	lines := strings.Split(strings.TrimSuffix(string(read(a.Core.Location)), "\n"), "\n")
	for _, line := range lines[a.Core.Ignore:] {
		cells := strings.Split(line, "\t")
		require.Len(t, cells, len(a.Core.Columns)+1, "the number of columns is the same on every line: %q", line)
		row := map[string]string{"id": cells[a.Core.ID.Index]}
		for _, c := range a.Core.Columns {
			row[strings.TrimPrefix(c.Term, terms)] = cells[c.Index]
		}
		a.rows = append(a.rows, row)
	}
	return a, e
}

// TestArchiveOpensElsewhere checks the archive by the rules of GBIF's validator.
func TestArchiveOpensElsewhere(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("bayonne")
	chance := rand.New(rand.NewPCG(1, 2))
	facts := draw(town, chance, 100)
	facts[0].level, facts[0].taxon, facts[0].locality = atlas.Precise, 4117, "Parc\tdes\nsports"
	for _, f := range facts {
		r.put(town, f)
	}
	var out bytes.Buffer
	require.NoError(t, r.datasets.Stream(tenants.With(r.Context, town), town, "biodiversite", "zip", datasets.Filter{}, &out))
	a, e := openArchive(t, out.Bytes())
	require.Equal(t, terms+"Occurrence", a.Core.RowType)
	require.Equal(t, "https://eml.ecoinformatics.org/eml-2.2.0", e.XMLName.Space)
	d := e.Dataset
	for name, text := range map[string]string{"title": d.Title, "creator": d.Creator, "provider": d.Provider, "date": d.Date, "abstract": d.Abstract, "contact": d.Contact} {
		require.NotEmpty(t, text, name)
	}
	require.Equal(t, "http://creativecommons.org/licenses/by/4.0/legalcode", d.Rights.URL)
	shown := r.rows(town.ID, `SELECT sinp_id::text FROM atlas.shown`)
	require.Len(t, a.rows, len(shown))
	seen := map[string]bool{}
	for _, row := range a.rows {
		require.False(t, seen[row["id"]], "an identifier twice")
		seen[row["id"]] = true
		require.Equal(t, row["id"], row["occurrenceID"])
		for _, term := range []string{"basisOfRecord", "scientificName", "eventDate", "countryCode", "occurrenceStatus", "taxonRank", "kingdom"} {
			require.NotEmpty(t, row[term], term)
		}
		if row["decimalLatitude"] != "" {
			require.Equal(t, "EPSG:4326", row["geodeticDatum"])
		}
		require.Equal(t, row["dataGeneralizations"] != "", row["informationWithheld"] != "")
	}
	require.Contains(t, out.String()+allRows(a), "Parc des sports", "a value stays on its line")
	var again bytes.Buffer
	require.NoError(t, r.datasets.Stream(tenants.With(r.Context, town), town, "biodiversite", "zip", datasets.Filter{}, &again))
	b, _ := openArchive(t, again.Bytes())
	require.Equal(t, a.rows, b.rows, "identifiers are stable over two exports")
}

func allRows(a archive) string {
	var b strings.Builder
	for _, row := range a.rows {
		b.WriteString(row["locality"] + "\n")
	}
	return b.String()
}

// TestOwnOpenDataComesBackAsItWas: the published file, imported again, changes
// nothing, coarse places least of all.
func TestOwnOpenDataComesBackAsItWas(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	var content strings.Builder
	content.WriteString("nom_cite;date;longitude;latitude;sensibilite;observateur\n")
	for i := range 30 {
		fmt.Fprintf(&content, "Merle noir;2024-05-%d;-1.4%d;43.4921;%d;Personne\n", 10+i%15, 60+i, i%4)
	}
	i := r.load(town, "obs.csv", content.String())
	require.EqualValues(t, 30, i.Counts.Created, "%+v %v", i.Counts, r.problems(town, i.ID))
	before := r.dump(town.ID)
	var out bytes.Buffer
	require.NoError(t, r.datasets.Stream(tenants.With(r.Context, town), town, "biodiversite", "csv", datasets.Filter{}, &out))
	lines, err := csv.NewReader(bytes.NewReader(out.Bytes())).ReadAll()
	require.NoError(t, err)
	require.Len(t, lines, 31)
	again := r.load(town, "bayonne-biodiversite.csv", out.String())
	require.Zero(t, again.Counts.Created, "%+v", again.Counts)
	coarse := r.rows(town.ID, `SELECT count(*)::text FROM atlas.occurrence WHERE level > 0 AND revision > 1`)
	require.Equal(t, []string{"0"}, coarse, "coarse places came back over exact ones")
	if again.Counts.Updated > 0 {
		r.undo(town, again.ID)
	}
	require.Equal(t, before, r.dump(town.ID))
}
