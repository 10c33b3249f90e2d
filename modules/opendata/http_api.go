package opendata

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/opendata/quality"
	"acvdata/services/datasets"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/tenants"
)

// datasetJSON is a dataset in the API.
type datasetJSON struct {
	Slug          string       `json:"slug"`
	State         string       `json:"state"`
	Title         string       `json:"title"`
	Summary       string       `json:"summary"`
	Licence       string       `json:"licence"`
	LicenceURL    string       `json:"licence_url"`
	Producer      string       `json:"producer"`
	ContactName   string       `json:"contact_name"`
	ContactEmail  string       `json:"contact_email"`
	ContactURL    string       `json:"contact_url"`
	Frequency     string       `json:"frequency"`
	LateDays      int          `json:"late_days"` // by which the update promised is late
	Themes        []string     `json:"themes"`
	Keywords      []string     `json:"keywords"`
	TemporalStart string       `json:"temporal_start"`
	TemporalEnd   string       `json:"temporal_end"`
	Method        string       `json:"method"`
	Documentation string       `json:"documentation"`
	HighValue     string       `json:"high_value"`
	Page          string       `json:"page"`
	Issued        *time.Time   `json:"issued"`
	Modified      *time.Time   `json:"modified"`
	Version       *versionJSON `json:"version"`
	Quality       *qualityJSON `json:"quality,omitempty"`   // of one dataset asked for alone
	Questions     []debateJSON `json:"questions,omitempty"` // collective ones that lean on it; of one asked for alone
}

// qualityJSON is a dataset on the scales of data.gouv.fr and of the European portal.
type qualityJSON struct {
	DataGouv scoreJSON `json:"datagouv"`
	MQA      scoreJSON `json:"mqa"`
}

type scoreJSON struct {
	Points int `json:"points"`
	Of     int `json:"of"`
}

func scoreOf(s quality.Score) scoreJSON {
	p := s.Total()
	return scoreJSON{Points: p.Met, Of: p.Most}
}

// versionJSON is a publication in the API.
type versionJSON struct {
	Number    int        `json:"number"`
	Note      string     `json:"note"`
	Rows      int64      `json:"rows"`
	Published time.Time  `json:"published"`
	Restores  int        `json:"restores,omitempty"` // version whose files these are
	Changes   *stepJSON  `json:"changes,omitempty"`  // since the version before, where they are known
	Files     []fileJSON `json:"files"`
}

// stepJSON counts what changed since the version before.
type stepJSON struct {
	Added   int64 `json:"added"`
	Changed int64 `json:"changed"`
	Removed int64 `json:"removed"`
}

type fileJSON struct {
	Format string `json:"format"`
	URL    string `json:"url"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

func (m *Module) datasetJSON(town *tenants.Tenant, d *datasets.Dataset) datasetJSON {
	out := datasetJSON{
		Slug: d.Slug(), State: string(d.State), Title: d.Title, Summary: d.Summary, Licence: string(d.Licence),
		LicenceURL: d.Licence.URL(), Producer: d.Producer, ContactName: d.ContactName, ContactEmail: d.ContactEmail,
		ContactURL: d.ContactURL, Frequency: string(d.Frequency), Themes: []string{}, Keywords: append([]string{}, d.Keywords...),
		LateDays: lateDays(d, time.Now()), TemporalStart: dayText(d.TemporalStart), TemporalEnd: dayText(d.TemporalEnd), Page: m.BaseURL + pageAddress(town, d),
	}
	out.Method, out.Documentation, out.HighValue = d.Method, d.Documentation, string(d.HighValue)
	for _, t := range d.Themes {
		out.Themes = append(out.Themes, string(t))
	}
	if d.Version != nil {
		v := m.versionJSON(town, d, d.Version)
		out.Version, out.Issued, out.Modified = &v, &d.Issued, &d.Modified
	}
	return out
}

func (m *Module) versionJSON(town *tenants.Tenant, d *datasets.Dataset, v *datasets.Version) versionJSON {
	out := versionJSON{Number: v.Number, Note: v.Note, Rows: v.Rows, Published: v.Published, Restores: v.Restores, Files: []fileJSON{}}
	for _, f := range v.Files {
		out.Files = append(out.Files, fileJSON{
			Format: f.Format.Name, URL: m.BaseURL + fileAddress(town, d, v.Number, f.Format), Size: f.Size,
			SHA256: hex.EncodeToString(f.SHA256[:]),
		})
	}
	return out
}

// visible finds a dataset for whoever asks: staff see all, others what is open.
func (m *Module) visible(c *fiber.Ctx) (*datasets.Dataset, error) {
	if httpd.Allowed(c, ReadPermission) {
		return m.Datasets.Get(c.UserContext(), httpd.Scope(c).Town, c.Params("dataset"))
	}
	return m.dataset(c)
}

func (m *Module) apiList(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	all, err := m.Datasets.List(ctx, town)
	if err != nil {
		return err
	}
	if !httpd.Allowed(c, ReadPermission) {
		all = slices.DeleteFunc(all, func(d datasets.Dataset) bool { return !d.Open() })
	}
	asked, list := searchOf(c), []datasetJSON{}
	found := asked.apply(all, vocabularyOf(town))
	for i := range found {
		list = append(list, m.datasetJSON(town, &found[i]))
	}
	others, err := m.harvestedList(ctx, town, asked)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"datasets": list, "harvested": others})
}

func (m *Module) apiShow(c *fiber.Ctx) error {
	d, err := m.visible(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	out, score := m.datasetJSON(town, d), m.score(ctx, town, d)
	out.Quality = &qualityJSON{DataGouv: scoreOf(score.DataGouv), MQA: scoreOf(score.MQA)}
	leaning, err := m.debatesOn(ctx, town, d)
	if err != nil {
		return err
	}
	for i := range leaning {
		out.Questions = append(out.Questions, m.debateJSON(town, &leaning[i]))
	}
	return c.JSON(out)
}

func (m *Module) apiVersions(c *fiber.Ctx) error {
	d, err := m.visible(c)
	if err != nil {
		return err
	}
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	versions, err := m.Datasets.Versions(ctx, town, d)
	if err != nil {
		return err
	}
	steps, err := m.Datasets.Steps(ctx, town, d)
	if err != nil {
		return err
	}
	list := []versionJSON{}
	for i := range versions {
		one := m.versionJSON(town, d, &versions[i])
		if s, known := steps[one.Number]; known {
			one.Changes = &stepJSON{s.Added, s.Changed, s.Removed}
		}
		list = append(list, one)
	}
	return c.JSON(fiber.Map{"versions": list})
}

// apiSave replaces what the town says of a dataset; what is left out follows the
// module again.
func (m *Module) apiSave(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	given, err := givenJSON(c.Body())
	if err == nil {
		err = m.describe(ctx, town, d.Slug(), given)
	}
	if err != nil {
		return err
	}
	return m.apiShow(c)
}

func givenJSON(body []byte) (datasets.Metadata, error) {
	in := datasetJSON{Licence: string(datasets.OpenLicence)}
	if err := json.Unmarshal(body, &in); err != nil {
		return datasets.Metadata{}, fault.New(fault.Invalid, "opendata.fault.json", fault.Because(err))
	}
	m := datasets.Metadata{
		Title: in.Title, Summary: in.Summary, Licence: datasets.Licence(in.Licence), Producer: in.Producer,
		ContactName: in.ContactName, ContactEmail: in.ContactEmail, ContactURL: in.ContactURL,
		Frequency: datasets.Frequency(in.Frequency), Keywords: in.Keywords,
		Method: in.Method, Documentation: in.Documentation, HighValue: datasets.HighValue(in.HighValue),
	}
	for _, t := range in.Themes {
		m.Themes = append(m.Themes, datasets.Theme(t))
	}
	f := fault.New(fault.Invalid, "datasets.fault.metadata")
	m.TemporalStart = dayOf(in.TemporalStart, "temporal_start", f)
	m.TemporalEnd = dayOf(in.TemporalEnd, "temporal_end", f)
	if len(f.Fields) > 0 {
		return m, f
	}
	return m, nil
}

// apiPublish starts a publication: 202 with where to follow it.
func (m *Module) apiPublish(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	var in struct {
		Note string `json:"note"`
	}
	if len(c.Body()) > 0 {
		if err := json.Unmarshal(c.Body(), &in); err != nil {
			return fault.New(fault.Invalid, "opendata.fault.json", fault.Because(err))
		}
	}
	p, err := m.Datasets.Publish(ctx, town, c.Params("dataset"), in.Note)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, m.BaseURL+"/api/v1/"+town.Slug+"/donnees/"+c.Params("dataset")+"/publications")
	return c.Status(fiber.StatusAccepted).JSON(fiber.Map{"version": p.Number, "state": "queued"})
}

// apiPublication says how the newest publication goes, or went.
func (m *Module) apiPublication(c *fiber.Ctx) error {
	ctx, town := c.UserContext(), httpd.Scope(c).Town
	d, err := m.Datasets.Get(ctx, town, c.Params("dataset"))
	if err != nil {
		return err
	}
	p := m.last(ctx, town, d)
	if p == nil {
		return fault.New(fault.NotFound, "opendata.fault.no_publication")
	}
	out := fiber.Map{"state": p.State, "done": p.Done, "total": p.Total, "version": d.Latest}
	if p.Failed() {
		out["fault"] = fiber.Map{"code": p.Fault.Code, "reason": p.Fault.Key, "message": httpd.Message(c, p.Fault)}
	}
	return c.JSON(out)
}

func (m *Module) apiWithdraw(c *fiber.Ctx) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(c.Body(), &in); err != nil {
		return fault.New(fault.Invalid, "opendata.fault.json", fault.Because(err))
	}
	if err := m.Datasets.Withdraw(c.UserContext(), httpd.Scope(c).Town, c.Params("dataset"), in.Reason); err != nil {
		return err
	}
	return m.apiShow(c)
}
