package datagouv

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"acvdata/services/fault"
)

// Organization is a producer over there.
type Organization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Holder is whose key it is.
type Holder struct {
	FirstName     string         `json:"first_name"`
	LastName      string         `json:"last_name"`
	Organizations []Organization `json:"organizations"`
}

// Name is what people call the holder.
func (h Holder) Name() string { return strings.TrimSpace(h.FirstName + " " + h.LastName) }

// Me tells whose key it is and which organisations they are a member of.
func (c *Client) Me(ctx context.Context, key string) (h Holder, err error) {
	return h, c.call(ctx, key, http.MethodGet, "me/", nil, &h)
}

// extras are free facts about a thing: text, number or anything else.
type extras map[string]any

// text is an extra that is one.
func (e extras) text(name string) string {
	s, _ := e[name].(string)
	return s
}

// remote is a dataset as the portal gives it.
type remote struct {
	ID          string      `json:"id"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Page        string      `json:"page"`
	Private     bool        `json:"private"`
	Deleted     *string     `json:"deleted"`
	Extras      extras      `json:"extras"`
	Resources   []resource  `json:"resources"`
	Contacts    []contactAt `json:"contact_points"`
}

// resource is a file or an address of a dataset.
type resource struct {
	ID          string    `json:"id,omitempty"`
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Type        string    `json:"type"`     // main, documentation, update, api, code, other
	FileType    string    `json:"filetype"` // file (theirs) or remote (ours)
	URL         string    `json:"url"`
	Format      string    `json:"format,omitempty"`
	Mime        string    `json:"mime,omitempty"`
	Size        int64     `json:"filesize,omitempty"` // bytes
	Checksum    *checksum `json:"checksum,omitempty"`
	Extras      extras    `json:"extras"`
}

type checksum struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// contact is somebody to write to. contactAt is one that the portal knows.
type contact struct {
	Name         string `json:"name"`
	Email        string `json:"email,omitempty"`
	Form         string `json:"contact_form,omitempty"`
	Role         string `json:"role"`
	Organization string `json:"organization"`
}

type contactAt struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Form  string `json:"contact_form"`
	Role  string `json:"role"`
}

// payload is a dataset as the portal takes it.
type payload struct {
	Title        string   `json:"title"`
	Description  string   `json:"description"`
	License      string   `json:"license,omitempty"`
	Frequency    string   `json:"frequency,omitempty"`
	Temporal     *period  `json:"temporal_coverage,omitempty"`
	Spatial      *spatial `json:"spatial,omitempty"`
	Tags         []string `json:"tags,omitempty"`
	Organization string   `json:"organization,omitempty"`
	Contacts     []string `json:"contact_points,omitempty"`
	Private      bool     `json:"private"`
	Extras       extras   `json:"extras"`
}

type period struct {
	Start string `json:"start"` // day, ISO 8601
	End   string `json:"end,omitempty"`
}

// spatial is where the data are: zones of the portal's own list, or a
// MultiPolygon in WGS 84; never both.
type spatial struct {
	Zones []string        `json:"zones,omitempty"`
	Geom  json.RawMessage `json:"geom,omitempty"`
}

// vocabulary is what a portal takes: identifiers of licences and frequencies,
// extensions of files.
type vocabulary struct{ licences, frequencies, extensions []string }

func (c *Client) vocabulary(ctx context.Context) (v vocabulary, err error) {
	ids := func(path string) (list []string, err error) {
		var named []struct {
			ID string `json:"id"`
		}
		err = c.call(ctx, "", http.MethodGet, "datasets/"+path, nil, &named)
		for _, n := range named {
			list = append(list, n.ID)
		}
		return list, err
	}
	if v.licences, err = ids("licenses/"); err != nil {
		return v, err
	}
	if v.frequencies, err = ids("frequencies/"); err != nil {
		return v, err
	}
	return v, c.call(ctx, "", http.MethodGet, "datasets/extensions/", nil, &v.extensions)
}

// get reads a dataset; an absent fault when it was deleted.
func (c *Client) get(ctx context.Context, key, id string) (r remote, err error) {
	if err = c.call(ctx, key, http.MethodGet, datasetPath(id), nil, &r); err == nil && r.Deleted != nil {
		err = refusal(http.StatusGone, nil)
	}
	return r, err
}

func datasetPath(id string) string { return "datasets/" + url.PathEscape(id) + "/" }

// pageSize and mostPages bound the search among an organisation's datasets.
const (
	pageSize  = 100
	mostPages = 200
)

// find looks among an organisation's datasets, private ones too, for the one
// with our identifier; "" when there is none. It is how a dataset is known again
// whose creation we could not note.
func (c *Client) find(ctx context.Context, key, organization, identifier string) (string, error) {
	for page := 1; page <= mostPages; page++ {
		query := url.Values{"organization": {organization}, "page": {strconv.Itoa(page)}, "page_size": {strconv.Itoa(pageSize)}, "sort": {"created"}}
		var list struct {
			Data []remote `json:"data"`
			Next *string  `json:"next_page"`
		}
		q := request{key: key, method: http.MethodGet, path: "datasets/?" + query.Encode(), mask: "data{id,deleted,extras},next_page"}
		if err := c.send(ctx, q, &list); err != nil {
			return "", err
		}
		for _, d := range list.Data {
			if d.Deleted == nil && d.Extras.text(extraIdentifier) == identifier {
				return d.ID, nil
			}
		}
		if list.Next == nil || len(list.Data) == 0 {
			return "", nil
		}
	}
	return "", fault.New(fault.Invalid, "opendata.push.fault.many")
}

func (c *Client) create(ctx context.Context, key string, p payload) (r remote, err error) {
	return r, c.call(ctx, key, http.MethodPost, "datasets/", p, &r)
}

func (c *Client) update(ctx context.Context, key, id string, p payload) (r remote, err error) {
	return r, c.call(ctx, key, http.MethodPut, datasetPath(id), p, &r)
}

// contact gives the identifier of somebody to write to; the portal knows one it
// was told of before.
func (c *Client) contact(ctx context.Context, key string, who contact) (string, error) {
	var known contactAt
	err := c.call(ctx, key, http.MethodPost, "contacts/", who, &known)
	return known.ID, err
}

func (c *Client) addResource(ctx context.Context, key, dataset string, r resource) (made resource, err error) {
	return made, c.call(ctx, key, http.MethodPost, datasetPath(dataset)+"resources/", r, &made)
}

func (c *Client) changeResource(ctx context.Context, key, dataset, id string, r resource) error {
	return c.call(ctx, key, http.MethodPut, datasetPath(dataset)+"resources/"+url.PathEscape(id)+"/", r, nil)
}

// dropResource removes one; one that is gone already is no fault.
func (c *Client) dropResource(ctx context.Context, key, dataset, id string) error {
	err := c.call(ctx, key, http.MethodDelete, datasetPath(dataset)+"resources/"+url.PathEscape(id)+"/", nil, nil)
	if is(err, keyAbsent) {
		return nil
	}
	return err
}

// order puts all resources of a dataset in an order.
func (c *Client) order(ctx context.Context, key, dataset string, ids []string) error {
	list := make([]map[string]string, len(ids))
	for i, id := range ids {
		list[i] = map[string]string{"id": id}
	}
	return c.call(ctx, key, http.MethodPut, datasetPath(dataset)+"resources/", list, nil)
}
