package i18n_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Alès": "d’Alès", "Épinal": "d’Épinal", "Bayonne": "de Bayonne", "Le Havre": "du Havre",
		"Les Sables-d’Olonne": "des Sables-d’Olonne", "La Rochelle": "de La Rochelle", "L’Isle-Adam": "de L’Isle-Adam",
		"Haguenau": "de Haguenau", "Yvetot": "d’Yvetot", "Yainville": "de Yainville", "": "de ",
	} {
		require.Equal(t, want, i18n.Of(name))
	}
}
