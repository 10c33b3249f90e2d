package provider

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"acvdata/services/fault"
)

// The wait after a failed discovery doubles up to a minute, so that a provider
// that is away is not hammered and people are answered at once.
const (
	firstWait   = time.Second
	longestWait = time.Minute
)

// algorithms are the signatures we accept, whatever a token or a discovery
// document says: HS256 and none never are.
var algorithms = []string{oidc.ES256, oidc.RS256}

// endpoints is what discovery found.
type endpoints struct {
	oauth      oauth2.Config
	idToken    *oidc.IDTokenVerifier
	userinfo   *oidc.IDTokenVerifier // of a signed userinfo, whose expiry is optional
	userinfoAt string
	endSession string
	saysIssuer bool // the callback always carries iss (RFC 9207)
}

var errWaiting = errors.New("the provider did not answer a moment ago")

// endpoints gives the provider's addresses, found once. Concurrent callers share
// one discovery, which outlives the caller that started it.
func (p *Provider) endpoints(ctx context.Context) (*endpoints, error) {
	if !p.Configured() {
		return nil, fault.New(fault.Unavailable, "auth.fault.not_configured")
	}
	p.mu.Lock()
	found, retryAt := p.found, p.retryAt
	p.mu.Unlock()
	if found != nil {
		return found, nil
	}
	if p.settings.Now().Before(retryAt) {
		return nil, away(errWaiting)
	}
	result := p.flight.DoChan("discovery", func() (any, error) {
		return p.discover(context.WithoutCancel(ctx))
	})
	select {
	case r := <-result:
		if r.Err != nil {
			return nil, away(r.Err)
		}
		return r.Val.(*endpoints), nil
	case <-ctx.Done():
		return nil, away(ctx.Err())
	}
}

func away(cause error) error {
	return fault.New(fault.Unavailable, "auth.fault.provider_away", fault.Because(cause))
}

func (p *Provider) discover(ctx context.Context) (*endpoints, error) {
	limited, cancel := context.WithTimeout(ctx, p.settings.Timeout)
	defer cancel()
	found, err := p.readDocument(oidc.ClientContext(limited, p.client))
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.backOff = min(max(2*p.backOff, firstWait), longestWait)
		p.retryAt = p.settings.Now().Add(p.backOff)
		slog.WarnContext(ctx, "openid discovery failed", "error", err.Error(), "retry_in", p.backOff.String())
		return nil, err
	}
	p.found, p.backOff = found, 0
	return found, nil
}

func (p *Provider) readDocument(ctx context.Context) (*endpoints, error) {
	provider, err := oidc.NewProvider(ctx, p.settings.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
		SaysIssuer bool   `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	s := p.settings
	e := &endpoints{userinfoAt: provider.UserInfoEndpoint(), endSession: more.EndSession, saysIssuer: more.SaysIssuer}
	if e.userinfoAt == "" {
		return nil, errors.New("the discovery document has no userinfo_endpoint")
	}
	e.oauth = oauth2.Config{
		ClientID: s.ClientID, ClientSecret: s.ClientSecret, Endpoint: provider.Endpoint(),
		RedirectURL: s.Redirect, Scopes: s.Scopes,
	}
	// Guessing tries Basic first, which ProConnect refuses and which burns the code.
	e.oauth.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	rules := oidc.Config{ClientID: s.ClientID, SupportedSigningAlgs: algorithms, Now: s.Now}
	e.idToken = provider.Verifier(&rules)
	lenient := rules
	lenient.SkipExpiryCheck = true
	e.userinfo = provider.Verifier(&lenient)
	return e, nil
}

// frugal stops reading an answer that is larger than any provider's.
type frugal struct{ next http.RoundTripper }

const largestAnswer = 1 << 20

func (f frugal) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := f.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, largestAnswer), response.Body}
	return response, nil
}
