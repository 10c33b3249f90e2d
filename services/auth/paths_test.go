package auth_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/auth"
)

func TestReturnPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/ales/espace/arbres?tri=age#liste": "/ales/espace/arbres?tri=age#liste",
		"/":                                 "/",
		"/invitation/abc":                   "/invitation/abc",
		"/ales/espace/?retour=https://x.fr": "/ales/espace/?retour=https://x.fr",
		"":                                  "/",
		"ales/":                             "/",
		"https://evil.test/":                "/",
		"//evil.test/":                      "/",
		"///evil.test/":                     "/",
		"/\\evil.test/":                     "/",
		"/\t/evil.test/":                    "/",
		"/\n/evil.test/":                    "/",
		"/ales\r\nSet-Cookie: a=b":          "/",
		"/\x00/evil.test":                   "/",
		"javascript:alert(1)":               "/",
		"/%zz":                              "/",
		"/%2fevil.test/":                    "/",
		"/connexion?retour=/connexion":      "/",
		"/auth/callback?code=x":             "/",
		"/deconnexion":                      "/",
		"/" + strings.Repeat("a", 2000):     "/",
	} {
		require.Equal(t, want, auth.ReturnPath(path), "%q", path)
	}
}

// Whatever is asked for, a browser on this site stays on this site.
func FuzzReturnPath(f *testing.F) {
	for _, seed := range []string{"/ales/", "//x", "/\\x", "/\t/x", "/%2f/x", "http:/x", "/a?b=//c", "/\u00a0/x", "/@x", "/;//x"} {
		f.Add(seed)
	}
	here, err := url.Parse("https://acv.test/auth/callback")
	if err != nil {
		f.Fatal(err)
	}
	browser := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/") // what browsers do to an address
	f.Fuzz(func(t *testing.T, path string) {
		safe := auth.ReturnPath(path)
		there, err := here.Parse(browser.Replace(strings.TrimSpace(safe)))
		if err != nil {
			t.Fatalf("%q gives %q, which is no address: %v", path, safe, err)
		}
		if there.Scheme != "https" || there.Host != "acv.test" {
			t.Fatalf("%q leads to %s", path, there)
		}
	})
}
