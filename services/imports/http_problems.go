package imports

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/httpd"
	"acvdata/services/i18n"
)

// byteOrderMark makes Excel read the file as UTF-8.
const byteOrderMark = "\ufeff"

// sendProblems streams the full list of problems as a CSV that opens rightly in
// French spreadsheets.
func sendProblems(c *fiber.Ctx, s *Service) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	who := caller(c)
	i, err := s.Get(c.UserContext(), who, id)
	if err != nil {
		return err
	}
	if _, err := s.Preview(c.UserContext(), who, id); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Attachment("problemes-" + strings.TrimSuffix(plainName(i.File.Name), ".csv") + ".csv")
	return httpd.Stream(c, func(ctx context.Context, w io.Writer) error {
		return s.writeProblems(ctx, who, i, w)
	})
}

func (s *Service) writeProblems(ctx context.Context, who Caller, i *Import, w io.Writer) error {
	t := func(key string) string { return i18n.T(ctx, key) }
	head := csvLine([]string{t("imports.csv.line"), t("imports.csv.severity"), t("imports.csv.column"), t("imports.csv.value"), t("imports.csv.problem")})
	if _, err := io.WriteString(w, byteOrderMark+head); err != nil {
		return err
	}
	about, _ := s.about(i)
	return s.Problems(ctx, who, i.ID, func(p Problem) error {
		_, err := io.WriteString(w, csvLine([]string{
			strconv.Itoa(p.Line), t("imports.severity." + string(p.Severity)), i.headingOf(ctx, about, p.Column),
			p.Value, i18n.T(ctx, p.Key, i18n.V(p.Args)),
		}))
		return err
	})
}

// headingOf names a target column as the file does, or as the platform does.
func (i *Import) headingOf(ctx context.Context, about Description, column string) string {
	if index, mapped := i.Mapping.Columns[column]; mapped && index < len(i.Detection.Columns) {
		if heading := i.Detection.Columns[index].Heading; heading != "" {
			return heading
		}
	}
	if c, known := about.column(column); known {
		return i18n.T(ctx, c.Label)
	}
	return ""
}

// csvLine writes a line for French spreadsheets. A cell that a spreadsheet would
// run as a formula is marked as text.
func csvLine(cells []string) string {
	var line strings.Builder
	for i, cell := range cells {
		if i > 0 {
			line.WriteByte(';')
		}
		line.WriteString(csvCell(cell))
	}
	line.WriteString("\r\n")
	return line.String()
}

func csvCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && !plainNumber(cell) {
		cell = "'" + cell
	}
	if strings.ContainsAny(cell, ";\"\r\n'") {
		return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
	}
	return cell
}

// plainNumber lets negative numbers be numbers.
func plainNumber(cell string) bool {
	_, err := strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64)
	return err == nil
}

// plainName keeps what every system accepts in a file's name.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '_'
	}, name)
}
