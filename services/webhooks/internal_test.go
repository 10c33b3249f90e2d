package webhooks

import (
	"net/netip"
	"testing"
	"time"
)

// The check value is the one Standard Webhooks publishes with its libraries
// (https://github.com/standard-webhooks/standard-webhooks).
func TestSignatureMeetsThePublishedCheckValue(t *testing.T) {
	t.Parallel()
	got, err := sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), `{"test": 2432232314}`)
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if a, b := newSecret(), newSecret(); a == b || len(a) != len(secretPrefix)+32 {
		t.Errorf("secrets %q and %q", a, b)
	}
}

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"1.1.1.1": true, "212.27.48.10": true, "2a01:e0c:1::1": true,
		"127.0.0.1": false, "127.8.8.8": false, "::1": false, "0.0.0.0": false, "::": false, "0.1.2.3": false,
		"10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "100.64.0.1": false,
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fd00:ec2::254": false, "fec0::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false,
		"224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "198.18.0.1": false, "2001:db8::1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s public: %t, want %t", address, got, want)
		}
	}
}

func TestAddressesThatAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	strict, loose := Make(Parts{}), Make(Parts{AllowPrivate: true})
	for address, want := range map[string]string{
		"https://outil.ville.fr/acv?x=1":  "",
		"https://212.27.48.10/":           "",
		"http://outil.ville.fr/":          "webhooks.fault.https",
		"ftp://outil.ville.fr/":           "webhooks.fault.https",
		"javascript:alert(1)":             "webhooks.fault.url",
		"":                                "webhooks.fault.url",
		"/ales/":                          "webhooks.fault.url",
		"https://a:b@outil.ville.fr/":     "webhooks.fault.url",
		"https://outil.ville.fr/#ancre":   "webhooks.fault.url",
		"https://localhost/":              "webhooks.fault.private",
		"https://serveur/":                "webhooks.fault.private",
		"https://serveur.local/":          "webhooks.fault.private",
		"https://x.localhost./":           "webhooks.fault.private",
		"https://127.0.0.1/":              "webhooks.fault.private",
		"https://[::1]/":                  "webhooks.fault.private",
		"https://[::ffff:10.0.0.1]/":      "webhooks.fault.private",
		"https://169.254.169.254/latest/": "webhooks.fault.private",
	} {
		if got := strict.refuseURL(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	if got := loose.refuseURL("http://127.0.0.1:8080/"); got != "" {
		t.Errorf("with private addresses allowed: %q", got)
	}
}
