package heat

import "acvdata/services/module"

// Operations implements module.Describer: the module's part of the platform's API.
func (*Module) Operations() []module.Operation {
	type object = map[string]any
	text, whole, number := object{"type": "string"}, object{"type": "integer"}, object{"type": "number"}
	list := func(of object) object { return object{"type": "array", "items": of} }
	station := object{"type": "object", "properties": object{
		"code": text, "nom": text, "environnement": text, "reference": object{"type": "boolean"}, "longitude": number, "latitude": number,
		"altitude_m": number, "temperature_c": number, "mesuree": text, "minimum_nuit_c": number, "matin": text,
	}}
	curve := object{"type": "object", "properties": object{
		"station": text, "grandeur": text, "unite": text, "du": text, "au": text, "pas": text, "valeurs": list(list(number)),
	}}
	receipt := object{"type": "object", "properties": object{"state": text, "station": text, "at": text, "values": whole}}
	return []module.Operation{
		{
			Method: "GET", Path: "/chaleur/stations", Summary: "heat.operation.stations",
			Answer: object{"type": "object", "properties": object{"stations": list(station), "total": whole}},
		},
		{
			Method: "GET", Path: "/chaleur/stations/:station/mesures", Summary: "heat.operation.curve", Answer: curve,
			Query: []module.Parameter{
				{Name: "grandeur", About: "heat.operation.quantity"},
				{Name: paramSpan, About: "heat.operation.span"},
				{Name: paramFrom, About: "heat.operation.from"},
				{Name: paramTo, About: "heat.operation.to"},
			},
		},
		{
			Method: "POST", Path: "/chaleur/reseaux/chirpstack", Summary: "heat.operation.chirpstack", BodyType: "application/json",
			Query: []module.Parameter{{Name: "event", About: "heat.operation.event"}}, Answer: receipt,
		},
		{Method: "POST", Path: "/chaleur/reseaux/ttn", Summary: "heat.operation.ttn", BodyType: "application/json", Answer: receipt},
	}
}
