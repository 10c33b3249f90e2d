// Package webhooks tells other programs of a town what happens in it: an import
// was loaded, a dataset was published.
//
// A service announces an event on the transaction that makes it true
// ([Service.Announce]): each program that asked for it gets a delivery, sent by a
// job. Messages follow Standard Webhooks (https://www.standardwebhooks.com):
// headers webhook-id, webhook-timestamp and webhook-signature, an HMAC-SHA-256
// over the three parts of "id.timestamp.body". What is not answered by a 2xx is
// sent again, later and later, for about an hour and a half; a worker that dies between
// sending and writing it down sends twice, under the same webhook-id. A delivery
// knows the one job that may send it; where that job ended without a word,
// [SweepJob] gives it another, or gives it up a day after its event.
//
// The address is a town's to choose, so it is not trusted: https alone, no
// redirect, and every address its name resolves to is checked at the moment of
// connecting (loopback, private and reserved networks are refused), so that no
// town can knock at the installation's own doors.
//
// The package knows no module and has no page: tenants/workspace shows it.
package webhooks
