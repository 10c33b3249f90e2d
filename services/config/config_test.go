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
