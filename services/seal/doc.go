// Package seal keeps what towns entrust to the platform unreadable in the
// database and its backups: keys of other services, which have to be used and
// are never shown again.
//
// A Box holds the installation's key. What it seals is bound to a purpose (the
// town and what the secret is for), so a row copied to another town opens
// nothing. It knows no table and no module.
package seal
