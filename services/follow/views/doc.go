// Package views has the pages of following: the form, what comes next, and the
// page of the link in each message. They are given what they show.
package views
