// Package localidp is an OpenID provider that lives in memory: the one `make run`
// starts, and the one sign-in is tested against.
//
// It behaves like ProConnect where that differs from the textbook, as its
// documentation and source say (numerique-gouv/proconnect-documentation,
// proconnect-gouv/federation): unknown authorize parameters are refused
// (Y000400), state and nonce have 32 characters or more, the client sends its
// secret in the form, codes live 30 s and access tokens 60 s, userinfo is a
// signed JWT, logout wants the id_token and a registered address. PKCE, optional
// there, is required here, so that forgetting it fails in tests.
//
// Everybody's password is known and nothing is stored: it must never face the
// Internet. Faults breaks it on purpose, Options.Now moves its clock.
//
// It knows nothing of the platform: no role, no town beyond the demonstration's
// accounts, no database, no style sheet but its own.
package localidp
