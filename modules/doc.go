// Package modules lists the trades of the platform and wires them to each other
// and to the services they need. It is the only place that knows them all.
package modules
