package datagouv

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"acvdata/services/fetch"
)

// Settings of a client.
type Settings struct {
	Portal       string // address of the portal, without a slash at the end
	BaseURL      string // of the installation, which the other side reads in its log
	AllowPrivate bool   // a portal on any address: development and tests
	Chunk        int64  // bytes of a file in one request; 0 takes usualChunk
}

// Client speaks the API of a portal. It keeps no key. It is safe for concurrent use.
type Client struct {
	portal, agent string
	chunk         int64
	http          *http.Client
}

// answerTime bounds the wait for an answer once a request has been sent.
const answerTime = 2 * time.Minute

// NewClient makes a client. It connects to public addresses alone, unless private
// ones are allowed, and follows no redirect: a key goes to the portal or nowhere.
func NewClient(s Settings) *Client {
	if s.Chunk == 0 {
		s.Chunk = usualChunk
	}
	return &Client{
		chunk: s.Chunk, portal: s.Portal, agent: "ACV-Data/1 (+" + s.BaseURL + ")",
		http: &http.Client{
			Transport: &http.Transport{
				Proxy: nil, DialContext: fetch.Dialer(s.AllowPrivate).DialContext, TLSHandshakeTimeout: fetch.ConnectTime,
				ResponseHeaderTimeout: answerTime, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
				MaxIdleConnsPerHost: 2, IdleConnTimeout: 5 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Portal is the address of the portal.
func (c *Client) Portal() string { return c.portal }

// request is one question to the API.
type request struct {
	key, method, path string
	body              []byte
	kind              string // media type of the body
	mask              string // fields wanted of a long answer, "" for all
}

// mostAnswer bounds an answer: a dataset with its resources takes a few hundred KiB.
const mostAnswer = 16 << 20

// A portal that asks for patience is given some at once; longer, the queue waits.
const (
	mostWaits = 3
	mostWait  = 20 * time.Second
)

// send asks, and asks again where the portal says when. out may be nil.
func (c *Client) send(ctx context.Context, q request, out any) error {
	for waited := 0; ; waited++ {
		a, err := c.once(ctx, q)
		if err != nil {
			return unreachable(ctx, err)
		}
		if a.status < http.StatusMultipleChoices {
			if out == nil || a.status == http.StatusNoContent {
				return nil
			}
			return understood(json.Unmarshal(a.body, out))
		}
		pause, asked := a.patience()
		if !asked || waited == mostWaits {
			return refusal(a.status, a.body)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// answer is what the portal said, read whole.
type answer struct {
	status int
	after  string // Retry-After
	body   []byte
}

func (c *Client) once(ctx context.Context, q request) (a answer, err error) {
	r, err := http.NewRequestWithContext(ctx, q.method, c.portal+"/api/1/"+q.path, bytes.NewReader(q.body))
	if err != nil {
		return a, err
	}
	for name, value := range map[string]string{
		"X-API-KEY": q.key, "User-Agent": c.agent, "Accept": "application/json", "Content-Type": q.kind, "X-Fields": q.mask,
	} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	got, err := c.http.Do(r)
	if err != nil {
		return a, err
	}
	defer func() { _ = got.Body.Close() }()
	a.status, a.after = got.StatusCode, got.Header.Get("Retry-After")
	a.body, err = io.ReadAll(io.LimitReader(got.Body, mostAnswer))
	return a, err
}

// patience is how long a portal that has too much to do asks to wait, when that
// is short.
func (a answer) patience() (time.Duration, bool) {
	seconds, err := strconv.Atoi(a.after)
	pause := time.Duration(seconds) * time.Second
	return pause, a.status == http.StatusTooManyRequests && err == nil && pause >= 0 && pause <= mostWait
}

// call sends a value and reads one.
func (c *Client) call(ctx context.Context, key, method, path string, in, out any) error {
	q := request{key: key, method: method, path: path}
	if in != nil {
		body, err := json.Marshal(in)
		if err != nil {
			return err
		}
		q.body, q.kind = body, "application/json"
	}
	return c.send(ctx, q, out)
}
