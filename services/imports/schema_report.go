package imports

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/tableschema"
	"acvdata/services/tabular"
)

// compare checks a row of the file against the schema. What it finds is the
// report's: no row is left out for it.
func (p *passage) compare(row *tabular.Record) {
	if p.schema == nil || row.Heading {
		return
	}
	r := tableschema.Row{Number: row.Line, Cells: row.Cells[:min(p.own, len(row.Cells))], Extra: row.Extra, Blank: row.Blank}
	for i := range row.Problems {
		if row.Problems[i].Code == tabular.MissingCells {
			r.Missing, _ = row.Problems[i].Args["Count"].(int)
		}
	}
	p.schema.Row(r)
}

// putReport keeps what the check found of the schema.
func (s *Service) putReport(ctx context.Context, i *Import, v *tableschema.Validator) error {
	i.Respected = nil
	if v == nil {
		return s.files(i.Tenant).Delete(ctx, i.key(schemaKey))
	}
	report := v.Close()
	respected := report.Valid()
	i.Respected = &respected
	raw, err := json.Marshal(report)
	if err != nil {
		return err
	}
	_, err = s.files(i.Tenant).Put(ctx, i.key(schemaKey), bytes.NewReader(raw))
	return err
}

// Report reads what the last check found of the schema; a not_found fault before
// any, and without a schema.
func (s *Service) Report(ctx context.Context, c Caller, id uuid.UUID) (*tableschema.Report, error) {
	i, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if i.Respected == nil {
		return nil, fault.New(fault.NotFound, "imports.fault.no_report")
	}
	f, err := s.files(i.Tenant).Open(ctx, i.key(schemaKey))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	report := &tableschema.Report{}
	if err := json.Unmarshal(raw, report); err != nil {
		return nil, err
	}
	for n := range report.Errors {
		wholeNumbers(report.Errors[n].Args)
	}
	for n := range report.Groups {
		wholeNumbers(report.Groups[n].Args)
	}
	for n := range report.Warnings {
		wholeNumbers(report.Warnings[n].Args)
	}
	return report, nil
}
