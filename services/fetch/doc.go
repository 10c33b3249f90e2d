// Package fetch reads addresses that people give (catalogues, files to watch)
// without lending them the server's place in the network.
//
// A Client speaks http and https on the usual ports only, resolves a name itself
// and checks the address it connects to inside the dialer, so a name that answers
// one thing when it is saved and another when it is used gains nothing; each
// redirect is checked again. It keeps no cookie, reads no proxy from the
// environment, sends no credentials, and bounds everything: redirects, headers,
// bytes after decompression, silence, time.
//
// What goes wrong is a fault of services/fault with a message that says what to
// do. Faults of code unavailable may pass with time; the others stay.
//
// The package is the one place that knows which addresses are on the public
// internet; services/webhooks dials through it too.
package fetch
