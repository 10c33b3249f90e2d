package atlas_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/atlas"
	"acvdata/modules/atlas/richness"
	"acvdata/services/imports"
	"acvdata/tenants"
)

const (
	geonature = "observations_geonature_dev.tsv"
	taxref    = "taxref_extract_geonature_dev.tsv"
	bioblitz  = "dwc_bioblitz_occurrence.csv"
)

// TestGeoNatureMeetsItsReferenceFigures: vegan 2.6-4 on the 991 rows that are not
// deleted at the source, one record an individual.
func TestGeoNatureMeetsItsReferenceFigures(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.ecrins()
	before := r.dump(town.ID)
	i := r.load(town, geonature, shared(t, geonature))
	require.EqualValues(t, 991, i.Counts.Created, "%+v", i.Counts)
	found := r.problems(town, i.ID)
	require.Equal(t, 9, found["deleted"])
	require.Equal(t, 37, found["encoded_twice"])
	require.Positive(t, writtenOut(t))
	require.Equal(t, writtenOut(t), found["line_ends"])
	require.Empty(t, r.rows(town.ID, `SELECT comment FROM atlas.occurrence WHERE comment LIKE '%Ã%' OR comment LIKE '%\\n%'`))

	survey, err := r.service.Survey(r.Context, town.ID)
	require.NoError(t, err)
	var counts richness.Counts
	for _, record := range survey.Records {
		require.Zero(t, record.Around, "%s lies outside the town", record.Taxon.Name)
		counts = append(counts, record.InTown)
	}
	require.EqualValues(t, 991, counts.Total())
	require.Equal(t, 253, counts.Seen())
	once, twice := counts.Rare()
	require.Equal(t, []int{125, 46}, []int{once, twice})
	require.InDelta(t, 253+125.0*124/(2*47), counts.Chao1Corrected(), 1e-9)
	require.InDelta(t, 417.8936, counts.Chao1Corrected(), 0.00005)
	require.InDelta(t, 253+990.0/991*125*125/92, counts.Chao1(), 1e-9)
	require.InDelta(t, 422.6656, counts.Chao1(), 0.00005)
	require.InDelta(t, 0.873958, counts.Coverage(), 5e-7)
	require.InDelta(t, 61.281416, counts.Rarefied(100), 5e-7)
	require.InDelta(t, 176.398917, counts.Rarefied(500), 5e-7)

	units := r.kilometres(town.ID)
	require.Equal(t, 395, units.M)
	once, twice = units.Incidence.Rare()
	require.Equal(t, []int{126, 46}, []int{once, twice})
	require.InDelta(t, 425.1283, units.Chao2(), 0.00005)

	undone := r.undo(town, i.ID)
	require.Equal(t, imports.Undone, undone.State, "%+v", undone.Fault)
	require.Equal(t, before, r.dump(town.ID))
}

// writtenOut counts the rows of the file that write a line end as two characters,
// those deleted at the source apart.
func writtenOut(t *testing.T) (n int) {
	t.Helper()
	for line := range strings.SplitSeq(shared(t, geonature), "\n") {
		if strings.Contains(line, `\n`) && !slices.Contains(strings.Split(line, "\t"), "t") {
			n++
		}
	}
	return n
}

// kilometres counts the cells of 1 km of each taxon, four of ours each.
func (r *rig) kilometres(town tenants.ID) richness.Units {
	perTaxon, all := map[string]map[atlas.Cell]bool{}, map[atlas.Cell]bool{}
	for _, row := range r.rows(town, `SELECT taxon || ' ' || cell FROM atlas.tally_cell`) {
		taxon, text, _ := strings.Cut(row, " ")
		number, err := strconv.Atoi(text)
		require.NoError(r.t, err)
		cell := atlas.Cell(number).Kilometre()
		if perTaxon[taxon] == nil {
			perTaxon[taxon] = map[atlas.Cell]bool{}
		}
		perTaxon[taxon][cell], all[cell] = true, true
	}
	u := richness.Units{M: len(all)}
	for _, cells := range perTaxon {
		u.Incidence = append(u.Incidence, int64(len(cells)))
	}
	return u
}

// TestCellsAgreeWithTheSourcesLambert: the file has its own Lambert-93.
func TestCellsAgreeWithTheSourcesLambert(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.ecrins()
	r.load(town, geonature, shared(t, geonature))
	stored := map[string]string{}
	for _, row := range r.rows(town.ID, `SELECT sinp_id || ' ' || shown_cell FROM atlas.occurrence`) {
		id, cell, _ := strings.Cut(row, " ")
		stored[id] = cell
	}
	require.Len(t, stored, 991)
	reader := csv.NewReader(strings.NewReader(shared(t, geonature)))
	reader.Comma, reader.LazyQuotes = '\t', true
	lines, err := reader.ReadAll()
	require.NoError(t, err)
	compared := 0
	for _, line := range lines[1:] {
		x, _ := strconv.ParseFloat(line[15], 64)
		y, _ := strconv.ParseFloat(line[16], 64)
		onEdge := math.Abs(math.Remainder(x, 500)) < 0.05 || math.Abs(math.Remainder(y, 500)) < 0.05
		if cell, ok := stored[line[1]]; ok && !onEdge {
			compared++
			require.Equal(t, strconv.Itoa(int(x/500)*100000+int(y/500)), cell, line[1])
		}
	}
	require.Greater(t, compared, 950)
}

func TestRegisterTakesTheExtractAndResolvesTheTownsNames(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.ecrins()
	r.load(town, geonature, shared(t, geonature))
	own := len(r.rows(town.ID, `SELECT name FROM atlas.local_taxon`))
	require.Greater(t, own, 100, "most alpine names are not in the shipped register")
	loaded, err := r.service.LoadTaxref(r.Context, taxref, strings.NewReader(shared(t, taxref)))
	require.NoError(t, err)
	require.EqualValues(t, 6710, loaded.Names+loaded.Skipped)
	require.Less(t, loaded.Skipped, int64(1021), "reference rows without any name")
	n, err := r.service.Resolve(r.Context, town.ID)
	require.NoError(t, err)
	require.Positive(t, n)
	require.Empty(t, r.rows(town.ID, `SELECT name FROM atlas.local_taxon`), "every cd_nom of the file is in the extract")
	again, err := r.service.Resolve(r.Context, town.ID)
	require.NoError(t, err)
	require.Zero(t, again)

	survey, err := r.service.Survey(r.Context, town.ID)
	require.NoError(t, err)
	require.EqualValues(t, 991, survey.InTown())
	for _, c := range []struct{ typed, latin string }{
		{"salamandre tachetee", "Salamandra salamandra"}, {"ALYTES", "Alytes obstetricans"}, {"mesange bl", "Cyanistes caeruleus"}, {"parus caer", "Cyanistes caeruleus"},
	} {
		list, err := r.service.Search(r.Context, town.ID, c.typed, 5)
		require.NoError(t, err)
		require.NotEmpty(t, list, c.typed)
		names := make([]string, len(list))
		for i, x := range list {
			names[i] = x.Name
		}
		require.Contains(t, names, c.latin, c.typed)
	}
}

// TestBioBlitzIsReadRowByRow recounts the file by other means.
func TestBioBlitzIsReadRowByRow(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.townAround("flandre", tenants.Bounds{West: 2.5, South: 50.0, East: 4.0, North: 51.1})
	i := r.load(town, bioblitz, shared(t, bioblitz))
	require.EqualValues(t, 2557, i.Counts.Rows)
	found := r.problems(town, i.ID)
	lines, err := csv.NewReader(strings.NewReader(shared(t, bioblitz))).ReadAll()
	require.NoError(t, err)
	inside, oneWord, twins := 0, 0, 0
	seen := map[string]bool{}
	for _, line := range lines[1:] {
		lat, _ := strconv.ParseFloat(line[12], 64)
		lon, _ := strconv.ParseFloat(line[13], 64)
		if lon >= -5.3 && lon <= 9.7 && lat >= 41.2 && lat <= 51.2 {
			inside++
			if !strings.Contains(strings.TrimSpace(line[19]), " ") {
				oneWord++
			}
			said := fmt.Sprintf("%s|%s|%.7f|%.7f", strings.ToLower(strings.Join(strings.Fields(line[19]), " ")), line[8], lat, lon)
			if seen[said] {
				twins++
			}
			seen[said] = true
		}
	}
	require.Positive(t, twins)
	require.EqualValues(t, inside, i.Counts.Created, "%+v %v", i.Counts, found)
	require.Equal(t, 2557, found["country_code"], "every country code is invalid")
	require.Equal(t, oneWord, found["one_word"])
	require.Equal(t, twins, found["twin"], "%v", found)
	require.Equal(t, inside, found["bare_number"], "every identifier is a bare number")
	require.Equal(t, 2557-inside, found["outside_france"]+found["imports.problem.position_far"])
	again := r.load(town, bioblitz, shared(t, bioblitz))
	require.EqualValues(t, inside, again.Counts.Unchanged, "%+v", again.Counts)
}
