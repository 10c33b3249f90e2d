// Package views has the pages of contributions: the form, the private page, the
// queue. They are given what they show.
package views
