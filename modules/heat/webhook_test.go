package heat_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/modules/heat"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/tenants"
)

const (
	serial = "70B3D57ED0051A2C"
	hooked = "/api/v1/vitre/chaleur/reseaux/chirpstack?event=up"
)

// uplink is an event of ChirpStack v4 as its HTTP integration sends it.
func uplink(devEUI string, counter int, at time.Time, object string) string {
	count := fmt.Sprintf(`"fCnt":%d,`, counter)
	if counter == 0 {
		count = "" // the server leaves members of value 0 out
	}
	return fmt.Sprintf(`{"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d","time":%q,"deviceInfo":{"tenantId":"52f14cd4","deviceName":
		"Capteur <script>alert(1)</script>","devEui":%q},%s"fPort":2,"data":"AQ==","object":%s,"rxInfo":[{"gatewayId":"0016c001f153a14c"}]}`,
		at.Format(time.RFC3339Nano), strings.ToLower(devEUI), count, object)
}

func (r *rig) station(town *tenants.Tenant, code string) {
	r.t.Helper()
	site := heat.Site{Code: code, Name: "Place " + code, Setting: heat.Built, Public: true}
	require.NoError(r.t, r.service.Save(r.Context, town.ID, &site))
}

func (r *rig) send(c *apptest.Client, path, body string) *apptest.Response {
	return c.Do(c.Request(http.MethodPost, path, strings.NewReader(body), "Content-Type", "application/json"))
}

func TestAnUplinkIsKeptOnceHoweverOftenItComes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.station(town, "centre-01")
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "centre-01", serial, "SHT", now.AddDate(0, 0, -1)))
	server := r.server(town)
	at := now.Add(-time.Minute)
	body := uplink(serial, 0, at, `{"TempC_SHT":31.4,"Hum_SHT":38}`)
	r.send(server, hooked, body).Want(http.StatusOK).Has(`"state":"stored"`, `"values":2`, "centre-01")
	kept := r.dump(town.ID)
	for range 3 {
		r.send(server, hooked, body).Want(http.StatusOK).Has(`"state":"duplicate"`)
	}
	late := uplink(serial, 0, at.Add(48*time.Second), `{"TempC_SHT":31.4,"Hum_SHT":38}`)
	r.send(server, hooked, late).Want(http.StatusOK).Has(`"state":"duplicate"`)
	require.Equal(t, kept, r.dump(town.ID))

	r.As(authz.Actor{}).Get("/vitre/chaleur").Want(200).Has("31,4")
	r.As(authz.Actor{}).Get("/api/v1/vitre/chaleur/stations").Want(200).Has(`"temperature_c":31.4`)

	r.now = now.Add(5 * time.Hour)
	rejoined := uplink(serial, 0, r.now, `{"temperature":"30,9"}`)
	r.send(server, hooked, rejoined).Want(http.StatusOK).Has(`"state":"stored"`, `"values":1`)
}

func TestTheThingsStackSpeaksToo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.station(town, "centre-01")
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "centre-01", serial, "", now.AddDate(0, 0, -1)))
	const path = "/api/v1/vitre/chaleur/reseaux/ttn"
	message := `{"end_device_ids":{"device_id":"marche-1","application_ids":{"application_id":"ville"},"dev_eui":"` + serial + `"},
		"received_at":"2026-07-20T14:05:01.123Z","uplink_message":{"f_port":1,"frm_payload":"AQ==","received_at":"2026-07-20T14:05:00.9Z",
		"decoded_payload":{"battery":3.1,"air":{"temperature":28.25,"relativeHumidity":41}}}}`
	server := r.server(town)
	r.send(server, path, message).Want(http.StatusOK).Has(`"values":2`, `"at":"2026-07-20T14:05:00Z"`)
	r.send(server, path, message).Want(http.StatusOK).Has(`"duplicate"`)
	r.send(server, path, `{"end_device_ids":{"dev_eui":"`+serial+`"},"join_accept":{}}`).Want(http.StatusUnprocessableEntity)
}

func TestWhatAnUplinkMayNotBe(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, other := r.Town("vitre"), r.Town("bayonne")
	r.station(town, "centre-01")
	r.station(other, "bourg-01")
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "centre-01", serial, "", now.AddDate(0, 0, -1)))
	const theirs, loose = "70B3D57ED0099999", "70B3D57ED0077777"
	require.NoError(t, r.service.Deploy(r.Context, other.ID, "bourg-01", theirs, "", now.AddDate(0, 0, -1)))
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "centre-01", loose, "", now.AddDate(0, 0, -1)))
	sheet, err := r.service.Sheet(r.Context, town.ID, "centre-01", false)
	require.NoError(t, err)
	for _, p := range sheet.Deployments {
		if p.Serial == loose {
			require.NoError(t, r.service.Remove(r.Context, town.ID, "centre-01", p.ID))
		}
	}
	good := `{"temperature":22.5}`
	tests := map[string]struct {
		body   string
		status int
		says   string
	}{
		"no body":                      {"", 422, "JSON"},
		"no JSON":                      {"temperature=22", 422, "JSON"},
		"JSON cut off":                 {uplink(serial, 1, now, good)[:120], 422, "JSON"},
		"a list":                       {"[]", 422, "JSON"},
		"no device":                    {`{"time":"2026-07-20T14:00:00Z","object":{"temperature":20}}`, 422, "DevEUI"},
		"a number that is no DevEUI":   {uplink("XYZ", 1, now, good), 422, "DevEUI"},
		"no decoder":                   {uplink(serial, 1, now, `null`), 422, "décodeur"},
		"nothing measured":             {uplink(serial, 1, now, `{"battery":3.6}`), 422, "décodeur"},
		"garbage for a value":          {uplink(serial, 1, now, `{"temperature":1e300}`), 422, "décodeur"},
		"the future":                   {uplink(serial, 1, now.Add(time.Hour), good), 422, "futur"},
		"the deep past":                {uplink(serial, 1, time.Unix(0, 0), good), 422, "1990"},
		"an unknown device":            {uplink("70B3D57ED0000001", 1, now, good), 404, "70B3D57ED0000001"},
		"another town's device":        {uplink(theirs, 1, now, good), 404, "pas déclaré"},
		"a device taken down":          {uplink(loose, 1, now.Add(time.Minute), good), 409, "aucune station"},
		"before the device was placed": {uplink(serial, 1, now.AddDate(0, 0, -9), good), 409, "aucune station"},
	}
	server := r.server(town)
	before, theirsBefore := r.dump(town.ID), r.dump(other.ID)
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			answer := r.send(server, hooked, c.body).Want(c.status)
			require.Contains(t, answer.Body, c.says)
			require.NotContains(t, answer.Body, "⟦")
		})
	}
	require.Equal(t, before, r.dump(town.ID), "nothing half-written")
	require.Equal(t, theirsBefore, r.dump(other.ID))
	r.send(server, "/api/v1/vitre/chaleur/reseaux/chirpstack?event=join", `{}`).Want(http.StatusOK).Has("ignored")
	r.send(server, strings.Replace(hooked, "vitre", "bayonne", 1), uplink(theirs, 1, now, good)).Want(http.StatusForbidden)
	r.send(r.As(authz.Actor{}), hooked, uplink(serial, 1, now, good)).Want(http.StatusUnauthorized)

	seen, err := r.service.Sightings(r.Context, town.ID)
	require.NoError(t, err)
	require.Len(t, seen, 2, "unknown devices are noted for the staff: %+v", seen)
	r.As(r.agent(town)).Get("/vitre/espace/chaleur").Want(200).Has("70B3D57ED0000001", "&lt;script&gt;").HasNot("<script>alert")
}

func TestAHundredMegabytesAreRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	server := r.server(town)
	body := bytes.Repeat([]byte("x"), 100<<20)
	before := r.dump(town.ID)
	answer := server.Do(server.Request(http.MethodPost, hooked, bytes.NewReader(body), "Content-Type", "application/json"))
	answer.Want(http.StatusRequestEntityTooLarge)
	require.Equal(t, before, r.dump(town.ID))
}

func FuzzParseUplinks(f *testing.F) {
	f.Add([]byte(uplink(serial, 3, now, `{"temperature":21,"nested":{"humidity":{"value":40}}}`)))
	f.Add([]byte(`{"end_device_ids":{"dev_eui":"70B3D57ED0051A2C"},"uplink_message":{"decoded_payload":{"temperature":[[[[1]]]]}}}`))
	f.Add([]byte(`{"object":{"temperature":null}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, parse := range []func([]byte) (heat.Uplink, error){heat.ParseChirpStack, heat.ParseThings} {
			u, err := parse(body)
			if err == nil && (len(u.Serial) != 16 || len(u.Measures) == 0 || u.Counter < 0) {
				t.Errorf("accepted %+v from %q", u, body)
			}
		}
	})
}
