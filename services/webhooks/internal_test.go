package webhooks

import (
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
