// Package auth says who is there: it signs people in through the installation's
// OpenID provider, keeps their sessions, and says what they are in each town, by
// membership, by invitation and by API token.
//
// # Who somebody is
//
// An account is an (issuer, subject) pair of the provider. The e-mail never finds
// an account: it is what a provider says today, and two people may carry one
// after the other. The SIRET is shown and gives no right: it says who employs a
// person, not what they may do, and ProConnect lets a person through before the
// link to the organisation is checked.
//
// # Where rights come from
//
// From an invitation, bound to an e-mail: its link is single-use, lives seven
// days, and opens only to an account whose e-mail is the invited one. Or from a
// promise, which a town's pack or the operator makes to an e-mail beforehand and
// which is taken up at sign-in without a link. That is acceptable because an
// installation has one issuer, configured by its operator, which checks e-mails
// itself (ProConnect sends a code) and says so when it does not (a disputed
// e-mail matches nothing); because a promise serves once and from then on the
// right belongs to the account, so that whoever gets the address later gets
// nothing; because it lapses after a year; and because the town sees it, can
// withdraw it, and reads in its log when it was taken up.
//
// # Sessions and tokens
//
// A session is an opaque 256-bit cookie of which only the SHA-256 is stored; it
// is drawn anew at each sign-in, ends after idling and after an absolute time,
// and can be listed and ended by its owner. An API token speaks for one town with
// one role in named modules, and never manages members, tokens or accounts.
//
// Only the http*.go files know HTTP; only auth/provider knows OpenID Connect. The
// package knows no module and no page of a town's workspace: members, invitations
// and tokens are shown by tenants/workspace.
package auth
