// Package provider speaks OpenID Connect with the installation's one provider,
// ProConnect in production. It finds the provider's addresses when they are first
// needed, sends people there, and turns what comes back into a Person that every
// check has passed: state and nonce are the caller's own, PKCE, signature and
// algorithm, issuer, audience, expiry, level (acr), and that userinfo speaks of
// the same person as the id_token.
//
// It is the only place that knows go-oidc, whose UserInfo checks a signature and
// nothing else. It knows no account, no session, no database and no page.
package provider
