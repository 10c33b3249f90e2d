package opendata_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acvdata/services/apptest"
	"acvdata/services/db"
	"acvdata/tenants"
)

// The rules of data.gouv.fr's harvester that a catalogue can break by itself.
func (r *rig) testHarvesting(t *testing.T) {
	for _, extension := range []string{"ttl", "rdf", "nt", "jsonld"} {
		for _, path := range []string{"/ales/catalog.", "/catalog."} {
			get := r.resident.Get(path+extension, "Accept", "*/*").Want(200) // never a redirect
			head := r.resident.Do(r.resident.Request(http.MethodHead, path+extension, nil)).Want(200)
			if head.Header.Get("Content-Type") != get.Header.Get("Content-Type") || strings.Contains(get.Header.Get("Content-Type"), "html") {
				t.Errorf("%s: GET %q, HEAD %q", path+extension, get.Header.Get("Content-Type"), head.Header.Get("Content-Type"))
			}
			r.resident.Get(path+extension, "If-None-Match", get.Header.Get("ETag")).Want(304)
		}
	}
	turtle := r.resident.Get("/ales/catalog.ttl").Body
	for _, must := range []string{`rdfs:label "Licence Ouverte / Open Licence version 2.0"`, "POLYGON((", "https://www.iana.org/assignments/"} {
		if !strings.Contains(turtle, must) {
			t.Errorf("the catalogue lacks %q", must)
		}
	}
	if strings.Contains(turtle, "checksum") {
		t.Error("a checksum makes the harvester refuse the dataset")
	}
	download := regexp.MustCompile(`dcat:(?:accessURL|downloadURL) <([^>]+)>`)
	for _, found := range download.FindAllStringSubmatch(turtle, -1) {
		r.resident.Do(r.resident.Request(http.MethodHead, strings.TrimPrefix(found[1], apptest.BaseURL), nil)).Want(200)
	}
}

// publishQuietly makes datasets published without writing their files: enough
// for a long catalogue.
func (r *rig) publishQuietly(t *testing.T, town *tenants.Tenant, slugs ...string) {
	t.Helper()
	must(t, r.DB.InTenant(r.Context, town.ID, func(ctx context.Context, tx *db.Tx) error {
		for _, slug := range slugs {
			id := uuid.New()
			_, err := tx.Exec(ctx, `INSERT INTO datasets.dataset (tenant_id, id, source, state, licence, latest, issued_at, modified_at)
				VALUES ($1, $2, $3, 'published', 'LO-2.0', 1, now(), now())`, town.ID, id, "grove/"+slug)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `INSERT INTO datasets.version (tenant_id, dataset_id, number, state, published_at)
				VALUES ($1, $2, 1, 'published', now())`, town.ID, id)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

var (
	identifier = regexp.MustCompile(`(?m)^  dct:identifier "([a-z-]+/[a-z0-9-]+)" ;$`)
	nextPage   = regexp.MustCompile(`hydra:next <http://acv\.test([^>]+)>`)
)

// A harvester reads page after page while the town works: nothing is met twice,
// nothing that was there all along is missed.
func TestALongCatalogueIsReadPageByPage(t *testing.T) {
	t.Parallel()
	r := newRig(t, 230)
	all := r.allSlugs()
	r.publishQuietly(t, r.town, all[:210]...)
	seen := map[string]int{}
	path, pages := "/ales/catalog.ttl", 0
	for path != "" {
		body := r.resident.Get(path).Want(200).Body
		if nodes := strings.Count(body, "hydra:PartialCollectionView"); nodes != 1 {
			t.Errorf("page %d has %d pagination nodes", pages, nodes)
		}
		for _, found := range identifier.FindAllStringSubmatch(body, -1) {
			seen[found[1]]++
		}
		path = ""
		if next := nextPage.FindStringSubmatch(body); next != nil {
			path = next[1]
		}
		if pages == 0 { // between two pages: one more before, one less before
			r.publishQuietly(t, r.town, all[210:220]...)
			must(t, r.datasets.Withdraw(r.Context, r.town, all[1], "erreur"))
		}
		pages++
	}
	if pages != 3 || len(seen) < 210 {
		t.Errorf("%d pages, %d datasets", pages, len(seen))
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("%s was met %d times", id, times)
		}
	}
}
