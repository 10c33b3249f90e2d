package httpd

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Seekable is a file whose parts can be read; the answer closes it.
type Seekable interface {
	io.ReaderAt
	io.Closer
}

// Resume answers like Stream with what write produces. A reader who asks for a part,
// because a transfer broke, gets that part of the whole made again: etag names the
// bytes, and the same tag must mean the same bytes.
func Resume(c *fiber.Ctx, etag string, write func(ctx context.Context, w io.Writer) error) error {
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	if err := NotModified(c, etag); err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
		return err
	}
	switch {
	case c.Method() == fiber.MethodHead:
		return nil
	case c.Get(fiber.HeaderRange) == "":
		return Stream(c, write)
	}
	ctx, cancel := Scope(c).server.detach(c.UserContext())
	defer cancel()
	file, size, err := spool(ctx, write)
	if err != nil {
		return err
	}
	return SendRange(c, file, size, etag)
}

// spool writes the whole to a nameless temporary file.
func spool(ctx context.Context, write func(ctx context.Context, w io.Writer) error) (*os.File, int64, error) {
	file, err := os.CreateTemp("", "acvdata-part-")
	if err != nil {
		return nil, 0, err
	}
	// Nameless from the start: it goes with the process, however that ends.
	err = os.Remove(file.Name())
	if err == nil {
		err = write(ctx, file)
	}
	var size int64
	if err == nil {
		size, err = file.Seek(0, io.SeekCurrent)
	}
	if err != nil {
		_ = file.Close()
		return nil, 0, err
	}
	return file, size, nil
}

// SendRange answers with one part when one was asked for, of the same file as
// before (If-Range), else with all of it.
func SendRange(c *fiber.Ctx, file Seekable, size int64, etag string) error {
	asked := c.Get(fiber.HeaderRange)
	if known := c.Get(fiber.HeaderIfRange); known != "" && known != etag {
		asked = ""
	}
	start, length, ok := parseRange(asked, size)
	if !ok {
		_ = file.Close()
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", size))
		return c.SendStatus(fiber.StatusRequestedRangeNotSatisfiable)
	}
	if length < size {
		c.Status(fiber.StatusPartialContent)
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", start, start+length-1, size))
	}
	c.Context().SetBodyStream(section{io.NewSectionReader(file, start, length), file}, int(length))
	return nil
}

// section reads a part of a file and closes the file: the server closes what it
// streams.
type section struct {
	io.Reader
	io.Closer
}

// parseRange reads "bytes=first-last". What is not one simple range is ignored,
// as the standard allows; ok is false for one beyond the end.
func parseRange(header string, size int64) (start, length int64, ok bool) {
	bounds, isBytes := strings.CutPrefix(header, "bytes=")
	first, last, isRange := strings.Cut(bounds, "-")
	if !isBytes || !isRange || strings.Contains(bounds, ",") {
		return 0, size, true
	}
	from, errFrom := strconv.ParseInt(first, 10, 64)
	to, errTo := strconv.ParseInt(last, 10, 64)
	switch {
	case first == "" && errTo == nil: // the last bytes
		to = min(to, size)
		return size - to, to, to > 0
	case errFrom != nil || from < 0 || last != "" && errTo != nil:
		return 0, size, true
	case last == "" || to >= size:
		to = size - 1
	}
	if from >= size || to < from {
		return 0, 0, false
	}
	return from, to - from + 1, true
}
