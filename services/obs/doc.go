// Package obs is what operators see: structured logs with request, town, user
// and job identifiers and no personal data, and Prometheus metrics.
//
// It knows neither HTTP handlers nor the database; they report to it.
package obs
