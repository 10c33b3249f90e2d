package harvest

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/fetch"
)

// odsAnswer is what catalog/datasets of Opendatasoft's Explore API 2.1 gives.
type odsAnswer struct {
	Total   *int         `json:"total_count"`
	Results []odsDataset `json:"results"`
}

type odsDataset struct {
	ID       text `json:"dataset_id"`
	UID      text `json:"dataset_uid"`
	Has      bool `json:"has_records"`
	Features list `json:"features"`
	Metas    struct {
		Default struct {
			Title       text            `json:"title"`
			Description text            `json:"description"`
			Theme       list            `json:"theme"`
			Keyword     list            `json:"keyword"`
			License     text            `json:"license"`
			LicenseURL  text            `json:"license_url"`
			Modified    text            `json:"modified"`
			Publisher   text            `json:"publisher"`
			References  text            `json:"references"`
			Territory   list            `json:"territory"`
			BBox        json.RawMessage `json:"bbox"`
			Source      text            `json:"source_domain_address"`
			SourceID    text            `json:"source_dataset"`
			Frequency   text            `json:"update_frequency"`
		} `json:"default"`
		DCAT struct {
			Created      text `json:"created"`
			Issued       text `json:"issued"`
			Creator      text `json:"creator"`
			ContactName  text `json:"contact_name"`
			ContactEmail text `json:"contact_email"`
			Frequency    text `json:"accrualperiodicity"`
			Spatial      text `json:"spatial"`
			From         text `json:"temporal_coverage_start"`
			To           text `json:"temporal_coverage_end"`
		} `json:"dcat"`
	} `json:"metas"`
	Attachments []struct {
		ID       text `json:"id"`
		Title    text `json:"title"`
		Mimetype text `json:"mimetype"`
		URL      text `json:"url"`
	} `json:"attachments"`
	Alternatives []struct {
		Title    text `json:"title"`
		Mimetype text `json:"mimetype"`
		URL      text `json:"url"`
	} `json:"alternative_exports"`
}

func startODS(u *url.URL) string {
	start := below(u, "/api/explore/", "/api/explore/v2.1/catalog/datasets")
	q := url.Values{"limit": {strconv.Itoa(perPage)}, "offset": {"0"}, "order_by": {"dataset_id"}}
	for _, narrowed := range []string{"where", "refine", "exclude"} {
		if values := u.Query()[narrowed]; len(values) > 0 {
			q[narrowed] = values
		}
	}
	start.RawQuery = q.Encode()
	return start.String()
}

func parseODS(a *fetch.Answer) (*page, error) {
	var answer odsAnswer
	if err := json.Unmarshal(a.Body, &answer); err != nil {
		return nil, notThis(ODS, err)
	}
	if answer.Total == nil || answer.Results == nil {
		return nil, fault.New(fault.Invalid, "opendata.harvest.fault.not_ods")
	}
	p := &page{total: *answer.Total}
	for i := range answer.Results {
		p.items = append(p.items, answer.Results[i].item(a.URL))
	}
	if end := begun(a, "offset") + len(answer.Results); end < *answer.Total && len(answer.Results) > 0 {
		p.next = turned(a.URL, "offset", end)
	}
	return p, nil
}

func (d *odsDataset) item(here string) Item {
	m, dcat := d.Metas.Default, d.Metas.DCAT
	i := Item{
		Identifier: string(d.ID), Title: string(m.Title), Summary: string(m.Description),
		Publisher: string(either(m.Publisher, dcat.Creator)), ContactName: string(dcat.ContactName), ContactEmail: string(dcat.ContactEmail),
		LicenceName: string(m.License), LicenceURL: string(m.LicenseURL), Frequency: frequencyOf(string(either(dcat.Frequency, m.Frequency))),
		Keywords: m.Keyword, ThemeNames: m.Theme, Place: strings.Join(m.Territory, ", "), Box: boxOf(string(m.BBox)),
		From: day(string(dcat.From)), To: day(string(dcat.To)),
		Issued: moment(string(either(dcat.Issued, dcat.Created))), Modified: moment(string(m.Modified)),
	}
	if i.Place == "" {
		i.Place = string(dcat.Spatial)
	}
	u, err := url.Parse(here)
	if err != nil {
		return i
	}
	i.Landing = below(u, "/api/explore/", "/explore/dataset/"+string(d.ID)+"/").String()
	if m.Source != "" { // federated from another portal
		host := strings.TrimPrefix(strings.TrimPrefix(string(m.Source), "https://"), "http://")
		i.Origins = append(i.Origins, "https://"+strings.Trim(host, "/")+"/explore/dataset/"+string(either(m.SourceID, d.ID))+"/")
	}
	for one := range strings.FieldsSeq(string(m.References)) {
		i.Origins = append(i.Origins, strings.Trim(one, ",;"))
	}
	d.files(&i, below(u, "/api/explore/", "/api/explore/v2.1/catalog/datasets/"+string(d.ID)).String())
	return i
}

// files are the exports every dataset with rows has, then what is attached.
func (d *odsDataset) files(i *Item, address string) {
	if d.Has {
		for _, format := range []string{"csv", "json", "xlsx", "parquet"} {
			i.Files = append(i.Files, File{Title: i.Title + " (" + format + ")", URL: address + "/exports/" + format, Format: format})
		}
		for _, f := range d.Features {
			if f == "geo" {
				for _, format := range []string{"geojson", "shp"} {
					i.Files = append(i.Files, File{Title: i.Title + " (" + format + ")", URL: address + "/exports/" + format, Format: format})
				}
			}
		}
	}
	for _, a := range d.Attachments {
		i.Files = append(i.Files, File{Title: string(a.Title), URL: string(either(a.URL, text(address)+"/attachments/"+a.ID)), Media: string(a.Mimetype)})
	}
	for _, a := range d.Alternatives {
		i.Files = append(i.Files, File{Title: string(a.Title), URL: string(a.URL), Media: string(a.Mimetype)})
	}
}
