package harvest

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"acvdata/services/words"
)

// keys are what an item is known by. Strong keys name one dataset whatever else
// changes; weak ones do so only with the same title, and only when the item they
// lead to is not listed otherwise.
type keys struct{ strong, weak []string }

var (
	uuidPattern  = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	odsPattern   = regexp.MustCompile(`/(?:explore/dataset|explore/v2\.\d/catalog/datasets)/([\w@.-]+)`)
	udataPattern = regexp.MustCompile(`/datasets/([\w-]+)`)
	ckanPattern  = regexp.MustCompile(`/dataset/([\w-]+)`)
)

// keysOf derives the keys of an item. The patterns in which portals change
// identifiers lead to one key: http and https, a slash at the end, "www.", the
// capitals of a UUID, the landing page of an Opendatasoft dataset and its name,
// the name and the number of a dataset of data.gouv.fr, the name and the UUID of
// one of CKAN; and, as a weak key, the same path on another host.
func keysOf(i *Item) keys {
	var k keys
	strong := func(key string) {
		if !slices.Contains(k.strong, key) {
			k.strong = append(k.strong, key)
		}
	}
	strong(identifierKey(i.Identifier))
	for _, name := range append([]string{i.Identifier}, i.Names...) {
		if found := uuidPattern.FindAllString(name, 2); len(found) == 1 {
			strong("uuid:" + strings.ToLower(found[0]))
		}
		address, path := addressKey(name)
		if address == "" {
			strong(identifierKey(name))
			continue
		}
		strong(address)
		if portal := portalKey(address, path); portal != "" {
			strong(portal)
		}
		k.weak = append(k.weak, pathKeys(path)...)
	}
	if address, path := addressKey(i.Landing); address != "" && strings.Trim(path, "/") != "" {
		if portal := portalKey(address, path); portal != "" {
			strong(portal)
		}
		k.weak = append(k.weak, address)
		k.weak = append(k.weak, pathKeys(path)...)
	}
	slices.Sort(k.weak)
	k.weak = slices.DeleteFunc(slices.Compact(k.weak), func(w string) bool { return slices.Contains(k.strong, w) })
	return k
}

// identifierKey is an identifier that is no address, as it is written. One that is
// an address has the address's key.
func identifierKey(identifier string) string {
	if address, _ := addressKey(identifier); address != "" {
		return address
	}
	return "id:" + strings.TrimSpace(identifier)
}

// addressKey writes an address without what changes while the thing stays:
// scheme, "www.", usual ports, a slash at the end. "" when it is no address.
func addressKey(raw string) (key, path string) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	path = strings.TrimRight(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		path += "#" + u.Fragment
	}
	return "at:" + host + path, path
}

// pathKeys is an address without its host; none for the root of a site.
func pathKeys(path string) []string {
	if strings.Trim(path, "/") == "" {
		return nil
	}
	return []string{"path:" + path}
}

// portalKey is the name a portal's software gives a dataset, where the address
// shows which software it is.
func portalKey(address, path string) string {
	if m := odsPattern.FindStringSubmatch(path); m != nil {
		return "id:" + m[1]
	}
	if m := udataPattern.FindStringSubmatch(path); m != nil && strings.Contains(address, "data.gouv.fr/") {
		return "udata:" + m[1]
	}
	if m := ckanPattern.FindStringSubmatch(path); m != nil {
		return "ckan:" + m[1]
	}
	return ""
}

// home is where a town publishes.
type home struct {
	base string // address of the installation, without a slash at the end
	path string // of the town below it: "/ales/"
	host string // the town's own host, "" when it has none
}

// owns reports whether an address is of the town's own portal.
func (h home) owns(raw string) bool {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" {
		return false
	}
	if h.host != "" && strings.EqualFold(u.Hostname(), h.host) {
		return true
	}
	b, err := url.Parse(h.base)
	return err == nil && strings.EqualFold(u.Host, b.Host) && strings.HasPrefix(strings.TrimRight(u.Path, "/")+"/", h.path)
}

// ours reports whether an item is the town's own: it says so, it was taken from
// us, or every way to its data leads back here.
func (h home) ours(i *Item) bool {
	told := slices.Concat([]string{i.Identifier, i.Landing}, i.Names, i.Origins)
	if slices.ContainsFunc(told, h.owns) {
		return true
	}
	away := func(f File) bool { return !h.owns(f.URL) }
	return len(i.Files) > 0 && !slices.ContainsFunc(i.Files, away)
}

// sameTitle compares titles as readers do.
func sameTitle(a, b string) bool { return words.Fold(a) == words.Fold(b) }
