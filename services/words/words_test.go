package words

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "",
		"Tilleul":                  "tilleul",
		"Îlots de chaleur":         "ilots de chaleur",
		"ŒUF d’Ægithale":           "oeuf d'aegithale",
		"E\u0301rable":             "erable",
		"Ça, c‘est l’été (à 2 m²)": "ca, c'est l'ete (a 2 m2)",
	} {
		if got := Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, not %q", text, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("relevés ", 9)
	for text, want := range map[string]string{
		"Parcs & jardins":      "parcs-jardins",
		"  L’Œuvre, n° 12 !  ": "l-oeuvre-n-12",
		"日本":                   "",
		long:                   "releves-releves-releves-releves-releves-releves-releves-rele",
		"abc " + long:          "abc-releves-releves-releves-releves-releves-releves-releves",
	} {
		if got := Slug(text, "-"); got != want {
			t.Errorf("Slug(%q) = %q, not %q", text, got, want)
		}
	}
}

// Folding twice changes nothing, and whatever is thrown at it is still text.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"Éœ", "İ", "ǅ", "ﬁ", "e\u0301\u0302", "\xff", "K"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); utf8.ValidString(s) && twice != once {
			t.Errorf("%q gives %q, then %q", s, once, twice)
		}
		if slug := Slug(s, "-"); strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(slug) > mostSlug {
			t.Errorf("%q gives the address %q", s, slug)
		}
	})
}
