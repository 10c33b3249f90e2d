package tableschema_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/tableschema"
)

var day = time.Date(2026, time.November, 29, 12, 0, 0, 0, time.UTC)

// schema reads a descriptor that the test wrote.
func schema(t testing.TB, descriptor string) *tableschema.Schema {
	t.Helper()
	s, err := tableschema.Parse([]byte(descriptor))
	require.NoError(t, err)
	return s
}

// check reads lines of CSV, the first of which are labels.
func check(t testing.TB, s *tableschema.Schema, file string) *tableschema.Report {
	t.Helper()
	reader := csv.NewReader(strings.NewReader(file))
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	require.NoError(t, err)
	v := s.Validate("essai.csv", rows[0], day)
	for n, cells := range rows[1:] {
		row := tableschema.Row{Number: n + 2, Cells: cells}
		if len(cells) > len(rows[0]) {
			row.Cells, row.Extra = cells[:len(rows[0])], cells[len(rows[0]):]
		}
		row.Missing = len(rows[0]) - len(row.Cells)
		row.Blank = strings.Join(cells, "") == ""
		v.Row(row)
	}
	return v.Close()
}

// types lists the types of a report's errors, in its order.
func types(r *tableschema.Report) (list []string) {
	for _, e := range r.Errors {
		list = append(list, e.Type)
	}
	return list
}

// field is a descriptor of one field named "a".
func field(of string) string {
	return `{"fields":[{"name":"a"` + of + `},{"name":"b","type":"any"}]}`
}

// cell checks one cell of a field.
func cell(t testing.TB, s *tableschema.Schema, content string) []string {
	t.Helper()
	v := s.Validate("essai.csv", []string{"a", "b"}, day)
	v.Row(tableschema.Row{Number: 2, Cells: []string{content, "x"}})
	return types(v.Close())
}

// shared reads a real file, or skips.
func shared(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "opendata", name))
	if os.IsNotExist(err) {
		t.Skip("../shared is not there: ", name)
	}
	require.NoError(t, err)
	return raw
}

// cnig is the schema of the CNIG on brownfields and its own valid file.
func cnig(t testing.TB) (s *tableschema.Schema, labels, row []string) {
	t.Helper()
	s, err := tableschema.Parse(shared(t, "cnig-friches-1.0.6.schema.json"))
	require.NoError(t, err)
	rows, err := csv.NewReader(strings.NewReader(string(shared(t, "cnig-friches-1.0.6.valide.csv")))).ReadAll()
	require.NoError(t, err)
	return s, rows[0], rows[1]
}

// written is labels and rows as a CSV.
func written(t testing.TB, rows ...[]string) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, csv.NewWriter(&b).WriteAll(rows))
	return b.String()
}

// with is a copy of a row with one cell changed.
func with(labels, row []string, label, content string) []string {
	row = slices.Clone(row)
	row[slices.Index(labels, label)] = content
	return row
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	return string(raw)
}
