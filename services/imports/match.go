package imports

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

// RejectDuplicates rejects every staged row whose value in stageColumn is met
// more than once in the file: which of them is right, only the town knows. Rows
// without a value are left alone. Call it first in Match. key is the message
// key, filled with {{.Value}} and {{.Line}} (another line with the same value);
// column is the target column it is shown under.
func RejectDuplicates(ctx context.Context, tx *db.Tx, stageColumn, column, key string) error {
	const statement = `
WITH twin AS (
  SELECT %[1]s AS value, min(line) AS first, max(line) AS last
  FROM %[2]s
  WHERE %[1]s IS NOT NULL AND verdict <> 'reject'
  GROUP BY %[1]s
  HAVING count(*) > 1
)
UPDATE %[2]s s
SET verdict = 'reject', problem = $1, problem_column = $2,
    problem_args = jsonb_build_object('Value', twin.value::text,
      'Line', (CASE WHEN s.line = twin.first THEN twin.last ELSE twin.first END)::text)
FROM twin
WHERE s.%[1]s = twin.value AND s.verdict <> 'reject'`
	name := pgx.Identifier{stageColumn}.Sanitize()
	_, err := tx.Exec(ctx, fmt.Sprintf(statement, name, StageTable), key, column)
	return err
}
