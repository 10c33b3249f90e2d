// Package heat is a town's urban heat ("îlot de chaleur urbain"): stations that
// measure the air, what they say hour by hour and night by night, how much
// warmer the town is than the country around it, and the map of local climate
// zones that explains it.
//
// A Site is a place and keeps its history; devices succeed each other on it
// (deployment). A series is one quantity at one site. Readings are kept as they
// came, for ever: checks on arrival only flag them, and figures rest on those
// that no check doubts.
//
// Readings live in a table of months while they are young, and packed into one
// row a day afterwards (jobs_keep.go). Figures of hours and days are computed
// anew for what readings touch (refresh.go), so that late data, an undone import
// and a packed month all give the same figures as a full recount.
//
// Where things are:
//
//	network.go check.go threshold.go   words and rules of the trade
//	service.go ingest.go refresh.go    use cases that write
//	webhook*.go                        radio networks: ChirpStack v4, TTN v3
//	glance.go climate.go curve.go      what pages and figures show
//	import_*.go                        stations, readings, daily figures, zones
//	dataset*.go layer.go               open data and map tiles
//	http_*.go views/                   pages, by audience
//	thermal/ lcz/                      thermal indices; local climate zones
//	seed*.go                           illustrative data for demonstrations
//
// The module knows no other module. It must not know how files are read, formats
// written or tiles encoded. It measures air at about two metres, in shade: it
// must never call that a surface or a felt temperature.
package heat
