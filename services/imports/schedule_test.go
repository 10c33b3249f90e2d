package imports_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/i18n"
	"acvdata/services/imports"
)

func TestTheNextReadingIsInParisTime(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04", text, i18n.Paris)
		require.NoError(t, err)
		return moment
	}
	daily := imports.Schedule{Every: imports.Daily, Hour: 6, Weekday: 1, MonthDay: 1}
	weekly := imports.Schedule{Every: imports.Weekly, Hour: 22, Weekday: 7, MonthDay: 1}
	monthly := imports.Schedule{Every: imports.Monthly, Hour: 0, Weekday: 1, MonthDay: 28}
	for name, test := range map[string]struct {
		schedule  imports.Schedule
		now, want string
	}{
		"before the hour":              {daily, "2026-11-29 05:59", "2026-11-29 06:00"},
		"at the hour":                  {daily, "2026-11-29 06:00", "2026-11-30 06:00"},
		"into winter time":             {daily, "2026-10-24 07:00", "2026-10-25 06:00"},
		"into summer time":             {daily, "2026-03-28 07:00", "2026-03-29 06:00"},
		"the hour that does not exist": {imports.Schedule{Every: imports.Daily, Hour: 2}, "2026-03-28 12:00", "2026-03-29 03:00"},
		"on Sunday":                    {weekly, "2026-11-29 21:59", "2026-11-29 22:00"},
		"a week on":                    {weekly, "2026-11-29 22:00", "2026-12-06 22:00"},
		"in February":                  {monthly, "2026-02-01 00:00", "2026-02-28 00:00"},
		"over the year":                {monthly, "2026-12-28 00:00", "2027-01-28 00:00"},
	} {
		require.Equal(t, at(test.want), test.schedule.Next(at(test.now)).In(i18n.Paris), name)
	}
	now := at("2026-10-25 02:30")
	require.Equal(t, time.Hour, imports.Schedule{Every: imports.Hourly}.Next(now).Sub(now))
}

func TestAddressesAreShownWithoutTheirKeys(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://data.agglo.fr/arbres.csv":                                          "https://data.agglo.fr/arbres.csv",
		"https://ana:secret@data.agglo.fr/a.csv":                                    "https://data.agglo.fr/a.csv",
		"https://ana@data.agglo.fr/a.csv":                                           "https://data.agglo.fr/a.csv",
		"https://d.fr/a?format=csv&delimiter=%3B&apikey=abc":                        "https://d.fr/a?format=csv&delimiter=%3B&apikey=***",
		"https://d.fr/a?X-Amz-Signature=abc&k=1":                                    "https://d.fr/a?X-Amz-Signature=***&k=***",
		"https://d.fr/a?0123456789abcdef0123":                                       "https://d.fr/a?***",
		"https://d.fr/a?FORMAT=csv":                                                 "https://d.fr/a?FORMAT=csv",
		"https://d.fr/a?%zz=1":                                                      "https://d.fr/a?***",
		"https://d.fr/exports/csv?lang=fr&timezone=Europe%2FBerlin&use_labels=true": "https://d.fr/exports/csv?lang=fr&timezone=Europe%2FBerlin&use_labels=true",
		"://": "***",
	} {
		require.Equal(t, want, imports.Shown(address))
	}
}

// FuzzShown: whatever the address, its password and unknown values are not shown.
func FuzzShown(f *testing.F) {
	for _, seed := range []string{"", "format", "x=1&y", "%zz", "a;b=c", "format=csv&format=xls", "#frag"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		shown := imports.Shown("https://ana:S3CRETPASS@d.fr/a.csv?" + query + "&jeton=S3CRETKEY")
		require.NotContains(t, shown, "S3CRETPASS")
		require.NotContains(t, shown, "S3CRETKEY")
	})
}
