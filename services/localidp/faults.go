package localidp

import "maps"

// Faults are what a test breaks on purpose. The zero value is a provider in good
// health.
type Faults struct {
	Down          bool // every address answers 503
	SlowDiscovery bool // discovery answers only when the client has given up
	LogoutFails   bool // the end of the session is refused
	PlainUserinfo bool // JSON although a signed userinfo was agreed on

	IDTokenSignature  Signature
	UserinfoSignature Signature
	CallbackIssuer    string // iss parameter of the callback, "" for the true one

	// IDToken and Userinfo may change the claims before they are signed.
	IDToken, Userinfo func(claims map[string]any)
}

// Signature says how a token is signed.
type Signature int

// The ways to sign, one good and three bad.
const (
	SignedWell       Signature = iota
	SignedByNobody             // alg none
	SignedWithSecret           // HS256 with what the client knows
	SignedByStranger           // a key the provider does not publish, under a published name
)

// Set returns a change that gives claims other values; nil removes one.
func Set(changes map[string]any) func(map[string]any) {
	return func(claims map[string]any) {
		maps.Copy(claims, changes)
		maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	}
}

// Break sets the faults of all requests to come.
func (p *Provider) Break(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = f
}

func (p *Provider) broken() Faults {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.faults
}
