package trees

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"acvdata/modules/trees/taxa"
	"acvdata/services/authz"
	"acvdata/services/fault"
	"acvdata/services/httpd"
	"acvdata/services/module"
	"acvdata/tenants"
)

const (
	paramLimit  = "limit"
	paramNumber = "numero"
	apiPageSize = 100
)

// mountAPI registers what programs read. The map is public and so is this; the
// notes of the staff and their names are in neither.
func (m *Module) mountAPI(r module.Router) {
	r.API.Get("/arbres", authz.Public(), m.apiList)
	r.API.Get("/arbres/:"+paramNumber, authz.Public(), m.apiShow)
}

// treeJSON is a tree in the API. Its names are stable; statut and stade are the
// codes that the filters take.
type treeJSON struct {
	Number        int64       `json:"numero"`
	Species       speciesJSON `json:"essence"`
	Status        Status      `json:"statut"`
	Stage         *Stage      `json:"stade"`
	HeightM       *float64    `json:"hauteur_m"`
	Circumference *float64    `json:"circonference_cm"`
	Longitude     float64     `json:"longitude"`
	Latitude      float64     `json:"latitude"`
	Address       string      `json:"adresse"`
	District      string      `json:"quartier"`
	Remarkable    bool        `json:"remarquable"`
	Year          *int        `json:"annee"` // of planting or birth
}

// speciesJSON is a species in the API; Latin is "" when it is not known.
type speciesJSON struct {
	Slug   string `json:"code"` // what the filter essence takes
	Latin  string `json:"latin"`
	French string `json:"francais"`
	Genus  string `json:"genre"`
	Family string `json:"famille"`
}

// treeDetailJSON is all the API tells of one tree.
type treeDetailJSON struct {
	treeJSON
	SpeciesText  string          `json:"essence_saisie"` // as the town wrote it
	Matricule    string          `json:"matricule"`
	Planted      *string         `json:"plantation"` // a day, or a year when no more is known
	Felled       *string         `json:"abattage"`
	Surveyed     *string         `json:"releve"`
	MeasuredAtCm *int            `json:"mesure_a_cm"`
	CrownM       *float64        `json:"couronne_m"`
	Habit        string          `json:"port"`
	Layout       string          `json:"implantation"`
	Manager      string          `json:"gestionnaire"`
	Soil         string          `json:"sol"`
	Foot         string          `json:"pied"`
	Page         string          `json:"page"`
	Site         []neighbourJSON `json:"meme_emplacement"` // trees before or after it
}

type neighbourJSON struct {
	Number int64  `json:"numero"`
	URL    string `json:"url"`
}

// treePageJSON is a page of the API's list.
type treePageJSON struct {
	Total int64      `json:"total"`
	Items []treeJSON `json:"items"`
	Next  *string    `json:"next"`
}

func (m *Module) apiList(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	query, err := queryOf(c)
	if err != nil {
		return err
	}
	list, err := m.apiSelection(c, query)
	if err != nil {
		return err
	}
	page, _, err := m.service.List(c.UserContext(), town.ID, list)
	if err != nil {
		return err
	}
	out := treePageJSON{Total: page.Total, Items: make([]treeJSON, len(page.Items))}
	for i := range page.Items {
		out.Items[i] = itemJSON(&page.Items[i])
	}
	if page.Next != "" {
		values := list.Filter.Values()
		values.Set(paramOrder, string(list.Order))
		values.Set(paramLimit, strconv.Itoa(list.Size))
		values.Set(paramAfter, page.Next)
		next := apiAddress(town) + "?" + values.Encode()
		out.Next = &next
	}
	return c.JSON(out)
}

// apiSelection reads what is asked for. Programs cannot see that a list is not
// the one they meant, so nothing is silently replaced.
func (m *Module) apiSelection(c *fiber.Ctx, query url.Values) (l List, err error) {
	register, err := m.service.Register(c.UserContext(), httpd.Scope(c).Town.ID)
	if err != nil {
		return l, err
	}
	if l.Filter, err = ParseFilter(query, register); err != nil {
		return l, err
	}
	l.Size, l.Order, l.After = apiPageSize, ByNumber, query.Get(paramAfter)
	var options []fault.Option
	if text := query.Get(paramLimit); text != "" {
		l.Size, err = strconv.Atoi(text)
		if err != nil || l.Size < 1 || l.Size > MaxPageSize {
			options = append(options, fault.On(paramLimit, "trees.fault.api_limit", fault.Args{"Most": MaxPageSize}))
		}
	}
	if text := query.Get(paramOrder); text != "" {
		l.Order = Order(text)
		if !slices.Contains(Orders(), l.Order) {
			options = append(options, fault.On(paramOrder, "trees.fault.filter_value", nil))
			l.Order = ByNumber
		}
	}
	if _, ok := l.Order.ParseCursor(l.After); l.After != "" && !ok {
		options = append(options, fault.On(paramAfter, "trees.fault.api_cursor", nil))
	}
	if len(options) > 0 {
		return l, fault.New(fault.Invalid, "trees.fault.api", options...)
	}
	return l, nil
}

func (m *Module) apiShow(c *fiber.Ctx) error {
	town := httpd.Scope(c).Town
	number, err := treeNumber(c)
	if err != nil {
		return err
	}
	view, err := m.service.View(c.UserContext(), town.ID, number)
	if err != nil {
		return err
	}
	return c.JSON(detailJSON(town, &view))
}

// treeNumber reads the tree of the address; one that is no number is not found
// like any other.
func treeNumber(c *fiber.Ctx) (int64, error) {
	number, err := strconv.ParseInt(c.Params(paramNumber), 10, 64)
	if err != nil || number < 1 {
		return 0, fault.New(fault.NotFound, "trees.fault.no_tree", fault.Because(err))
	}
	return number, nil
}

// queryOf reads the parameters of the address.
func queryOf(c *fiber.Ctx) (url.Values, error) {
	values, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return nil, fault.New(fault.Invalid, "trees.fault.filter", fault.Because(err))
	}
	return values, nil
}

func apiAddress(town *tenants.Tenant) string { return "/api/v1/" + town.Slug + "/arbres" }

func itemJSON(i *Item) treeJSON {
	return treeJSON{
		Number: i.Number, Species: taxonJSON(i.Taxon), Status: i.Status, Stage: orNull(i.Stage), HeightM: i.HeightM,
		Circumference: i.Circumference, Longitude: i.Position.Lon, Latitude: i.Position.Lat, Address: i.Address,
		District: i.District, Remarkable: i.Remarkable, Year: orNull(i.BirthYear),
	}
}

func taxonJSON(t taxa.Taxon) speciesJSON {
	return speciesJSON{Slug: t.Slug, Latin: t.Scientific, French: t.French, Genus: t.Genus, Family: t.Family}
}

func detailJSON(town *tenants.Tenant, v *View) treeDetailJSON {
	t, s := v.Tree, &v.Tree.Site
	out := treeDetailJSON{
		treeJSON: treeJSON{
			Number: t.Number, Species: taxonJSON(t.Taxon), Status: t.Status, Stage: orNull(t.Stage), HeightM: t.HeightM,
			Circumference: t.Circumference, Longitude: s.Position.Lon, Latitude: s.Position.Lat, Address: s.Address,
			District: s.District, Remarkable: t.Remarkable, Year: orNull(t.BirthYear),
		},
		SpeciesText: t.SpeciesText, Matricule: t.Matricule, Planted: orNull(isoDay(t.Planted)), Felled: orNull(isoDay(t.Felled)),
		Surveyed: orNull(isoDay(t.Surveyed)), MeasuredAtCm: orNull(t.MeasuredAtCm), CrownM: t.CrownM, Habit: t.Habit,
		Layout: s.Layout, Manager: s.Manager, Soil: s.Soil, Foot: s.Foot,
		Page: town.Path("arbres/" + strconv.FormatInt(t.Number, 10)), Site: []neighbourJSON{},
	}
	if t.PlantedYear && !t.Planted.IsZero() {
		year := strconv.Itoa(t.Planted.Year())
		out.Planted = &year
	}
	for _, other := range v.Siblings {
		out.Site = append(out.Site, neighbourJSON{other.Number, apiAddress(town) + "/" + strconv.FormatInt(other.Number, 10)})
	}
	return out
}

// orNull makes the zero value, which says nothing, a null.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
