package quality_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"acvdata/modules/opendata/quality"
	"acvdata/modules/opendata/rdf"
)

// A catalogue of another portal, with its gaps, scored by this package and by a
// program that shares neither parser nor table with it.
func TestAnotherPortalIsScoredAlike(t *testing.T) {
	t.Parallel()
	const (
		reader = "../testdata/shacl"
		export = "../../../../shared/data/opendata/rennes-metropole-ods-dcat-export.rdf"
	)
	for _, needed := range []string{reader + "/node_modules", export} {
		if _, err := os.Stat(needed); err != nil {
			t.Skipf("not at hand: %v", err)
		}
	}
	copied := filepath.Join(t.TempDir(), "copy.nt")
	out, err := exec.CommandContext(t.Context(), "node", reader+"/mqa.mjs", export, copied).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]int
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	g := read(t, string(text), nil)
	found, sum := g.Subjects(rdf.Type, rdf.IRI("http://www.w3.org/ns/dcat#Dataset")), 0
	for _, node := range found {
		key := node.Value()
		if id := g.Objects(node, rdf.IRI("http://purl.org/dc/terms/identifier")); len(id) > 0 {
			key = id[0].Value()
		}
		got := quality.MQA(g, node, true).Total().Met
		if got != want[key] {
			t.Errorf("%s: %d here, %d there", key, got, want[key])
		}
		sum += got
	}
	if len(found) != 27 || sum/len(found) >= 351 {
		t.Errorf("%d datasets, %d points on average: this catalogue is no excellent one", len(found), sum/max(1, len(found)))
	}
}
