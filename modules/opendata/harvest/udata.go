package harvest

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/fetch"
)

// udataAnswer is a page of datasets of udata's API 1.
type udataAnswer struct {
	Data  []udataDataset `json:"data"`
	Next  text           `json:"next_page"`
	Total int            `json:"total"`
}

type udataDataset struct {
	ID          text `json:"id"`
	Slug        text `json:"slug"`
	Title       text `json:"title"`
	Description text `json:"description"`
	Page        text `json:"page"`
	URI         text `json:"uri"`
	Licence     text `json:"license"`
	Frequency   text `json:"frequency"`
	Created     text `json:"created_at"`
	Modified    text `json:"last_modified"`
	Private     bool `json:"private"`
	Archived    text `json:"archived"`
	Deleted     text `json:"deleted"`
	Tags        list `json:"tags"`
	Owner       struct {
		First text `json:"first_name"`
		Last  text `json:"last_name"`
	} `json:"owner"`
	Organization struct {
		Name text `json:"name"`
		Page text `json:"page"`
	} `json:"organization"`
	Contacts []struct {
		Name  text `json:"name"`
		Email text `json:"email"`
		Form  text `json:"contact_form"`
	} `json:"contact_points"`
	Temporal struct {
		Start text `json:"start"`
		End   text `json:"end"`
	} `json:"temporal_coverage"`
	Spatial struct {
		Geom json.RawMessage `json:"geom"`
	} `json:"spatial"`
	Harvest struct {
		RemoteID   text `json:"remote_id"`
		RemoteURL  text `json:"remote_url"`
		URI        text `json:"uri"`
		Identifier text `json:"dct_identifier"`
	} `json:"harvest"`
	Extras    map[string]text `json:"extras"`
	Resources []struct {
		Title  text `json:"title"`
		URL    text `json:"url"`
		Latest text `json:"latest"`
		Format text `json:"format"`
		Mime   text `json:"mime"`
		Size   text `json:"filesize"`
	} `json:"resources"`
}

var organization = regexp.MustCompile(`/organizations/([\w-]+)`)

// startUData reads the datasets of an organisation where the address is its page.
func startUData(u *url.URL) string {
	q := url.Values{"page_size": {strconv.Itoa(perPage)}}
	if m := organization.FindStringSubmatch(u.Path); m != nil {
		start := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/api/1/organizations/" + m[1] + "/datasets/", RawQuery: q.Encode()}
		return start.String()
	}
	for name, values := range u.Query() {
		if strings.Contains(u.Path, "/api/1/") && name != "page" && name != "page_size" {
			q[name] = values
		}
	}
	start := below(u, "/api/1/", "/api/1/datasets/")
	start.RawQuery = q.Encode()
	return start.String()
}

func parseUData(a *fetch.Answer) (*page, error) {
	var answer udataAnswer
	if err := json.Unmarshal(a.Body, &answer); err != nil {
		return nil, notThis(UData, err)
	}
	if answer.Data == nil {
		return nil, fault.New(fault.Invalid, "opendata.harvest.fault.not_udata")
	}
	p := &page{total: answer.Total}
	for i := range answer.Data {
		if d := &answer.Data[i]; !d.Private && d.Deleted == "" && d.Archived == "" {
			p.items = append(p.items, d.item(a.URL))
		}
	}
	if answer.Next != "" {
		p.next = absolute(a.URL, string(answer.Next))
	}
	return p, nil
}

func (d *udataDataset) item(here string) Item {
	i := Item{
		Identifier: string(d.ID), Names: []string{string(d.URI), string(d.Page)}, Landing: string(d.Page),
		Title: string(d.Title), Summary: string(d.Description), LicenceName: string(d.Licence), Licence: licenceOf(string(d.Licence)),
		Publisher: string(d.Organization.Name), Frequency: frequencyOf(string(d.Frequency)), Keywords: d.Tags, ThemeNames: nil,
		From: day(string(d.Temporal.Start)), To: day(string(d.Temporal.End)),
		Issued: moment(string(d.Created)), Modified: moment(string(d.Modified)),
	}
	if i.Publisher == "" {
		i.Publisher = strings.TrimSpace(string(d.Owner.First + " " + d.Owner.Last))
	}
	if len(d.Contacts) > 0 {
		c := d.Contacts[0]
		i.ContactName, i.ContactEmail, i.ContactURL = string(c.Name), string(c.Email), string(c.Form)
	}
	if len(d.Spatial.Geom) > 0 {
		i.Box = boxOf(string(d.Spatial.Geom))
	}
	if u, err := url.Parse(here); err == nil {
		root := u.Scheme + "://" + u.Host + "/datasets/"
		i.Names = append(i.Names, root+string(d.ID), root+string(d.Slug))
		if i.Landing == "" {
			i.Landing = root + string(d.Slug)
		}
	}
	h := d.Harvest
	for _, origin := range []text{
		h.RemoteURL, h.URI, h.Identifier, d.Extras["harvest:remote_url"], d.Extras["uri"], d.Extras["dct:identifier"], d.Extras["remote_url"],
	} {
		i.Origins = append(i.Origins, string(origin))
	}
	for _, r := range d.Resources {
		i.Files = append(i.Files, File{
			Title: string(r.Title), URL: string(either(r.Latest, r.URL)), Format: string(r.Format), Media: string(r.Mime), Size: r.Size.size(),
		})
	}
	return i
}
