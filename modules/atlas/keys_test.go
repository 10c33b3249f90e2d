package atlas_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/services/imports"
)

const numbered = "nom_cite,date_debut,longitude,latitude,identifiant"

func numberedRow(name string, number int, rest ...string) string {
	cells := append([]string{name, "2024-05-02", "-1.4660001", "43.4920001", strconv.Itoa(number)}, rest...)
	return strings.Join(cells, ",") + "\n"
}

// TestNumbersOfASourceAreItsOwn: the town and two partners all number from 1, and
// no file names its source.
func TestNumbersOfASourceAreItsOwn(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	files := map[string]string{"": "Turdus merula", "Mares": "Rana dalmatina", "Suivi LPO": "Parus major"}
	load := func(source, content string) (created, unchanged int64) {
		i := &imports.Import{}
		if source == "" {
			i = r.load(town, "ville.csv", content)
		} else {
			i = r.loadAs(town, partner(town, source), source+".csv", content)
		}
		return i.Counts.Created, i.Counts.Unchanged
	}
	for source, name := range files {
		created, _ := load(source, numbered+"\n"+numberedRow(name, 1)+numberedRow(name, 2))
		require.EqualValues(t, 2, created, source)
	}
	before := r.dump(town.ID)
	for source, name := range files {
		_, unchanged := load(source, numbered+"\n"+numberedRow(name, 1)+numberedRow(name, 2))
		require.EqualValues(t, 2, unchanged, source)
	}
	_, unchanged := load("Mares", numbered+",jeu_de_donnees\n"+numberedRow("Rana dalmatina", 1, "Mares"))
	require.EqualValues(t, 1, unchanged, "the same row with its source written out")
	require.Equal(t, before, r.dump(town.ID))
}

// TestStoredKeysStillMeetTheirRows: records of files loaded before are updated by
// the same files, not doubled.
func TestStoredKeysStillMeetTheirRows(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	ponds := partner(town, "Suivi d’Élan")
	content := numbered + "\n" + numberedRow("Rana dalmatina", 1) + numberedRow("Turdus merula", 2)
	r.loadAs(town, ponds, "mares.csv", content)
	r.exec(town.ID, `UPDATE atlas.occurrence SET source_key = regexp_replace(source_key, '^id:.*:', 'id::') WHERE tenant_id = $1`)
	require.Equal(t, []string{"id::1", "id::2"}, r.rows(town.ID, `SELECT source_key FROM atlas.occurrence ORDER BY 1`))
	i := r.loadAs(town, ponds, "mares.csv", content)
	require.EqualValues(t, 2, i.Counts.Unchanged, "%+v", i.Counts)
	renewed := []string{"id:suivi d'elan:1", "id:suivi d'elan:2"}
	require.Equal(t, renewed, r.rows(town.ID, `SELECT source_key FROM atlas.occurrence ORDER BY 1`))

	r.exec(town.ID, `UPDATE atlas.occurrence SET source_key = regexp_replace(source_key, '^id:.*:', 'id::') WHERE tenant_id = $1`)
	r.migrate("0128_atlas_source_key.sql")
	require.Equal(t, renewed, r.rows(town.ID, `SELECT source_key FROM atlas.occurrence ORDER BY 1`), "the migration names them alike")
	i = r.load(town, "ville.csv", content)
	require.EqualValues(t, 2, i.Counts.Created, "the town's own numbers: %+v", i.Counts)
}

// migrate runs one migration again.
func (r *rig) migrate(name string) {
	r.t.Helper()
	text, err := os.ReadFile("../../migrations/" + name)
	require.NoError(r.t, err)
	up, _, _ := strings.Cut(string(text), "-- +goose Down")
	admin, err := pgx.Connect(r.t.Context(), r.AdminDB)
	require.NoError(r.t, err)
	defer func() { _ = admin.Close(context.Background()) }()
	_, err = admin.Exec(r.t.Context(), up)
	require.NoError(r.t, err)
}

// TestLongSourcesKeepTheirNumbersApart: a name of source as long as the column
// takes leaves room for the identifier.
func TestLongSourcesKeepTheirNumbersApart(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("bayonne")
	long := strings.Repeat("Inventaire participatif ", 9)
	names := []string{"", "Rana dalmatina", "Turdus merula", "Parus major"}
	row := func(number int) string { return numberedRow(names[number], number, long) }
	head := numbered + ",jeu_de_donnees\n"
	r.load(town, "un.csv", head+row(2))
	r.exec(town.ID, `UPDATE atlas.occurrence SET source_key = left('id:' || lower(dataset), 203) WHERE tenant_id = $1`)
	i := r.load(town, "trois.csv", head+row(1)+row(2)+row(3))
	require.EqualValues(t, 2, i.Counts.Created, "%+v %v", i.Counts, r.problems(town, i.ID))
	require.EqualValues(t, 1, i.Counts.Unchanged, "of rows cut to the same key, the one that says the same")
	i = r.load(town, "trois.csv", head+row(1)+row(2)+row(3))
	require.EqualValues(t, 3, i.Counts.Unchanged, "%+v", i.Counts)
	require.Equal(t, []string{"3"}, r.rows(town.ID, `SELECT count(*)::text FROM atlas.occurrence`))
}
