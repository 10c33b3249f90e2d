package tableschema_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheCNIGsOwnFileIsValid: 0 errors, 0 warnings, as Validata finds.
func TestTheCNIGsOwnFileIsValid(t *testing.T) {
	t.Parallel()
	s, labels, row := cnig(t)
	r := check(t, s, written(t, labels, row))
	require.Empty(t, r.Errors)
	require.Empty(t, r.Warnings)
	require.True(t, r.Valid())
	require.Equal(t, "Standard CNIG Friches", s.Label())
}

// TestEachWayOfBreakingTheCNIGsFile breaks one thing a time and wants that error,
// at that place, and no other.
func TestEachWayOfBreakingTheCNIGsFile(t *testing.T) {
	t.Parallel()
	s, labels, row := cnig(t)
	other := with(labels, row, "site_id", "12083_2")
	without := func(of []string, label string) []string {
		at := slices.Index(labels, label)
		return slices.Delete(slices.Clone(of), at, at+1)
	}
	renamed := func(label, to string) []string { return with(labels, labels, label, to) }
	tests := map[string]struct {
		rows  [][]string
		want  []string
		field string
		line  int
	}{
		"a required cell is empty":   {[][]string{labels, with(labels, row, "site_nom", "")}, []string{"constraint-error"}, "site_nom", 2},
		"a word for nothing":         {[][]string{labels, with(labels, row, "site_nom", "NA")}, []string{"constraint-error"}, "site_nom", 2},
		"a value out of the list":    {[][]string{labels, with(labels, row, "site_type", "friche")}, []string{"constraint-error"}, "site_type", 2},
		"a day in French order":      {[][]string{labels, with(labels, row, "site_identif_date", "18/05/2003")}, []string{"type-error"}, "site_identif_date", 2},
		"a day that does not exist":  {[][]string{labels, with(labels, row, "site_identif_date", "2003-02-30")}, []string{"type-error"}, "site_identif_date", 2},
		"a year of two figures":      {[][]string{labels, with(labels, row, "activite_fin_annee", "89")}, []string{"type-error"}, "activite_fin_annee", 2},
		"a surface with a unit":      {[][]string{labels, with(labels, row, "bati_surface", "2400 m²")}, []string{"type-error"}, "bati_surface", 2},
		"an address without scheme":  {[][]string{labels, with(labels, row, "sol_depollution_fiche", "georisques.gouv.fr")}, []string{"type-error"}, "sol_depollution_fiche", 2},
		"a pattern that looks back":  {[][]string{labels, with(labels, row, "unite_fonciere_refcad", "12083-AH0035")}, []string{"constraint-error"}, "unite_fonciere_refcad", 2},
		"a pattern":                  {[][]string{labels, with(labels, row, "desserte_distance", "2|6")}, []string{"constraint-error"}, "desserte_distance", 2},
		"an identifier twice":        {[][]string{labels, row, with(labels, row, "site_nom", "Autre")}, []string{"primary-key"}, "site_id", 3},
		"a row twice":                {[][]string{labels, row, row}, []string{"duplicate-row", "primary-key"}, "", 3},
		"two rows that differ":       {[][]string{labels, row, other}, nil, "", 0},
		"a blank row":                {[][]string{labels, row, make([]string, len(labels))}, []string{"blank-row"}, "", 3},
		"one cell too many":          {[][]string{labels, append(slices.Clone(row), "x")}, []string{"extra-cell"}, "", 2},
		"one cell too few":           {[][]string{labels, row[:len(row)-1]}, []string{"missing-cell"}, "geomsurf", 2},
		"a required column missing":  {[][]string{without(labels, "comm_insee"), without(row, "comm_insee")}, []string{"missing-label"}, "comm_insee", 0},
		"an optional column missing": {[][]string{without(labels, "bati_etat"), without(row, "bati_etat")}, nil, "", 0},
		"an unknown column":          {[][]string{renamed("bati_etat", "etat"), row}, nil, "", 0},
		"a label twice":              {[][]string{renamed("bati_etat", "bati_type"), row}, []string{"duplicate-label"}, "bati_type", 0},
		"a blank label":              {[][]string{renamed("bati_etat", ""), row}, []string{"blank-label"}, "", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := check(t, s, written(t, test.rows...))
			require.Equal(t, test.want, types(r), "%+v", r.Errors)
			if len(test.want) > 0 {
				require.Equal(t, test.field, r.Errors[0].Field)
				require.Equal(t, test.line, r.Errors[0].Row)
			}
		})
	}
}

func TestWhatIsNoErrorOfTheCNIGsFileIsTold(t *testing.T) {
	t.Parallel()
	s, labels, row := cnig(t)
	turned := slices.Clone(labels)
	turned[0], turned[1] = turned[1], turned[0]
	cells := slices.Clone(row)
	cells[0], cells[1] = cells[1], cells[0]
	turned[25] = "etat"
	r := check(t, s, written(t, turned, cells))
	require.True(t, r.Valid())
	keys := map[string]bool{}
	for _, w := range r.Warnings {
		keys[w.Key] = true
	}
	require.Equal(t, map[string]bool{"tableschema.notice.missing": true, "tableschema.notice.extra": true, "tableschema.notice.order": true}, keys)
}
