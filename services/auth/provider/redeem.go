package provider

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"acvdata/services/fault"
)

// Answer is what the provider's redirect to our callback carries. The caller has
// already recognised its state.
type Answer struct{ Code, Issuer, Error, Description string }

// Redeem turns an answer into a person, or into a fault that says what to do.
func (p *Provider) Redeem(ctx context.Context, a Attempt, answer Answer) (*Person, error) {
	if answer.Error != "" {
		return nil, refused(answer)
	}
	e, err := p.endpoints(ctx)
	if err != nil {
		return nil, err
	}
	if answer.Issuer != p.settings.Issuer && (answer.Issuer != "" || e.saysIssuer) {
		return nil, unverified(fmt.Errorf("callback of issuer %q", answer.Issuer))
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := e.oauth.Exchange(ctx, answer.Code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return nil, exchangeFault(err)
	}
	person, err := p.readIDToken(ctx, e, tokens, a.Nonce)
	if err != nil {
		return nil, err
	}
	// At once: ProConnect's access token lives a minute.
	if err := p.readUserinfo(ctx, e, tokens.AccessToken, person); err != nil {
		return nil, err
	}
	return person, nil
}

// errorCode is what an error parameter may look like to be repeated in a page.
var errorCode = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,60}$`)

// refused explains the provider's own errors.
func refused(answer Answer) error {
	cause := fmt.Errorf("provider: %.60q %.200q", answer.Error, answer.Description)
	switch answer.Error {
	case "access_denied":
		return fault.New(fault.Forbidden, "auth.fault.cancelled", fault.Because(cause))
	case "login_required", "interaction_required":
		return fault.New(fault.Unauthenticated, "auth.fault.sign_in_again", fault.Because(cause))
	case "Y500015": // ProConnect: private organisations are not opened to this service
		return fault.New(fault.Forbidden, "auth.fault.private_organisation", fault.Because(cause))
	case "temporarily_unavailable", "server_error":
		return away(cause)
	}
	code := answer.Error
	if !errorCode.MatchString(code) {
		code = "inconnu"
	}
	return fault.New(fault.Forbidden, "auth.fault.refused", fault.With(fault.Args{"Code": code}), fault.Because(cause))
}

// exchangeFault tells a code that no longer serves from a provider that is away.
func exchangeFault(err error) error {
	var refusal *oauth2.RetrieveError
	if !errors.As(err, &refusal) || refusal.Response == nil {
		return away(err)
	}
	// Not the error itself, which quotes the whole answer.
	cause := fmt.Errorf("token endpoint: status %d, %.60q", refusal.Response.StatusCode, refusal.ErrorCode)
	switch {
	case refusal.Response.StatusCode >= 500:
		return away(cause)
	case refusal.ErrorCode == "invalid_grant":
		return fault.New(fault.Invalid, "auth.fault.code_spent", fault.Because(cause))
	}
	return fault.New(fault.Unavailable, "auth.fault.client_refused", fault.Because(cause))
}

// unverified is the answer to everything that may be an attack: the person is
// told that sign-in stopped, the log is told why.
func unverified(cause error) error {
	return fault.New(fault.Forbidden, "auth.fault.unverified", fault.Because(cause))
}

func (p *Provider) readIDToken(ctx context.Context, e *endpoints, tokens *oauth2.Token, nonce string) (*Person, error) {
	raw, _ := tokens.Extra("id_token").(string)
	token, err := e.idToken.Verify(ctx, raw)
	if err != nil {
		return nil, unverified(fmt.Errorf("id_token: %w", err))
	}
	var claims struct {
		ACR string   `json:"acr"`
		AMR []string `json:"amr"`
		AZP string   `json:"azp"`
	}
	if err := token.Claims(&claims); err != nil {
		return nil, unverified(fmt.Errorf("id_token: %w", err))
	}
	if err := p.checkIDToken(token, tokens.AccessToken, nonce, claims.AZP); err != nil {
		return nil, unverified(fmt.Errorf("id_token: %w", err))
	}
	if len(p.settings.ACR) > 0 && !slices.Contains(p.settings.ACR, claims.ACR) {
		return nil, fault.New(fault.Forbidden, "auth.fault.weak", fault.Because(fmt.Errorf("acr %q", claims.ACR)))
	}
	return &Person{Issuer: token.Issuer, Subject: token.Subject, ACR: claims.ACR, AMR: claims.AMR, IDToken: raw}, nil
}

// checkIDToken makes the checks that go-oidc leaves to its caller.
func (p *Provider) checkIDToken(token *oidc.IDToken, access, nonce, azp string) error {
	switch {
	case token.Subject == "":
		return errors.New("no sub")
	case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return errors.New("another nonce")
	case azp != "" && azp != p.settings.ClientID:
		return fmt.Errorf("made for %q (azp)", azp)
	case len(token.Audience) > 1 && azp == "":
		return errors.New("several audiences and no azp")
	case token.AccessTokenHash != "":
		return token.VerifyAccessToken(access)
	}
	return nil
}
