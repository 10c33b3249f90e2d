// Package contributions takes in what residents send (a report, a question, a
// proposal) and lets the town moderate it, for every module: one form, one
// queue, one private link, one set of rules ([Service]).
//
// A module offers kinds by implementing [Provider]; the service finds it by type
// assertion. A [Kind] says what is asked, how its subject is found and, when
// acceptance does more than show the contribution, what it does: that runs in
// the transaction of the decision, so that both happen or neither.
//
// # Intake
//
// No account. Every form carries a ticket signed for its town, kind and subject
// (guard.go). With it come a trap (a field people do not see), a least time, and
// a proof of work whose cost rises with what came from the same network and to
// the same town within the hour. Without JavaScript there is no proof: the form
// is accepted more slowly, fewer times, and is always read before it is shown.
// A ticket makes one contribution, however often it is sent. Addresses of
// networks are kept in memory only, hashed.
//
// # Afterwards
//
// The private link is a secret of 256 bits; its hash is stored and, as long as there
// is somebody to write to, the secret sealed with the installation's key. It lets
// its holder read, correct, withdraw or erase. Authors who gave an address are told
// five minutes after a decision, so that one undone at once tells nobody
// anything; messages repeat nothing of what a stranger wrote. Names are shown
// only when their owner asked for it.
//
// The service knows no module and asks no permission: routes do.
package contributions
