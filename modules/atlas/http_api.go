package atlas

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/module"
	"acvdata/tenants"
)

// mountAPI registers what programs read: what everybody may see, and no more for
// anybody. Records themselves are the dataset's.
func (m *Module) mountAPI(r module.Router) {
	r.API.Get("/"+LayerID, authz.Public(), m.apiTown)
	r.API.Get("/"+speciesPath, authz.Public(), m.apiList)
	r.API.Get("/"+speciesPath+"/:"+paramSlug, authz.Public(), m.apiSheet)
}

// townJSON is a town's figures in the API.
type townJSON struct {
	Species   int         `json:"especes"`
	Records   int64       `json:"observations"`
	Around    int64       `json:"observations_autour"`
	Chao1     float64     `json:"chao1"`         // with (n−1)/n
	Corrected float64     `json:"chao1_corrige"` // bias-corrected
	Coverage  float64     `json:"couverture"`    // 0 to 1
	Visits    int64       `json:"releves"`       // distinct days and observers
	Groups    []groupJSON `json:"groupes"`
	Updated   string      `json:"mise_a_jour"`
}

type groupJSON struct {
	Code    Group `json:"code"`
	Species int   `json:"especes"`
	Records int64 `json:"observations"`
}

// taxonJSON is a species in the API.
type taxonJSON struct {
	Code    string       `json:"code"`
	TaxRef  *int         `json:"cd_ref"` // null for a name of the town's own
	Latin   string       `json:"nom"`
	French  string       `json:"nom_francais"`
	Group   Group        `json:"groupe"`
	Family  string       `json:"famille"`
	Records int64        `json:"observations"`
	Around  int64        `json:"observations_autour"`
	Months  [12]int64    `json:"par_mois"`
	Last    string       `json:"derniere"`
	Status  []statusJSON `json:"statuts"`
	Page    string       `json:"page"`
}

type statusJSON struct {
	Kind      string `json:"type"`
	Code      string `json:"code"`
	Reference string `json:"source"`
}

// sheetJSON is all the API tells of a species.
type sheetJSON struct {
	taxonJSON
	Cells []cellJSON `json:"mailles"`
	Wide  []wideJSON `json:"lieux_larges"`
	Years []yearJSON `json:"par_annee"`
}

type cellJSON struct {
	Code    string `json:"code"`
	Records int64  `json:"observations"`
	Visits  int64  `json:"releves"`
}

type wideJSON struct {
	Level   int    `json:"niveau"` // SENSIBILITE of the SINP
	Place   string `json:"lieu"`
	Records int64  `json:"observations"`
}

type yearJSON struct {
	Year    int   `json:"annee"`
	Records int64 `json:"observations"`
}

func (m *Module) apiTown(c *fiber.Ctx) error {
	v, err := m.service.Survey(c.UserContext(), httpd.Scope(c).Town.ID)
	if err != nil {
		return err
	}
	counts := v.Counts("")
	out := townJSON{
		Species: counts.Seen(), Records: v.InTown(), Around: v.Around(), Chao1: counts.Chao1(), Corrected: counts.Chao1Corrected(),
		Coverage: counts.Coverage(), Visits: v.Effort.Visits, Groups: []groupJSON{},
	}
	if !v.Changed.IsZero() {
		out.Updated = v.Changed.UTC().Format("2006-01-02T15:04:05Z")
	}
	for _, g := range v.Groups {
		out.Groups = append(out.Groups, groupJSON{g.Group, g.Species, g.Records})
	}
	return c.JSON(out)
}

// apiList gives the species, all or those of a search, 500 at most a page.
func (m *Module) apiList(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	query, err := queryOf(c)
	if err != nil {
		return err
	}
	ask, err := parseAsk(query)
	if err != nil {
		return err
	}
	v, err := m.service.Survey(c.UserContext(), town.ID)
	if err != nil {
		return err
	}
	const most = 500
	list := v.find(ask)
	out := struct {
		Total int         `json:"total"`
		Items []taxonJSON `json:"items"`
		Next  *string     `json:"next"`
	}{Total: len(list), Items: []taxonJSON{}}
	for _, r := range list[min(ask.skip, len(list)):min(ask.skip+most, len(list))] {
		out.Items = append(out.Items, recordJSON(town, r))
	}
	if ask.skip+most < len(list) {
		values := ask.values()
		values.Set(paramAfter, itoa(ask.skip+most))
		next := "/api/v1/" + town.Slug + "/" + speciesPath + "?" + values.Encode()
		out.Next = &next
	}
	return c.JSON(out)
}

func recordJSON(town *tenants.Tenant, r Record) taxonJSON {
	t := r.Taxon
	out := taxonJSON{
		Code: t.Slug(), Latin: t.Name, French: t.French, Group: t.Group, Family: t.Family, Records: r.InTown, Around: r.Around,
		Status: []statusJSON{}, Page: town.Path(speciesPath + "/" + t.Slug()),
	}
	if !t.Local {
		out.TaxRef = &t.ID
	}
	copy(out.Months[:], r.Months[1:])
	if !r.Last.IsZero() {
		out.Last = r.Last.Format("2006-01-02")
	}
	for _, s := range t.Statuses {
		out.Status = append(out.Status, statusJSON(s))
	}
	return out
}

func (m *Module) apiSheet(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	id, ok := parseSlug(c.Params(paramSlug))
	if !ok {
		return fault.New(fault.NotFound, "atlas.fault.no_taxon")
	}
	sheet, err := m.service.Sheet(c.UserContext(), town.ID, id)
	if err != nil {
		return err
	}
	out := sheetJSON{taxonJSON: recordJSON(town, sheet.Record), Cells: []cellJSON{}, Wide: []wideJSON{}, Years: []yearJSON{}}
	for _, cell := range sheet.Cells {
		out.Cells = append(out.Cells, cellJSON{cell.Cell.Code(), cell.N, sheet.Survey.Cells[cell.Cell].Visits})
	}
	for _, w := range sheet.Wide {
		out.Wide = append(out.Wide, wideJSON{int(w.Level), w.Place, w.N})
	}
	for _, y := range sheet.Years {
		out.Years = append(out.Years, yearJSON{y.Year, y.N})
	}
	return c.JSON(out)
}

// parseNumber reads a taxon's number, negative for a town's own name.
func parseNumber(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n != 0
}
