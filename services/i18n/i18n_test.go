package i18n_test

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
)

func catalogue(yaml string) fstest.MapFS {
	return fstest.MapFS{"locales/fr.yaml": {Data: []byte(yaml)}}
}

func french(t *testing.T, yaml string) context.Context {
	t.Helper()
	b, err := i18n.NewBundle(catalogue(yaml))
	require.NoError(t, err)
	return i18n.With(context.Background(), b.Localizer())
}

func TestALiteralIsItsOwnTextEverywhere(t *testing.T) {
	t.Parallel()
	key := i18n.Literal("Relevé {{.Le}}")
	if got := i18n.T(t.Context(), key); got != "Relevé {{.Le}}" {
		t.Errorf("without a language: %q", got)
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	ctx := french(t, `
trees.list.title: Les arbres
trees:
  list:
    found:
      one: "{{.Count}} arbre trouvé"
      many: "{{.Count}} d’arbres trouvés"
      other: "{{.Count}} arbres trouvés"
    removed:
      one: "{{.Count}} arbre de moins"
      other: "{{.Count}} arbres de moins"
  page:
    planted: "Planté en {{.Year}} : {{.Height}} m"
    description: un mot réservé de la bibliothèque
`)
	cases := map[string]struct {
		key  string
		args []i18n.Arg
		want string
	}{
		"plain":                        {"trees.list.title", nil, "Les arbres"},
		"zero is singular":             {"trees.list.found", []i18n.Arg{i18n.N(0)}, "0 arbre trouvé"},
		"one is singular":              {"trees.list.found", []i18n.Arg{i18n.N(1)}, "1 arbre trouvé"},
		"thousands are grouped":        {"trees.list.found", []i18n.Arg{i18n.N(12400)}, "12\u00a0400 arbres trouvés"},
		"a million takes many":         {"trees.list.found", []i18n.Arg{i18n.N(1_000_000)}, "1\u00a0000\u00a0000 d’arbres trouvés"},
		"many falls back to other":     {"trees.list.removed", []i18n.Arg{i18n.N(2_000_000)}, "2\u00a0000\u00a0000 arbres de moins"},
		"a Count value counts":         {"trees.list.found", []i18n.Arg{i18n.V{"Count": 2}}, "2 arbres trouvés"},
		"values in French":             {"trees.page.planted", []i18n.Arg{i18n.V{"Year": i18n.Text(1987), "Height": 18.5}}, "Planté en 1987\u00a0: 18,5\u00a0m"},
		"a reserved word is only text": {"trees.page.description", nil, "un mot réservé de la bibliothèque"},
		"a missing key is visible":     {"trees.nowhere", nil, "⟦trees.nowhere⟧"},
		"a missing value is visible":   {"trees.page.planted", []i18n.Arg{i18n.V{"Year": "1987"}}, "⟦trees.page.planted⟧"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, i18n.T(ctx, c.key, c.args...))
		})
	}
}

func TestLookupTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	ctx := french(t, `a.b: "{{.Name}}"`)
	_, err := i18n.Lookup(ctx, "a.c")
	require.ErrorIs(t, err, i18n.ErrMissing)
	_, err = i18n.Lookup(context.Background(), "a.b")
	require.ErrorIs(t, err, i18n.ErrMissing)
	_, err = i18n.Lookup(ctx, "a.b")
	require.ErrorContains(t, err, "Name")
	require.NotErrorIs(t, err, i18n.ErrMissing)
}

func TestBundleRefusesFaultyCatalogues(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		files []string
		want  string
	}{
		"two features share a key": {[]string{"a.b: x", "a.b: y"}, `key "a.b" is in catalogue 0 and in catalogue 1`},
		"a key twice in a file":    {[]string{"a.b: x\na.b: y"}, "already defined"},
		"a number for a sentence":  {[]string{"a.b: 12"}, `key "a.b": want text`},
		"a plural without one":     {[]string{"a:\n  other: x"}, "a plural needs one and other"},
		"not YAML":                 {[]string{"a: [b"}, "locales/fr.yaml"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sources []string
			sources = append(sources, c.files...)
			_, err := build(sources)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestBundleNeedsTheFrenchFile(t *testing.T) {
	t.Parallel()
	_, err := i18n.NewBundle(fstest.MapFS{})
	require.ErrorContains(t, err, "locales/fr.yaml")
}

func build(sources []string) (*i18n.Bundle, error) {
	switch len(sources) {
	case 1:
		return i18n.NewBundle(catalogue(sources[0]))
	default:
		return i18n.NewBundle(catalogue(sources[0]), catalogue(sources[1]))
	}
}

func TestTypography(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ in, want string }{
		"double punctuation":     {"Quoi ? Oui ; non : si !", "Quoi\u00a0? Oui\u00a0; non\u00a0: si\u00a0!"},
		"quotation marks":        {"dit « oui »", "dit «\u00a0oui\u00a0»"},
		"percent and euro":       {"12 % de 3 €", "12\u00a0% de 3\u00a0€"},
		"units":                  {"500 m, {{.N}} ans, 25 Mo", "500\u00a0m, {{.N}}\u00a0ans, 25\u00a0Mo"},
		"thousands":              {"1 500 000 lignes, 3 espèces", "1\u00a0500\u00a0000 lignes, 3 espèces"},
		"narrow becomes plain":   {"Quoi\u202f?", "Quoi\u00a0?"},
		"times and addresses":    {"14:05, https://exemple.fr/?a=b", "14:05, https://exemple.fr/?a=b"},
		"placeholders untouched": {"{{if .A ; .B}} : {{.C}}", "{{if .A ; .B}}\u00a0: {{.C}}"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, i18n.Typography(c.in))
		})
	}
}
