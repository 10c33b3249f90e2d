package components_test

import (
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
	"acvdata/web"
)

// render gives a component as a document; a message without translation fails.
func render(t *testing.T, c templ.Component, children ...templ.Component) *goquery.Document {
	t.Helper()
	bundle, err := i18n.NewBundle(web.Catalogue)
	require.NoError(t, err)
	ctx := i18n.With(context.Background(), bundle.Localizer())
	ctx = templ.WithChildren(ctx, templ.Join(children...))
	var out strings.Builder
	require.NoError(t, c.Render(ctx, &out))
	require.NotContains(t, out.String(), "⟦", "a message is missing")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(out.String()))
	require.NoError(t, err)
	return doc
}

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }
