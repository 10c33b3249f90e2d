package i18n_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, got, want string }{
		{"small", i18n.Number(7), "7"},
		{"hundreds", i18n.Number(999), "999"},
		{"thousands", i18n.Number(12400), "12\u00a0400"},
		{"millions", i18n.Number(int64(1234567)), "1\u00a0234\u00a0567"},
		{"negative", i18n.Number(-1200), "−1\u00a0200"},
		{"text keeps a year", i18n.Text(2026), "2026"},
		{"decimal", i18n.Decimal(31.5, 1), "31,5"},
		{"decimal keeps its noughts", i18n.Decimal(31, 2), "31,00"},
		{"as many as it takes", i18n.Decimal(1234.567, -1), "1\u00a0234,57"},
		{"not a number", i18n.Decimal(math.NaN(), 1), "–"},
		{"share", i18n.Percent(0.125, 1), "12,5\u00a0%"},
		{"one octet", i18n.Bytes(1), "1\u00a0octet"},
		{"octets", i18n.Bytes(999), "999\u00a0octets"},
		{"ko", i18n.Bytes(3400), "3,4\u00a0ko"},
		{"round ko", i18n.Bytes(4000), "4\u00a0ko"},
		{"Mo", i18n.Bytes(23_400_000), "23\u00a0Mo"},
		{"never 1000 of a unit", i18n.Bytes(999_900), "1\u00a0Mo"},
		{"To", i18n.Bytes(5e15), "5\u00a0000\u00a0To"},
		{"seconds", i18n.Duration(45 * time.Second), "45\u00a0s"},
		{"minutes", i18n.Duration(125 * time.Second), "2\u00a0min\u00a005\u00a0s"},
		{"round hour", i18n.Duration(time.Hour), "1\u00a0h"},
		{"days", i18n.Duration(76 * time.Hour), "3\u00a0j\u00a04\u00a0h"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, c.got)
		})
	}
}

func TestDatesAreShownInParis(t *testing.T) {
	t.Parallel()
	newYear := time.Date(2025, 12, 31, 23, 30, 0, 0, time.UTC) // half past midnight in Paris
	summer := time.Date(2026, 8, 4, 12, 5, 0, 0, time.UTC)
	require.Equal(t, "1er\u00a0janvier 2026", i18n.Date(newYear))
	require.Equal(t, "4\u00a0août 2026", i18n.Date(summer))
	require.Equal(t, "4\u00a0août 2026 à\u00a014\u00a0h\u00a005", i18n.DateTime(summer))
	require.Equal(t, "01/01/2026", i18n.DateShort(newYear))
	require.Equal(t, "janvier 2026", i18n.Month(newYear))
	require.Empty(t, i18n.Date(time.Time{})+i18n.DateTime(time.Time{})+i18n.DateShort(time.Time{}))
}

func TestRelative(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 29, 10, 0, 0, 0, i18n.Paris) // the day clocks go forward
	cases := map[string]struct {
		gap  time.Duration
		want string
	}{
		"now":             {20 * time.Second, "à l’instant"},
		"a minute":        {50 * time.Second, "il y a 1\u00a0minute"},
		"minutes":         {3 * time.Minute, "il y a 3\u00a0minutes"},
		"hours today":     {5 * time.Hour, "il y a 5\u00a0heures"},
		"yesterday":       {12 * time.Hour, "hier"},
		"short night ago": {23 * time.Hour, "hier"},
		"days":            {49 * time.Hour, "il y a 2\u00a0jours"},
		"tomorrow":        {-20 * time.Hour, "demain"},
		"in days":         {-72 * time.Hour, "dans 3\u00a0jours"},
		"long ago":        {60 * 24 * time.Hour, "le 28\u00a0janvier 2026"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, i18n.Relative(now.Add(-c.gap), now))
		})
	}
}
