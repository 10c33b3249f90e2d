package programme

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/xuri/excelize/v2"

	"acvdata/services/fault"
	"acvdata/services/i18n"
)

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// workbook gives the portfolio as a spreadsheet: the towns the page's filters
// let through, and how to read it.
func (m *Module) workbook(c *fiber.Ctx) error {
	ctx := c.UserContext()
	all, err := m.standings(ctx)
	if err != nil {
		return err
	}
	level, region := c.Query("etat"), c.Query("region")
	shown := all[:0:0]
	for _, s := range all {
		if (level == "" || s.level.Name() == level) && (region == "" || s.town.Region == region) {
			shown = append(shown, s)
		}
	}
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	if err := m.fillWorkbook(ctx, book, shown); err != nil {
		return fault.Wrap(err, "write workbook", "programme")
	}
	body, err := book.WriteToBuffer()
	if err != nil {
		return fault.Wrap(err, "write workbook", "programme")
	}
	c.Attachment("programme-" + m.today().Format(time.DateOnly) + ".xlsx")
	c.Set(fiber.HeaderContentType, workbookType)
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	return c.Send(body.Bytes())
}

var workbookColumns = []string{
	"town", "insee", "department", "region", "health", "reasons", "experiment", "decision", "milestones_reached", "milestones_all",
	"next", "next_on", "import", "visit", "failed", "datasets", "published", "effort", "money",
}

func (m *Module) fillWorkbook(ctx context.Context, book *excelize.File, list []standing) error {
	sheet := i18n.T(ctx, "programme.towns")
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	day, err := book.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	w, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := w.SetColWidth(1, len(workbookColumns), 18); err != nil {
		return err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(workbookColumns))
	for i, name := range workbookColumns {
		head[i] = excelize.Cell{StyleID: bold, Value: i18n.T(ctx, "programme.column."+name)}
	}
	if err := w.SetRow("A1", head); err != nil {
		return err
	}
	for i, s := range list {
		cell, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := w.SetRow(cell, workbookRow(ctx, s, day)); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return notesSheet(ctx, book, m.now())
}

// workbookRow is a town. Texts are written as texts: a spreadsheet never takes
// one for a formula.
func workbookRow(ctx context.Context, s standing, dayStyle int) []any {
	sig := &s.signal
	date := func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		return excelize.Cell{StyleID: dayStyle, Value: dayOf(t)}
	}
	reasons := strings.Join(sayAll(ctx, s.reasons), " ; ")
	decision := ""
	if sig.Decision != Undecided {
		decision = i18n.T(ctx, "programme.decision."+string(sig.Decision))
	}
	next := time.Time{}
	if len(sig.Open) > 0 {
		next = sig.Open[0].Add(12 * time.Hour)
	}
	return []any{
		s.town.Name, s.town.INSEE, s.town.Department, s.town.Region, i18n.T(ctx, "programme.level."+s.level.Name()), reasons,
		sig.Title, decision, sig.Reached, sig.Milestones, sig.NextTitle, date(next), date(sig.LastImport), date(sig.LastVisit),
		sig.FailedJobs, sig.Datasets, date(sig.PublishedAt), sig.PersonDays, sig.Euros,
	}
}

// notesSheet says how the colours are decided and when the signals were read.
func notesSheet(ctx context.Context, book *excelize.File, now time.Time) error {
	sheet := i18n.T(ctx, "programme.workbook.notes")
	if _, err := book.NewSheet(sheet); err != nil {
		return err
	}
	lines := []string{
		i18n.T(ctx, "programme.workbook.made", i18n.V{"Date": i18n.DateTime(now)}), i18n.T(ctx, "programme.workbook.alert"),
		i18n.T(ctx, "programme.workbook.watch"), i18n.T(ctx, "programme.workbook.illustrative"),
	}
	for i, line := range lines {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := book.SetCellStr(sheet, cell, line); err != nil {
			return err
		}
	}
	return book.SetColWidth(sheet, "A", "A", 110)
}
