package trees_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// set gives the town settings of the module, as its administrator does.
func (r *rig) set(town *tenants.Tenant, settings string) {
	r.t.Helper()
	modules := map[string]tenants.ModuleState{"trees": {On: true, Settings: json.RawMessage(settings)}}
	require.NoError(r.t, r.Towns.SetModules(r.t.Context(), town.ID, modules))
}

func TestATownReadsItsFiguresAgainstItsOwnMarks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.seeded("ales")
	genus := r.figures(town).Santamour[1]
	resident := r.As(authz.Actor{})
	verdict := func() (chip, text string) {
		page := resident.Get("/ales/arbres/chiffres").Want(http.StatusOK).Page()
		panel := page.Find("article[aria-labelledby=repere-genus]")
		return strings.TrimSpace(panel.Find(".chip").Text()), panel.Text() + page.Find("main").Text()
	}
	_, text := verdict()
	require.NotContains(t, text, "ses propres repères")
	require.Contains(t, text, "20\u00a0%")
	for share, want := range map[float64]string{genus.Top.Part*100 + 1: "Respecté", genus.Top.Part*100 - 1: "Dépassé"} {
		settings, err := json.Marshal(map[string]any{"species_mark": 1, "genus_mark": share, "family_mark": 100})
		require.NoError(t, err)
		r.set(town, string(settings))
		chip, text := verdict()
		require.Equal(t, want, chip)
		require.Contains(t, text, "ses propres repères")
		require.Contains(t, text, i18n.Percent(share/100, 0))
	}
}

func TestResidentsReportATreeWhereTheTownSays(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.seeded("ales")
	resident := r.As(authz.Actor{})
	resident.Get("/ales/arbres/1").Want(http.StatusOK).HasNot("Signaler un problème")
	r.set(town, `{"report":"arbres+signal@ales.test"}`)
	page := resident.Get("/ales/arbres/1").Want(http.StatusOK).Page()
	require.Equal(t, 1, page.Find(`a[href="mailto:arbres+signal@ales.test?subject=Signalement%C2%A0:%20arbre%20N%C2%B0%201"]`).Length(),
		page.Find(`a[href^="mailto:"]`).AttrOr("href", "no link"))
}

func TestSettingsThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	validate := r.trees.Manifest().Settings.Validate
	require.NoError(t, validate(json.RawMessage(`{"report":"","species_mark":5,"genus_mark":10,"family_mark":15}`)))
	for name, test := range map[string]struct{ settings, field string }{
		"no address":                {`{"report":"javascript:x","species_mark":1,"genus_mark":2,"family_mark":3}`, "report"},
		"an address with a subject": {`{"report":"a@b.fr?bcc=c@d.fr","species_mark":1,"genus_mark":2,"family_mark":3}`, "report"},
		"a genus below its species": {`{"species_mark":10,"genus_mark":5,"family_mark":30}`, "genus_mark"},
		"a family below its genera": {`{"species_mark":10,"genus_mark":20,"family_mark":15}`, "family_mark"},
	} {
		t.Run(name, func(t *testing.T) {
			f := fault.From(validate(json.RawMessage(test.settings)))
			require.NotNil(t, f)
			require.Equal(t, fault.Invalid, f.Code)
			require.Equal(t, test.field, f.Fields[0].Name)
		})
	}
}
