// Package gallery shows every part of the design system on one page, with
// canned data: to look at, to compare in tests, to learn from. services/httpd
// serves it at /_galerie in development.
//
// Its texts are samples, not product sentences: they stay out of the catalogue.
package gallery
