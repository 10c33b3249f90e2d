package imports

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"path"
	"time"

	"acvdata/services/fault"
	"acvdata/services/fetch"
)

// Reader reads files at addresses; *fetch.Client does, and reaches no private
// network.
type Reader interface {
	Check(raw string) (*url.URL, error)
	Copy(ctx context.Context, r fetch.Request, w io.Writer) (*fetch.Answer, error)
}

// bringTime bounds the reading of an address: half a gigabyte over a slow line.
const bringTime = 10 * time.Minute

// Bring uploads the file at an address, as Upload does with one that somebody
// sends. A fault says what is wrong with the address or its answer; a page for
// people is refused by its first characters, whatever it calls itself.
func (s *Service) Bring(ctx context.Context, c Caller, address string) (*Import, error) {
	if !c.Can(RunPermission) {
		return nil, fault.New(fault.Forbidden, "imports.fault.forbidden")
	}
	u, err := s.Reader.Check(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, bringTime)
	defer cancel()
	reader, writer := io.Pipe()
	go func() {
		_, err := s.Reader.Copy(ctx, fetch.Request{URL: u.String(), Bytes: s.Limits.Bytes}, &noPage{w: writer})
		_ = writer.CloseWithError(err)
	}()
	i, err := s.Upload(ctx, c, nameAt(u), reader)
	_ = reader.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // the reading must not wait for a full disk
	return i, err
}

// nameAt is what people will know the file by.
func nameAt(u *url.URL) string {
	if name := path.Base(u.Path); name != "." && name != "/" {
		return name
	}
	return u.Hostname()
}

// noPage lets a file through, and no page for people: portals answer one, with
// the status of a success, where a file was removed or asks for a sign-in.
type noPage struct {
	w    io.Writer
	head []byte
	past bool
}

// pageHead is how many bytes tell a page.
const pageHead = 64

var pageStarts = [][]byte{[]byte("<!doctype html"), []byte("<html"), []byte("<head")}

func (n *noPage) Write(p []byte) (int, error) {
	if n.past {
		return n.w.Write(p)
	}
	n.head = append(n.head, p[:min(len(p), pageHead)]...)
	start := bytes.ToLower(bytes.TrimLeft(n.head, "\xef\xbb\xbf \t\r\n"))
	for _, page := range pageStarts {
		if bytes.HasPrefix(start, page) {
			return 0, fault.New(fault.Invalid, "imports.fault.page")
		}
	}
	n.past = len(n.head) >= pageHead
	return n.w.Write(p)
}
