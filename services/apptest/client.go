package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"acvdata/services/authz"
)

// Client speaks to the application as one person; the zero actor is a resident
// without an account.
type Client struct {
	app    *App
	cookie string
	bearer bool
}

// As gives a client that speaks as the actor.
func (a *App) As(actor authz.Actor) *Client {
	if actor.Nobody() {
		return &Client{app: a}
	}
	return &Client{app: a, cookie: a.people.add(actor), bearer: actor.Token != nil}
}

// Response is an answer, read whole.
type Response struct {
	Status int
	Header http.Header
	Body   string
	t      testing.TB
}

// Get asks for a page.
func (c *Client) Get(path string, headers ...string) *Response {
	return c.Do(c.Request(http.MethodGet, path, nil, headers...))
}

// Post sends a form from a page of the platform.
func (c *Client) Post(path string, form url.Values, headers ...string) *Response {
	headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
	return c.Do(c.Request(http.MethodPost, path, strings.NewReader(form.Encode()), headers...))
}

// JSON sends a value to the API.
func (c *Client) JSON(method, path string, value any) *Response {
	c.app.t.Helper()
	body, err := json.Marshal(value)
	must(c.app.t, err)
	return c.Do(c.Request(method, path, bytes.NewReader(body), "Content-Type", "application/json"))
}

// Upload sends a file with form fields, the file last as browsers do.
func (c *Client) Upload(path, name string, content []byte, fields url.Values, headers ...string) *Response {
	c.app.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key, values := range fields {
		for _, value := range values {
			must(c.app.t, w.WriteField(key, value))
		}
	}
	part, err := w.CreateFormFile("file", name)
	must(c.app.t, err)
	_, err = part.Write(content)
	must(c.app.t, err)
	must(c.app.t, w.Close())
	headers = append([]string{"Content-Type", w.FormDataContentType()}, headers...)
	return c.Do(c.Request(http.MethodPost, path, &body, headers...))
}

// Request makes a request as the person, from a page of the platform; headers
// are name, value pairs and win over the usual ones.
func (c *Client) Request(method, path string, body io.Reader, headers ...string) *http.Request {
	r := httptest.NewRequest(method, BaseURL+path, body)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept", "text/html")
	switch {
	case c.bearer:
		r.Header.Set("Authorization", "Bearer "+c.cookie)
	case c.cookie != "":
		r.AddCookie(&http.Cookie{Name: "acv", Value: c.cookie})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// Do sends any request.
func (c *Client) Do(r *http.Request) *Response {
	c.app.t.Helper()
	answer, err := c.app.Server.App().Test(r, -1)
	must(c.app.t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	must(c.app.t, err)
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: string(body), t: c.app.t}
}

// Want fails the test unless the status is the one wanted.
func (r *Response) Want(status int) *Response {
	r.t.Helper()
	if r.Status != status {
		r.t.Fatalf("status %d, want %d; body: %.2000s", r.Status, status, r.Body)
	}
	return r
}

// Has fails the test unless the body holds every text.
func (r *Response) Has(texts ...string) *Response {
	r.t.Helper()
	for _, text := range texts {
		if !strings.Contains(r.Body, text) {
			r.t.Errorf("the answer lacks %q: %.3000s", text, r.Body)
		}
	}
	return r
}

// HasNot fails the test when the body holds any of the texts.
func (r *Response) HasNot(texts ...string) *Response {
	r.t.Helper()
	for _, text := range texts {
		if strings.Contains(r.Body, text) {
			r.t.Errorf("the answer holds %q", text)
		}
	}
	return r
}

// Page reads the body as HTML.
func (r *Response) Page() *goquery.Document {
	r.t.Helper()
	page, err := goquery.NewDocumentFromReader(strings.NewReader(r.Body))
	must(r.t, err)
	return page
}

// Decode reads the body as JSON.
func (r *Response) Decode(into any) *Response {
	r.t.Helper()
	if err := json.Unmarshal([]byte(r.Body), into); err != nil {
		r.t.Fatalf("not JSON: %v; body: %.500s", err, r.Body)
	}
	return r
}
