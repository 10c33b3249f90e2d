package tables

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/ogc"
)

// TargetCode names the import target.
const TargetCode = "opendata/table"

// ImportPermission is asked of those who import a table.
const ImportPermission authz.Permission = "opendata.edit"

// Options of an import.
const (
	optionTitle    = "title"
	optionSummary  = "summary"
	optionTheme    = "theme"
	optionLicence  = "licence"
	optionProducer = "producer"
)

// target makes a table of any file.
type target struct{ service *Service }

// Target is what files become tables by.
func (s *Service) Target() imports.Target { return target{s} }

// Describe implements imports.Target.
func (target) Describe() imports.Description {
	text := func(name string, rows int, required bool) imports.Option {
		return imports.Option{
			Name: name, Label: "opendata.import.option." + name, Hint: "opendata.import.option." + name + "_hint",
			Text: true, Required: required, Named: name == optionTitle, Rows: rows,
		}
	}
	theme := imports.Option{
		Name: optionTheme, Label: "opendata.import.option.theme", Hint: "opendata.import.option.theme_hint", Default: string(datasets.ThemeTown),
	}
	for _, t := range datasets.Themes() {
		theme.Choices = append(theme.Choices, imports.Choice{Value: string(t), Label: t.LabelKey()})
	}
	licence := imports.Option{Name: optionLicence, Label: "opendata.import.option.licence", Default: string(datasets.OpenLicence)}
	for _, l := range datasets.Licences() {
		licence.Choices = append(licence.Choices, imports.Choice{Value: string(l), Label: i18n.Literal(l.Name())})
	}
	return imports.Description{
		Code: TargetCode, Title: "opendata.import.title", Summary: "opendata.import.summary", Icon: "table",
		Permission: ImportPermission, Position: imports.PositionOptional, ResultPath: "/donnees", Free: true,
		Options: []imports.Option{text(optionTitle, 0, true), theme, text(optionSummary, 3, false), text(optionProducer, 0, false), licence},
	}
}

// stageSlots are the slots in the order of the stage and of the values a checker
// gives.
var stageSlots = func() (list []imports.StageColumn) {
	add := func(letter string, most int, kind string) {
		for n := 1; n <= most; n++ {
			list = append(list, imports.StageColumn{Name: fmt.Sprintf("%s%d", letter, n), Type: kind})
		}
	}
	add("t", textSlots, "text")
	add("n", numberSlots, "float8")
	add("d", dateSlots, "timestamptz")
	add("b", booleanSlots, "boolean")
	return append(list, imports.StageColumn{Name: "extra", Type: "jsonb"})
}()

// Stage implements imports.Target.
func (target) Stage() []imports.StageColumn { return stageSlots }

// Prepare implements imports.Target.
func (t target) Prepare(ctx context.Context, _ *db.Tx, run imports.Run) (imports.Checker, error) {
	if _, err := t.service.address(run.Options[optionTitle]); err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, slot := range stageSlots {
		at[slot.Name] = i
	}
	c := &checker{values: make([]any, len(stageSlots))}
	for i, column := range t.columns(ctx, run, nil) {
		p := placed{from: run.Columns[i].Name, kind: column.Kind, name: column.Name, at: -1}
		if column.Slot != "" {
			p.at = at[column.Slot]
		}
		c.columns = append(c.columns, p)
	}
	return c, nil
}

func (target) columns(ctx context.Context, run imports.Run, before []Column) []Column {
	return place(run.Columns, func(c imports.Column) string { return i18n.T(ctx, c.Label) }, before)
}

// placed is where a column of the file goes.
type placed struct {
	from, name string
	kind       imports.Kind
	at         int // in the stage, -1 for extra
}

// checker reads the rows of one run.
type checker struct {
	columns []placed
	values  []any
}

// Check implements imports.Checker.
func (c *checker) Check(rec *imports.Record) ([]any, error) {
	clear(c.values)
	var extra map[string]any
	for _, p := range c.columns {
		v := p.read(rec)
		switch {
		case v == nil:
		case p.at >= 0:
			c.values[p.at] = v
		default:
			if extra == nil {
				extra = map[string]any{}
			}
			extra[p.name] = v
		}
	}
	if extra != nil {
		raw, err := json.Marshal(extra)
		if err != nil {
			return nil, err
		}
		c.values[len(c.values)-1] = json.RawMessage(raw)
	}
	return c.values, nil
}

// read gives a cell's value in the type of its slot, nil for none.
func (p placed) read(rec *imports.Record) any {
	switch p.kind {
	case imports.KindInteger, imports.KindYear:
		if v, ok := rec.Integer(p.from); ok {
			return float64(v)
		}
	case imports.KindNumber:
		if v, ok := rec.Number(p.from); ok {
			return v
		}
	case imports.KindDate:
		if v, ok := rec.Date(p.from); ok {
			return v.Time
		}
	case imports.KindMoment:
		if v, ok := rec.Moment(p.from, i18n.Paris); ok {
			return v
		}
	case imports.KindBool:
		if v, ok := rec.Bool(p.from); ok {
			return v
		}
	case imports.KindText:
		if v := rec.Text(p.from); v != "" {
			return v
		}
	}
	return nil
}

// Match implements imports.Target: every row of a file is a row of its edition.
func (target) Match(context.Context, *db.Tx, imports.Run) error { return nil }

// slotNames lists the slots and extra, for statements.
var slotNames = func() string {
	names := make([]string, len(stageSlots))
	for i, s := range stageSlots {
		names[i] = s.Name
	}
	return strings.Join(names, ", ")
}()

// copyStage fills an edition with the stage's rows, in the file's order.
var copyStage = `
INSERT INTO opendata.slot_row (tenant_id, table_id, edition, number, lon, lat, qk, ` + slotNames + `)
SELECT $1, $2, $3, row_number() OVER (ORDER BY line), lon, lat, qk, ` + slotNames + `
FROM ` + imports.StageTable + `
WHERE verdict = 'create'`

// Merge implements imports.Target.
func (t target) Merge(ctx context.Context, tx *db.Tx, run imports.Run) (out imports.Outcome, err error) {
	table, edition, err := t.service.newEdition(ctx, tx, Edition{
		Title: run.Options[optionTitle], Theme: datasets.Theme(run.Options[optionTheme]), ImportID: run.ImportID,
		Columns: func(before []Column) []Column { return t.columns(ctx, run, before) },
	})
	if err != nil {
		return out, err
	}
	tag, err := tx.Exec(ctx, copyStage, tx.Tenant(), table.ID, edition)
	if err != nil {
		return out, err
	}
	out.Created = tag.RowsAffected()
	run.Report(ctx, out.Created)
	if err := t.service.show(ctx, tx, table, edition); err != nil {
		return out, err
	}
	if edition > 1 { // what the town says of it stays
		return out, t.service.inspect(ctx, run.Town, table.Slug)
	}
	return out, t.service.describe(ctx, run.Town, table.Slug, datasets.Metadata{
		Title: strings.TrimSpace(run.Options[optionTitle]), Summary: run.Options[optionSummary],
		Licence: datasets.Licence(run.Options[optionLicence]), Producer: run.Options[optionProducer],
		Themes: []datasets.Theme{datasets.Theme(run.Options[optionTheme])},
	})
}

// Edition is what a new edition of a table starts from.
type Edition struct {
	Title    string
	Theme    datasets.Theme
	ImportID uuid.UUID
	Columns  func(before []Column) []Column // given those of the edition before
}

// newEdition makes the table if its title is new, and an empty edition of it.
func (s *Service) newEdition(ctx context.Context, tx *db.Tx, e Edition) (*Table, int, error) {
	slug, err := s.address(e.Title)
	if err != nil {
		return nil, 0, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, 0, err
	}
	if _, err := tx.Exec(ctx, insertTable, tx.Tenant(), id, slug, strings.TrimSpace(e.Title), string(e.Theme)); err != nil {
		return nil, 0, err
	}
	table, err := claim(ctx, tx, slug)
	if err != nil {
		return nil, 0, err
	}
	table.Columns = e.Columns(table.Columns)
	columns, err := json.Marshal(table.Columns)
	if err != nil {
		return nil, 0, err
	}
	var number int
	err = tx.QueryRow(ctx, insertEdition, tx.Tenant(), table.ID, e.ImportID, columns).Scan(&number)
	return table, number, err
}

// show counts an edition's rows and makes it the one that is shown.
func (s *Service) show(ctx context.Context, tx *db.Tx, t *Table, edition int) error {
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{countEdition, []any{tx.Tenant(), t.ID, edition}},
		{updateEdition, []any{tx.Tenant(), t.ID, edition}},
		{bumpTable, []any{tx.Tenant(), t.ID}},
		{deleteOlderRows, []any{tx.Tenant(), t.ID, edition}},
	} {
		if _, err := tx.Exec(ctx, step.statement, step.args...); err != nil {
			return err
		}
	}
	return ogc.Bump(ctx, tx, t.Slug)
}

// Undo implements imports.Target: the edition before is shown again.
func (t target) Undo(ctx context.Context, tx *db.Tx, run imports.Run) error {
	var slug string
	var number int
	err := tx.QueryRow(ctx, selectEditionOf, tx.Tenant(), run.ImportID).Scan(&slug, &number)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.Conflict, "opendata.fault.edition_gone")
	}
	if err != nil {
		return err
	}
	table, err := claim(ctx, tx, slug)
	if err != nil {
		return err
	}
	if table.Edition != number {
		return fault.New(fault.Conflict, "opendata.fault.edition_followed", fault.With(fault.Args{"Title": table.Title}))
	}
	before, kept := 0, true
	err = tx.QueryRow(ctx, selectBefore, tx.Tenant(), table.ID, number).Scan(&before, &kept)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if !kept {
		return fault.New(fault.Conflict, "opendata.fault.edition_gone")
	}
	if _, err := tx.Exec(ctx, updateEdition, tx.Tenant(), table.ID, before); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deleteEdition, tx.Tenant(), table.ID, number); err != nil {
		return err
	}
	run.Report(ctx, table.Rows)
	return t.service.changed(ctx, tx, table, "opendata.undo")
}
