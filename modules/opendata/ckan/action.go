package ckan

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/i18n"
)

// actions are what can be asked for, by name.
var actions = map[string]func(s Site, asked url.Values) (any, error){
	"site_read":         func(Site, url.Values) (any, error) { return true, nil },
	"status_show":       Site.status,
	"package_list":      Site.packageList,
	"package_show":      Site.packageShow,
	"package_search":    Site.search,
	"resource_show":     Site.resourceShow,
	"organization_list": Site.organizationList,
	"organization_show": Site.organizationShow,
	"group_list":        Site.groupList,
	"tag_list":          Site.tagList,

	"current_package_list_with_resources": Site.packages,
}

// Actions lists the names of the actions, in order.
func Actions() (names []string) {
	for name := range actions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Known reports whether there is an action of that name.
func Known(action string) bool { return actions[action] != nil }

// Act answers an action: what stands under "result". A not_found fault says that
// there is nothing of that name, an invalid one which parameter cannot be read.
func (s Site) Act(action string, asked url.Values) (any, error) { return actions[action](s, asked) }

func invalid(parameter, key string, args ...i18n.V) error {
	named := fault.Args{}
	for _, v := range args {
		maps.Copy(named, v)
	}
	return fault.New(fault.Invalid, "opendata.ckan.invalid", fault.On(parameter, key, named))
}

func missing(id string) error {
	return fault.New(fault.NotFound, "opendata.ckan.unknown", fault.With(fault.Args{"Name": id}))
}

// identifier reads the parameter that names what is asked for.
func identifier(asked url.Values) (string, error) {
	id := asked.Get("id")
	if id == "" {
		return "", invalid("id", "opendata.ckan.no_id")
	}
	return id, nil
}

func (s Site) status(url.Values) (any, error) {
	return map[string]any{
		"site_title": s.text("opendata.dcat.town.title", i18n.V{"Town": s.Town.Name}),
		"site_url":   s.Base + s.Town.Path(""), "ckan_version": "2.11", "locale_default": "fr", "extensions": []string{},
	}, nil
}

func (s Site) packageList(asked url.Values) (any, error) {
	start, rows, err := s.all(asked)
	names := []string{}
	for i := range s.Datasets[start:][:rows] {
		names = append(names, s.Datasets[start+i].Slug())
	}
	return names, err
}

func (s Site) packages(asked url.Values) (any, error) {
	start, rows, err := s.all(asked)
	list := []Package{}
	for i := range s.Datasets[start:][:rows] {
		list = append(list, s.packageOf(&s.Datasets[start+i]))
	}
	return list, err
}

// all reads limit and offset; without a limit, everything is given.
func (s Site) all(asked url.Values) (start, rows int, err error) {
	start, rows, err = window(asked, "offset", "limit", len(s.Datasets))
	if asked.Get("limit") == "" {
		rows = len(s.Datasets)
	}
	start = min(start, len(s.Datasets))
	return start, min(rows, len(s.Datasets)-start), err
}

func (s Site) packageShow(asked url.Values) (any, error) {
	id, err := identifier(asked)
	if err != nil {
		return nil, err
	}
	for i := range s.Datasets {
		if d := &s.Datasets[i]; d.Slug() == id || d.ID.String() == id {
			return s.packageOf(d), nil
		}
	}
	return nil, missing(id)
}

func (s Site) resourceShow(asked url.Values) (any, error) {
	id, err := identifier(asked)
	if err != nil {
		return nil, err
	}
	for i := range s.Datasets {
		for _, r := range s.resources(&s.Datasets[i]) {
			if r.ID == id {
				return r, nil
			}
		}
	}
	return nil, missing(id)
}

// detailed reports whether more than names is asked for.
func detailed(asked url.Values) bool {
	return strings.EqualFold(asked.Get("all_fields"), "true") || asked.Get("all_fields") == "1"
}

func (s Site) organizationList(asked url.Values) (any, error) {
	if detailed(asked) {
		return []Organization{s.organization()}, nil
	}
	return []string{s.Town.Slug}, nil
}

func (s Site) organizationShow(asked url.Values) (any, error) {
	id, err := identifier(asked)
	if err != nil {
		return nil, err
	}
	o := s.organization()
	if id != o.ID && id != o.Name {
		return nil, missing(id)
	}
	if included := asked.Get("include_datasets"); !strings.EqualFold(included, "true") {
		return o, nil
	}
	packages, err := s.packages(url.Values{})
	return struct {
		Organization
		Packages any `json:"packages"`
	}{o, packages}, err
}

func (s Site) groupList(asked url.Values) (any, error) {
	groups, names := []Group{}, []string{}
	for _, t := range datasets.Themes() {
		if g := s.group(t); g.Count > 0 {
			groups, names = append(groups, g), append(names, g.Name)
		}
	}
	if detailed(asked) {
		return groups, nil
	}
	return names, nil
}

func (s Site) tagList(asked url.Values) (any, error) {
	names := []string{}
	for i := range s.Datasets {
		for _, k := range s.Datasets[i].Keywords {
			if holds(k, asked.Get("query")) && !slices.Contains(names, k) {
				names = append(names, k)
			}
		}
	}
	slices.Sort(names)
	if !detailed(asked) {
		return names, nil
	}
	tags := make([]Tag, len(names))
	for i, name := range names {
		tags[i] = s.tag(name)
	}
	return tags, nil
}
