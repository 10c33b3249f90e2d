package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"acvdata/services/fault"
	"acvdata/services/fetch"
	"acvdata/services/i18n"
)

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"1.1.1.1": true, "212.27.48.10": true, "2a01:e0c:1::1": true,
		"127.0.0.1": false, "127.8.8.8": false, "::1": false, "0.0.0.0": false, "::": false, "0.1.2.3": false,
		"10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "100.64.0.1": false,
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fd00:ec2::254": false, "fec0::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "::7f00:1": false,
		"224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "198.18.0.1": false, "2001:db8::1": false,
	} {
		require.Equal(t, want, fetch.Public(netip.MustParseAddr(address)), address)
	}
}

func TestAddressesThatAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	strict, loose := fetch.New(fetch.Settings{}), fetch.New(fetch.Settings{AllowPrivate: true})
	for address, want := range map[string]string{
		"https://data.ville.fr/catalog.rdf?x=1": "",
		"http://data.ville.fr:8080/":            "",
		"https://212.27.48.10/":                 "",
		"  https://data.ville.fr/#jeux ":        "",
		"":                                      "fetch.fault.url",
		"data.ville.fr":                         "fetch.fault.url",
		"/ales/":                                "fetch.fault.url",
		"https://":                              "fetch.fault.url",
		"javascript:alert(1)":                   "fetch.fault.url",
		"https://ville.fr\x00/":                 "fetch.fault.url",
		"https://ville.fr/" + strings.Repeat("a", 3000): "fetch.fault.url",
		"file://ville.fr/etc/passwd":                    "fetch.fault.scheme",
		"gopher://ville.fr/":                            "fetch.fault.scheme",
		"ftp://ville.fr/arbres.csv":                     "fetch.fault.scheme",
		"https://a:b@data.ville.fr/":                    "fetch.fault.credentials",
		"https://data.ville.fr@10.0.0.1/":               "fetch.fault.credentials",
		"https://data.ville.fr:22/":                     "fetch.fault.port",
		"https://data.ville.fr:6379/":                   "fetch.fault.port",
		"https://localhost/":                            "fetch.fault.private",
		"https://serveur/":                              "fetch.fault.private",
		"https://serveur.local/":                        "fetch.fault.private",
		"https://x.localhost./":                         "fetch.fault.private",
		"http://metadata.google.internal/":              "fetch.fault.private",
		"http://127.0.0.1/":                             "fetch.fault.private",
		"http://127.1/":                                 "fetch.fault.private",
		"http://0177.0.0.1/":                            "fetch.fault.private",
		"http://2130706433/":                            "fetch.fault.private",
		"http://0x7f000001/":                            "fetch.fault.private",
		"http://0x7f.0.0.0x1/":                          "fetch.fault.private",
		"http://[::1]/":                                 "fetch.fault.private",
		"http://[::ffff:10.0.0.1]/":                     "fetch.fault.private",
		"http://[64:ff9b::a9fe:a9fe]/":                  "fetch.fault.private",
		"http://169.254.169.254/latest/meta-data/":      "fetch.fault.private",
		"http://0.0.0.0/":                               "fetch.fault.private",
	} {
		_, err := strict.Check(address)
		require.Equal(t, want, keyOf(err), address)
	}
	_, err := loose.Check("http://127.0.0.1:9999/")
	require.NoError(t, err)
	_, err = loose.Check("ftp://127.0.0.1/")
	require.Equal(t, "fetch.fault.scheme", keyOf(err), "private addresses allowed or not")
}

func keyOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Key
}

// site answers every trick under its own path.
func site(t *testing.T) *httptest.Server {
	t.Helper()
	held := make(chan struct{})
	mux := http.NewServeMux()
	say := func(path string, f http.HandlerFunc) { mux.HandleFunc(path, f) }
	say("/bon", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = fmt.Fprintf(w, "%s|%s|%s", r.UserAgent(), r.Header.Get("Cookie"), r.Header.Get("Referer")) //nolint:gosec // what was asked is what is looked at
	})
	for _, status := range []int{400, 403, 404, 410, 429, 500, 503} {
		say(fmt.Sprintf("/code/%d", status), func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	say("/tourne", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "suivi", Value: "1"}) //nolint:gosec // a cookie to be ignored
		http.Redirect(w, r, "/tourne", http.StatusFound)
	})
	say("/ailleurs", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "suivi", Value: "1"}) //nolint:gosec // a cookie to be ignored
		http.Redirect(w, r, "/bon", http.StatusFound)
	})
	say("/fichier", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	say("/gros", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2000)) })
	say("/annonce", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "5000000000") })
	say("/court", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("pas tout"))
	})
	say("/bombe", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.CopyN(z, zeros{}, 50<<20)
		_ = z.Close()
	})
	say("/muet", func(http.ResponseWriter, *http.Request) { <-held })
	say("/silence", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("début"))
		_ = http.NewResponseController(w).Flush()
		<-held
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(held) })
	return server
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestWhatASiteMayDo(t *testing.T) {
	t.Parallel()
	server := site(t)
	c := fetch.New(fetch.Settings{BaseURL: "https://acv.example", AllowPrivate: true, Limits: fetch.Limits{
		Bytes: 1000, Headers: 200 * time.Millisecond, Silence: 200 * time.Millisecond,
	}})
	for path, want := range map[string]struct {
		key  string
		code fault.Code
	}{
		"/bon":      {},
		"/ailleurs": {},
		"/code/400": {"fetch.fault.status", fault.Invalid},
		"/code/403": {"fetch.fault.denied", fault.Invalid},
		"/code/404": {"fetch.fault.absent", fault.Invalid},
		"/code/410": {"fetch.fault.absent", fault.Invalid},
		"/code/429": {"fetch.fault.broken", fault.Unavailable},
		"/code/500": {"fetch.fault.broken", fault.Unavailable},
		"/code/503": {"fetch.fault.broken", fault.Unavailable},
		"/tourne":   {"fetch.fault.redirects", fault.Invalid},
		"/fichier":  {"fetch.fault.url", fault.Invalid},
		"/gros":     {"fetch.fault.large", fault.TooLarge},
		"/annonce":  {"fetch.fault.large", fault.TooLarge},
		"/bombe":    {"fetch.fault.large", fault.TooLarge},
		"/court":    {"fetch.fault.cut", fault.Unavailable},
		"/muet":     {"fetch.fault.slow", fault.Unavailable},
		"/silence":  {"fetch.fault.slow", fault.Unavailable},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			a, err := c.Get(t.Context(), fetch.Request{URL: server.URL + path})
			require.Equal(t, want.key, keyOf(err), "%v", err)
			if want.key != "" {
				require.Equal(t, want.code, fault.From(err).Code)
				return
			}
			require.Equal(t, "ACV-Data/1 (+https://acv.example)||", string(a.Body), "its name, no cookie, no referrer")
			require.Equal(t, server.URL+"/bon", a.URL)
		})
	}
}

func TestAnUnchangedFileIsNotSentAgain(t *testing.T) {
	t.Parallel()
	server := site(t)
	c := fetch.New(fetch.Settings{AllowPrivate: true})
	first, err := c.Get(t.Context(), fetch.Request{URL: server.URL + "/bon"})
	require.NoError(t, err)
	again, err := c.Get(t.Context(), fetch.Request{URL: server.URL + "/bon", ETag: first.ETag})
	require.NoError(t, err)
	require.True(t, again.Unchanged)
	require.Empty(t, again.Body)
}

func TestTroubleOnTheWayIsTold(t *testing.T) {
	t.Parallel()
	secret := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secret.Close)
	secret.Config.ErrorLog = nil
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	c := fetch.New(fetch.Settings{AllowPrivate: true})
	_, err := c.Get(t.Context(), fetch.Request{URL: secret.URL})
	require.Equal(t, "fetch.fault.tls", keyOf(err), "%v", err)
	_, err = c.Get(t.Context(), fetch.Request{URL: gone.URL})
	require.Equal(t, "fetch.fault.unreachable", keyOf(err), "%v", err)
	plain := site(t)
	_, err = c.Get(t.Context(), fetch.Request{URL: "https" + strings.TrimPrefix(plain.URL, "http") + "/bon"})
	require.Equal(t, "fetch.fault.tls", keyOf(err), "%v", err)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Get(ctx, fetch.Request{URL: plain.URL + "/muet"})
	require.ErrorIs(t, err, context.Canceled, "who left is not told that the site is slow")
}

func TestARedirectToThisMachineIsRefused(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"http://127.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "http://0177.1/", "https://data.ville.fr:22/"} {
		c := fetch.New(fetch.Settings{})
		next, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
		require.NoError(t, err)
		require.Error(t, fetch.Redirect(c, next, nil), to)
	}
}

// The name answers a public address when somebody checks it, and this machine
// when it is used: the address connected to is what counts.
func TestANameThatChangesItsAddressGainsNothing(t *testing.T) {
	t.Parallel()
	server := site(t)
	port := netip.MustParseAddrPort(strings.TrimPrefix(server.URL, "http://")).Port()
	names := rebinding(t)
	_, err := fetch.New(fetch.Settings{}).Check("http://portail.ville.fr/bon")
	require.NoError(t, err, "nothing is wrong with the name")
	addrs, err := names.LookupNetIP(t.Context(), "ip4", "portail.ville.fr.")
	require.NoError(t, err)
	require.True(t, fetch.Public(addrs[0]), "nor with its first answer")

	dialer := fetch.Dialer(false)
	dialer.Resolver = names
	_, err = dialer.DialContext(t.Context(), "tcp4", fmt.Sprintf("portail.ville.fr.:%d", port))
	require.ErrorIs(t, err, fetch.ErrPrivate)
	dialer = fetch.Dialer(true)
	dialer.Resolver = names
	conn, err := dialer.DialContext(t.Context(), "tcp4", fmt.Sprintf("portail.ville.fr.:%d", port))
	require.NoError(t, err, "the server was there to be reached")
	require.NoError(t, conn.Close())
}

// rebinding resolves any name to a public address once, then to 127.0.0.1.
func rebinding(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0") //nolint:noctx // a test's own server
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buffer, address := make([]byte, 512), [4]byte{212, 27, 48, 10}
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil {
				continue
			}
			m.Response, m.Additionals = true, nil
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET},
				Body:   &dnsmessage.AResource{A: address},
			}}
			if reply, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(reply, from)
			}
			address = [4]byte{127, 0, 0, 1}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp4", conn.LocalAddr().String())
	}}
}

func TestEveryFaultHasItsSentence(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.NewBundle(fetch.Catalogue)
	require.NoError(t, err)
	var text bytes.Buffer
	for _, file := range []string{"address.go", "client.go", "explain.go"} {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		text.Write(source)
	}
	keys := regexp.MustCompile(`"(fetch\.fault\.\w+)"`).FindAllStringSubmatch(text.String(), -1)
	require.Greater(t, len(keys), 14)
	for _, key := range keys {
		require.True(t, bundle.Has(key[1]), key[1])
	}
}

// TestAKeyInAnAddressIsNotLogged: causes are, and net/http names the address.
func TestAKeyInAnAddressIsNotLogged(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	c := fetch.New(fetch.Settings{AllowPrivate: true})
	for _, address := range []string{closed.URL + "/a.csv?jeton=S3CRET", "http://[::1/a.csv?jeton=S3CRET", "http://introuvable.invalid/?jeton=S3CRET"} {
		_, err := c.Get(t.Context(), fetch.Request{URL: address})
		if err == nil || strings.Contains(err.Error(), "S3CRET") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
