package views

import (
	"context"
	"strconv"

	"acvdata/services/i18n"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/services/geo/france"
	"acvdata/web/components"
	"acvdata/web/layout"
)

// Platform is the platform's home page.
type Platform struct {
	Shell    layout.Shell
	Towns    []TownEntry
	Trades   []Trade
	Datasets int // published by all towns together
	Steps    []components.Event
	Sources  []Source
}

// TownEntry is one town, on the map and in the list.
type TownEntry struct {
	Town     *tenants.Tenant
	Figures  []module.Highlight // best first
	Datasets int
}

// Trade is a module that towns may switch on.
type Trade struct {
	Title, Summary, Icon string
	Towns                int // where it is on
}

// Source is where a fact of the page comes from.
type Source struct{ Title, Href string }

// lead is the town's best figure, nil when it has none yet.
func (e TownEntry) lead() *module.Highlight {
	if len(e.Figures) == 0 {
		return nil
	}
	return &e.Figures[0]
}

// tiles are what the towns amount to together.
func (p Platform) tiles(ctx context.Context) []components.StatProps {
	if len(p.Towns) == 0 {
		return nil
	}
	people := 0
	for _, e := range p.Towns {
		people += e.Town.Population
	}
	tiles := []components.StatProps{
		{Value: i18n.Number(len(p.Towns)), Label: i18n.T(ctx, "portal.home.figure.towns", i18n.N(len(p.Towns))), Sentence: i18n.T(ctx, "portal.home.figure.towns_detail"), Icon: "map-pin", Tone: components.Brand},
		{Value: i18n.Number(people), Label: i18n.T(ctx, "portal.home.figure.inhabitants"), Sentence: i18n.T(ctx, "portal.home.figure.inhabitants_detail"), Icon: "users", Tone: components.Brand},
	}
	if p.Datasets > 0 {
		tiles = append(tiles, components.StatProps{
			Value: i18n.Number(p.Datasets), Label: i18n.T(ctx, "portal.home.figure.datasets", i18n.N(p.Datasets)),
			Sentence: i18n.T(ctx, "portal.home.figure.datasets_detail"), Icon: "database", Tone: components.Data,
		})
	}
	return tiles
}

// maxLabels is how many names fit on the map; beyond, they are read in the list.
const maxLabels = 12

// pin is a town's place on the map.
type pin struct {
	TownEntry
	x, y, labelX string
	anchor       string
	named        bool
}

func (p Platform) pins() []pin {
	var pins []pin
	for _, e := range p.Towns {
		x, y, ok := france.Place(e.Town.Center.Lon, e.Town.Center.Lat)
		if !ok {
			continue
		}
		one := pin{TownEntry: e, x: tenths(x), y: tenths(y), labelX: tenths(x + 3.4), anchor: "start", named: len(p.Towns) <= maxLabels}
		if x > france.Width*0.78 {
			one.labelX, one.anchor = tenths(x-3.4), "end"
		}
		pins = append(pins, one)
	}
	return pins
}

func tenths(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func mapBox() string {
	return "0 0 " + tenths(france.Width) + " " + tenths(france.Height)
}
