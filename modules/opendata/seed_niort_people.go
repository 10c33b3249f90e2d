package opendata

import (
	"context"
	"time"

	"acvdata/modules/opendata/desks"
	"acvdata/services/contributions"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

const day = 24 * time.Hour

// The people of the demonstration, who exist nowhere else.
const (
	waterOfficer = "Claire Martin, chargée de mission eau"
	parkOfficer  = "Samir Benali, responsable des espaces verts"
	moderator    = "Claire Martin"
)

const (
	waterTable  = "niveau-des-nappes-souterraines"
	greenTable  = "parcs-et-jardins"
	wasteTable  = "dechets-collectes-par-an"
	illustrated = " (Exemple d’illustration.)"
)

// samplePeople is what residents of the demonstration sent, in all states.
func (m *Module) samplePeople(ctx context.Context, town *tenants.Tenant) ([]contributions.Sample, error) {
	list, err := m.sampleReports(ctx, town)
	if err != nil {
		return nil, err
	}
	arguments, err := m.sampleArguments(ctx, town)
	if err != nil {
		return nil, err
	}
	list = append(list, arguments...)
	for dataset, who := range map[string]string{riverTable: waterOfficer, waterTable: waterOfficer, greenTable: parkOfficer} {
		if err := m.desks.Save(ctx, town, dataset, desks.Desk{Who: who}); err != nil {
			return nil, err
		}
	}
	for _, q := range sampleQuestions() {
		d, err := m.Datasets.Get(ctx, town, q.Sent.Subject)
		if err != nil {
			return nil, err
		}
		q.Kind, q.About = questionKind, contributions.Subject{Title: d.Title, Href: "donnees/" + d.Slug() + "/questions"}
		list = append(list, q)
	}
	for _, u := range sampleUses() {
		u.Kind = useKind
		u.About = contributions.Subject{Title: i18n.T(ctx, "opendata.use.portal", i18n.V{"Town": town.Name}), Href: usesPath}
		if slug := u.Sent.Subject; slug != "" {
			d, err := m.Datasets.Get(ctx, town, slug)
			if err != nil {
				return nil, err
			}
			u.About = contributions.Subject{Title: d.Title, Href: "donnees/" + slug}
		}
		list = append(list, u)
	}
	return list, nil
}

// ago is when something of the demonstration happened.
func ago(days int) time.Time { return time.Now().Add(-time.Duration(days) * day).Truncate(time.Minute) }

func answered(after time.Duration, as, text string) []contributions.SampleStep {
	return []contributions.SampleStep{{
		Decision: contributions.Decision{Do: contributions.Answer, Answer: text, As: as}, By: moderator, After: after,
	}}
}

func accepted(after time.Duration) []contributions.SampleStep {
	return []contributions.SampleStep{{Decision: contributions.Decision{Do: contributions.Accept}, By: moderator, After: after}}
}

// sampleReports are errors residents saw.
func (m *Module) sampleReports(ctx context.Context, town *tenants.Tenant) (list []contributions.Sample, err error) {
	settle := func(outcome, text string) []contributions.SampleStep {
		return []contributions.SampleStep{{
			Decision: contributions.Decision{Do: contributions.Answer, Outcome: outcome, Answer: text}, By: moderator, After: 2 * day,
		}}
	}
	for _, r := range []struct {
		dataset, row, choice, body, name string
		days                             int
		steps                            []contributions.SampleStep
	}{
		{greenTable, "12", "place", "Le jardin est de l’autre côté de la rue, derrière l’école." + illustrated, "", 1, nil},
		{roofTable, "4", "value", "La puissance affichée à l’entrée du bâtiment est de 36 kWc." + illustrated, "Julie R.", 3, nil},
		{riverTable, "30", "value", "Un pH de cette valeur en été me paraît étonnant\u00a0: faute de frappe\u00a0?" + illustrated, "", 9, accepted(day)},
		{
			greenTable, "7", "gone", "Cet espace est en travaux depuis le printemps." + illustrated, "", 20,
			settle("corrected", "Merci\u00a0: l’espace est noté en travaux jusqu’à sa réouverture."),
		},
		{
			wasteTable, "", "missing", "Il manque les textiles." + illustrated, "Paul V.", 35,
			settle("not_an_error", "Les textiles sont collectés par une association, qui n’a pas encore transmis ses tonnages."),
		},
		{roofTable, "2", "other", "Visitez mon site pour des panneaux moins chers." + illustrated, "", 12, []contributions.SampleStep{
			{Decision: contributions.Decision{Do: contributions.Refuse, Reason: "advertising"}, By: moderator, After: day},
		}},
	} {
		d, err := m.Datasets.Get(ctx, town, r.dataset)
		if err != nil {
			return nil, err
		}
		about, err := m.subjectOf(ctx, town, d, r.row)
		if err != nil {
			return nil, err
		}
		list = append(list, contributions.Sample{
			Kind: errorKind, About: about, At: ago(r.days), Steps: r.steps,
			Sent: contributions.Sent{Subject: r.dataset, Part: r.row, Choice: r.choice, Body: r.body, Name: r.name},
		})
	}
	return list, nil
}

// sampleQuestions are what residents wanted to know.
func sampleQuestions() []contributions.Sample {
	ask := func(dataset, title, body, name string, days int, steps []contributions.SampleStep) contributions.Sample {
		return contributions.Sample{At: ago(days), Steps: steps, Sent: contributions.Sent{
			Subject: dataset, Title: title, Body: body + illustrated, Name: name, NamePublic: name != "",
		}}
	}
	return []contributions.Sample{
		ask(riverTable, "Pourquoi six stations et pas davantage\u00a0?", "J’habite près de la Guirande, qui n’a aucun relevé.", "Nadia L.", 80,
			answered(4*day, waterOfficer, "Chaque station coûte une journée d’analyse par mois. La Guirande est suivie par le syndicat\u00a0; nous lui avons demandé ses relevés.")),
		ask(riverTable, "Les relevés sont-ils faits à heure fixe\u00a0?", "L’oxygène change beaucoup entre le matin et le soir.", "", 62,
			answered(2*day, waterOfficer, "Oui, entre 9 h et 11 h, pour que les mois se comparent.")),
		ask(riverTable, "À partir de quel taux de nitrates se baigner est-il déconseillé\u00a0?", "Je cherche un repère simple pour mes élèves.", "Une enseignante", 6, accepted(day)),
		ask(waterTable, "Que veut dire un niveau négatif\u00a0?", "Certains mois sont sous zéro.", "Marc D.", 50,
			answered(6*day, waterOfficer, "Le niveau est mesuré par rapport à un repère au sol\u00a0: plus il est bas, plus l’eau est profonde.")),
		ask(greenTable, "Quels espaces verts ont un point d’eau potable\u00a0?", "Pour préparer nos sorties avec les enfants.", "Association des familles", 40,
			answered(3*day, parkOfficer, "Nous relevons les points d’eau cet hiver\u00a0; une colonne sera ajoutée au printemps.")),
		ask(roofTable, "La production est-elle consommée sur place\u00a0?", "Ou revendue\u00a0?", "", 30,
			answered(5*day, "Inès Caron, économe de flux", "Les deux\u00a0: les écoles consomment ce qu’elles produisent en semaine, et le reste est revendu.")),
		ask(wasteTable, "Comment sont comptés les biodéchets des composteurs\u00a0?", "Ils ne passent pas par la collecte.", "", 2, nil),
	}
}

// sampleUses are what others made with the data.
func sampleUses() []contributions.Sample {
	made := func(sort, title, url, body, who string, days int, steps []contributions.SampleStep, slug string, also ...string) contributions.Sample {
		return contributions.Sample{At: ago(days), Steps: steps, Sent: contributions.Sent{
			Subject: slug, Also: also, Choice: sort, Title: title, URL: url, Body: body + illustrated, Name: who,
		}}
	}
	return []contributions.Sample{
		made("app", "La Sèvre aujourd’hui", "https://riviere.example/niort",
			"Une page pour téléphone qui dit chaque mois, en une phrase, comment va la rivière près de chez soi.", "Collectif Rivière vivante", 70,
			accepted(2*day), riverTable, waterTable),
		made("teaching", "D’où vient l’eau du robinet\u00a0?", "https://ecole.example/eau",
			"Cinq séances pour le cycle 3\u00a0: lire un graphique, comparer deux stations, écrire une question à la mairie.", "École Jean-Macé (illustration)", 45,
			accepted(day), riverTable),
		made("map", "Un banc à l’ombre", "https://promenade.example",
			"Les espaces verts à moins de dix minutes à pied, avec leur accès et leurs jeux.", "Atelier Cartes et Marche", 21,
			accepted(3*day), greenTable),
		made("study", "Vingt toits, et après\u00a0?", "https://etude.example/solaire",
			"Ce que produiraient les autres toitures publiques, à partir des vingt-deux premières.", "Licence pro Énergie (illustration)", 2, nil, "", roofTable),
	}
}
