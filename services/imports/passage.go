package imports

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/tableschema"
	"acvdata/services/tabular"
)

// passage is one run of a file through its target, on one transaction. A check
// and a commit make the same passage, so that what was shown is what happens.
type passage struct {
	tx      *db.Tx
	target  Target
	about   Description
	run     Run
	file    *tabular.File
	fields  map[string]*field
	locator *locator
	ledger  *ledger
	preview *sampler
	meter   *meter
	schema  *tableschema.Validator // nil without a schema, and for commits
	own     int                    // columns of the file, without those that we added to rejected rows
	back    bool                   // they are rejected rows that come back
	counts  Counts
}

// newPassage prepares the reading of the file. problems takes the full list.
func newPassage(tx *db.Tx, target Target, run Run, m Mapping, file *tabular.File, problems io.Writer) (*passage, error) {
	about := target.Describe()
	if about.Free {
		about.Columns = run.Columns
	}
	columns := file.Columns()
	located, err := newLocator(m.Position, about.Position, run.Town.Bounds, columns)
	if err != nil {
		return nil, err
	}
	p := &passage{
		tx: tx, target: target, about: about, run: run, file: file, locator: located,
		fields: map[string]*field{}, ledger: newLedger(problems),
	}
	for _, c := range about.Columns {
		if index, ok := m.Columns[c.Name]; ok {
			p.fields[c.Name] = &field{column: c, index: index, reader: &columns[index], zoned: columns[index].Zoned}
		}
	}
	p.own, p.back = returned(file.Headings())
	p.preview = newSampler(about, p.fields)
	return p, nil
}

func mapped(m Mapping) map[string]bool {
	set := map[string]bool{}
	for name := range maps.Keys(m.Columns) {
		set[name] = true
	}
	return set
}

// load reads every row into the stage and has it matched. total is the number
// of rows to expect, 0 when unknown.
func (p *passage) load(ctx context.Context, total int64) error {
	checker, err := p.target.Prepare(ctx, p.tx, p.run)
	if err != nil {
		return fault.Wrap(err, "prepare target", p.about.Code)
	}
	if err := p.createStage(ctx); err != nil {
		return err
	}
	p.meter.phase(ctx, "imports.phase.checking", total)
	if err := p.fill(ctx, checker); err != nil {
		return err
	}
	p.meter.phase(ctx, "imports.phase.matching", 0)
	if _, err := p.tx.Exec(ctx, `ANALYZE `+StageTable); err != nil {
		return err
	}
	if err := p.target.Match(ctx, p.tx, p.run); err != nil {
		return fault.Wrap(err, "match", p.about.Code)
	}
	if err := p.settle(ctx); err != nil {
		return err
	}
	return p.ledger.flush()
}

// read checks the rows in the file's order and hands the good ones over.
func (p *passage) read(ctx context.Context, checker Checker, out *feed) error {
	width := len(pipelineColumns) + len(p.target.Stage())
	for row, err := range p.file.Rows(ctx) {
		if err == nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return err
		}
		if p.back {
			row.Cells = unmarked(row.Cells)
		}
		p.compare(row)
		if row.Blank || row.Heading {
			p.counts.Skipped++
			continue
		}
		p.counts.Rows++
		p.meter.at(ctx, p.counts.Rows)
		record := &Record{line: row.Line, cells: row.Cells, fields: p.fields}
		values, err := p.check(record, row, checker)
		if err != nil {
			return fmt.Errorf("check line %d: %w", row.Line, err)
		}
		if err := p.note(record); err != nil {
			return err
		}
		if record.rejected {
			continue
		}
		id, err := newID()
		if err != nil {
			return err
		}
		staged := append(make([]any, 0, width), int32(record.line), id, len(record.problems) > 0)
		staged = append(append(staged, record.position.staged()...), values...)
		if len(staged) != width {
			return fmt.Errorf("target %s gave %d values for %d columns", p.about.Code, len(values), len(p.target.Stage()))
		}
		if err := out.send(ctx, staged); err != nil {
			return err
		}
	}
	return out.end(ctx)
}

// check runs the pipeline's own checks, then the target's.
func (p *passage) check(record *Record, row *tabular.Record, checker Checker) ([]any, error) {
	for _, problem := range row.Problems {
		record.adopt(problem)
	}
	if record.rejected {
		return nil, nil
	}
	for _, c := range p.about.Columns {
		if c.Required && p.fields[c.Name] != nil && record.Text(c.Name) == "" {
			record.Reject(c.Name, "imports.problem.required", nil)
		}
	}
	p.locator.locate(record)
	values, err := checker.Check(record)
	if record.rejected || err != nil {
		return nil, err
	}
	return values, nil
}

// note counts a checked row and takes its problems down.
func (p *passage) note(r *Record) error {
	switch {
	case r.rejected:
		p.counts.Rejected++
	case len(r.problems) > 0:
		p.counts.Warned++
	}
	p.preview.see(r)
	for _, problem := range r.problems {
		if err := p.ledger.add(problem); err != nil {
			return err
		}
	}
	return nil
}

// adopt turns what the reading of the file found into a problem of the row.
func (r *Record) adopt(p tabular.Problem) {
	severity := Warning
	switch p.Severity {
	case tabular.Notice:
		return // repaired without loss
	case tabular.Severe:
		severity = Rejected
		r.rejected = true
	case tabular.Warning:
	}
	args := maps.Clone(p.Args)
	if args == nil {
		args = map[string]any{}
	}
	args["Heading"] = p.Heading
	r.problems = append(r.problems, Problem{Line: p.Line, Severity: severity, Key: p.Key(), Args: args, Value: p.Value})
}

func (p Position) staged() []any {
	if !p.Known {
		return []any{nil, nil, nil}
	}
	return []any{p.Lon, p.Lat, p.QK}
}

// mappedColumns lists the target's columns that the file feeds, in their order.
func mappedColumns(d Description, fields map[string]*field) []Column {
	return slices.DeleteFunc(slices.Clone(d.Columns), func(c Column) bool { return fields[c.Name] == nil })
}
