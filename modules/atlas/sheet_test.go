package atlas_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"acvdata/services/authz"
	"acvdata/services/geo/crs"
	"acvdata/tenants"
)

// drawnID is an identifier that tests can tell.
func drawnID(n byte) uuid.UUID { return uuid.UUID{15: n} }

// inCell is a place of Lambert-93, in metres, in degrees.
func inCell(t *testing.T, e, n float64) tenants.Point {
	t.Helper()
	lon, lat, err := crs.Transform(crs.Lambert93, crs.WGS84, e, n)
	require.NoError(t, err)
	return tenants.Point{Lon: lon, Lat: lat}
}

// TestASheetsFiguresAreThoseCountedByHand: in March four visits (Anne on the 1st
// and the 2nd, Bruno on the 1st, Chloé on the 3rd) saw three blackbirds, 3 / 4 =
// 75 for 100; in May two visits saw one, 1 / 2 = 50 for 100; in July nobody
// looked. The season's ring fills March and two thirds of May.
func TestASheetsFiguresAreThoseCountedByHand(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.townAround("main", tenants.Bounds{West: -1.55, South: 43.40, East: -1.30, North: 43.60})
	// Lambert-93: columns of 500 m from 338,000 and 338,500, a row from 6,276,000.
	first, second := inCell(t, 338_100, 6_276_100), inCell(t, 338_600, 6_276_100)
	const blackbird, tit = 4117, 3764
	day := func(m time.Month, d int) time.Time { return time.Date(2025, m, d, 0, 0, 0, 0, time.UTC) }
	for i, f := range []fact{
		{taxon: blackbird, at: first, day: day(3, 1), observer: "Anne"},
		{taxon: blackbird, at: first, day: day(3, 1), observer: "Anne"},
		{taxon: tit, at: first, day: day(3, 2), observer: "Anne"},
		{taxon: blackbird, at: second, day: day(3, 1), observer: "Bruno"},
		{taxon: tit, at: second, day: day(3, 3), observer: "Chloé"},
		{taxon: blackbird, at: first, day: day(5, 9), observer: "Anne"},
		{taxon: tit, at: second, day: day(5, 9), observer: "Bruno"},
	} {
		f.id, f.sinp, f.number = drawnID(byte(i+1)), drawnID(byte(100+i)), i+1
		r.put(town, f)
	}
	sheet, err := r.service.Sheet(r.Context, town.ID, blackbird)
	require.NoError(t, err)
	require.Equal(t, []int64{3, 1, 0}, []int64{sheet.Months[3], sheet.Months[5], sheet.Months[7]})
	require.Equal(t, []int64{4, 2, 0}, []int64{sheet.Survey.Effort.Months[3], sheet.Survey.Effort.Months[5], sheet.Survey.Effort.Months[7]})
	require.Len(t, sheet.Cells, 2)
	require.Equal(t, "500mL93E00676N12552", sheet.Cells[0].Cell.Code())
	require.EqualValues(t, 3, sheet.Cells[0].N, "two in March and one in May")
	require.Equal(t, "500mL93E00677N12552", sheet.Cells[1].Cell.Code())
	require.EqualValues(t, 1, sheet.Cells[1].N)

	page := r.As(authz.Actor{}).Get("/main/biodiversite/especes/4117").Want(http.StatusOK)
	page.Has("75,0 (3 obs. / 4 relevés)", "50,0 (1 obs. / 2 relevés)", "aucun relevé", "surtout en mars", "500mL93E00676N12552")
}
