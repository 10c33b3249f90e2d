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
	if len(path) > longestReturn || !strings.HasPrefix(path, "/") || strings.ContainsFunc(path, leadsAstray) {
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

// leadsAstray finds what browsers drop or turn into a slash, so that a harmless
// looking path becomes the address of another site.
func leadsAstray(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }
