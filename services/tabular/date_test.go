package tabular_test

import (
	"testing"
	"time"

	"acvdata/services/tabular"
)

func TestParseDate(t *testing.T) {
	t.Parallel()
	const dmy, mdy, ymd, none = tabular.DMY, tabular.MDY, tabular.YMD, tabular.NoOrder
	for _, c := range []struct {
		cell  string
		order tabular.DateOrder
		want  string // "" when it is no date
	}{
		{"2018-06-30", none, "2018-06-30"},
		{"2018-06-30", mdy, "2018-06-30"},
		{"2018/06/30 22:00:00+00", none, "2018-06-30"},
		{"2020/10/22", dmy, "2020-10-22"},
		{"30/06/2018", dmy, "2018-06-30"},
		{"30/06/2018", none, "2018-06-30"},
		{"30/06/2018", mdy, ""},
		{"30/06/2018", ymd, ""},
		{"06/07/2018", dmy, "2018-07-06"},
		{"06/07/2018", mdy, "2018-06-07"},
		{"06/30/2018", mdy, "2018-06-30"},
		{"06/30/2018", dmy, ""},
		{"1/2/2018", dmy, "2018-02-01"},
		{"01.02.2018", dmy, "2018-02-01"},
		{"01-02-98", dmy, "1998-02-01"},
		{"01/02/24", dmy, "2024-02-01"},
		{"20141028", none, "2014-10-28"},
		{"20141328", none, ""},
		{"12345678", none, ""},
		{"12 février 2020", none, "2020-02-12"},
		{"12 FÉVRIER 2020", mdy, "2020-02-12"},
		{"1er mars 2021", none, "2021-03-01"},
		{"lundi 3 mai 2021", none, "2021-05-03"},
		{"12-févr.-20", none, "2020-02-12"},
		{"3 août 1999", none, "1999-08-03"},
		{"29/02/2023", dmy, ""},
		{"29/02/2024", dmy, "2024-02-29"},
		{"31/04/2024", dmy, ""},
		{"0000-00-00", none, ""},
		{"mars 2019", none, ""}, // no day: a day would be made up
		{"2019", none, ""},
		{"12/2019", none, ""},
		{"1/2/3", dmy, ""},
		{"2018-06", none, ""},
		{"30/06-2018", dmy, ""},
		{"30/06/2018 environ", dmy, ""},
		{"", none, ""},
		{"le 12 février 2020", none, ""},
	} {
		got, ok := tabular.ParseDate(c.cell, c.order)
		if ok != (c.want != "") || ok && got.Format(time.DateOnly) != c.want {
			t.Errorf("ParseDate(%q, %q) = %v, %v; want %q", c.cell, c.order, got, ok, c.want)
		}
	}
}

func TestParseDateTime(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cell string
		loc  *time.Location
		want string // in UTC
	}{
		{"2018/06/30 22:00:00+00", paris, "2018-06-30T22:00:00Z"},
		{"2023-05-01T01:00Z", paris, "2023-05-01T01:00:00Z"},
		{"2023-05-01T01:00:00.250+02:00", nil, "2023-04-30T23:00:00.25Z"},
		{"2023-05-01 01:00:00-0130", nil, "2023-05-01T02:30:00Z"},
		{"01/05/2023 14:30", paris, "2023-05-01T12:30:00Z"},
		{"01/05/2023 14:30", nil, "2023-05-01T14:30:00Z"},
		{"01/05/2023 à 14h30", paris, "2023-05-01T12:30:00Z"},
		{"01/05/2023 9h", paris, "2023-05-01T07:00:00Z"},
		{"01/05/2023", paris, "2023-04-30T22:00:00Z"},
		{"01/05/2023 25:00", paris, ""},
		{"01/05/2023 14:60", paris, ""},
		{"01/05/2023 14:3", paris, ""},
		{"01/05/2023 14:30 heures", paris, ""},
		{"01/05/2023 14:30+25:00", paris, ""},
		{"14:30", paris, ""},
	} {
		got, ok := tabular.ParseDateTime(c.cell, tabular.DMY, c.loc)
		if ok != (c.want != "") || ok && got.UTC().Format(time.RFC3339Nano) != c.want {
			t.Errorf("ParseDateTime(%q) = %v, %v; want %q", c.cell, got.UTC(), ok, c.want)
		}
	}
}
