package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

const seventh = `slug: septieme
name: Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson
insee: "51513"
department: Marne
region: Grand Est
center: [4.65, 48.63]
bounds: [4.6, 48.6, 4.7, 48.66]
accent: riviere
modules: {trees: {on: true}, opendata: {on: true}}
members:
  - {email: Maire@septieme.example, role: admin}
  - {email: agent@septieme.example, role: manager}
boundary: {type: Polygon, coordinates: [[[4.6,48.6],[4.7,48.6],[4.7,48.66],[4.6,48.6]]]}
`

// TestASeventhTownComesByItsPack: one command, no code; again changes nothing.
func TestASeventhTownComesByItsPack(t *testing.T) {
	t.Parallel()
	env := settings(t)
	file := filepath.Join(t.TempDir(), "septieme.yaml")
	require.NoError(t, os.WriteFile(file, []byte(seventh), 0o600))
	for _, verb := range []string{"created", "refreshed"} {
		create := launch(t, env, "tenant", "create", "--pack", file)
		require.Zero(t, create.end(), create.said)
		require.Contains(t, create.said.String(), verb+" Saint-Rémy")
	}
	conn, err := pgx.Connect(t.Context(), env["DATABASE_URL"])
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	rows, err := conn.Query(t.Context(), `SELECT i.email || ' ' || array_to_string(i.roles, ',')
FROM platform.invitation i JOIN platform.tenant t ON t.id = i.tenant_id WHERE t.slug = 'septieme' ORDER BY 1`)
	require.NoError(t, err)
	promised, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Equal(t, []string{"agent@septieme.example manager", "maire@septieme.example admin"}, promised)

	serving := launch(t, env, "demo")
	serving.ready()
	require.Contains(t, serving.get("/septieme/"), "Saint-Rémy-en-Bouzemont")

	wrong := filepath.Join(t.TempDir(), "faux.yaml")
	require.NoError(t, os.WriteFile(wrong, []byte(strings.Replace(seventh, "role: manager", "role: maire", 1)), 0o600))
	refused := launch(t, env, "tenant", "create", "--pack", wrong)
	require.NotZero(t, refused.end())
	require.Contains(t, refused.said.String(), "maire is no role of a town")
}
