package localidp_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"

	"acvdata/services/localidp"
)

const (
	callback = "https://acv.test/auth/callback"
	goodbye  = "https://acv.test/deconnexion"
	verifier = "a-verifier-that-is-long-enough-for-pkce-0123456789"
	state    = "state-state-state-state-state-state"
	nonce    = "nonce-nonce-nonce-nonce-nonce-nonce"
)

// stage is a provider on a local server with a clock of its own.
type stage struct {
	*localidp.Provider
	issuer string
	clock  *atomic.Int64
	client *http.Client
}

func (s *stage) advance(d time.Duration) { s.clock.Add(int64(d)) }

func start(t *testing.T, change func(*localidp.Options)) *stage {
	t.Helper()
	var handler atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.Load().(http.Handler).ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s := &stage{issuer: server.URL + "/api/v2", clock: &atomic.Int64{}}
	s.clock.Store(time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC).UnixNano())
	options := localidp.Options{
		Issuer: s.issuer, ClientID: "acv", ClientSecret: "client-secret", Redirects: []string{callback}, PostLogout: []string{goodbye},
		Accounts: localidp.Accounts(localidp.DemoAccounts()),
		Now:      func() time.Time { return time.Unix(0, s.clock.Load()) },
	}
	if change != nil {
		change(&options)
	}
	var err error
	s.Provider, err = localidp.New(options)
	require.NoError(t, err)
	handler.Store(s.Handler())
	s.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return s
}

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func request() url.Values {
	return url.Values{
		"client_id": {"acv"}, "response_type": {"code"}, "redirect_uri": {callback}, "state": {state}, "nonce": {nonce},
		"scope":          {"openid given_name usual_name email siret uid idp_id"},
		"code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (s *stage) do(t *testing.T, method, address string, form url.Values, header http.Header) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	maps.Copy(r.Header, header)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := s.client.Do(r)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return reply{response.StatusCode, response.Header, string(body)}
}

func (s *stage) open(t *testing.T, query url.Values) reply {
	t.Helper()
	return s.do(t, http.MethodGet, s.issuer+"/authorize?"+query.Encode(), nil, nil)
}

func page(t *testing.T, r reply) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(r.body))
	require.NoError(t, err)
	return doc
}

// answerForm posts the page's form with what the person fills in.
func (s *stage) answerForm(t *testing.T, shown reply, filled url.Values) reply {
	t.Helper()
	form := url.Values{"interaction": {page(t, shown).Find("input[name=interaction]").First().AttrOr("value", "")}}
	maps.Copy(form, filled)
	return s.do(t, http.MethodPost, s.issuer+"/interaction", form, nil)
}

// back reads the parameters of a redirect to the callback.
func back(t *testing.T, r reply) url.Values {
	t.Helper()
	require.Equal(t, http.StatusSeeOther, r.status, r.body)
	u, err := url.Parse(r.header.Get("Location"))
	require.NoError(t, err)
	require.Equal(t, callback, u.Scheme+"://"+u.Host+u.Path)
	return u.Query()
}

func (s *stage) code(t *testing.T, email string) string {
	t.Helper()
	code := back(t, s.answerForm(t, s.open(t, request()), url.Values{"account": {email}})).Get("code")
	require.NotEmpty(t, code)
	return code
}

func exchange(code string) url.Values {
	return url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback},
		"client_id": {"acv"}, "client_secret": {"client-secret"}, "code_verifier": {verifier},
	}
}

func (s *stage) tokens(t *testing.T, email string) (access, id string) {
	t.Helper()
	r := s.do(t, http.MethodPost, s.issuer+"/token", exchange(s.code(t, email)), nil)
	require.Equal(t, http.StatusOK, r.status, r.body)
	var got struct {
		Access    string `json:"access_token"`
		ID        string `json:"id_token"`
		ExpiresIn int    `json:"expires_in"`
	}
	require.NoError(t, json.Unmarshal([]byte(r.body), &got))
	require.Equal(t, 60, got.ExpiresIn)
	return got.Access, got.ID
}

func (s *stage) keys(t *testing.T) (set jose.JSONWebKeySet) {
	t.Helper()
	r := s.do(t, http.MethodGet, s.issuer+"/jwks", nil, nil)
	require.NoError(t, json.Unmarshal([]byte(r.body), &set))
	return set
}

func claims(t *testing.T, token string, keys jose.JSONWebKeySet) map[string]any {
	t.Helper()
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256, jose.RS256})
	require.NoError(t, err)
	got := map[string]any{}
	require.NoError(t, parsed.Claims(keys, &got))
	return got
}

func bearer(access string) http.Header {
	return http.Header{"Authorization": {"Bearer " + access}}
}
