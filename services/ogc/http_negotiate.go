package ogc

import (
	"errors"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"acvdata/services/fault"
	"acvdata/services/httpd"
)

// Representations of a resource.
const (
	asJSON = "json"
	asHTML = "html"
)

// Media types.
const (
	mediaJSON     = "application/json"
	mediaGeoJSON  = "application/geo+json"
	mediaHTML     = "text/html"
	mediaOpenAPI  = "application/vnd.oai.openapi+json;version=3.0"
	mediaTile     = "application/vnd.mapbox-vector-tile"
	parameterForm = "f"
)

// badRequest gives a fault the status that the standard demands for a parameter
// it does not know or cannot read.
func badRequest(err error) error {
	if err == nil || !fault.Is(err, fault.Invalid) {
		return err
	}
	return errors.Join(fiber.NewError(fiber.StatusBadRequest), err)
}

// parameters reads the query. Unless it is read as a filter later, any name that
// is not known is refused: OGC API Features, 7.6.
func parameters(c *fiber.Ctx) (url.Values, error) {
	values, err := url.ParseQuery(string(c.Context().URI().QueryString()))
	if err != nil {
		return nil, badRequest(fault.New(fault.Invalid, "ogc.fault.query", fault.Because(err)))
	}
	return values, nil
}

// only refuses parameters other than those named.
func only(values url.Values, names ...string) error {
	for name := range values {
		if !slices.Contains(names, name) {
			return refused("datasets.fault.unknown_parameter", name)
		}
	}
	return nil
}

func refused(key, name string) error {
	return badRequest(fault.New(fault.Invalid, key, fault.With(fault.Args{"Name": name}), fault.On(name, key, fault.Args{"Name": name})))
}

// representation is the one asked for by f, else by the Accept header, and the
// other parameters.
func representation(c *fiber.Ctx) (form string, rest url.Values, err error) {
	rest, err = parameters(c)
	if err != nil {
		return "", nil, err
	}
	form = rest.Get(parameterForm)
	if len(rest[parameterForm]) > 1 {
		return "", nil, refused("datasets.fault.repeated_parameter", parameterForm)
	}
	rest.Del(parameterForm)
	c.Vary(fiber.HeaderAccept, fiber.HeaderCookie)
	switch form {
	case asJSON, asHTML:
		return form, rest, nil
	case "":
		if c.Accepts(mediaJSON, mediaGeoJSON, mediaHTML) == mediaHTML {
			return asHTML, rest, nil
		}
		return asJSON, rest, nil
	}
	return "", nil, refused("ogc.fault.form", parameterForm)
}

// readerOf is who asks.
func readerOf(c *fiber.Ctx) reader {
	scope := httpd.Scope(c)
	return reader{town: scope.Town, can: scope.Can}
}

// keep lets shared caches revalidate what everybody may have, and nobody keep
// the rest.
func keep(c *fiber.Ctx, everybodys bool) {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*") // without credentials: what residents see
	if everybodys && !httpd.Scope(c).SignedIn() {
		c.Set(fiber.HeaderCacheControl, "public, max-age=0, must-revalidate")
		return
	}
	c.Set(fiber.HeaderCacheControl, "private, max-age=0, must-revalidate")
}
