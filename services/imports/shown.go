package imports

import (
	"net/url"
	"slices"
	"strings"
)

// harmless are the parameters of portals' addresses whose value may be shown;
// any other may be a key.
var harmless = []string{
	"lang", "format", "f", "outformat", "outputformat", "delimiter", "separator", "timezone", "use_labels", "limit", "offset", "page",
	"select", "where", "order_by", "sort", "refine", "exclude", "epsg", "crs", "srs", "srsname", "service", "request", "version",
	"typename", "typenames", "layer", "layers", "bbox", "fields", "outfields", "dataset", "resource", "year", "annee",
}

// masked stands for what may be a key. It survives an address's own escaping.
const masked = "***"

// Shown is an address for people, logs and messages: without a name and password,
// and without the values of parameters that may be keys.
func Shown(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return masked
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	if u.RawQuery == "" {
		return u.String()
	}
	pairs := strings.Split(u.RawQuery, "&")
	for n, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		known, err := url.QueryUnescape(name)
		switch {
		case err != nil || value == "" && len(name) > longestShown:
			pairs[n] = masked
		case value != "" && !slices.Contains(harmless, strings.ToLower(known)):
			pairs[n] = name + "=" + masked
		}
	}
	u.RawQuery = strings.Join(pairs, "&")
	return u.String()
}

// longestShown is from where a parameter without a value may be a key itself.
const longestShown = 12
