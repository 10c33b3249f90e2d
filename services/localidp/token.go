package localidp

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	accessLife  = time.Minute
	idTokenLife = time.Minute
)

// token turns a code into tokens, once. The client proves itself in the form:
// like ProConnect, Basic authentication is not understood.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if !equal(r.PostFormValue("client_id"), p.options.ClientID) || !equal(r.PostFormValue("client_secret"), p.options.ClientSecret) {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	if r.PostFormValue("grant_type") != "authorization_code" {
		answer(w, http.StatusBadRequest, map[string]string{"error": "unsupported_grant_type"})
		return
	}
	now := p.options.Now()
	p.mu.Lock()
	g, found := p.codes.take(r.PostFormValue("code"), now)
	p.mu.Unlock()
	if !found || g.redirect != r.PostFormValue("redirect_uri") || !provesKey(r.PostFormValue("code_verifier"), g.challenge) {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	p.mu.Lock()
	access := p.tokens.put(g, now, accessLife)
	p.mu.Unlock()
	idToken, err := p.idToken(g, access, now)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": int(accessLife.Seconds()), "id_token": idToken,
	})
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// provesKey checks PKCE (RFC 7636, S256).
func provesKey(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return equal(base64.RawURLEncoding.EncodeToString(sum[:]), challenge)
}

func (p *Provider) idToken(g grant, access string, now time.Time) (string, error) {
	hash := sha256.Sum256([]byte(access)) // ES256 and RS256 both hash with SHA-256
	claims := map[string]any{
		"iss": p.options.Issuer, "aud": p.options.ClientID, "sub": g.account.Subject(),
		"iat": now.Unix(), "exp": now.Add(idTokenLife).Unix(), "auth_time": g.signedIn.Unix(),
		"nonce": g.nonce, "acr": g.account.acr(), "amr": g.account.amr(),
		"at_hash": base64.RawURLEncoding.EncodeToString(hash[:16]),
	}
	faults := p.broken()
	if faults.IDToken != nil {
		faults.IDToken(claims)
	}
	return p.sign(claims, faults.IDTokenSignature)
}

func (p *Provider) sign(claims map[string]any, fault Signature) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys.sign(claims, fault, p.options.ClientSecret)
}

// userinfo says who the person is, as a signed JWT unless agreed otherwise.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	access, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	now := p.options.Now()
	p.mu.Lock()
	g, ok := p.tokens.get(access, now)
	p.mu.Unlock()
	if !ok {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	claims := g.claims()
	signed := !p.options.JSONUserinfo
	if signed {
		claims["iss"], claims["aud"] = p.options.Issuer, p.options.ClientID
		claims["iat"], claims["exp"] = now.Unix(), now.Add(accessLife).Unix()
	}
	faults := p.broken()
	if faults.Userinfo != nil {
		faults.Userinfo(claims)
	}
	if !signed || faults.PlainUserinfo {
		answer(w, http.StatusOK, claims)
		return
	}
	token, err := p.sign(claims, faults.UserinfoSignature)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/jwt; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(token))
}

// claims gives what the scopes agreed on open. There is no email_verified, as
// ProConnect sends none.
func (g grant) claims() map[string]any {
	a := g.account
	known := map[string]any{
		"given_name": a.GivenName, "usual_name": a.UsualName, "email": a.Email, "siret": a.Siret,
		"uid": a.Subject()[:16], "idp_id": identityProvider, "organization_label": a.Organisation,
	}
	claims := map[string]any{"sub": a.Subject()}
	for name, value := range known {
		if slices.Contains(g.scopes, name) {
			claims[name] = value
		}
	}
	return claims
}

// endSession lets the browser go back to the client. There is nothing to end:
// this provider remembers nobody and asks every time.
func (p *Provider) endSession(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p.mu.Lock()
	audience, ok := p.keys.ours(q.Get("id_token_hint"))
	p.mu.Unlock()
	good := ok && slices.Contains(audience, p.options.ClientID) && len(q.Get("state")) >= minState &&
		slices.Contains(p.options.PostLogout, q.Get("post_logout_redirect_uri"))
	if !good || p.broken().LogoutFails {
		p.render(w, r, http.StatusBadRequest, refusalPage(refusal{code: badRequest, detail: "session/end"}))
		return
	}
	back := q.Get("post_logout_redirect_uri") + "?state=" + url.QueryEscape(q.Get("state"))
	http.Redirect(w, r, back, http.StatusSeeOther)
}
