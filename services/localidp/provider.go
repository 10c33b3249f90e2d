package localidp

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"acvdata/services/i18n"
)

// Catalogue holds locales/fr.yaml.
//
//go:embed locales
var Catalogue embed.FS

//go:embed assets/provider.css
var styles []byte

// Options say who the provider is and whom it serves.
type Options struct {
	Issuer       string // its address, without a trailing slash
	ClientID     string
	ClientSecret string
	Redirects    []string // callback addresses, compared exactly
	PostLogout   []string // addresses to come back to after logout, compared exactly
	Accounts     []Account
	Algorithm    jose.SignatureAlgorithm // ES256 (ProConnect's default) when empty, or RS256
	JSONUserinfo bool                    // plain JSON instead of a signed JWT
	Now          func() time.Time        // time.Now when nil
}

// Provider is a running provider. It is safe for concurrent use.
type Provider struct {
	options  Options
	base     string // path of the issuer
	localize *i18n.Localizer

	mu           sync.Mutex
	faults       Faults
	keys         *keyRing
	interactions shelf[authorization]
	codes        shelf[grant]
	tokens       shelf[grant]
}

// New makes a provider; Handler serves it.
func New(o Options) (*Provider, error) {
	issuer, err := url.Parse(o.Issuer)
	if err != nil || issuer.Host == "" || strings.HasSuffix(o.Issuer, "/") {
		return nil, fmt.Errorf("issuer %q: an absolute address without a trailing slash is needed", o.Issuer)
	}
	if o.ClientID == "" || o.ClientSecret == "" || len(o.Redirects) == 0 {
		return nil, errors.New("a client, its secret and its callback address are needed")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Algorithm == "" {
		o.Algorithm = jose.ES256
	}
	keys, err := newKeyRing(o.Algorithm)
	if err != nil {
		return nil, err
	}
	bundle, err := i18n.NewBundle(Catalogue)
	if err != nil {
		return nil, err
	}
	return &Provider{options: o, base: issuer.Path, keys: keys, localize: bundle.Localizer()}, nil
}

// RotateKeys signs with a new key from now on; the last one still verifies.
func (p *Provider) RotateKeys() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys.rotate()
}

// Handler serves the provider under the issuer's path.
func (p *Provider) Handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /.well-known/openid-configuration": p.discovery,
		"GET /jwks":                             p.jwks,
		"GET /authorize":                        p.authorize,
		"POST /interaction":                     p.interaction,
		"POST /token":                           p.token,
		"GET /userinfo":                         p.userinfo,
		"GET /session/end":                      p.endSession,
		"GET /provider.css":                     p.stylesheet,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+p.base+path, handler)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.broken().Down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		mux.ServeHTTP(w, r.WithContext(i18n.With(r.Context(), p.localize)))
	})
}

func (p *Provider) discovery(w http.ResponseWriter, r *http.Request) {
	if p.broken().SlowDiscovery {
		<-r.Context().Done()
		return
	}
	issuer, algorithms := p.options.Issuer, []string{string(p.options.Algorithm)}
	document := map[string]any{
		"issuer":                                         issuer,
		"authorization_endpoint":                         issuer + "/authorize",
		"token_endpoint":                                 issuer + "/token",
		"userinfo_endpoint":                              issuer + "/userinfo",
		"end_session_endpoint":                           issuer + "/session/end",
		"jwks_uri":                                       issuer + "/jwks",
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code"},
		"subject_types_supported":                        []string{"public"},
		"scopes_supported":                               scopes,
		"acr_values_supported":                           []string{"eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3"},
		"claims_parameter_supported":                     true,
		"id_token_signing_alg_values_supported":          algorithms,
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_post"},
		"authorization_response_iss_parameter_supported": true,
	}
	if !p.options.JSONUserinfo {
		document["userinfo_signing_alg_values_supported"] = algorithms
	}
	answer(w, http.StatusOK, document)
}

func (p *Provider) jwks(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	set := p.keys.public()
	p.mu.Unlock()
	answer(w, http.StatusOK, set)
}

func (p *Provider) stylesheet(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=300")
	_, _ = w.Write(styles)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
