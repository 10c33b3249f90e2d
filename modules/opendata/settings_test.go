package opendata_test

import (
	"encoding/json"
	"testing"

	"acvdata/services/authz"
	"acvdata/tenants"
)

func TestWhatATownSaysOfAllItsDatasets(t *testing.T) {
	t.Parallel()
	r := newRig(t, 2)
	settings := func(text string) {
		t.Helper()
		on := map[string]tenants.ModuleState{"grove": {On: true}, "opendata": {On: true, Settings: json.RawMessage(text)}}
		must(t, r.Towns.SetModules(t.Context(), r.town.ID, on))
	}
	r.Work()
	r.publish(t, r.town, "plantes")
	resident := r.As(authz.Actor{})
	resident.Get("/ales/donnees/plantes").Want(200).Has("Ville d’Alès", "Licence Ouverte").HasNot("nature@ales.test")
	settings(`{"producer":"Service <b>Nature</b>","contact":"nature@ales.test","licence":"ODbL-1.0"}`)
	resident.Get("/ales/donnees/plantes").Want(200).Has("Service &lt;b&gt;Nature&lt;/b&gt;", "mailto:nature@ales.test", "Licence Ouverte").HasNot("ODbL", "Ville d’Alès")
	town, err := r.Towns.ByID(t.Context(), r.town.ID)
	must(t, err)
	r.publish(t, town, "plantes-001")
	resident.Get("/ales/donnees/plantes-001").Want(200).Has("ODbL", "nature@ales.test")
	resident.Get("/ales/catalog.ttl").Want(200).Has("mailto:nature@ales.test")
	settings(`{"producer":"","contact":"","licence":"LO-2.0"}`)
	resident.Get("/ales/donnees/plantes-001").Want(200).Has("ODbL", "Ville d’Alès").HasNot("nature@ales.test")
}
