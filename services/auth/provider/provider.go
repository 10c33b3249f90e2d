package provider

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"acvdata/services/fault"
)

// Settings say who the provider is and who we are to it.
type Settings struct {
	Issuer         string
	ClientID       string
	ClientSecret   string
	Redirect       string // our callback, one for all towns
	PostLogout     string // where the provider sends people after sign-out
	Scopes         []string
	ACR            []string // levels accepted; empty accepts all
	SignedUserinfo bool     // refuse userinfo that is not a signed JWT
	Timeout        time.Duration
	Now            func() time.Time // time.Now when nil
}

// Provider is safe for concurrent use. New does not reach for the network: an
// installation starts, and serves its public pages, while the provider is away.
type Provider struct {
	settings Settings
	client   *http.Client
	flight   singleflight.Group

	mu      sync.Mutex
	found   *endpoints
	backOff time.Duration
	retryAt time.Time
}

// New makes the relying party.
func New(s Settings) *Provider {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Timeout == 0 {
		s.Timeout = 8 * time.Second
	}
	return &Provider{settings: s, client: &http.Client{
		Timeout:   s.Timeout,
		Transport: frugal{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a provider that moves says so in its discovery document
		},
	}}
}

// Attempt is what one sign-in must find again when the person comes back.
type Attempt struct{ State, Nonce, Verifier string }

// NewAttempt draws an attempt's secrets: 256 bits each, in 43 characters, where
// ProConnect wants 32 or more.
func NewAttempt() Attempt {
	return Attempt{State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier()}
}

// AuthURL is where to send the person. hint is the e-mail to sign in with, "" for
// any. Only parameters that ProConnect knows are sent: it refuses all others.
func (p *Provider) AuthURL(ctx context.Context, a Attempt, hint string) (string, error) {
	e, err := p.endpoints(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{
		oauth2.SetAuthURLParam("nonce", a.Nonce),
		oauth2.S256ChallengeOption(a.Verifier),
		oauth2.SetAuthURLParam("claims", p.claimsWanted()),
	}
	if hint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", hint))
	}
	return e.oauth.AuthCodeURL(a.State, options...), nil
}

// claimsWanted asks for amr, which ProConnect sends on demand only, and for the
// levels we accept: as acr_values they would be a mere wish.
func (p *Provider) claimsWanted() string {
	idToken := map[string]any{"amr": map[string]bool{"essential": true}}
	if len(p.settings.ACR) > 0 {
		idToken["acr"] = map[string]any{"essential": true, "values": p.settings.ACR}
	}
	text, err := json.Marshal(map[string]any{"id_token": idToken})
	if err != nil {
		panic(err) // strings and booleans only
	}
	return string(text)
}

// LogoutURL is where to send the person to end the provider's own session, so
// that the next sign-in asks who it is.
func (p *Provider) LogoutURL(ctx context.Context, idToken string) (string, error) {
	e, err := p.endpoints(ctx)
	if err != nil {
		return "", err
	}
	if e.endSession == "" || idToken == "" {
		return "", fault.New(fault.NotFound, "auth.fault.no_logout")
	}
	q := url.Values{
		"id_token_hint": {idToken}, "state": {oauth2.GenerateVerifier()},
		"post_logout_redirect_uri": {p.settings.PostLogout},
	}
	return e.endSession + "?" + q.Encode(), nil
}

// Configured reports whether the installation has a provider at all.
func (p *Provider) Configured() bool { return p.settings.Issuer != "" }
