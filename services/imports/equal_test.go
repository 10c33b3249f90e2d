package imports_test

import (
	"math/rand/v2"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
	"acvdata/tenants"
)

// TestPageAPIAndCommandLineDoTheSame sends one messy file three ways, into three
// towns, and compares everything that came out of it.
func TestPageAPIAndCommandLineDoTheSame(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	content, _ := anyFile(rand.New(rand.NewPCG(3, 7)))
	ways := map[string]func(town *tenants.Tenant) uuid.UUID{
		"page": func(town *tenants.Tenant) uuid.UUID {
			agent := r.As(apptest.Member(town, authz.Agent))
			page := agent.Upload(town.Path("espace/imports"), "bancs.csv", []byte(content), url.Values{"target": {importtest.Code}}).
				Want(303).Header.Get("Location")
			// Whoever changes nothing on the mapping page sends what it shows.
			form := url.Values{}
			shown := agent.Get(page).Want(200).Page()
			for _, option := range shown.Find("form[action$='/colonnes'] option[selected]").EachIter() {
				name, _ := option.Closest("select").Attr("name")
				value, _ := option.Attr("value")
				form.Set(name, value)
			}
			for _, radio := range shown.Find("form[action$='/colonnes'] input[type=radio][checked]").EachIter() {
				form.Set(radio.AttrOr("name", ""), radio.AttrOr("value", ""))
			}
			agent.Post(page+"/colonnes", form).Want(303)
			id := idOf(t, page)
			r.waitIn(town, id)
			agent.Post(page+"/charger", url.Values{"skip_rejected": {"oui"}}).Want(303)
			return id
		},
		"API": func(town *tenants.Tenant) uuid.UUID {
			fields := url.Values{"target": {importtest.Code}, "commit": {"true"}, "skip_rejected": {"true"}}
			sent := r.As(apptest.Member(town, authz.Agent)).Upload("/api/v1/"+town.Slug+"/imports", "bancs.csv", []byte(content), fields).Want(202)
			return idOf(t, sent.Header.Get("Location"))
		},
		"command line": func(town *tenants.Tenant) uuid.UUID {
			i, err := r.service.Submit(r.ctx(), r.callerIn(town), imports.Submission{
				Name: "bancs.csv", Content: strings.NewReader(content), Target: importtest.Code, Commit: true, SkipRejected: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			return i.ID
		},
	}
	type outcome struct {
		counts imports.Counts
		groups []imports.Group
		stored string
	}
	found := map[string]outcome{}
	for way, send := range ways {
		town := r.Town("ville-" + strings.ToLower(strings.Fields(way)[0]))
		i := r.waitIn(town, send(town))
		if i.State != imports.Committed {
			t.Fatalf("%s: state %s, fault %v", way, i.State, i.Fault)
		}
		p, err := r.service.Preview(r.ctx(), r.callerIn(town), i.ID)
		if err != nil {
			t.Fatal(err)
		}
		found[way] = outcome{i.Counts, p.Groups, r.digest(town)}
	}
	for way, o := range found {
		if want := found["command line"]; !reflect.DeepEqual(o, want) {
			t.Errorf("%s: %+v\nwant %+v", way, o, want)
		}
	}
}

func (r *rig) waitIn(town *tenants.Tenant, id uuid.UUID) *imports.Import {
	r.t.Helper()
	i, err := r.service.Wait(r.ctx(), r.callerIn(town), id, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return i
}

// digest sums up what a town has stored, identifiers apart.
func (r *rig) digest(town *tenants.Tenant) (sum string) {
	r.t.Helper()
	const query = `SELECT coalesce(md5(string_agg(concat_ws('|', code, material, seats, height_cm, lon, lat, qk), '/' ORDER BY qk, code, material, seats, height_cm)), '') FROM benches.bench`
	err := r.DB.Query(r.ctx(), town.ID, func(rows pgx.Rows) error {
		if !rows.Next() {
			return rows.Err()
		}
		return rows.Scan(&sum)
	}, query)
	if err != nil {
		r.t.Fatal(err)
	}
	return sum
}
