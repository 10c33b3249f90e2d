package heat

import (
	"bytes"
	"math"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/module"
)

const paramStation = "station"

// mountAPI registers what programs read, and where network servers send to.
func (m *Module) mountAPI(r module.Router) {
	r.API.Get("/chaleur/stations", authz.Public(), m.apiStations)
	r.API.Get("/chaleur/stations/:"+paramStation+"/mesures", authz.Public(), m.apiCurve)
	r.API.Post("/chaleur/reseaux/chirpstack", authz.Can(PermissionReceive), m.apiChirpStack)
	r.API.Post("/chaleur/reseaux/ttn", authz.Can(PermissionReceive), m.apiThings)
}

// receipt is the answer to a network server. Its names are stable.
type receipt struct {
	State   string `json:"state"` // stored, duplicate, ignored
	Station string `json:"station,omitempty"`
	At      string `json:"at,omitempty"`
	Values  int64  `json:"values"`
}

// apiChirpStack takes ChirpStack v4's HTTP integration: events other than
// uplinks are none of ours and are answered as well, or the server would call
// them failures.
func (m *Module) apiChirpStack(c *fiber.Ctx) error {
	if event := c.Query("event", "up"); event != "up" {
		return c.JSON(receipt{State: "ignored"})
	}
	return m.receive(c, ParseChirpStack)
}

func (m *Module) apiThings(c *fiber.Ctx) error { return m.receive(c, ParseThings) }

func (m *Module) receive(c *fiber.Ctx, parse func([]byte) (Uplink, error)) error {
	body := c.Body()
	if len(bytes.TrimSpace(body)) == 0 {
		return fault.New(fault.Invalid, "heat.fault.uplink_json")
	}
	uplink, err := parse(body)
	if err != nil {
		return err
	}
	r, err := m.service.Receive(c.UserContext(), httpd.Scope(c).Town.ID, uplink)
	if err != nil {
		return err
	}
	return c.JSON(receipt{State: r.State, Station: r.Site, At: r.At.UTC().Format(time.RFC3339), Values: r.Added})
}

// stationJSON is a station in the API. Its names are stable.
type stationJSON struct {
	Code        string   `json:"code"`
	Name        string   `json:"nom"`
	Setting     Setting  `json:"environnement"`
	Reference   bool     `json:"reference"`
	Longitude   *float64 `json:"longitude"`
	Latitude    *float64 `json:"latitude"`
	AltitudeM   *float64 `json:"altitude_m"`
	Temperature *float64 `json:"temperature_c"` // newest, no check doubts it
	At          *string  `json:"mesuree"`
	NightLow    *float64 `json:"minimum_nuit_c"`
	Morning     *string  `json:"matin"` // the day that night ended
}

func (m *Module) apiStations(c *fiber.Ctx) error {
	g, err := m.service.Glance(c.UserContext(), httpd.Scope(c).Town, true)
	if err != nil {
		return err
	}
	list := make([]stationJSON, len(g.Stations))
	for i := range g.Stations {
		list[i] = g.Stations[i].json()
	}
	return c.JSON(fiber.Map{"stations": list, "total": len(list)})
}

func (s *Station) json() stationJSON {
	out := stationJSON{Code: s.Code, Name: s.Name, Setting: s.Setting, Reference: s.Reference, AltitudeM: s.AltitudeM}
	if p := s.Position; p != nil {
		out.Longitude, out.Latitude = &p.Lon, &p.Lat
	}
	if t := s.Temperature; !t.ValueAt.IsZero() {
		at := t.ValueAt.UTC().Format(time.RFC3339)
		out.Temperature, out.At = &t.Value, &at
	}
	if s.Night.Known {
		morning := s.Night.Day.Format(time.DateOnly)
		out.NightLow, out.Morning = &s.Night.Low, &morning
	}
	return out
}

// curveJSON is a curve in the API: short rows, for they are many. A row is
// [seconds since 1970, lowest, highest, mean], rounded to hundredths.
type curveJSON struct {
	Station  string       `json:"station"`
	Quantity Quantity     `json:"grandeur"`
	Unit     string       `json:"unite"`
	From     string       `json:"du"`
	To       string       `json:"au"`
	Step     Step         `json:"pas"`
	Rows     [][4]float64 `json:"valeurs"`
}

func (m *Module) apiCurve(c *fiber.Ctx) error {
	sheet, err := m.service.Sheet(c.UserContext(), httpd.Scope(c).Town.ID, c.Params(paramStation), true)
	if err != nil {
		return err
	}
	q := Quantity(strings.ToLower(c.Query("grandeur", string(Temperature))))
	series, has := sheet.Of(q)
	if !has {
		return fault.New(fault.NotFound, "heat.fault.no_series")
	}
	p, err := readPeriod(c, series.Last, m.service.now())
	if err != nil {
		return err
	}
	curve, err := m.service.Curve(c.UserContext(), httpd.Scope(c).Town.ID, series.Number, q, p.from, p.to)
	if err != nil {
		return err
	}
	return c.JSON(curve.json(sheet.Code))
}

func (c Curve) json(station string) curveJSON {
	out := curveJSON{
		Station: station, Quantity: c.Quantity, Unit: c.Quantity.Unit(), Step: c.Step,
		From: c.From.UTC().Format(time.RFC3339), To: c.To.UTC().Format(time.RFC3339), Rows: make([][4]float64, 0, len(c.Points)),
	}
	for _, p := range c.Points {
		out.Rows = append(out.Rows, [4]float64{float64(p.At.Unix()), hundredths(p.Low), hundredths(p.High), hundredths(p.Mean)})
	}
	return out
}

func hundredths(v float64) float64 { return math.Round(v*100) / 100 }
