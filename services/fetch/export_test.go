package fetch

import "net/http"

// Redirect is what a client says of a redirect.
func Redirect(c *Client, next *http.Request, before []*http.Request) error {
	return c.redirect(next, before)
}
