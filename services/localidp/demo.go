package localidp

// Password is everybody's password.
const Password = "demo"

// Demo is a demonstration account and what the demonstration's seed gives it.
// The provider itself never says it: ProConnect knows employers, not roles.
type Demo struct {
	Account
	Role  string   // code of services/authz
	Towns []string // slugs; none for a role of the platform

	Sources []string // of a partner: the data they may see and change
}

// town is what the demonstration needs to know of a town: the SIREN is the
// commune's (code officiel géographique 2026), the people are invented.
type town struct {
	slug, name, body, siren string
	admin, agent            [2]string
}

var towns = []town{
	{"ales", "Alès", "Ville d’Alès", "213000078", [2]string{"Claire", "Fabre"}, [2]string{"Julien", "Roux"}},
	{"bayonne", "Bayonne", "Ville de Bayonne", "216401026", [2]string{"Maialen", "Etcheverry"}, [2]string{"Xabi", "Lafitte"}},
	{"fecamp", "Fécamp", "Ville de Fécamp", "217602598", [2]string{"Hélène", "Lemonnier"}, [2]string{"Thomas", "Duboc"}},
	{"niort", "Niort", "Ville de Niort", "217901917", [2]string{"Sophie", "Guérin"}, [2]string{"Mathieu", "Texier"}},
	{"saint-omer", "Saint-Omer", "Ville de Saint-Omer", "216207654", [2]string{"Isabelle", "Delattre"}, [2]string{"Nicolas", "Vandamme"}},
	{"vitre", "Vitré", "Ville de Vitré", "213503600", [2]string{"Anne-Gaëlle", "Morvan"}, [2]string{"Yann", "Le Gall"}},
}

// inventedSIREN only satisfies Luhn's formula: bodies other than the towns have
// no true number here.
const inventedSIREN = "999999998"

// DemoAccounts lists the demonstration's accounts, towns first.
func DemoAccounts() []Demo {
	var all []Demo
	for _, t := range towns {
		all = append(all, t.person("admin", t.admin, "localidp.demo.admin"), t.person("agent", t.agent, "localidp.demo.agent"))
	}
	return append(all,
		other(1, "bdt@demo", "Camille", "Laurent", "Banque des Territoires", "localidp.demo.supervisor", "supervisor"),
		other(2, "odf@demo", "Nadia", "Bensaïd", "OpenDataFrance", "localidp.demo.editor", "editor"),
		other(3, "odf2@demo", "Antoine", "Marchal", "OpenDataFrance", "localidp.demo.publisher", "publisher"),
		other(4, "lpo@demo", "Élise", "Cazenave", "Association naturaliste partenaire", "localidp.demo.partner", "partner", "bayonne", "fecamp").
			from("Suivi associatif (illustration)"),
		other(5, "elagueur@demo", "Bruno", "Peyre", "Entreprise d’élagage", "localidp.demo.contractor", "contractor", "ales"),
		other(6, "operator@demo", "Samuel", "Girard", "Exploitation de la plateforme", "localidp.demo.operator", "operator"),
	)
}

func (t town) person(role string, name [2]string, function string) Demo {
	return Demo{
		Account: Account{
			Email: role + "@" + t.slug + ".demo", GivenName: name[0], UsualName: name[1],
			Siret: siret(t.siren, 1), Organisation: t.body, Group: t.name, Function: function,
		},
		Role: role, Towns: []string{t.slug},
	}
}

func other(establishment int, email, given, usual, body, function, role string, slugs ...string) Demo {
	return Demo{
		Account: Account{
			Email: email, GivenName: given, UsualName: usual,
			Siret: siret(inventedSIREN, establishment), Organisation: body, Function: function,
		},
		Role: role, Towns: slugs,
	}
}

func (d Demo) from(sources ...string) Demo {
	d.Sources = sources
	return d
}

// Accounts keeps what the provider needs of demonstration accounts.
func Accounts(demos []Demo) []Account {
	accounts := make([]Account, len(demos))
	for i, d := range demos {
		accounts[i] = d.Account
	}
	return accounts
}
