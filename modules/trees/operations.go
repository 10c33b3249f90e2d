package trees

import (
	"maps"

	"acvdata/services/module"
)

type schema = map[string]any

// Operations describes the module's API for the OpenAPI document.
func (*Module) Operations() []module.Operation {
	text, whole, number, yesNo := schema{"type": "string"}, schema{"type": "integer"}, schema{"type": "number"}, schema{"type": "boolean"}
	item := schema{
		"numero": whole, "essence": object(schema{"code": text, "latin": text, "francais": text, "genre": text, "famille": text}),
		"statut": oneOf(statuses), "stade": orNone(oneOf(stages)), "hauteur_m": orNone(number), "circonference_cm": orNone(number),
		"longitude": number, "latitude": number, "adresse": text, "quartier": text, "remarquable": yesNo, "annee": orNone(whole),
	}
	detail := maps.Clone(item)
	maps.Copy(detail, schema{
		"essence_saisie": text, "matricule": text, "plantation": orNone(text), "abattage": orNone(text), "releve": orNone(text),
		"mesure_a_cm": orNone(whole), "couronne_m": orNone(number), "port": text, "implantation": text, "gestionnaire": text,
		"sol": text, "pied": text, "page": text,
		"meme_emplacement": schema{"type": "array", "items": object(schema{"numero": whole, "url": text})},
	})
	return []module.Operation{
		{
			Method: "GET", Path: "/" + LayerID, Summary: "trees.operation.list", Query: listParameters(),
			Answer: object(schema{"total": whole, "items": schema{"type": "array", "items": object(item)}, "next": orNone(text)}),
		},
		{Method: "GET", Path: "/" + LayerID + "/:" + paramNumber, Summary: "trees.operation.show", Answer: object(detail)},
	}
}

// listParameters are those of the map and the page's list, and how to go on.
func listParameters() []module.Parameter {
	var list []module.Parameter
	for _, name := range append(filterParams(), paramOrder, paramLimit, paramAfter) {
		p := module.Parameter{Name: name, About: "trees.operation." + name}
		if name == paramLimit {
			p.Type = "integer"
		}
		list = append(list, p)
	}
	return list
}

func object(properties schema) schema { return schema{"type": "object", "properties": properties} }

func oneOf[T ~string](codes []T) schema { return schema{"type": "string", "enum": codes} }

// orNone is a value that may be unknown.
func orNone(of schema) schema {
	return schema{"anyOf": []schema{of, {"type": "null"}}}
}
