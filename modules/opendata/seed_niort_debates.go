package opendata

import (
	"context"
	"time"

	"acvdata/modules/opendata/debates"
	"acvdata/modules/opendata/figures"
	"acvdata/services/contributions"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// sampleDebate is a question of the demonstration, with what residents said.
type sampleDebate struct {
	debates.Debate
	Arguments []sampleArgument
}

type sampleArgument struct {
	Side, Text, Who string
	Days            int // ago
}

// civilDay is a day some days from today in France, as dates are kept.
func civilDay(days int) time.Time {
	t := time.Now().In(i18n.Paris).AddDate(0, 0, days)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// sampleDebates are what the demonstration asks, and decided.
func sampleDebates() []sampleDebate {
	return []sampleDebate{
		{
			Debate: debates.Debate{
				Title: "Faut-il cesser d’arroser les pelouses l’été\u00a0?", Theme: datasets.ThemeWater,
				Lead: "Quand les nappes sont basses, chaque mètre cube compte. La ville arrose encore une partie de ses parcs en juillet et en août.\n" +
					"Cesser partout économiserait de l’eau\u00a0; des pelouses jaunies accueillent moins bien, et la terre sèche absorbe mal les orages.\n" +
					"Question d’illustration, avec des données inventées.",
				Shows: []string{debates.Chart + ":" + waterTable + "/g2", debates.Map + ":" + greenTable}, Opens: civilDay(-20), Closes: civilDay(25),
			},
			Arguments: []sampleArgument{
				{sideFor, "Une pelouse repart toute seule en octobre\u00a0; une nappe vide, non." + illustrated, "Nadia L.", 18},
				{sideFor, "Les jardiniers auraient du temps pour planter des vivaces qui tiennent sans eau." + illustrated, "", 11},
				{sideAgainst, "Dans mon quartier, le square est le seul endroit frais où les petits jouent." + illustrated, "Un grand-père", 9},
				{sideAgainst, "Gardons l’arrosage des jeunes arbres\u00a0: trois étés sans eau et ils sont perdus." + illustrated, "Marc D.", 4},
			},
		},
		{
			Debate: debates.Debate{
				Title: "Équiper les toits des gymnases en premier\u00a0?", Theme: datasets.ThemeEnergy,
				Lead: "Le budget permet d’équiper quatre toits par an. Les gymnases ont les plus grands\u00a0; les écoles consomment sur place ce qu’elles produisent.\n" +
					"Question d’illustration, avec des données inventées.",
				Shows: []string{debates.Figure + ":" + figures.KeyPrefix + "puissance-solaire-sur-les-toits-municipaux", debates.Chart + ":" + roofTable + "/g1"},
				Opens: civilDay(-120), Closes: civilDay(-75), AnsweredAs: "Inès Caron, économe de flux",
				Answer:   "Les arguments ont montré que la consommation sur place compte plus que la surface. Nous proposons de commencer par les écoles chauffées à l’électricité.",
				Decision: "Le conseil retient quatre écoles pour la première année, puis deux gymnases par an.", DecidedOn: civilDay(-30),
				DecisionHref: "https://deliberations.example/solaire",
			},
			Arguments: []sampleArgument{
				{sideFor, "Un gymnase, c’est mille mètres carrés d’un coup et un seul chantier." + illustrated, "", 110},
				{sideAgainst, "Une école consomme le jour, quand il y a du soleil\u00a0; un gymnase, le soir." + illustrated, "Julie R.", 104},
				{sideAgainst, "Les enfants verraient l’énergie se faire au-dessus de leur tête." + illustrated, "Une enseignante", 92},
			},
		},
	}
}

// demonstrateDebates asks the questions of the demonstration, once.
func (m *Module) demonstrateDebates(ctx context.Context, town *tenants.Tenant) error {
	known, err := m.debates.List(ctx, town, false)
	if err != nil || len(known) > 0 {
		return err
	}
	for _, d := range sampleDebates() {
		if err := m.demonstrateDebate(ctx, town, d.Debate); err != nil {
			return fault.Wrap(err, "add question", d.Title)
		}
	}
	return nil
}

// demonstrateDebate asks a question on its first day, and answers it a week before
// the decision.
func (m *Module) demonstrateDebate(ctx context.Context, town *tenants.Tenant, d debates.Debate) error {
	asked := d
	asked.Answer, asked.AnsweredAs, asked.Decision, asked.DecisionHref, asked.DecidedOn = "", "", "", "", time.Time{}
	then := m.debates.At(d.Opens.Add(9 * time.Hour))
	slug, err := then.Create(ctx, town, asked)
	if err == nil {
		err = then.Publish(ctx, town, slug, true)
	}
	if err != nil || d.Answer == "" {
		return err
	}
	d.Revision = 1
	return m.debates.At(d.DecidedOn.Add(-7*day)).Save(ctx, town, slug, d)
}

// sampleArguments are what residents of the demonstration think.
func (m *Module) sampleArguments(ctx context.Context, town *tenants.Tenant) (list []contributions.Sample, err error) {
	known, err := m.debates.List(ctx, town, true)
	for _, d := range sampleDebates() {
		for i := range known {
			if known[i].Title != d.Title {
				continue
			}
			for _, a := range d.Arguments {
				list = append(list, contributions.Sample{
					Kind: argumentKind, About: contributions.Subject{Title: d.Title, Href: debatePath(known[i].Slug)}, At: ago(a.Days), Steps: accepted(day),
					Sent: contributions.Sent{Subject: known[i].Slug, Choice: a.Side, Body: a.Text, Name: a.Who, NamePublic: a.Who != ""},
				})
			}
		}
	}
	return list, err
}
