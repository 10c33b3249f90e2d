package trees

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"acvdata/modules/trees/taxa"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Query parameters of lists, maps, exports and the API: one selection, one
// address.
const (
	paramText       = "q"
	paramTaxon      = "essence"
	paramStatus     = "statut"
	paramStage      = "stade"
	paramDistrict   = "quartier"
	paramRemarkable = "remarquable"
	paramDiameter   = "diametre"
	paramBox        = "bbox"
)

// filterParams lists the parameters a Filter is read from.
func filterParams() []string {
	return []string{paramText, paramTaxon, paramStatus, paramStage, paramDistrict, paramRemarkable, paramDiameter, paramBox}
}

const yes = "oui"

// Filter is a selection of trees. The zero Filter is every tree.
type Filter struct {
	Text       string // a number, the town's own identifier, a species or part of an address
	Taxon      *taxa.Taxon
	Status     Status
	Stage      Stage
	NoStage    bool // trees without a stage
	District   string
	Remarkable bool
	Diameter   *int // a class, or UnknownDiameter
	Box        *tenants.Bounds

	sense *sense // of Text, once looked up
}

// maxFilterText bounds what is searched for.
const maxFilterText = 100

// ParseFilter reads a selection from the parameters of an address. A value that
// does not exist is an invalid fault: a list that silently shows everything
// would be worse.
func ParseFilter(values url.Values, register *taxa.Register) (Filter, error) {
	f := Filter{
		Text:       strings.TrimSpace(values.Get(paramText)),
		District:   strings.TrimSpace(values.Get(paramDistrict)),
		Remarkable: values.Get(paramRemarkable) == yes,
		Status:     Status(values.Get(paramStatus)),
		Stage:      Stage(values.Get(paramStage)),
	}
	if len(f.Text) > maxFilterText || len(f.District) > maxDistrict {
		return Filter{}, refuseFilter(paramText)
	}
	if f.Status != "" && !slices.Contains(statuses, f.Status) {
		return Filter{}, refuseFilter(paramStatus)
	}
	if f.Stage == unknownKey {
		f.Stage, f.NoStage = NoStage, true
	}
	if f.Stage != NoStage && !slices.Contains(stages, f.Stage) {
		return Filter{}, refuseFilter(paramStage)
	}
	if slug := values.Get(paramTaxon); slug != "" {
		t, ok := register.BySlug(slug)
		if !ok {
			return Filter{}, refuseFilter(paramTaxon)
		}
		f.Taxon = &t
	}
	return f, f.parseNumbers(values)
}

func (f *Filter) parseNumbers(values url.Values) error {
	if key := values.Get(paramDiameter); key != "" {
		class, err := strconv.Atoi(key)
		if key == unknownKey {
			class, err = UnknownDiameter, nil
		} else if class < 0 || class >= DiameterClasses {
			err = strconv.ErrRange
		}
		if err != nil {
			return refuseFilter(paramDiameter)
		}
		f.Diameter = &class
	}
	if text := values.Get(paramBox); text != "" {
		box, ok := parseBox(text)
		if !ok {
			return refuseFilter(paramBox)
		}
		f.Box = &box
	}
	return nil
}

func refuseFilter(param string) error {
	return fault.New(fault.Invalid, "trees.fault.filter", fault.On(param, "trees.fault.filter_value", nil))
}

// parseBox reads "west,south,east,north" in degrees.
func parseBox(text string) (tenants.Bounds, bool) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return tenants.Bounds{}, false
	}
	var n [4]float64
	for i, part := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(v >= -180 && v <= 180) { // NaN fails too
			return tenants.Bounds{}, false
		}
		n[i] = v
	}
	box := tenants.Bounds{West: n[0], South: n[1], East: n[2], North: n[3]}
	return box, box.West <= box.East && box.South <= box.North
}

// Values writes the selection back as parameters.
func (f Filter) Values() url.Values {
	v := url.Values{}
	set := func(param, value string) {
		if value != "" {
			v.Set(param, value)
		}
	}
	set(paramText, f.Text)
	set(paramStatus, string(f.Status))
	set(paramStage, f.stageKey())
	set(paramDistrict, f.District)
	if f.Taxon != nil {
		set(paramTaxon, f.Taxon.Slug)
	}
	if f.Remarkable {
		set(paramRemarkable, yes)
	}
	if f.Diameter != nil {
		set(paramDiameter, diameterKey(*f.Diameter))
	}
	if b := f.Box; b != nil {
		set(paramBox, strings.Join([]string{degrees(b.West), degrees(b.South), degrees(b.East), degrees(b.North)}, ","))
	}
	return v
}

func (f Filter) stageKey() string {
	if f.NoStage {
		return unknownKey
	}
	return string(f.Stage)
}

func degrees(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Active is how many conditions are set.
func (f Filter) Active() int { return len(f.Values()) }

// Counted reports whether the kept counts can tell how many trees are selected:
// they know neither texts nor boxes.
func (f Filter) Counted() bool { return f.Text == "" && f.Box == nil }
