// Package mail sends the platform's messages: plain text, one recipient, as a
// job of the transaction that gives the reason, so that a message is sent if and
// only if what it announces happened.
//
// It knows nothing of what messages say; callers write them in French.
package mail
