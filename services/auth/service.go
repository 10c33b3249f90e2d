package auth

import (
	"context"
	"strings"
	"time"

	"acvdata/services/auth/provider"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Settings of sign-in, from the environment.
type Settings struct {
	BaseURL         string // public address, without a trailing slash
	Issuer          string // of the OpenID provider; "" leaves sign-in out of service
	ClientID        string
	ClientSecret    string
	Scopes          []string
	ACR             []string // levels accepted; empty accepts all
	SignedUserinfo  bool
	ProviderName    string        // as people know it; "ProConnect" when empty
	SessionIdle     time.Duration // 0 means 2 h
	SessionAbsolute time.Duration // 0 means 12 h
	Timeout         time.Duration // of one request to the provider
	Now             func() time.Time
}

// Paths that the provider must know, on BaseURL.
const (
	CallbackPath = "/auth/callback"
	SignOutPath  = "/deconnexion"
)

// Towns finds a town; tenants/directory is one.
type Towns interface {
	ByID(ctx context.Context, id tenants.ID) (*tenants.Tenant, error)
}

// Service is safe for concurrent use.
type Service struct {
	db       *db.DB
	towns    Towns
	provider *provider.Provider
	settings Settings
	limits   limits
}

// New makes the service. It reaches neither the database nor the provider yet.
func New(d *db.DB, towns Towns, s Settings) *Service {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.SessionIdle == 0 {
		s.SessionIdle = 2 * time.Hour
	}
	if s.SessionAbsolute == 0 {
		s.SessionAbsolute = 12 * time.Hour
	}
	if s.ProviderName == "" {
		s.ProviderName = "ProConnect"
	}
	return &Service{db: d, towns: towns, settings: s, limits: newLimits(s.Now), provider: provider.New(provider.Settings{
		Issuer: s.Issuer, ClientID: s.ClientID, ClientSecret: s.ClientSecret,
		Redirect: s.BaseURL + CallbackPath, PostLogout: s.BaseURL + SignOutPath,
		Scopes: s.Scopes, ACR: s.ACR, SignedUserinfo: s.SignedUserinfo, Timeout: s.Timeout, Now: s.Now,
	})}
}

func (s *Service) now() time.Time { return s.settings.Now().UTC() }

// secure reports whether cookies may insist on https.
func (s *Service) secure() bool { return strings.HasPrefix(s.settings.BaseURL, "https://") }

// CookieName is the name of the session cookie. The prefix makes browsers refuse
// one that another host, a parent domain or plain http tries to set.
func (s *Service) CookieName() string {
	if s.secure() {
		return "__Host-acv"
	}
	return "acv"
}

// attemptCookie ties a sign-in under way to the browser that started it.
func (s *Service) attemptCookie() string { return s.CookieName() + "-attempt" }

// administrator refuses whoever may not give and take roles in the town.
func administrator(ctx context.Context, town tenants.ID) error {
	if !authz.From(ctx).Administers(town) {
		return fault.New(fault.Forbidden, "auth.fault.not_administrator")
	}
	return nil
}
