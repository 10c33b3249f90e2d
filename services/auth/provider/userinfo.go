package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// Person is who signed in, every check passed.
type Person struct {
	Issuer, Subject string // together they are the person; nothing else is
	Name            string
	Email           string // in lower case; "" when the provider itself disputes it
	Siret           string // of the employer: shown, never a right
	IdpID           string // which identity provider behind ProConnect
	ACR             string
	AMR             []string
	IDToken         string // for LogoutURL
}

// userinfo is what providers send: ProConnect says usual_name and no
// email_verified, the textbook says family_name.
type userinfo struct {
	Subject       string  `json:"sub"`
	Expiry        float64 `json:"exp"`
	GivenName     string  `json:"given_name"`
	UsualName     string  `json:"usual_name"`
	FamilyName    string  `json:"family_name"`
	Name          string  `json:"name"`
	Email         string  `json:"email"`
	EmailVerified *bool   `json:"email_verified"`
	Siret         string  `json:"siret"`
	IdpID         string  `json:"idp_id"`
}

func (p *Provider) readUserinfo(ctx context.Context, e *endpoints, access string, person *Person) error {
	kind, body, err := p.fetchUserinfo(ctx, e.userinfoAt, access)
	if err != nil {
		return err
	}
	info, err := p.openUserinfo(ctx, e, kind, body)
	if err != nil {
		return unverified(fmt.Errorf("userinfo: %w", err))
	}
	// A person of another session, or a mixed-up provider: their name must not
	// land on this account.
	if info.Subject != person.Subject {
		return unverified(errors.New("userinfo: another sub than the id_token's"))
	}
	person.Name, person.Email = info.fullName(), info.address()
	person.Siret, person.IdpID = short(info.Siret, 14), short(info.IdpID, 100)
	return nil
}

func (p *Provider) fetchUserinfo(ctx context.Context, address, access string) (kind string, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", nil, err
	}
	r.Header.Set("Authorization", "Bearer "+access)
	response, err := p.client.Do(r)
	if err != nil {
		return "", nil, away(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err = io.ReadAll(response.Body)
	if err != nil {
		return "", nil, away(err)
	}
	if response.StatusCode != http.StatusOK {
		return "", nil, away(fmt.Errorf("userinfo: status %d", response.StatusCode))
	}
	kind, _, err = mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		return "", nil, unverified(fmt.Errorf("userinfo: %w", err))
	}
	return kind, body, nil
}

// openUserinfo accepts a signed JWT, and plain JSON where the installation does
// not require the signature: the transport is then the only proof.
func (p *Provider) openUserinfo(ctx context.Context, e *endpoints, kind string, body []byte) (*userinfo, error) {
	var info userinfo
	switch {
	case kind == "application/jwt":
		token, err := e.userinfo.Verify(ctx, strings.TrimSpace(string(body))) // signature, algorithm, iss, aud
		if err != nil {
			return nil, err
		}
		if err := token.Claims(&info); err != nil {
			return nil, err
		}
		if info.Expiry != 0 && p.settings.Now().After(time.Unix(int64(info.Expiry), 0)) {
			return nil, errors.New("expired")
		}
		return &info, nil
	case p.settings.SignedUserinfo:
		return nil, fmt.Errorf("not signed: %s", kind)
	case kind == "application/json":
		return &info, json.Unmarshal(body, &info)
	}
	return nil, fmt.Errorf("unknown type %q", kind)
}

func (u userinfo) fullName() string {
	last := u.UsualName
	if last == "" {
		last = u.FamilyName
	}
	for _, candidate := range []string{u.GivenName + " " + last, u.Name, u.address()} {
		if name := short(candidate, 200); name != "" {
			return name
		}
	}
	return ""
}

func (u userinfo) address() string {
	if u.EmailVerified != nil && !*u.EmailVerified {
		return ""
	}
	return NormalEmail(u.Email)
}

// NormalEmail is the form in which e-mails are stored and compared: lower case,
// trimmed. It is "" for what is no e-mail, and for one outside ASCII: folding
// case there makes different addresses equal (the Kelvin sign becomes a k).
func NormalEmail(text string) string {
	address := strings.TrimSpace(text)
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" || domain == "" || len(address) > 254 || strings.ContainsFunc(address, notInEmail) {
		return ""
	}
	return strings.ToLower(address)
}

func notInEmail(r rune) bool { return r <= ' ' || r > unicode.MaxASCII || r == 0x7f }

// short cleans a text of another system: one line, trimmed, at most limit runes.
func short(text string, limit int) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, text)
	runes := []rune(strings.Join(strings.Fields(clean), " "))
	return string(runes[:min(len(runes), limit)])
}
