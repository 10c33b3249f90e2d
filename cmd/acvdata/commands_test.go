package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestConfigListsEverySettingWithoutSecrets(t *testing.T) {
	t.Setenv("ACV_OIDC_CLIENT_SECRET", "tr3s-secret")
	var out bytes.Buffer
	c := command()
	c.SetOut(&out)
	c.SetArgs([]string{"config"})
	if err := c.Execute(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ACV_LISTEN", "127.0.0.1:8080", "DATABASE_URL", "ACV_BLOB_URL", "ACV_SMTP_URL", "ACV_OIDC_ISSUER"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("config lacks %q", want)
		}
	}
	if strings.Contains(out.String(), "tr3s-secret") {
		t.Error("config prints a secret")
	}
}

func TestThePrivateAddressRefusesForeignNames(t *testing.T) {
	t.Parallel()
	h := knownHost("127.0.0.1:9090", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for host, want := range map[string]int{
		"127.0.0.1:9090": http.StatusNoContent, "localhost:9090": http.StatusNoContent, "[::1]:9090": http.StatusNoContent,
		"evil.example": http.StatusMisdirectedRequest, "127.0.0.1.evil.example:9090": http.StatusMisdirectedRequest,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", host, w.Code, want)
		}
	}
}

func TestTheLocalProviderNeverFacesTheNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1:8085": true, "localhost:8085": true, "[::1]:8085": true,
		"0.0.0.0:8085": false, ":8085": false, "192.168.1.4:8085": false,
	} {
		if localAddress(address) != want {
			t.Errorf("%s: %v, want %v", address, !want, want)
		}
	}
}
