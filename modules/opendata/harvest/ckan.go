package harvest

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/fetch"
)

// ckanAnswer is what package_search of CKAN's action API gives.
type ckanAnswer struct {
	Success bool `json:"success"`
	Result  struct {
		Count   int           `json:"count"`
		Results []ckanPackage `json:"results"`
	} `json:"result"`
	Error json.RawMessage `json:"error"`
}

type ckanPackage struct {
	ID              text                        `json:"id"`
	Name            text                        `json:"name"`
	Title           text                        `json:"title"`
	Notes           text                        `json:"notes"`
	URL             text                        `json:"url"`
	Author          text                        `json:"author"`
	AuthorEmail     text                        `json:"author_email"`
	Maintainer      text                        `json:"maintainer"`
	MaintainerEmail text                        `json:"maintainer_email"`
	LicenceID       text                        `json:"license_id"`
	LicenceTitle    text                        `json:"license_title"`
	LicenceURL      text                        `json:"license_url"`
	Created         text                        `json:"metadata_created"`
	Modified        text                        `json:"metadata_modified"`
	Private         bool                        `json:"private"`
	Organization    struct{ Title text }        `json:"organization"`
	Tags            []struct{ Name text }       `json:"tags"`
	Groups          []struct{ Title text }      `json:"groups"`
	Extras          []struct{ Key, Value text } `json:"extras"`
	Resources       []struct {
		Name, Description, URL, Format, Mimetype, Size text
	} `json:"resources"`
}

func startCKAN(u *url.URL) string {
	if strings.HasSuffix(u.Path, "/package_search") && u.RawQuery != "" {
		kept := *u
		q := kept.Query()
		q.Set("rows", strconv.Itoa(perPage))
		q.Set("start", "0")
		kept.RawQuery = q.Encode()
		return kept.String()
	}
	start := below(u, "/api/", "/api/3/action/package_search")
	start.RawQuery = url.Values{"rows": {strconv.Itoa(perPage)}, "start": {"0"}, "sort": {"metadata_created asc"}}.Encode()
	return start.String()
}

func parseCKAN(a *fetch.Answer) (*page, error) {
	var answer ckanAnswer
	if err := json.Unmarshal(a.Body, &answer); err != nil {
		return nil, notThis(CKAN, err)
	}
	if !answer.Success || answer.Result.Results == nil {
		return nil, fault.New(fault.Invalid, "opendata.harvest.fault.not_ckan")
	}
	p := &page{total: answer.Result.Count}
	for i := range answer.Result.Results {
		if one := &answer.Result.Results[i]; !one.Private {
			p.items = append(p.items, one.item(a.URL))
		}
	}
	if end := begun(a, "start") + len(answer.Result.Results); end < answer.Result.Count && len(answer.Result.Results) > 0 {
		p.next = turned(a.URL, "start", end)
	}
	return p, nil
}

func (c *ckanPackage) item(here string) Item {
	i := Item{
		Identifier: string(c.ID), Names: []string{string(c.Name)}, Title: string(c.Title), Summary: string(c.Notes),
		Publisher: string(c.Organization.Title), ContactName: string(either(c.Maintainer, c.Author)),
		ContactEmail: string(either(c.MaintainerEmail, c.AuthorEmail)),
		LicenceName:  string(either(c.LicenceTitle, c.LicenceID)), LicenceURL: string(c.LicenceURL),
		Licence: licenceOf(string(c.LicenceID + " " + c.LicenceTitle + " " + c.LicenceURL)),
		Issued:  moment(string(c.Created)), Modified: moment(string(c.Modified)),
	}
	if i.Title == "" {
		i.Title = string(c.Name)
	}
	if u, err := url.Parse(here); err == nil {
		i.Landing = below(u, "/api/", "/dataset/"+string(c.Name)).String()
		i.Names = append(i.Names, below(u, "/api/", "/dataset/"+string(c.ID)).String())
	}
	if c.URL != "" {
		i.Origins = append(i.Origins, string(c.URL))
	}
	for _, t := range c.Tags {
		i.Keywords = append(i.Keywords, string(t.Name))
	}
	for _, g := range c.Groups {
		i.ThemeNames = append(i.ThemeNames, string(g.Title))
	}
	for _, e := range c.Extras {
		i.extra(string(e.Key), string(e.Value))
	}
	for _, r := range c.Resources {
		i.Files = append(i.Files, File{
			Title: string(either(r.Name, r.Description)), URL: string(r.URL), Format: string(r.Format), Media: string(r.Mimetype), Size: r.Size.size(),
		})
	}
	return i
}

// extra reads what CKAN's own harvesters write beside a dataset.
func (i *Item) extra(key, value string) {
	switch key {
	case "spatial":
		i.Box = boxOf(value)
	case "frequency", "accrual_periodicity":
		i.Frequency = frequencyOf(value)
	case "temporal_start":
		i.From = day(value)
	case "temporal_end":
		i.To = day(value)
	case "guid", "identifier", "uri":
		i.Names = append(i.Names, value)
	case "harvest_source_url", "source_url", "harvest_url":
		// where the other catalogue was read, not this dataset: it tells no origin
		// unless it is the dataset's own page
	case "publisher_name":
		i.Publisher = string(either(text(i.Publisher), text(value)))
	case "contact_name":
		i.ContactName = string(either(text(i.ContactName), text(value)))
	case "contact_email":
		i.ContactEmail = string(either(text(i.ContactEmail), text(value)))
	}
}

func either(a, b text) text {
	if a != "" {
		return a
	}
	return b
}
