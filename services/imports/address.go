package imports

import (
	"bufio"
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

// Reader reads files and schemas at addresses; *fetch.Client does, and reaches no
// private network.
type Reader interface {
	Check(raw string) (*url.URL, error)
	Copy(ctx context.Context, r fetch.Request, w io.Writer) (*fetch.Answer, error)
	Get(ctx context.Context, r fetch.Request) (*fetch.Answer, error)
}

// bringTime bounds the reading of an address: half a gigabyte over a slow line.
const bringTime = 10 * time.Minute

// Bring uploads the file at an address, as Upload does with one that somebody
// sends. A fault says what is wrong with the address or its answer; a page for
// people is refused by its first characters, whatever it calls itself.
func (s *Service) Bring(ctx context.Context, c Caller, address string) (*Import, error) {
	i, _, err := s.bring(ctx, c, fetch.Request{URL: address}, nil)
	return i, err
}

// bring is Bring under the conditions of a request; there is no import when the
// address says that nothing changed. also joins the transaction that announces
// the file.
func (s *Service) bring(ctx context.Context, c Caller, r fetch.Request, also announced) (*Import, *fetch.Answer, error) {
	if !c.Can(RunPermission) {
		return nil, nil, fault.New(fault.Forbidden, "imports.fault.forbidden")
	}
	u, err := s.Reader.Check(r.URL)
	if err != nil {
		return nil, nil, err
	}
	r.URL, r.Bytes = u.String(), s.Limits.Bytes
	ctx, cancel := context.WithTimeout(ctx, bringTime)
	defer cancel()
	reader, writer := io.Pipe()
	var answer *fetch.Answer
	read := make(chan error, 1)
	go func() {
		got, err := s.Reader.Copy(ctx, r, &noPage{w: writer})
		answer = got
		_ = writer.CloseWithError(err)
		read <- err
	}()
	body := bufio.NewReader(reader)
	if _, err := body.Peek(1); err != nil { // nothing came: no import to make of it
		_ = reader.Close()
		if err := <-read; err != nil || answer.Unchanged {
			return nil, answer, err
		}
		return nil, nil, fault.New(fault.Invalid, "imports.fault.empty_file")
	}
	i, err := s.receiveAs(ctx, c, File{Name: cleanName(nameAt(u))}, r.URL, body, also)
	_ = reader.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // the reading must not wait for a full disk
	if ended := <-read; err == nil && ended != nil {
		s.discard(ctx, i)
		err = ended
	}
	return i, answer, err
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
