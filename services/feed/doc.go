// Package feed writes Atom feeds (RFC 4287). Whoever has news makes the entries;
// the package knows neither where they come from nor who reads them.
package feed
