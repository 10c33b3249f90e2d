package imports_test

import (
	"os"
	"strings"
	"testing"

	"acvdata/services/geo/crs"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/tabular"
)

func TestEverySentenceExistsAndIsSaid(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.NewBundle(imports.NewModule(nil).Locales(), tabular.Catalogue, crs.Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	usage, err := i18n.Check(os.DirFS("."), bundle)
	if err != nil {
		t.Fatal(err)
	}
	for _, use := range usage.Missing {
		if strings.HasPrefix(use.Key, "imports.") {
			t.Errorf("%s is asked for and does not exist", use)
		}
	}
	for _, key := range usage.Unused {
		if strings.HasPrefix(key, "imports.") {
			t.Errorf("%s is said nowhere", key)
		}
	}
}
