package idptest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"acvdata/services/localidp"
)

// The client every server knows.
const (
	ClientID     = "acvdata"
	ClientSecret = "secret-of-the-test-client"
)

// Clock is the time of a test; it moves only when told to.
type Clock struct{ at atomic.Int64 }

// NewClock starts on an ordinary morning.
func NewClock() *Clock {
	c := &Clock{}
	c.at.Store(time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC).UnixNano())
	return c
}

// Now tells the time.
func (c *Clock) Now() time.Time { return time.Unix(0, c.at.Load()).UTC() }

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) { c.at.Add(int64(d)) }

// Server is a provider on a local address, with the demonstration's accounts.
type Server struct {
	*localidp.Provider
	Issuer   string
	Clock    *Clock
	requests sync.Map // path → *atomic.Int64
}

// Start serves a provider that knows one client, until the test ends. change may
// be nil.
func Start(t testing.TB, redirect, postLogout string, change func(*localidp.Options)) *Server {
	t.Helper()
	s := &Server{Clock: NewClock()}
	var handler http.Handler
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count, _ := s.requests.LoadOrStore(strings.TrimPrefix(r.URL.Path, "/api/v2"), new(atomic.Int64))
		count.(*atomic.Int64).Add(1)
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(listener.Close)
	s.Issuer = listener.URL + "/api/v2"
	options := localidp.Options{
		Issuer: s.Issuer, ClientID: ClientID, ClientSecret: ClientSecret,
		Redirects: []string{redirect}, PostLogout: []string{postLogout},
		Accounts: localidp.Accounts(localidp.DemoAccounts()), Now: s.Clock.Now,
	}
	if change != nil {
		change(&options)
	}
	var err error
	if s.Provider, err = localidp.New(options); err != nil {
		t.Fatal(err)
	}
	handler = s.Handler()
	return s
}

// Requests counts the requests an address has had: "/token".
func (s *Server) Requests(path string) int64 {
	count, ok := s.requests.Load(path)
	if !ok {
		return 0
	}
	return count.(*atomic.Int64).Load()
}

// SignIn goes where authURL leads, as a browser would, chooses the account and
// returns the address the provider then sends the browser to.
func (s *Server) SignIn(t testing.TB, authURL, email string) *url.URL {
	t.Helper()
	page := s.send(t, http.MethodGet, authURL, nil)
	defer func() { _ = page.Body.Close() }()
	if page.StatusCode == http.StatusSeeOther {
		return location(t, page)
	}
	doc, err := goquery.NewDocumentFromReader(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	interaction, ok := doc.Find("input[name=interaction]").First().Attr("value")
	if !ok {
		t.Fatalf("the provider shows no form: status %d, %s", page.StatusCode, doc.Text())
	}
	answer := s.send(t, http.MethodPost, s.Issuer+"/interaction", url.Values{"interaction": {interaction}, "account": {email}})
	defer func() { _ = answer.Body.Close() }()
	return location(t, answer)
}

func (s *Server) send(t testing.TB, method, address string, form url.Values) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func location(t testing.TB, r *http.Response) *url.URL {
	t.Helper()
	u, err := r.Location()
	if err != nil {
		t.Fatalf("status %d sends nowhere: %v", r.StatusCode, err)
	}
	return u
}
