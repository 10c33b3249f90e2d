package archtest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/services/dbtest"
)

// schemaRule is a query that returns what breaks the rule: the object's name
// and what is wrong with it.
type schemaRule struct {
	name   string
	reason string
	query  string
	// breaks is a statement after which the query must name "trial.bad".
	breaks string
}

func schemaRuleNames() []string {
	names := make([]string, len(schemaRules))
	for i, rule := range schemaRules {
		names[i] = rule.name
	}
	return names
}

// finding is one row of a rule's query.
type finding struct{ Object, Wrong string }

func findings(ctx context.Context, conn pgx.Tx, rule schemaRule) ([]finding, error) {
	rows, err := conn.Query(ctx, rule.query)
	if err != nil {
		return nil, fmt.Errorf("rule %s: %w", rule.name, err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[finding])
}

// migrated opens a transaction on a database of this test's own.
func migrated(t *testing.T) pgx.Tx {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dbtest.AdminURL(t))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	return tx
}

func TestDatabaseKeepsTownsApart(t *testing.T) {
	tx := migrated(t)
	exempt := exemptions(t, schemaRuleNames()...)
	for _, rule := range schemaRules {
		found, err := findings(t.Context(), tx, rule)
		require.NoError(t, err)
		var broken []string
		for _, f := range found {
			if !exempt.applies(rule.name, f.Object) {
				broken = append(broken, fmt.Sprintf("%s: %s %s", rule.name, f.Object, f.Wrong))
			}
		}
		report(t, rule.reason, broken)
	}
	exempt.allUsed(t)
}

// The two schemas and tables a rule's counter-example builds on.
const trial = `
	CREATE SCHEMA trial AUTHORIZATION acv_owner;
	GRANT USAGE ON SCHEMA trial TO acv_app;
	SET ROLE acv_owner;
	CREATE TABLE trial.good (
	  tenant_id uuid NOT NULL, id uuid NOT NULL, code text NOT NULL,
	  CONSTRAINT good_pk PRIMARY KEY (tenant_id, id));
	COMMENT ON TABLE trial.good IS 'A table as every town table should be.';
	ALTER TABLE trial.good ENABLE ROW LEVEL SECURITY;
	CREATE POLICY good_tenant ON trial.good TO acv_app
	  USING (tenant_id = current_setting('app.tenant')::uuid);
	GRANT SELECT, INSERT, UPDATE, DELETE ON trial.good TO acv_app;
	RESET ROLE;`

func TestSchemaRulesCatchWhatBreaksThem(t *testing.T) {
	tx := migrated(t)
	_, err := tx.Exec(t.Context(), trial)
	require.NoError(t, err)
	for _, rule := range schemaRules {
		t.Run(rule.name, func(t *testing.T) {
			require.NotContains(t, objectsFound(t, tx, rule), "trial.", "the good table passes")
			attempt, err := tx.Begin(t.Context())
			require.NoError(t, err)
			_, err = attempt.Exec(t.Context(), rule.breaks)
			require.NoError(t, err)
			require.Contains(t, objectsFound(t, attempt, rule), "trial.bad")
			require.NoError(t, attempt.Rollback(t.Context()))
		})
	}
}

func objectsFound(t *testing.T, tx pgx.Tx, rule schemaRule) string {
	t.Helper()
	found, err := findings(t.Context(), tx, rule)
	require.NoError(t, err)
	return fmt.Sprint(found)
}

func TestRuntimeRolesAreWeak(t *testing.T) {
	tx := migrated(t)
	rows, err := tx.Query(t.Context(), strongRoles)
	require.NoError(t, err)
	broken, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	report(t, "row-level security does not apply to owners, superusers and BYPASSRLS", broken)

	for _, strength := range []string{
		"ALTER ROLE acv_app SUPERUSER", "ALTER ROLE acv_app BYPASSRLS", "ALTER ROLE acv_platform CREATEDB",
		"GRANT acv_owner TO acv_app", "ALTER ROLE acv_app INHERIT", "ALTER ROLE acv_owner LOGIN",
		"CREATE TABLE public.mine (); ALTER TABLE public.mine OWNER TO acv_app",
	} {
		attempt, err := tx.Begin(t.Context())
		require.NoError(t, err)
		_, err = attempt.Exec(t.Context(), strength)
		require.NoError(t, err, strength)
		rows, err := attempt.Query(t.Context(), strongRoles)
		require.NoError(t, err)
		caught, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		require.NotEmpty(t, caught, strength)
		require.NoError(t, attempt.Rollback(t.Context()))
	}
}

// TestDefinerFunctionsAreKnown: such a function runs with the owner's rights,
// outside row-level security, so each one is reviewed by name.
func TestDefinerFunctionsAreKnown(t *testing.T) {
	rows, err := migrated(t).Query(t.Context(), definerFunctions)
	require.NoError(t, err)
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	golden, err := os.ReadFile("testdata/definer-functions.txt")
	require.NoError(t, err)
	known := []string{}
	for line := range strings.Lines(string(golden)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			known = append(known, line)
		}
	}
	require.Equal(t, known, found, "review the function, then write it in testdata/definer-functions.txt")
}
