package portal

import (
	"context"
	"time"

	"acvdata/services/i18n"
	"acvdata/tenants/portal/views"
	"acvdata/web/components"
)

// The published pages that every fact about the programme comes from.
const (
	callPage     = "https://www.banquedesterritoires.fr/action-coeur-de-ville-un-ami-pour-investiguer-le-potentiel-des-donnees-vertes"
	testimonials = "https://www.banquedesterritoires.fr/donnees-environnementales-six-villes-du-programme-action-coeur-de-ville-temoignent"
	projectPage  = "https://opendatafrance.gitbook.io/la-donnee-verte/projets-lies/experimentation-action-coeur-de-ville-data-environnements-and-risques"
)

func sources(ctx context.Context) []views.Source {
	return []views.Source{
		{Title: i18n.T(ctx, "portal.programme.source.call"), Href: callPage},
		{Title: i18n.T(ctx, "portal.programme.source.project"), Href: projectPage},
		{Title: i18n.T(ctx, "portal.programme.source.testimonials"), Href: testimonials},
	}
}

// steps are the dates of the programme, oldest first.
func steps(ctx context.Context) []components.Event {
	step := func(key string, year int, month time.Month, day int, icon, source string) components.Event {
		at := time.Date(year, month, day, 12, 0, 0, 0, i18n.Paris)
		return components.Event{
			Title: i18n.T(ctx, "portal.programme.step."+key), Date: i18n.Date(at), Machine: at.Format(time.DateOnly),
			Text: i18n.T(ctx, "portal.programme.step."+key+"_text"), Href: source, Icon: icon, Tone: components.Brand,
		}
	}
	return []components.Event{
		step("call", 2022, time.February, 15, "megaphone", callPage),
		step("chosen", 2022, time.October, 13, "map-pin", projectPage),
		step("told", 2023, time.June, 13, "presentation", testimonials),
	}
}
