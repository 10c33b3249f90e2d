package heat_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const thingsHook = "/api/v1/vitre/chaleur/reseaux/ttn"

// thingsUplink is an uplink as The Things Stack v3 sends it to a webhook.
func thingsUplink(devEUI string, at time.Time, payload string) string {
	return fmt.Sprintf(`{"end_device_ids":{"device_id":"<script>alert(1)</script>","application_ids":{"application_id":"ville"},"dev_eui":%q},
		"received_at":%q,"uplink_message":{"f_port":1,"f_cnt":1,"frm_payload":"AQ==","received_at":%[2]q,"decoded_payload":%[3]s}}`,
		devEUI, at.Format(time.RFC3339Nano), payload)
}

func TestWhatAThingsUplinkMayNotBe(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, other := r.Town("vitre"), r.Town("bayonne")
	r.station(town, "centre-01")
	r.station(other, "bourg-01")
	const theirs, unknown = "70B3D57ED0099999", "70B3D57ED0000001"
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "centre-01", serial, "", now.AddDate(0, 0, -1)))
	require.NoError(t, r.service.Deploy(r.Context, other.ID, "bourg-01", theirs, "", now.AddDate(0, 0, -1)))
	const good = `{"temperature":22.5}`
	server := r.server(town)
	before, theirsBefore := r.dump(town.ID), r.dump(other.ID)
	for name, c := range map[string]struct {
		body   string
		status int
		says   string
	}{
		"no JSON":               {"temperature=22", 422, "JSON"},
		"JSON cut off":          {thingsUplink(serial, now, good)[:150], 422, "JSON"},
		"no device":             {`{"uplink_message":{"decoded_payload":{"temperature":20}}}`, 422, "DevEUI"},
		"a name for a DevEUI":   {thingsUplink("<script>", now, good), 422, "DevEUI"},
		"no decoder":            {thingsUplink(serial, now, `null`), 422, "décodeur"},
		"garbage for a value":   {thingsUplink(serial, now, `{"temperature":-1e300}`), 422, "décodeur"},
		"brackets without end":  {thingsUplink(serial, now, strings.Repeat("[", 100_000)), 422, "JSON"},
		"the future":            {thingsUplink(serial, now.Add(time.Hour), good), 422, "futur"},
		"the deep past":         {thingsUplink(serial, time.Unix(0, 0), good), 422, "1990"},
		"an unknown device":     {thingsUplink(unknown, now, good), 404, unknown},
		"another town's device": {thingsUplink(theirs, now, good), 404, "pas déclaré"},
		"100 MB":                {strings.Repeat("x", 100<<20), 413, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r.send(server, thingsHook, c.body).Want(c.status).Has(c.says).HasNot("⟦", "<script>alert")
		})
	}
	bomb := gzipped(t, "", " ", 100<<20)
	request := server.Request(http.MethodPost, thingsHook, bytes.NewReader([]byte(bomb)), "Content-Type", "application/json", "Content-Encoding", "gzip")
	server.Do(request).Want(http.StatusUnsupportedMediaType).Has("sans compression")
	require.Equal(t, before, r.dump(town.ID), "nothing half-written")
	require.Equal(t, theirsBefore, r.dump(other.ID))
	r.As(r.agent(town)).Get("/vitre/espace/chaleur").Want(200).Has(unknown).HasNot("<script>alert")
}
