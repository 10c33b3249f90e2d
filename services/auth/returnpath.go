package auth

import (
	"net/url"
	"strings"
)

// longestReturn keeps a crafted link from filling the table of attempts.
const longestReturn = 2000

// ReturnPath makes sure that a path to come back to after signing in stays on
// this site. What could lead elsewhere, or round in circles, becomes "/".
func ReturnPath(path string) string {
	// Browsers turn a backslash into a slash, and drop control characters, which
	// url.Parse refuses: a harmless looking path becomes another site's address.
	if len(path) > longestReturn || !strings.HasPrefix(path, "/") || strings.Contains(path, `\`) {
		return "/"
	}
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	for _, own := range []string{"/connexion", "/auth", SignOutPath} {
		if u.Path == own || strings.HasPrefix(u.Path, own+"/") {
			return "/"
		}
	}
	return path
}
