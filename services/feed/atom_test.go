package feed_test

import (
	"encoding/xml"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/feed"
)

func TestAFeedSaysItsNewestDateAndEscapes(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 3, d, 10, 0, 0, 0, time.UTC) }
	body, err := feed.Feed{
		ID: "https://acv.test/a", Self: "https://acv.test/a/flux.atom", Title: "Nouvelles", Author: "Alès",
		Entries: []feed.Entry{
			{Href: "https://acv.test/a/1", Title: `<script>"&`, Published: day(2), Updated: day(4)},
			{Href: "https://acv.test/a/2", Title: "Deux", Published: day(3), Updated: day(3)},
		},
	}.Write()
	require.NoError(t, err)
	var read struct {
		Updated string `xml:"updated"`
		Entries []struct {
			Title string `xml:"title"`
			ID    string `xml:"id"`
		} `xml:"entry"`
	}
	require.NoError(t, xml.Unmarshal(body, &read))
	require.Equal(t, "2026-03-04T10:00:00Z", read.Updated)
	require.Equal(t, `<script>"&`, read.Entries[0].Title)
	require.NotContains(t, string(body), "<script>")
}
