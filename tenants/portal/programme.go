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
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 12, 0, 0, 0, i18n.Paris)
	}
	list := []components.Event{
		{Icon: "megaphone", Href: callPage},
		{Icon: "map-pin", Href: projectPage},
		{Icon: "presentation", Href: testimonials},
	}
	for i, at := range []time.Time{day(2022, time.February, 15), day(2022, time.October, 13), day(2023, time.June, 13)} {
		key := "portal.programme.step." + []string{"call", "chosen", "told"}[i]
		list[i].Title, list[i].Text = i18n.T(ctx, key), i18n.T(ctx, key+"_text")
		list[i].Date, list[i].Machine, list[i].Tone = i18n.Date(at), at.Format(time.DateOnly), components.Brand
	}
	return list
}
