package heat_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/authz"
)

// A silence is shown as long as it lasts and written once, to those in charge of
// the module in that town and to nobody else.
func TestASilentStationIsToldOnceToThoseInCharge(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, other := r.Town("vitre"), r.Town("bayonne")
	r.member(town, "agent@vitre.test", nil, authz.Agent)
	r.member(town, "chaleur@vitre.test", nil, authz.Manager, "heat")
	r.member(town, "arbres@vitre.test", nil, authz.Manager, "trees")
	r.member(town, "admin@vitre.test", nil, authz.Admin)
	r.member(town, "lecteur@vitre.test", nil, authz.Reader)
	r.member(town, "parti@vitre.test", time.Now().Add(-time.Hour), authz.Agent)
	r.member(other, "agent@bayonne.test", nil, authz.Agent)
	r.station(town, "centre-01")
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "centre-01", serial, "", now.AddDate(0, 0, -1)))
	r.send(r.server(town), hooked, uplink(serial, 1, now, `{"temperature":25}`)).Want(200)
	require.NoError(t, r.service.Watch(r.Context, town))
	agent := r.As(r.agent(town))
	agent.Get("/vitre/espace/chaleur").Want(200).HasNot("ne dit plus rien")
	require.Empty(t, r.letters())

	r.now = now.Add(4 * time.Hour)
	for range 3 {
		require.NoError(t, r.service.Watch(r.Context, town))
		require.NoError(t, r.service.Watch(r.Context, other))
	}
	agent.Get("/vitre/espace/chaleur").Want(200).Has("ne dit plus rien", "Muette")
	require.Len(t, r.rows(town.ID, `SELECT action FROM audit.event WHERE action = 'heat.station.silent' AND actor_name = 'acvdata'`), 1, "once, by the platform")
	letters := r.letters()
	require.Len(t, letters, 2)
	require.Equal(t, "agent@vitre.test", letters[0].To)
	require.Equal(t, "chaleur@vitre.test", letters[1].To)
	require.Contains(t, letters[0].Subject, "la station «\u00a0Place centre-01\u00a0» ne dit plus rien")
	require.Contains(t, letters[0].Text, "20 juillet 2026 à 16 h 10")
	require.Contains(t, letters[0].Text, "http://acv.test/vitre/espace/chaleur")
	require.NotContains(t, letters[0].Text, "⟦")

	r.send(r.server(town), hooked, uplink(serial, 2, r.now, `{"temperature":26}`)).Want(200)
	agent.Get("/vitre/espace/chaleur").Want(200).HasNot("ne dit plus rien")
	require.NoError(t, r.service.Watch(r.Context, town))
	require.Len(t, r.letters(), 2)
	r.now = r.now.Add(4 * time.Hour)
	require.NoError(t, r.service.Watch(r.Context, town))
	require.Len(t, r.letters(), 4, "another silence is told again")
}

// A sensor that was moved is missed nowhere.
func TestAStationWhoseSensorLeftIsNotSilent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.member(town, "agent@vitre.test", nil, authz.Agent)
	r.station(town, "centre-01")
	r.station(town, "parc-02")
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "centre-01", serial, "", now.AddDate(0, 0, -1)))
	r.send(r.server(town), hooked, uplink(serial, 1, now, `{"temperature":25}`)).Want(200)
	require.NoError(t, r.service.Deploy(r.Context, town.ID, "parc-02", serial, "", now.Add(time.Minute)))
	r.now = now.Add(4 * time.Hour)
	r.send(r.server(town), hooked, uplink(serial, 2, r.now, `{"temperature":26}`)).Want(200)
	require.NoError(t, r.service.Watch(r.Context, town))
	r.As(r.agent(town)).Get("/vitre/espace/chaleur").Want(200).HasNot("ne dit plus rien")
	require.Empty(t, r.letters())
}

func TestManySilentStationsMakeOneMessage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.member(town, "admin@vitre.test", nil, authz.Admin) // nobody else is in charge
	for i, device := range []string{serial, "70B3D57ED0051A2D"} {
		code := []string{"centre-01", "parc-01"}[i]
		r.station(town, code)
		require.NoError(t, r.service.Deploy(r.Context, town.ID, code, device, "", now.AddDate(0, 0, -1)))
		r.send(r.server(town), hooked, uplink(device, 1, now, `{"temperature":25}`)).Want(200)
	}
	r.now = now.Add(4 * time.Hour)
	require.NoError(t, r.service.Watch(r.Context, town))
	letters := r.letters()
	require.Len(t, letters, 1)
	require.Equal(t, "admin@vitre.test", letters[0].To)
	require.Contains(t, letters[0].Subject, "2 stations ne disent plus rien")
	require.Contains(t, letters[0].Text, "Place parc-01")
}
