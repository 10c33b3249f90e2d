package ogc

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"

	"acvdata/services/fault"
	"acvdata/services/geo/tile"
	"acvdata/services/httpd"
	"acvdata/services/i18n"
)

// serveTile answers with a tile of the layer's present version, from memory or
// made. Those signed in see their own change at once: for them the version is
// asked for. For everybody else it is the one the database told last, a few
// milliseconds after each change. Whether a dataset is published is always
// asked.
func (s *Service) serveTile(c *fiber.Ctx) error {
	request, err := s.tileRequest(c)
	if err != nil {
		return err
	}
	ctx, scope := c.UserContext(), httpd.Scope(c)
	layer, err := s.tiles.LayerOf(ctx, request.Tenant, request.Layer)
	if err != nil {
		return err
	}
	if layer == nil || !scope.Town.Has(layer.Describe().Module) {
		return unknownCollection(request.Layer)
	}
	about := layer.Describe()
	for name := range request.Filter {
		if err := only(map[string][]string{name: nil}, about.Filters...); err != nil {
			return err
		}
	}
	if about.Permission != "" && scope.Can(about.Permission) {
		request.Scope = string(about.Permission)
	}
	if about.Public && scope.Actor.Nobody() {
		version, err := s.tiles.version(ctx, request.Tenant, request.Layer)
		if err != nil {
			return err
		}
		return s.sendTile(c, request, version)
	}
	state, err := s.tiles.state(ctx, request.Tenant, request.Layer)
	if err != nil {
		return err
	}
	if !about.Public && !state.open && request.Scope == "" {
		return unknownCollection(request.Layer)
	}
	return s.sendTile(c, request, state.version)
}

func (s *Service) sendTile(c *fiber.Ctx, request TileRequest, version int64) error {
	keep(c, request.Scope == "")
	c.Vary(fiber.HeaderAcceptEncoding, fiber.HeaderCookie)
	err := httpd.NotModified(c, `W/"`+strconv.FormatInt(version, 36)+"-"+request.Scope+`"`)
	if err != nil || c.Response().StatusCode() == fiber.StatusNotModified {
		return err
	}
	made, err := s.tiles.at(c.UserContext(), request, version)
	if err != nil {
		return badRequest(err)
	}
	c.Set(fiber.HeaderContentType, mediaTile)
	if len(made.Body) == 0 {
		c.Status(fiber.StatusNoContent)
		return nil
	}
	if strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		c.Context().SetBodyString("")
		c.Response().SetBodyRaw(made.Body)
		return nil
	}
	plain, err := gunzip(made.Body)
	if err != nil {
		return err
	}
	return c.Send(plain)
}

// gunzip serves the few clients that take nothing compressed.
func gunzip(body []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// tileRequest reads the address.
func (s *Service) tileRequest(c *fiber.Ctx) (TileRequest, error) {
	r := TileRequest{Tenant: httpd.Scope(c).Town.ID, Layer: c.Params("collection")}
	for name, into := range map[string]*uint32{"z": &r.Z, "y": &r.Y, "x": &r.X} {
		n, err := strconv.ParseUint(c.Params(name), 10, 32)
		if err != nil {
			return r, fault.New(fault.NotFound, "ogc.fault.no_tile", fault.Because(err))
		}
		*into = uint32(n)
	}
	filter, err := parameters(c)
	r.Filter = filter
	return r, err
}

type tilesetsDocument struct {
	Links    []link            `json:"links"`
	Tilesets []tilesetDocument `json:"tilesets"`
}

type tilesetDocument struct {
	Title    string         `json:"title"`
	DataType string         `json:"dataType"`
	CRS      string         `json:"crs"`
	Grid     string         `json:"tileMatrixSetURI"`
	Box      *boundingBox   `json:"boundingBox,omitempty"`
	Layers   []tileLayerDoc `json:"layers,omitempty"`
	Links    []link         `json:"links"`
}

type boundingBox struct {
	CRS        string     `json:"crs"`
	LowerLeft  [2]float64 `json:"lowerLeft"`
	UpperRight [2]float64 `json:"upperRight"`
}

type tileLayerDoc struct {
	ID         string `json:"id"`
	DataType   string `json:"dataType"`
	Dimension  int    `json:"geometryDimension"`
	MinZoom    string `json:"minTileMatrix"`
	MaxZoom    string `json:"maxTileMatrix"`
	Properties object `json:"propertiesSchema"`
}

func (s *Service) listTilesets(c *fiber.Ctx) error {
	one, err := s.tiled(c)
	if err != nil {
		return err
	}
	a := s.address(httpd.Scope(c).Town)
	keep(c, true)
	return c.JSON(tilesetsDocument{
		Links:    []link{{Href: a.tilesets(one.id), Rel: "self", Type: mediaJSON}},
		Tilesets: []tilesetDocument{tilesetOf(c.UserContext(), a, one)},
	})
}

func (s *Service) showTileset(c *fiber.Ctx) error {
	one, err := s.tiled(c)
	if err != nil {
		return err
	}
	town := httpd.Scope(c).Town
	doc := tilesetOf(c.UserContext(), s.address(town), one)
	box := boxOf(town)
	doc.Box = &boundingBox{CRS: crs84, LowerLeft: [2]float64{box[0], box[1]}, UpperRight: [2]float64{box[2], box[3]}}
	properties := object{}
	for _, name := range one.layer.Describe().Attributes {
		properties[name] = object{}
	}
	doc.Layers = []tileLayerDoc{
		{
			ID: tile.CellsLayer, DataType: "vector", MinZoom: "0", MaxZoom: strconv.Itoa(tile.CountZoom),
			Properties: object{"type": "object", "properties": object{tile.CountKey: object{"type": "integer"}}},
		},
		{
			ID: tile.PointsLayer, DataType: "vector", MinZoom: strconv.Itoa(tile.CountZoom + 1), MaxZoom: strconv.Itoa(MaxZoom),
			Properties: object{"type": "object", "properties": properties},
		},
	}
	keep(c, true)
	return c.JSON(doc)
}

// tiled finds a collection with tiles; its metadata has no page of its own.
func (s *Service) tiled(c *fiber.Ctx) (*collection, error) {
	rest, err := parameters(c)
	if err == nil {
		err = only(rest, parameterForm)
	}
	if err != nil {
		return nil, err
	}
	id := c.Params("collection")
	one, err := s.collection(c.UserContext(), readerOf(c), id)
	if err == nil && one.layer == nil {
		err = unknownCollection(id)
	}
	return one, err
}

func tilesetOf(ctx context.Context, a address, one *collection) tilesetDocument {
	title := i18n.T(ctx, "ogc.link.tilesets")
	return tilesetDocument{
		Title: one.title, DataType: "vector", CRS: webMercator, Grid: gridURI,
		Links: []link{
			{Href: a.tileset(one.id), Rel: "self", Type: mediaJSON, Title: title},
			{Href: gridURI, Rel: relGrid, Title: gridName},
			{Href: a.tileTemplate(one.id), Rel: "item", Type: mediaTile, Title: title, Templated: true},
			{Href: a.collection(one.id), Rel: "geodata", Type: mediaJSON, Title: one.title},
		},
	}
}
