package imports

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/httpd"
	"acvdata/services/i18n"
)

// sendRejected streams the rows left out, whole, with why: a file to correct and
// to send again.
func sendRejected(c *fiber.Ctx, s *Service) error {
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
	f, err := s.open(c.UserContext(), i) // a file that is gone is told before the answer begins
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	sendsCSV(c, "lignes-refusees-"+i.File.Name)
	return httpd.Stream(c, func(ctx context.Context, w io.Writer) error { return s.writeRejected(ctx, who, i, w) })
}

// sendsCSV says that a CSV for spreadsheets follows, under that name.
func sendsCSV(c *fiber.Ctx, name string) {
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Attachment(strings.TrimSuffix(plainName(name), ".csv") + ".csv")
}

func (s *Service) writeRejected(ctx context.Context, who Caller, i *Import, w io.Writer) error {
	headings := make([]string, len(i.Detection.Columns))
	for n, column := range i.Detection.Columns {
		headings[n] = headingOrRank(column.Heading, n)
	}
	own, _ := returned(headings)
	if _, err := io.WriteString(w, byteOrderMark+csvLine(slices.Concat(headings[:own], returnedHeadings))); err != nil {
		return err
	}
	about, _ := s.about(i)
	return s.Rejected(ctx, who, i.ID, func(row RejectedRow) error {
		var columns, cells, reasons []string
		for _, p := range row.Problems {
			columns = appendOnce(columns, i.headingOf(ctx, about, p.Column))
			cells = appendOnce(cells, p.Value)
			reasons = appendOnce(reasons, i18n.T(ctx, p.Key, i18n.V(p.Args)))
		}
		// Cells beyond the last column come last: the columns before stay in their places.
		line := slices.Concat(row.Cells[:min(own, len(row.Cells))], []string{
			strconv.Itoa(row.Line), strings.Join(columns, " · "), strings.Join(cells, " · "), strings.Join(reasons, " · "),
		}, row.Extra)
		_, err := io.WriteString(w, csvLine(line))
		return err
	})
}

func appendOnce(list []string, text string) []string {
	if text == "" || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}
