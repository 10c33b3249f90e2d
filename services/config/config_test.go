package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoadReadsSecretsFromFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ACV_OIDC_CLIENT_SECRET_FILE", path)
	t.Setenv("ACV_BASE_URL", "https://data.example/")
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.OIDCClientSecret != "s3cret" {
		t.Errorf("secret = %q", c.OIDCClientSecret)
	}
	if !c.Secure() || c.BaseURL != "https://data.example" {
		t.Errorf("base url = %q", c.BaseURL)
	}
}

func TestLoadRefusesAMissingSecretFile(t *testing.T) {
	t.Setenv("DATABASE_URL_FILE", filepath.Join(t.TempDir(), "absent"))
	if _, err := Load(); err == nil {
		t.Fatal("a missing secret file must stop the start")
	}
}

func TestLoadNamesTheWrongVariable(t *testing.T) {
	t.Setenv("ACV_SESSION_IDLE", "bientôt")
	t.Setenv("ACV_MAX_ROWS", "beaucoup")
	if _, err := Load(); err == nil || !strings.Contains(err.Error(), "ACV_MAX_ROWS") || !strings.Contains(err.Error(), "ACV_SESSION_IDLE") {
		t.Fatalf("wrong values must stop the start and be named: %v", err)
	}
}

func TestPrivateAddressesAreReadInDevelopmentOnly(t *testing.T) {
	t.Setenv("ACV_FETCH_PRIVATE", "true")
	if c, err := Load(); err != nil || !c.FetchPrivate {
		t.Fatal(err)
	}
	t.Setenv("ACV_BASE_URL", "https://data.example")
	if _, err := Load(); err == nil {
		t.Fatal("a platform on the internet would read its own network for anybody")
	}
}

func TestEverySettingIsDocumented(t *testing.T) {
	for _, s := range Settings() {
		if s.Name == "" || s.Doc == "" {
			t.Errorf("setting %+v lacks a name or a description", s)
		}
	}
}

func TestLoadRefusesWhatWouldLeakOrLoseKeys(t *testing.T) {
	t.Setenv("ACV_SECRET_KEY", "trop-court")
	if _, err := Load(); err == nil || !strings.Contains(err.Error(), "ACV_SECRET_KEY") || strings.Contains(err.Error(), "trop-court") {
		t.Fatalf("a wrong key stops the start, is named and is not told: %v", err)
	}
	t.Setenv("ACV_SECRET_KEY", strings.Repeat("0f", 32))
	t.Setenv("ACV_DATAGOUV_URL", "http://www.data.gouv.fr")
	if _, err := Load(); err == nil || !strings.Contains(err.Error(), "ACV_DATAGOUV_URL") {
		t.Fatalf("keys are not sent over http: %v", err)
	}
	t.Setenv("ACV_DATAGOUV_URL", "https://demo.data.gouv.fr/")
	c, err := Load()
	if err != nil || c.DataGouvURL != "https://demo.data.gouv.fr" {
		t.Fatalf("%+v %v", c, err)
	}
}
