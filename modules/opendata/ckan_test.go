package opendata_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acvdata/modules/opendata"
	"acvdata/modules/opendata/ckan"
	"acvdata/services/apptest"
	"acvdata/services/module"
)

// action asks for a CKAN action of Alès and reads its result.
func (r *rig) action(t *testing.T, action string, into any) {
	t.Helper()
	answer := r.resident.Get("/ales/api/3/action/"+action, "Accept", "*/*").Want(200)
	if kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";"); kind != "application/json" || answer.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%s: %s, %q", action, kind, answer.Header.Get("Access-Control-Allow-Origin"))
	}
	var body struct {
		Success bool
		Help    string
		Result  json.RawMessage
	}
	answer.Decode(&body)
	if !body.Success || body.Help == "" {
		t.Fatalf("%s: %s", action, answer.Body)
	}
	must(t, json.Unmarshal(body.Result, into))
}

// ckanFaults is what data.gouv.fr's CKAN harvester refuses in a package
// (opendatateam/udata, harvest/backends/ckan/schemas/ckan.py): keys that must be
// there, and the type of their values; "?" may be null.
func ckanFaults(p map[string]any) (faults []string) {
	faults = append(faults, ckanTypes("package", p, "id name title license_id private state type metadata_created metadata_modified",
		"notes license_title author author_email maintainer maintainer_email")...)
	o, _ := p["organization"].(map[string]any)
	faults = append(faults, ckanTypes("organization", o, "id description created title name revision_timestamp is_organization state image_url revision_id type approval_status", "")...)
	resources, _ := p["resources"].([]any)
	if len(resources) == 0 {
		faults = append(faults, "no resource: skipped")
	}
	for i, one := range resources {
		r, _ := one.(map[string]any)
		faults = append(faults, ckanTypes("resource", r, "id position name format created url resource_type", "description mimetype size hash last_modified")...)
		u, err := url.Parse(fmt.Sprint(r["url"]))
		_, notUUID := uuid.Parse(fmt.Sprint(r["id"]))
		if err != nil || u.Host == "" || notUUID != nil || r["position"] != float64(i) || !slices.Contains([]any{"file", "api"}, r["resource_type"]) {
			faults = append(faults, fmt.Sprintf("resource %v", r))
		}
	}
	for _, one := range p["tags"].([]any) {
		faults = append(faults, ckanTypes("tag", one.(map[string]any), "id name state", "vocabulary_id")...)
	}
	for _, one := range p["extras"].([]any) {
		faults = append(faults, ckanExtra(one.(map[string]any))...)
	}
	return faults
}

func ckanTypes(what string, object map[string]any, needed, nullable string) (faults []string) {
	for key := range strings.FieldsSeq(needed) {
		if object[key] == nil {
			faults = append(faults, what+" without "+key)
		}
	}
	for key := range strings.FieldsSeq(nullable) {
		if _, is := object[key]; !is {
			faults = append(faults, what+" without the key "+key)
		}
	}
	for _, key := range []string{"created", "last_modified", "metadata_created", "metadata_modified", "revision_timestamp"} {
		if text, is := object[key].(string); is {
			if _, err := time.Parse("2006-01-02T15:04:05.000000", text); err != nil {
				faults = append(faults, what+": "+err.Error())
			}
		}
	}
	return faults
}

// ckanExtra is what fails on the extras that are read.
func ckanExtra(e map[string]any) []string {
	value := fmt.Sprint(e["value"])
	var shape struct{ Type string }
	switch e["key"] {
	case "spatial":
		if err := json.Unmarshal([]byte(value), &shape); err != nil || shape.Type != "Polygon" && shape.Type != "MultiPolygon" {
			return []string{"spatial " + value}
		}
	case "temporal_start", "temporal_end":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return []string{err.Error()}
		}
	case "frequency":
		if _, known := periods[strings.TrimPrefix(value, euNS+"frequency/")]; !known {
			return []string{"frequency " + value}
		}
	}
	return nil
}

// A CKAN harvester lists the names, then asks for each; one with filters searches.
func TestCKANHarvestersReadTheCatalogue(t *testing.T) {
	t.Parallel()
	r := newRig(t, 130)
	r.publishBulk(t, r.town, 0, 120)
	r.publishBulk(t, r.other, 120, 125)
	var names []string
	r.action(t, "package_list", &names)
	if len(names) != 120 || !slices.IsSorted(names) {
		t.Fatalf("%d names", len(names))
	}
	ids := map[string]bool{}
	for _, name := range names {
		var p map[string]any
		r.action(t, "package_show?id="+name, &p)
		if faults := ckanFaults(p); len(faults) > 0 {
			t.Errorf("%s: %v", name, faults)
		}
		ids[fmt.Sprint(p["id"])] = true
	}
	if len(ids) != 120 {
		t.Errorf("%d identifiers", len(ids))
	}
	var found struct {
		Count   int
		Results []map[string]any
	}
	r.action(t, "package_search?q=organization:ales&rows=1000", &found)
	if found.Count != 120 || len(found.Results) != 120 || len(ckanFaults(found.Results[0])) > 0 {
		t.Errorf("%d of %d found", len(found.Results), found.Count)
	}
	delete(found.Results[0], "license_id")
	found.Results[1]["resources"] = []any{}
	if len(ckanFaults(found.Results[0])) == 0 || len(ckanFaults(found.Results[1])) == 0 {
		t.Error("a broken package passes")
	}
}

func TestCKANActions(t *testing.T) {
	t.Parallel()
	r := newRig(t, 20)
	r.publishBulk(t, r.town, 0, 12)
	counts := map[string]int{
		"q=*:*": 12, "": 12, "q=plantes-003": 1, "q=name:plantes-003": 1, "q=-name:plantes-003": 11, "q=NOT+name:plantes-003": 11,
		"q=organization:bayonne": 0, "q=license_id:lov2+AND+license_id:odc-odbl": 0, "fq=license_id:lov2": 6, "fq=%2Blicense_id:lov2&q=name:plantes-002": 1,
		"q=tags:mot-3": 1, "q=res_format:CSV": 12, "q=res_format:PDF": 0, "q=baleine": 0, "q=%22très+longue%22": 2, "q=TRES": 2, "fq=groups:trees": 3,
	}
	for query, want := range counts {
		var found struct{ Count int }
		r.action(t, "package_search?"+query, &found)
		if found.Count != want {
			t.Errorf("%q: %d, want %d", query, found.Count, want)
		}
	}
	page := func(query string) (names []string) {
		var found struct{ Results []struct{ Name string } }
		r.action(t, "package_search?"+query, &found)
		for _, p := range found.Results {
			names = append(names, p.Name)
		}
		return names
	}
	if got := page("sort=name+desc&rows=2&start=1"); !slices.Equal(got, []string{"plantes-010", "plantes-009"}) {
		t.Errorf("%v", got)
	}
	if got := page("rows=0"); len(got) != 0 || len(page("")) != 10 || len(page("rows=99999")) != 12 || len(page("start=11")) != 1 || len(page("start=50")) != 0 {
		t.Error("windows of the search")
	}
	var names, tags, groups, towns []string
	r.action(t, "package_list?limit=3&offset=10", &names)
	r.action(t, "tag_list?query=ETE", &tags)
	r.action(t, "group_list", &groups)
	r.action(t, "organization_list", &towns)
	if !slices.Equal(names, []string{"plantes-010", "plantes-011"}) || !slices.Equal(tags, []string{"été"}) || !slices.Contains(groups, "trees") || !slices.Equal(towns, []string{"ales"}) {
		t.Errorf("%v %v %v %v", names, tags, groups, towns)
	}
	var whole []map[string]any
	r.action(t, "current_package_list_with_resources?limit=5", &whole)
	resource := whole[0]["resources"].([]any)[0].(map[string]any)
	var again map[string]any
	r.action(t, "resource_show?id="+fmt.Sprint(resource["id"]), &again)
	if len(whole) != 5 || again["url"] != resource["url"] {
		t.Errorf("%d packages, %v", len(whole), again)
	}
	var town struct {
		Name     string
		Count    int `json:"package_count"`
		Packages []any
	}
	r.action(t, "organization_show?id=ales&include_datasets=true", &town)
	var ready bool
	r.action(t, "site_read", &ready)
	var status map[string]any
	r.action(t, "status_show", &status)
	var detail []map[string]any
	r.action(t, "organization_list?all_fields=true", &detail)
	if town.Name != "ales" || town.Count != 12 || len(town.Packages) != 12 || !ready || status["ckan_version"] == nil || detail[0]["title"] != "Alès" {
		t.Errorf("%+v %v %v %v", town, ready, status, detail)
	}
	r.testCKANErrors(t, fmt.Sprint(resource["id"]))
}

func (r *rig) testCKANErrors(t *testing.T, foreign string) {
	t.Helper()
	tests := map[string]struct {
		path   string
		status int
		kind   string
	}{
		"unknown dataset":         {"/ales/api/3/action/package_show?id=baleines", 404, "Not Found Error"},
		"a draft":                 {"/ales/api/3/action/package_show?id=plantes-015", 404, "Not Found Error"},
		"another town's dataset":  {"/bayonne/api/3/action/package_show?id=plantes-003", 404, "Not Found Error"},
		"another town's resource": {"/bayonne/api/3/action/resource_show?id=" + foreign, 404, "Not Found Error"},
		"another organization":    {"/ales/api/3/action/organization_show?id=bayonne", 404, "Not Found Error"},
		"no identifier":           {"/ales/api/3/action/package_show", 409, "Validation Error"},
		"rows that are none":      {"/ales/api/3/action/package_search?rows=dix", 409, "Validation Error"},
		"start below zero":        {"/ales/api/3/action/package_search?start=-1", 409, "Validation Error"},
		"limit that is none":      {"/ales/api/3/action/package_list?limit=x", 409, "Validation Error"},
		"field that is none":      {"/ales/api/3/action/package_search?q=colour:red", 409, "Validation Error"},
		"order that is none":      {"/ales/api/3/action/package_search?sort=colour", 409, "Validation Error"},
		"OR":                      {"/ales/api/3/action/package_search?q=a+OR+b", 409, "Validation Error"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var body struct {
				Success bool
				Error   struct {
					Kind string `json:"__type"`
				}
			}
			r.resident.Get(test.path, "Accept", "*/*").Want(test.status).HasNot("⟦").Decode(&body)
			if body.Success || body.Error.Kind != test.kind {
				t.Errorf("%+v", body)
			}
		})
	}
	r.resident.Get("/ales/api/3/action/package_delete?id=plantes").Want(400).HasNot("⟦")
	get := r.resident.Get("/ales/api/3/action/package_list").Want(200)
	head := r.resident.Do(r.resident.Request(http.MethodHead, "/ales/api/3/action/package_list", nil)).Want(200)
	if head.Body != "" || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
		t.Errorf("HEAD: %q, %v", head.Body, head.Header)
	}
	r.resident.Get("/ales/api/3/action/package_list", "If-None-Match", get.Header.Get("ETag")).Want(304)
}

// addresses are those the page of the catalogue offers to copy.
var addresses = regexp.MustCompile(`<code data-copy[^>]*>([^<]+)</code>`)

func TestThePageOfAddressesTellsTheTruth(t *testing.T) {
	t.Parallel()
	r := newRig(t, 4)
	r.publishBulk(t, r.town, 0, 3)
	r.resident.Get("/ales/donnees").Want(200).Has("/ales/donnees/catalogue/moissonner", `"@type":"DataCatalog"`)
	body := r.resident.Get("/ales/donnees/catalogue/moissonner").Want(200).HasNot("⟦").Has("data.gouv.fr", "CKAN", "Atom").Body
	shown := addresses.FindAllStringSubmatch(body, -1)
	if len(shown) != 11 {
		t.Errorf("%d addresses", len(shown))
	}
	for _, s := range shown {
		address := strings.ReplaceAll(s[1], "&amp;", "&")
		r.resident.Get(strings.TrimPrefix(address, apptest.BaseURL), "Accept", "*/*").Want(200)
	}
}

// What the platform's document says of an action is what it answers.
func TestCKANActionsAreDescribed(t *testing.T) {
	t.Parallel()
	r := newRig(t, 2)
	r.publishBulk(t, r.town, 0, 2)
	operations := map[string]module.Operation{}
	for _, o := range opendata.New(opendata.Parts{}).Operations() {
		if action := o.Fixed["action"]; action != "" {
			operations[action] = o
		}
	}
	if names := slices.Sorted(maps.Keys(operations)); !slices.Equal(names, ckan.Actions()) {
		t.Errorf("described: %v", names)
	}
	var resource struct{ Resources []struct{ ID string } }
	r.action(t, "package_show?id=plantes", &resource)
	for action, query := range map[string]string{
		"package_show": "?id=plantes", "package_search": "?q=*:*", "resource_show": "?id=" + resource.Resources[0].ID, "organization_show": "?id=ales",
	} {
		var result map[string]any
		r.action(t, action+query, &result)
		said, err := json.Marshal(operations[action].Answer)
		must(t, err)
		var schema struct {
			Properties struct {
				Result struct{ Properties map[string]any }
			}
		}
		must(t, json.Unmarshal(said, &schema))
		if got, want := slices.Sorted(maps.Keys(result)), slices.Sorted(maps.Keys(schema.Properties.Result.Properties)); !slices.Equal(got, want) {
			t.Errorf("%s: %v\ndescribed as %v", action, got, want)
		}
	}
	for _, p := range operations["package_search"].Query {
		value := map[string]string{"sort": "title asc", "q": "*:*"}[p.Name]
		if p.Type == "integer" {
			value = "0"
		}
		r.action(t, "package_search?"+p.Name+"="+url.QueryEscape(value), new(map[string]any))
	}
}
