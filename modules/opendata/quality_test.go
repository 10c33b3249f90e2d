package opendata_test

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
)

// scoresOf reads the two figures a page shows: data.gouv.fr's, then Europe's.
func scoresOf(t *testing.T, page *apptest.Response) (scores []string) {
	t.Helper()
	page.Page().Find("#qualite .gauge-value").Each(func(_ int, s *apptest.Selection) { scores = append(scores, s.Text()) })
	if len(scores) != 2 {
		t.Fatalf("%d scores on the page", len(scores))
	}
	return scores
}
