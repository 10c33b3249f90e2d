package opendata

import (
	"context"
	"slices"
	"strings"
	"time"

	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/follow"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

// Topics that can be followed: all the town's data, a theme, a dataset.
const (
	topicAll     = "opendata.all"
	topicTheme   = "opendata.theme:"
	topicDataset = "opendata.dataset:"
)

// Followed implements follow.Provider.
func (m *Module) Followed(ctx context.Context, town *tenants.Tenant, topic string) (t follow.Topic, err error) {
	if topic == topicAll {
		return follow.Topic{Title: i18n.T(ctx, "opendata.use.portal", i18n.V{"Town": town.Name}), Href: "donnees"}, nil
	}
	if code, is := strings.CutPrefix(topic, topicTheme); is && datasets.Theme(code).Known() {
		label := i18n.T(ctx, datasets.Theme(code).LabelKey())
		return follow.Topic{Title: i18n.T(ctx, "opendata.follow.theme", i18n.V{"Theme": label}), Href: "donnees/themes/" + code}, nil
	}
	if slug, is := strings.CutPrefix(topic, topicDataset); is {
		d, err := m.Datasets.GetOpen(ctx, town, slug)
		if err != nil {
			return t, err
		}
		return follow.Topic{Title: d.Title, Href: "donnees/" + slug}, nil
	}
	return t, fault.New(fault.NotFound, "follow.fault.no_topic")
}

// newestReleases bounds the publications that one message can tell.
const newestReleases = 500

// News implements follow.Provider: publications, withdrawals, answers, stories.
func (m *Module) News(ctx context.Context, town *tenants.Tenant, since, until time.Time) (list []follow.News, err error) {
	all, err := m.Datasets.List(ctx, town)
	if err != nil {
		return nil, err
	}
	releases, err := m.Datasets.Recent(ctx, town, newestReleases)
	if err != nil {
		return nil, err
	}
	for _, r := range releases {
		list = append(list, published(ctx, r))
	}
	for i := range all {
		if d := &all[i]; d.State == datasets.Withdrawn {
			list = append(list, follow.News{
				Topics: topicsOf(d), Kind: i18n.T(ctx, "opendata.follow.withdrawn"), Title: d.Title, Text: d.Reason, Href: "donnees", At: d.Withdrawn,
			})
		}
	}
	answered, err := m.answeredNews(ctx, town, all)
	if err != nil {
		return nil, err
	}
	told, err := m.storyNews(ctx, town)
	if err != nil {
		return nil, err
	}
	asked, err := m.debateNews(ctx, town)
	list = slices.Concat(list, answered, told, asked)
	return slices.DeleteFunc(list, func(n follow.News) bool { return !n.At.After(since) || n.At.After(until) }), err
}

// topicsOf are those a dataset belongs to.
func topicsOf(d *datasets.Dataset) []string {
	topics := []string{topicAll, topicDataset + d.Slug()}
	for _, t := range d.Themes {
		topics = append(topics, topicTheme+string(t))
	}
	return topics
}

func published(ctx context.Context, r datasets.Release) follow.News {
	kind := "opendata.follow.published"
	if r.Version.Number == 1 {
		kind = "opendata.follow.first"
	}
	text := rowCount(ctx, r.Version.Rows)
	if r.Version.Note != "" {
		text = r.Version.Note + "\n" + text
	}
	return follow.News{
		Topics: topicsOf(r.Dataset), Kind: i18n.T(ctx, kind), Title: r.Dataset.Title, Text: text, Href: "donnees/" + r.Dataset.Slug(), At: r.Version.Published,
	}
}

// answeredNews are questions the town answered, about what everybody may have.
func (m *Module) answeredNews(ctx context.Context, town *tenants.Tenant, all []datasets.Dataset) (list []follow.News, err error) {
	questions, err := m.shown(ctx, town, questionKind, "", manyQuestions)
	for i := range questions {
		q := &questions[i]
		at := slices.IndexFunc(all, func(d datasets.Dataset) bool { return d.Slug() == q.Subject && d.Open() })
		if q.AnsweredAt.IsZero() || at < 0 {
			continue
		}
		d := &all[at]
		list = append(list, follow.News{
			Topics: topicsOf(d), Kind: i18n.T(ctx, "opendata.follow.answered"), Title: q.Title, Text: d.Title,
			Href: "donnees/" + d.Slug() + "/questions#question-" + q.ID.String(), At: q.AnsweredAt,
		})
	}
	return list, err
}

// debateNews are the collective questions, the answers to them and the decisions.
func (m *Module) debateNews(ctx context.Context, town *tenants.Tenant) (list []follow.News, err error) {
	all, err := m.debates.List(ctx, town, true)
	for i := range all {
		d := &all[i]
		topics := []string{topicAll}
		if d.Theme != "" {
			topics = append(topics, topicTheme+string(d.Theme))
		}
		add := func(kind, text, part string, at time.Time) {
			if !at.IsZero() {
				list = append(list, follow.News{Topics: topics, Kind: i18n.T(ctx, kind), Title: d.Title, Text: shorten(text, 200), Href: debatePath(d.Slug) + part, At: at})
			}
		}
		add("opendata.follow.asked", d.Lead, "", d.At)
		add("opendata.follow.debate_answered", d.Answer, "#reponse", d.AnsweredAt)
		add("opendata.follow.decided", d.Decision, "#decision", d.DecidedAt)
	}
	return list, err
}

// storyNews are the stories the town tells.
func (m *Module) storyNews(ctx context.Context, town *tenants.Tenant) (list []follow.News, err error) {
	stories, err := m.stories.List(ctx, town, true)
	for _, s := range stories {
		topics := []string{topicAll}
		if s.Theme != "" {
			topics = append(topics, topicTheme+string(s.Theme))
		}
		list = append(list, follow.News{
			Topics: topics, Kind: i18n.T(ctx, "opendata.follow.story"), Title: s.Title, Text: shorten(s.Lead, 200), Href: storyPath(s.Slug), At: s.At,
		})
	}
	return list, err
}
