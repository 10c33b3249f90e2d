package httpd

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
)

const (
	heartbeat   = 15 * time.Second
	streamLimit = 15 * time.Minute
)

// detach keeps the context's values but not the request's deadline: a stream
// runs after its handler has returned. It ends at the server's stop.
func (s *Server) detach(ctx context.Context) (context.Context, context.CancelFunc) {
	streaming, cancel := context.WithTimeout(context.WithoutCancel(ctx), streamLimit)
	stop := context.AfterFunc(s.closing, cancel)
	return streaming, func() { stop(); cancel() }
}

// Stream answers with what write produces, without holding it in memory.
// Headers must be set before. An error before the first byte is the answer; one
// after it can only cut the answer short: the client sees a broken transfer, never
// a whole-looking file.
func Stream(c *fiber.Ctx, write func(ctx context.Context, w io.Writer) error) error {
	server := Scope(c).server
	ctx := c.UserContext()
	reader, writer := io.Pipe()
	go func() {
		streaming, cancel := server.detach(ctx)
		defer cancel()
		buffered := bufio.NewWriterSize(writer, 64<<10)
		err := write(streaming, buffered)
		if err == nil {
			err = buffered.Flush()
		}
		if err != nil {
			slog.WarnContext(streaming, "stream cut short", "error", err.Error())
		}
		_ = writer.CloseWithError(err) // an error here makes fasthttp drop the connection
	}()
	body := bufio.NewReaderSize(reader, 64<<10)
	if _, err := body.Peek(1); err != nil && !errors.Is(err, io.EOF) {
		c.Response().Header.Del(fiber.HeaderContentDisposition)
		return err
	}
	c.Context().SetBodyStream(stream{body, reader}, -1)
	return nil
}

// stream is read through a buffer and closed behind it.
type stream struct {
	io.Reader
	io.Closer
}

// Event is one server-sent event; Data may be HTML of several lines.
type Event struct{ Name, Data string }

// Events keeps the answer open and sends events until next reports the end, the
// browser leaves or the server stops. next blocks until there is something to
// say; a nil event is a heartbeat. The stream is told to start again after 2 s
// when it breaks, and must end with an event the page closes on.
func Events(c *fiber.Ctx, next func(ctx context.Context) (*Event, bool)) error {
	server := Scope(c).server
	ctx := c.UserContext()
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		streaming, cancel := server.detach(ctx)
		defer cancel()
		_, _ = w.WriteString("retry: 2000\n\n")
		for {
			event, more := waitEvent(streaming, next)
			// fasthttp does not say that a browser left: only a failing flush does.
			if writeEvent(w, event) != nil || !more || streaming.Err() != nil {
				return
			}
		}
	})
	return nil
}

// waitEvent gives next the time of one heartbeat.
func waitEvent(ctx context.Context, next func(context.Context) (*Event, bool)) (*Event, bool) {
	wait, cancel := context.WithTimeout(ctx, heartbeat)
	defer cancel()
	return next(wait)
}

func writeEvent(w *bufio.Writer, e *Event) error {
	if e == nil {
		_, _ = w.WriteString(": ok\n\n")
		return w.Flush()
	}
	if e.Name != "" {
		_, _ = fmt.Fprintf(w, "event: %s\n", e.Name)
	}
	for line := range bytes.SplitSeq([]byte(e.Data), []byte("\n")) {
		_, _ = fmt.Fprintf(w, "data: %s\n", line)
	}
	_, _ = w.WriteString("\n")
	return w.Flush()
}
