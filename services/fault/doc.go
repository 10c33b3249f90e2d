// Package fault is how every layer says that something went wrong: a stable
// code, the key of a message that tells the person what to do, the fields at
// fault, and the cause for the log.
//
// It is a leaf. It knows neither HTTP (services/httpd translates codes to
// statuses, in one place) nor the language (services/i18n holds the texts).
package fault
