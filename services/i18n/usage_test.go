package i18n_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
)

func TestCheckFindsMissingAndUnusedKeys(t *testing.T) {
	t.Parallel()
	b, err := i18n.NewBundle(catalogue(`
a.title: x
a.lead: x
a.state.good: x
a.state.bad: x
a.nav: x
a.fault.empty: x
a.orphan: x
`))
	require.NoError(t, err)
	tree := fstest.MapFS{
		"a/page.templ":      {Data: []byte("<p>{ i18n.T(ctx, \"a.title\") }</p>\n<p>{ i18n.T(ctx, \"a.gone\", i18n.N(2)) }</p>\n")},
		"a/page_templ.go":   {Data: []byte(`i18n.T(ctx, "a.generated")`)},
		"a/page.go":         {Data: []byte("x := i18n.T(r.Context(), \"a.lead\")\ny := i18n.T(ctx, \"a.state.\"+s)\n// i18n.T(ctx, \"a.comment\")\n")},
		"a/module.go":       {Data: []byte(`Nav{Label: "a.nav"}; fault.New(fault.Invalid, "a.fault.empty"); fault.On("name", "a.fault.gone", nil)`)},
		"a/page_test.go":    {Data: []byte(`i18n.T(ctx, "a.test")`)},
		"node_modules/x.go": {Data: []byte(`i18n.T(ctx, "a.vendored")`)},
	}
	got, err := i18n.Check(tree, b)
	require.NoError(t, err)
	require.Equal(t, []i18n.Use{
		{Key: "a.fault.gone", File: "a/module.go", Line: 1},
		{Key: "a.gone", File: "a/page.templ", Line: 2},
	}, got.Missing)
	require.Equal(t, []string{"a.orphan"}, got.Unused)
	require.Equal(t, "a/page.templ:2: a.gone", got.Missing[1].String())
}

func BenchmarkTPlain(b *testing.B) {
	bundle, err := i18n.NewBundle(catalogue("a.b: bonjour\na.c:\n  one: \"{{.Count}} arbre\"\n  other: \"{{.Count}} arbres\"\n"))
	require.NoError(b, err)
	l := bundle.Localizer()
	for name, run := range map[string]func(){
		"plain":  func() { _, _ = l.Lookup("a.b") },
		"plural": func() { _, _ = l.Lookup("a.c", i18n.N(12)) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				run()
			}
		})
	}
}
