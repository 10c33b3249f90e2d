package opendata_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"acvdata/modules/opendata"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/imports"
	"acvdata/services/indicators"
	"acvdata/services/module"
	"acvdata/tenants"
)

// gauge is a module that knows one figure of every town, and of one town none.
type gauge struct {
	level  atomic.Int64
	broken atomic.Pointer[tenants.ID]
	theme  datasets.Theme
}

func (*gauge) Manifest() module.Manifest {
	return module.Manifest{Code: "gauge", Title: "opendata.title"}
}
func (*gauge) Mount(module.Router) {}

// Indicators implements indicators.Provider.
func (g *gauge) Indicators(_ context.Context, town *tenants.Tenant) ([]indicators.Indicator, error) {
	return []indicators.Indicator{{
		Key: "gauge.level", Title: "Niveau de la nappe", Unit: "cm", Theme: string(g.theme), Method: "Sonde", Source: "Syndicat",
		Read: func(context.Context) (indicators.Value, error) {
			if b := g.broken.Load(); b != nil && *b == town.ID {
				return indicators.Value{}, errors.New("the probe is silent")
			}
			return indicators.Value{Number: float64(g.level.Load()), Known: true}, nil
		},
	}}, nil
}

func TestAThemeMixesWhatSeveralModulesKnow(t *testing.T) {
	t.Parallel()
	theme, other := datasets.Themes()[0], datasets.Themes()[1]
	probe := &gauge{theme: theme}
	probe.level.Store(1234)
	r := newShelf(t, newGrove(1), probe)
	r.load(r.town, "Qualité de l’eau", water, func(s *imports.Submission) { s.Overrides.Options["theme"] = string(theme) })
	r.form("/niort/espace/donnees/qualite-de-l-eau/graphiques", "title", "Nitrates par station", "by", "station", "measure", "mean", "value", "nitrates_mg_l")
	r.publish(r.town, "qualite-de-l-eau")
	r.publish(r.town, "plantes")

	page := r.resident.Get("/niort/donnees/themes/"+string(theme)).Want(200).
		Has("Nitrates par station", "Niveau de la nappe", "1\u00a0234").HasNot("⟦").Page()
	for _, href := range []string{"/niort/donnees/plantes", "/niort/donnees/qualite-de-l-eau"} {
		if page.Find(`main a[href="`+href+`"]`).Length() == 0 {
			t.Errorf("the theme does not lead to %s", href)
		}
	}
	if page := r.resident.Get("/niort/donnees/themes/" + string(other)).Want(200); strings.Contains(page.Body, "Niveau de la nappe") || strings.Contains(page.Body, "qualite-de-l-eau") {
		t.Error("another theme shows what is not its own")
	}
	if page := r.resident.Get("/bayonne/donnees/themes/" + string(theme)).Want(200); strings.Contains(page.Body, "qualite-de-l-eau") {
		t.Error("another town shows the table")
	}
}

// kept lists the values kept of the town's live figures, by day.
func (r *shelf) kept(town *tenants.Tenant) (values []float64) {
	r.t.Helper()
	must(r.t, r.DB.ReadTenant(r.Context, town.ID, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT value FROM opendata.measure WHERE tenant_id = $1 ORDER BY day`, town.ID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v float64
			if err := rows.Scan(&v); err != nil {
				return err
			}
			values = append(values, v)
		}
		return rows.Err()
	}))
	return values
}

// snapshot runs the daily job until it has kept a value of the town: one asked
// for while another runs is that one, and may have read before.
func (r *shelf) snapshot(town *tenants.Tenant, want float64) {
	r.t.Helper()
	clock, deadline := time.NewTicker(300*time.Millisecond), time.After(time.Minute)
	defer clock.Stop()
	for {
		must(r.t, r.DB.InTenant(r.Context, town.ID, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Enqueue(ctx, opendata.SnapshotJob{})
			return err
		}))
		if got := r.kept(town); len(got) == 1 && got[0] == want {
			return
		}
		select {
		case <-clock.C:
		case <-deadline:
			r.t.Fatalf("kept %v, want one value %v", r.kept(town), want)
		}
	}
}

// A second value of a day replaces the first, and a town whose figure cannot be
// read keeps no other from its own.
func TestLiveFiguresKeepAValueADay(t *testing.T) {
	t.Parallel()
	probe := &gauge{theme: datasets.ThemeWater}
	probe.level.Store(40)
	r := newShelf(t, probe)
	r.form("/niort/espace/donnees/indicateurs/nouveau", "title", "Nappe", "unit", "cm", "decimals", "0", "theme", "water",
		"kind", "live", "live", "gauge.level", "published", "1")
	if got := r.kept(r.town); len(got) != 0 {
		t.Fatalf("kept %v before the job ran", got)
	}
	probe.broken.Store(&r.other.ID)
	r.snapshot(r.town, 40)
	probe.level.Store(55)
	r.snapshot(r.town, 55)
	if got := r.kept(r.other); len(got) != 0 {
		t.Errorf("another town keeps %v", got)
	}
	r.sees("/niort/donnees/indicateurs/nappe", "55")
}

const gardens = "Jardin;Quartier;Surface\n" +
	"Les Brizeaux;Nord;300\nPré-Leroy;Centre;900\nLa Brèche;Centre;1200\nLe Lambon;Est;450\nChampclairot;Nord;150\n"

// rowNames are the first cells of the rows a page lists.
func rowNames(page *goquery.Document) (names []string) {
	page.Find("#tableau-lignes tbody tr").Each(func(_ int, row *goquery.Selection) {
		names = append(names, strings.TrimSpace(row.Children().First().Text()))
	})
	return names
}

func TestTheRowsOfATableAreNarrowedByTheirValues(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Jardins", gardens)
	r.publish(r.town, "jardins")
	const rows = "/niort/donnees/jardins/lignes"
	page := r.resident.Get(rows).Want(200).HasNot("⟦").Page()
	var offered []string
	page.Find(`select[name="quartier"] option[value!=""]`).Each(func(_ int, o *goquery.Selection) {
		offered = append(offered, strings.Join(strings.Fields(o.Text()), " "))
	})
	if got := strings.Join(offered, "|"); strings.Count(got, "|") != 2 || !strings.Contains(got, "Centre") || !strings.Contains(got, "2") {
		t.Errorf("districts offered: %q", got)
	}
	if page.Find(`select[name="jardin"]`).Length() != 0 {
		t.Error("a column whose values are all different is offered as a choice")
	}
	for query, want := range map[string]string{
		"quartier=Centre&tri=surface&sens=desc": "La Brèche|Pré-Leroy",
		"quartier=Centre&tri=surface":           "Pré-Leroy|La Brèche",
		"quartier=Nord&q=champ&jardin=":         "Champclairot",
		"quartier=Ailleurs":                     "",
	} {
		page := r.resident.Get(rows + "?" + query).Want(200).Page()
		if got := strings.Join(rowNames(page), "|"); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	page = r.resident.Get(rows + "?quartier=Centre").Page()
	if v, _ := page.Find(`select[name="quartier"] option[selected]`).Attr("value"); v != "Centre" {
		t.Errorf("%q is shown as chosen", v)
	}
	if page.Find(`a[href*="export.csv?quartier=Centre"]`).Length() == 0 {
		t.Error("the files offered are not of the rows shown")
	}
	r.resident.Get(rows + "?" + url.Values{"inconnue": {"1"}}.Encode()).Want(422)
	r.resident.Get(rows + "?tri=inconnue").Want(422)
	r.resident.Get("/bayonne/donnees/jardins/lignes").Want(404)
}
