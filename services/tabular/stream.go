package tabular

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"

	"acvdata/services/fault"
)

// ratioFrom is the inflated size from which the ratio is looked at: short files
// of repeated rows compress very well and harm nobody.
const ratioFrom = 16 << 20

const streamBuffer = 64 << 10

// stream is the file's text from its start in an encoding that agrees with
// ASCII, inflated, without byte-order marks.
func (f *File) stream(ctx context.Context) (io.Reader, error) {
	var r io.Reader = watched{ctx, io.NewSectionReader(f.source, 0, f.size)}
	if f.dialect.Gzip {
		inflated, err := f.inflate(r)
		if err != nil {
			return nil, err
		}
		r = inflated
	}
	if e := f.dialect.Encoding; e == UTF16LE || e == UTF16BE {
		r = narrow(r, e)
	}
	text, _ := withoutMarks(r)
	return text, nil
}

// withoutMarks passes over the byte-order marks and counts them.
func withoutMarks(r io.Reader) (io.Reader, int) {
	b := bufio.NewReaderSize(r, streamBuffer)
	for marks := 0; ; marks++ {
		head, err := b.Peek(len(mark))
		if err != nil || string(head) != string(mark) {
			return b, marks
		}
		if _, err := b.Discard(len(mark)); err != nil {
			return b, marks
		}
	}
}

// watched stops a long read when its context ends.
type watched struct {
	ctx context.Context
	r   io.Reader
}

func (w watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.Read(p)
}

// inflater reads a gzip stream and stops it when it grows out of proportion.
type inflater struct {
	gz     *gzip.Reader
	in     *counted
	out    int64
	limits Limits
	name   string
}

type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (f *File) inflate(r io.Reader) (io.Reader, error) {
	in := &counted{r: r}
	gz, err := gzip.NewReader(in)
	if err != nil {
		return nil, refuse("broken_gzip", f.name, fault.Because(err))
	}
	return &inflater{gz: gz, in: in, limits: f.limits, name: f.name}, nil
}

func (i *inflater) Read(p []byte) (int, error) {
	n, err := i.gz.Read(p)
	i.out += int64(n)
	if i.out > i.limits.Inflated || i.out > ratioFrom && i.out/i.limits.Ratio > i.in.n {
		return 0, overLimit("bomb", fault.Args{"Name": i.name, "LimitMB": i.limits.Inflated >> 20})
	}
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return n, err
	}
	return n, refuse("broken_gzip", i.name, fault.Because(err))
}

// readUp fills the buffer as far as the stream goes; the error is io.EOF where
// it ends. (io.ReadFull calls a short stream an unexpected end, as gzip does a
// broken one.)
func readUp(r io.Reader, buf []byte) (n int, err error) {
	const patience = 100 // reads in a row that give nothing
	for idle := 0; n < len(buf) && err == nil; {
		var got int
		got, err = r.Read(buf[n:])
		n += got
		if idle++; got > 0 {
			idle = 0
		}
		if idle == patience {
			return n, io.ErrNoProgress
		}
	}
	return n, err
}

// peek reads the first bytes of a stream, fewer when it ends before.
func peek(r io.Reader, n int) ([]byte, error) {
	head := make([]byte, n)
	got, err := readUp(r, head)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the start of the file: %w", err)
	}
	return head[:got], nil
}
