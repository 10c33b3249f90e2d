package imports

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// pipelineColumns are copied before the target's own; verdict and problem
// columns keep their defaults until Match.
var pipelineColumns = []string{"line", "id", "warned", "lon", "lat", "qk"}

// createStage makes the temporary table rows wait in. It goes with the
// transaction.
func (p *passage) createStage(ctx context.Context) error {
	var ddl strings.Builder
	ddl.WriteString(`CREATE TEMP TABLE ` + StageTable + ` (
  line integer NOT NULL, id uuid NOT NULL, warned boolean NOT NULL, lon float8, lat float8, qk bigint,
  verdict text NOT NULL DEFAULT 'create', match_id uuid,
  problem text, problem_column text, problem_args jsonb`)
	for _, c := range p.target.Stage() {
		ddl.WriteString(", " + pgx.Identifier{c.Name}.Sanitize() + " " + c.Type)
	}
	ddl.WriteString(`) ON COMMIT DROP`)
	_, err := p.tx.Exec(ctx, ddl.String())
	return err
}

// fill copies the checked rows into the stage: one goroutine reads and checks
// while this one sends.
func (p *passage) fill(ctx context.Context, checker Checker) error {
	columns := append([]string{}, pipelineColumns...)
	for _, c := range p.target.Stage() {
		columns = append(columns, c.Name)
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	f := &feed{batches: make(chan [][]any, 4)}
	go func() {
		defer close(f.batches)
		f.err = p.read(reading, checker, f)
	}()
	_, err := p.tx.CopyFrom(ctx, StageTable, columns, f)
	stop()
	for range f.batches {
	}
	if f.failed {
		return f.err // why the reading stopped, rather than how COPY noticed
	}
	return err
}

const batchSize = 512

// feed hands rows from the reader to COPY in batches, so that memory stays flat
// whoever is slower.
type feed struct {
	batches chan [][]any
	err     error // why the reader stopped; set before batches is closed
	failed  bool  // COPY was told of err

	filling [][]any // the reader's
	current [][]any // COPY's
	row     []any
}

func (f *feed) send(ctx context.Context, row []any) error {
	if f.filling == nil {
		f.filling = make([][]any, 0, batchSize)
	}
	f.filling = append(f.filling, row)
	if len(f.filling) < batchSize {
		return nil
	}
	return f.end(ctx)
}

func (f *feed) end(ctx context.Context) error {
	select {
	case f.batches <- f.filling:
		f.filling = nil
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Next implements pgx.CopyFromSource.
func (f *feed) Next() bool {
	for len(f.current) == 0 {
		batch, more := <-f.batches
		if !more {
			f.failed = f.err != nil
			return false
		}
		f.current = batch
	}
	f.row, f.current = f.current[0], f.current[1:]
	return true
}

// Values implements pgx.CopyFromSource.
func (f *feed) Values() ([]any, error) { return f.row, nil }

// Err implements pgx.CopyFromSource. Until Next has seen the end, err belongs to
// the reader.
func (f *feed) Err() error {
	if f.failed {
		return f.err
	}
	return nil
}

// newID makes a time-ordered identifier, of the type that pgx copies without
// going through text.
func newID() ([16]byte, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return [16]byte{}, fmt.Errorf("new identifier: %w", err)
	}
	return id, nil
}

const (
	countVerdicts = `
SELECT verdict, count(*)
FROM ` + StageTable + `
GROUP BY verdict`

	selectRemarks = `
SELECT line, verdict, warned, problem, coalesce(problem_column, ''), coalesce(problem_args, '{}'::jsonb)
FROM ` + StageTable + `
WHERE verdict = 'reject' OR problem IS NOT NULL
ORDER BY line`

	selectVerdicts = `
SELECT line, verdict
FROM ` + StageTable + `
WHERE line = ANY($1)`
)

// settle counts the verdicts and takes down what Match rejected or remarked.
func (p *passage) settle(ctx context.Context) error {
	if err := p.countVerdicts(ctx); err != nil {
		return err
	}
	rows, err := p.tx.Query(ctx, selectRemarks)
	if err != nil {
		return err
	}
	var found Problem
	var verdict Verdict
	var warned bool
	var key *string
	_, err = pgx.ForEachRow(rows, []any{&found.Line, &verdict, &warned, &key, &found.Column, &found.Args}, func() error {
		if key == nil {
			return fmt.Errorf("target %s rejected line %d without saying why", p.about.Code, found.Line)
		}
		problem := found
		found.Args = nil // the next row gets a map of its own
		problem.Key, problem.Severity = *key, Rejected
		problem.Value, _ = problem.Args["Value"].(string)
		if verdict != Reject {
			problem.Severity = Warning
		}
		if verdict != Reject && !warned {
			p.counts.Warned++
		}
		p.preview.remark(problem)
		return p.ledger.add(problem)
	})
	if err != nil {
		return err
	}
	return p.preview.settle(ctx, p.tx)
}

func (p *passage) countVerdicts(ctx context.Context) error {
	rows, err := p.tx.Query(ctx, countVerdicts)
	if err != nil {
		return err
	}
	into := map[Verdict]*int64{
		Create: &p.counts.Created, Update: &p.counts.Updated,
		Unchanged: &p.counts.Unchanged, Reject: &p.counts.Rejected,
	}
	var verdict Verdict
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&verdict, &n}, func() error {
		count, known := into[verdict]
		if !known {
			return fmt.Errorf("target %s gave the verdict %q", p.about.Code, verdict)
		}
		*count += n
		return nil
	})
	if err != nil {
		return err
	}
	return p.counts.balanced()
}

// balanced refuses counts that lose or invent a row.
func (c Counts) balanced() error {
	if sum := c.Created + c.Updated + c.Unchanged + c.Rejected; sum != c.Rows {
		return fmt.Errorf("%d rows read, %d accounted for", c.Rows, sum)
	}
	return nil
}
