package archtest

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// migrationName is NNNN_<schema>_what.sql.
var migrationName = regexp.MustCompile(`^(\d{4})_([a-z]+)_[a-z0-9_]+\.sql$`)

// touches find the schema in what a statement creates, changes or fills. An
// empty schema is an object named without one.
var touches = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:UNLOGGED\s+|MATERIALIZED\s+)?` +
		`(?:TABLE|VIEW|SEQUENCE|FUNCTION|PROCEDURE|AGGREGATE|TYPE|DOMAIN)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:ONLY\s+)?` + object),
	regexp.MustCompile(`(?i)\b(?:CREATE|ALTER|DROP)\s+(?:UNIQUE\s+)?(?:INDEX|POLICY|TRIGGER)\b[^;]*?\bON\s+(?:ONLY\s+)?` + object),
	regexp.MustCompile(`(?i)\b(?:GRANT|REVOKE)\b[^;]*?\bON\s+(?:TABLE\s+|SEQUENCE\s+|FUNCTION\s+)?` + object),
	regexp.MustCompile(`(?i)\bCOMMENT\s+ON\s+(?:TABLE|VIEW|FUNCTION|COLUMN|TYPE)\s+` + object),
	regexp.MustCompile(`(?i)\b(?:INSERT\s+INTO|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?` + object),
	regexp.MustCompile(`(?i)(?:^|;)\s*UPDATE\s+(?:ONLY\s+)?` + object),
	regexp.MustCompile(`(?i)\b(?:CREATE|ALTER|DROP|IN|ON)\s+SCHEMA\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?([a-z_]+)()`),
}

// object captures "schema." (or nothing) and the name.
const object = `(?:([a-z_0-9]+)\.)?([a-z_0-9]+)`

var references = regexp.MustCompile(`(?i)\bREFERENCES\s+(?:([a-z_0-9]+)\.)?([a-z_0-9]+)`)

// lifeless matches what is no statement: comments, texts, function bodies.
var lifeless = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\$([a-z_]*)\$.*?\$[a-z_]*\$`)

// foreignParts returns what a migration touches outside its own schema. Keys
// may point at the platform's tables, which every schema stands on.
func foreignParts(name, text string) []string {
	match := migrationName.FindStringSubmatch(name)
	if match == nil {
		return []string{name + ": the name is not NNNN_<schema>_what.sql"}
	}
	own := match[2]
	text = lifeless.ReplaceAllString(text, " ")
	var broken []string
	for _, touch := range touches {
		for _, found := range touch.FindAllStringSubmatch(text, -1) {
			switch schema := strings.ToLower(found[1]); {
			case schema == own || strings.EqualFold(found[2], "SCHEMA") || strings.EqualFold(found[2], "ALL"):
			case schema == "":
				broken = append(broken, fmt.Sprintf("%s: %s is named without its schema", name, found[2]))
			default:
				broken = append(broken, fmt.Sprintf("%s: touches %s.%s, its schema is %s", name, schema, found[2], own))
			}
		}
	}
	for _, found := range references.FindAllStringSubmatch(text, -1) {
		if schema := strings.ToLower(found[1]); schema != own && schema != "platform" {
			broken = append(broken, fmt.Sprintf("%s: a key points at %s.%s", name, schema, found[2]))
		}
	}
	return broken
}

// sharedNumbers returns the numbers that two migrations carry.
func sharedNumbers(names []string) []string {
	first := map[string]string{}
	var broken []string
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if other, taken := first[number]; taken {
			broken = append(broken, fmt.Sprintf("%s and %s have the same number", other, name))
		}
		first[number] = name
	}
	return broken
}

func TestMigrationsTouchTheirOwnSchema(t *testing.T) {
	p, err := project()
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(p.root, "migrations", "*.sql"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var names, broken []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		names = append(names, filepath.Base(file))
		broken = append(broken, foreignParts(filepath.Base(file), string(text))...)
	}
	slices.Sort(names)
	report(t, "a schema belongs to one folder; a trade is removed, moved or sharded with its own migrations only",
		append(broken, sharedNumbers(names)...))
}

func TestForeignPartsAreCaught(t *testing.T) {
	cases := map[string]struct{ name, text, broken string }{
		"a name without schema":    {"12_trees.sql", "", "the name is not"},
		"another schema's table":   {"0012_trees_tree.sql", "CREATE TABLE IF NOT EXISTS heat.station (id int);", "touches heat.station"},
		"no schema":                {"0012_trees_tree.sql", "ALTER TABLE tree ADD x int;", "tree is named without its schema"},
		"another schema's index":   {"0012_trees_tree.sql", "CREATE INDEX i\n  ON heat.station (x);", "touches heat.station"},
		"another schema's policy":  {"0012_trees_tree.sql", "CREATE POLICY p ON heat.station USING (true);", "touches heat.station"},
		"another schema's rights":  {"0012_trees_tree.sql", "GRANT SELECT, UPDATE ON heat.station TO acv_app;", "touches heat.station"},
		"another schema's rows":    {"0012_trees_tree.sql", "UPDATE heat.station SET x = 1;", "touches heat.station"},
		"another schema as such":   {"0012_trees_tree.sql", "DROP SCHEMA heat CASCADE;", "touches heat."},
		"a key on another schema":  {"0012_trees_tree.sql", "CREATE TABLE trees.a (x uuid REFERENCES heat.station (id));", "a key points at heat.station"},
		"a key on the platform":    {"0012_trees_tree.sql", "CREATE TABLE trees.a (x uuid REFERENCES platform.account (id));", ""},
		"its own schema":           {"0012_trees_tree.sql", "CREATE SCHEMA trees;\nCREATE TABLE trees.a (x int);\nGRANT USAGE ON SCHEMA trees TO acv_app;", ""},
		"a comment about another":  {"0012_trees_tree.sql", "-- ALTER TABLE heat.station\nCOMMENT ON TABLE trees.a IS 'DROP TABLE heat.x;';", ""},
		"a function reads another": {"0012_trees_tree.sql", "CREATE FUNCTION trees.f() RETURNS int LANGUAGE sql AS $f$ DELETE FROM heat.x $f$;", ""},
		"all tables of its schema": {"0012_trees_tree.sql", "GRANT SELECT ON ALL TABLES IN SCHEMA trees TO acv_app;", ""},
		"all tables of another":    {"0012_trees_tree.sql", "GRANT SELECT ON ALL TABLES IN SCHEMA heat TO acv_app;", "touches heat."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			broken := strings.Join(foreignParts(path.Base(c.name), c.text), "\n")
			if c.broken == "" {
				require.Empty(t, broken)
				return
			}
			require.Contains(t, broken, c.broken)
		})
	}
}

func TestSharedNumbersAreCaught(t *testing.T) {
	require.Empty(t, sharedNumbers([]string{"0001_a_x.sql", "0002_a_y.sql"}))
	require.Len(t, sharedNumbers([]string{"0001_a_x.sql", "0001_b_y.sql"}), 1)
}
