package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"acvdata/services/fault"
	"acvdata/services/i18n"
)

// Settings of a client.
type Settings struct {
	BaseURL      string // of the installation, which the other side reads in its log
	AllowPrivate bool   // any address and port: development and tests
	Limits       Limits
}

// Limits of one reading; zero values take the usual ones.
type Limits struct {
	Redirects int           // followed at most; 5
	Bytes     int64         // of the body, decompressed; 32 MiB
	Headers   time.Duration // until the answer begins; 15 s
	Silence   time.Duration // between two pieces of the body; 15 s
	Whole     time.Duration // of one reading, redirects included; 2 min
}

func (l Limits) or(usual Limits) Limits {
	pick(&l.Redirects, usual.Redirects)
	pick(&l.Bytes, usual.Bytes)
	pick(&l.Headers, usual.Headers)
	pick(&l.Silence, usual.Silence)
	pick(&l.Whole, usual.Whole)
	return l
}

func pick[T comparable](given *T, usual T) {
	var zero T
	if *given == zero {
		*given = usual
	}
}

var usual = Limits{Redirects: 5, Bytes: 32 << 20, Headers: 15 * time.Second, Silence: 15 * time.Second, Whole: 2 * time.Minute}

// Client reads addresses. It is safe for concurrent use.
type Client struct {
	private bool
	agent   string
	limits  Limits
	http    *http.Client
}

// New makes a client.
func New(s Settings) *Client {
	c := &Client{private: s.AllowPrivate, limits: s.Limits.or(usual), agent: "ACV-Data/1"}
	if s.BaseURL != "" {
		c.agent += " (+" + s.BaseURL + ")"
	}
	c.http = &http.Client{
		CheckRedirect: c.redirect,
		Transport: &http.Transport{
			Proxy: nil, DialContext: Dialer(s.AllowPrivate).DialContext, TLSHandshakeTimeout: ConnectTime,
			ResponseHeaderTimeout: c.limits.Headers, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
			MaxIdleConnsPerHost: 2, IdleConnTimeout: 5 * time.Second,
		},
	}
	return c
}

// redirect checks where an answer sends us, as if a person had given the address.
func (c *Client) redirect(next *http.Request, before []*http.Request) error {
	if len(before) > c.limits.Redirects {
		return fault.New(fault.Invalid, "fetch.fault.redirects", fault.With(fault.Args{"Most": c.limits.Redirects}))
	}
	next.Header.Del("Referer")
	_, err := c.Check(next.URL.String())
	return err
}

// Request is what to read.
type Request struct {
	URL      string
	Accept   string // media types, "" for any
	ETag     string // of the last reading: an unchanged answer is not sent again
	Modified string // Last-Modified of the last reading
	Bytes    int64  // of the body at most; 0 takes the client's limit
}

// Answer is what was read.
type Answer struct {
	URL         string // after redirects
	ContentType string
	ETag        string
	Modified    string // Last-Modified as it was sent
	Unchanged   bool   // since the last reading; there is no body then
	Body        []byte
	Size        int64
}

// Get reads an address into memory.
func (c *Client) Get(ctx context.Context, r Request) (*Answer, error) {
	var body bytes.Buffer
	a, err := c.Copy(ctx, r, &body)
	if err != nil {
		return nil, err
	}
	a.Body = body.Bytes()
	return a, nil
}

// Copy reads an address into w. What w got before an error is not to be used.
func (c *Client) Copy(ctx context.Context, r Request, w io.Writer) (*Answer, error) {
	u, err := c.Check(r.URL)
	if err != nil {
		return nil, err
	}
	whole, end := context.WithTimeoutCause(ctx, c.limits.Whole, errSlow)
	defer end()
	within, stop := context.WithCancelCause(whole)
	defer stop(nil)
	request, err := http.NewRequestWithContext(within, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fault.New(fault.Invalid, "fetch.fault.url", fault.Because(bare(err)))
	}
	c.address(request, r)
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, c.explain(ctx, within, u.Hostname(), err)
	}
	defer func() { _ = answer.Body.Close() }()
	host := answer.Request.URL.Hostname()
	if err := refused(answer, host); err != nil {
		return nil, err
	}
	a := &Answer{
		URL: answer.Request.URL.String(), ContentType: answer.Header.Get("Content-Type"), ETag: answer.Header.Get("ETag"),
		Modified: answer.Header.Get("Last-Modified"), Unchanged: answer.StatusCode == http.StatusNotModified,
	}
	if a.Unchanged {
		return a, nil
	}
	most := r.Bytes
	pick(&most, c.limits.Bytes)
	a.Size, err = c.body(answer, most, w, stop)
	if err != nil {
		return nil, c.explain(ctx, within, host, err)
	}
	return a, nil
}

func (c *Client) address(request *http.Request, r Request) {
	for name, value := range map[string]string{
		"User-Agent": c.agent, "Accept": r.Accept, "Accept-Language": "fr, en;q=0.5",
		"If-None-Match": r.ETag, "If-Modified-Since": r.Modified,
	} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
}

// body copies what is sent, at most so many bytes once decompressed, and stops
// when nothing comes for too long.
func (c *Client) body(answer *http.Response, most int64, w io.Writer, stop context.CancelCauseFunc) (int64, error) {
	tooLarge := fault.New(fault.TooLarge, "fetch.fault.large", fault.With(fault.Args{"Most": i18n.Bytes(most)}))
	if answer.ContentLength > most {
		return 0, tooLarge
	}
	silence := time.AfterFunc(c.limits.Silence, func() { stop(errSlow) })
	defer silence.Stop()
	heard := readerFunc(func(p []byte) (int, error) {
		n, err := answer.Body.Read(p)
		silence.Reset(c.limits.Silence)
		return n, err
	})
	n, err := io.Copy(w, io.LimitReader(heard, most+1))
	if err == nil && n > most {
		err = tooLarge
	}
	return n, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

var errSlow = errors.New("no answer in time")
