// Package views draws the pages of sign-in, sign-out, invitations and the
// account. It takes display-ready values and looks nothing up.
package views
