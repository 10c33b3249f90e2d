package ogc

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/singleflight"

	"acvdata/services/cache"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
	"acvdata/tenants"
)

// MaxZoom is the last zoom tiles are made for; browsers stretch it further.
const MaxZoom = 20

// Tileset makes the tiles of layers and keeps them in memory. It is safe for
// concurrent use; several requests for one missing tile make it once.
type Tileset struct {
	db       *db.DB
	layers   map[string]Layer
	datasets map[string]string // source of the dataset each layer draws
	tables   TownLayers        // may be nil
	versions versions
	blocks   *cache.Cache[blockKey, *block]
	tiles    *cache.Cache[string, []byte]
	making   singleflight.Group
}

// Memory bounds what a tileset keeps, in bytes; 0 keeps nothing.
type Memory struct {
	Tiles  int // finished tiles, compressed
	Points int // what layers hold, from which tiles are cut
}

// Tile is one tile, compressed with gzip. Body is empty where nothing is drawn.
type Tile struct {
	Body    []byte
	Version int64 // of the layer's data
}

// TileRequest names a tile. Scope is the permission it is read under, so that
// what staff see is never kept for residents.
type TileRequest struct {
	Tenant  tenants.ID
	Layer   string
	Z, X, Y uint32
	Filter  url.Values
	Scope   string
}

// NewTileset makes a tileset.
func NewTileset(d *db.DB, layers []Layer, keep Memory) (*Tileset, error) {
	s := &Tileset{
		db: d, layers: make(map[string]Layer, len(layers)),
		blocks: cache.New[blockKey](keep.Points, blockBytes),
		tiles:  cache.New[string](keep.Tiles, func(body []byte) int { return len(body) }),
	}
	for _, l := range layers {
		id := l.Describe().ID
		if _, twice := s.layers[id]; twice {
			return nil, fmt.Errorf("layer %q is offered twice", id)
		}
		s.layers[id] = l
	}
	return s, nil
}

// Layer finds a layer by its collection's name.
func (s *Tileset) Layer(id string) (Layer, bool) {
	l, ok := s.layers[id]
	return l, ok
}

// LayerOf finds a layer of a town by its collection's name: a module's, or one
// of the town's own tables. nil when there is none.
func (s *Tileset) LayerOf(ctx context.Context, tenant tenants.ID, id string) (Layer, error) {
	if l, ok := s.layers[id]; ok || s.tables == nil {
		return l, nil
	}
	own, err := s.tables.TownLayers(ctx, tenant, id)
	if err != nil || len(own) == 0 {
		return nil, err
	}
	return own[0], nil
}

// source is the dataset source a layer draws.
func (s *Tileset) source(layer string) string {
	if id, ok := s.datasets[layer]; ok || s.tables == nil {
		return id
	}
	return s.tables.SourceOf(layer)
}

// layerState is what a request needs to know of a layer before anything else.
type layerState struct {
	version int64 // of the data; 0 before its first change
	open    bool  // the dataset the layer draws is published
}

// A layer draws the dataset whose source a module offers under the same address.
const selectState = `
SELECT coalesce((SELECT version FROM ogc.layer WHERE tenant_id = $1 AND layer = $2), 0),
       EXISTS (SELECT FROM datasets.dataset WHERE tenant_id = $1 AND source = $3 AND state = 'published')`

func (s *Tileset) state(ctx context.Context, tenant tenants.ID, layer string) (state layerState, err error) {
	key := layerKey{tenant, layer}
	_, epoch, _ := s.versions.get(key)
	err = s.db.Query(ctx, tenant, func(rows pgx.Rows) error {
		if rows.Next() {
			return rows.Scan(&state.version, &state.open)
		}
		return nil
	}, selectState, tenant, layer, s.source(layer))
	if err == nil {
		s.versions.learn(key, state.version, epoch)
	}
	return state, err
}

// version is the version of a layer's data: what the database told, or what it
// answers where it told nothing yet.
func (s *Tileset) version(ctx context.Context, tenant tenants.ID, layer string) (int64, error) {
	if version, _, known := s.versions.get(layerKey{tenant, layer}); known {
		return version, nil
	}
	state, err := s.state(ctx, tenant, layer)
	return state.version, err
}

// Listen hears of new versions until ctx ends. Without it, every tile asks for
// its layer's version first.
func (s *Tileset) Listen(ctx context.Context) { s.db.Listen(ctx, channel, &s.versions) }

// Tile returns a tile of the layer's present data, whoever asks.
func (s *Tileset) Tile(ctx context.Context, r TileRequest) (Tile, error) {
	state, err := s.state(ctx, r.Tenant, r.Layer)
	if err != nil {
		return Tile{}, err
	}
	return s.at(ctx, r, state.version)
}

// at returns a tile of a version of the layer's data, or newer.
func (s *Tileset) at(ctx context.Context, r TileRequest, version int64) (Tile, error) {
	layer, err := s.LayerOf(ctx, r.Tenant, r.Layer)
	if err != nil {
		return Tile{}, err
	}
	if layer == nil || r.Z > MaxZoom || !qk.ValidTile(r.Z, r.X, r.Y) {
		return Tile{}, fault.New(fault.NotFound, "ogc.fault.no_tile")
	}
	r.Filter = known(r.Filter, layer.Describe().Filters)
	key := r.key(version)
	if body, ok := s.tiles.Get(key); ok {
		return Tile{Body: body, Version: version}, nil
	}
	body, err, _ := s.making.Do(key, func() (any, error) {
		// Whoever waits for this tile must not lose it because the first one left.
		made, err := s.render(context.WithoutCancel(ctx), layer, r, version)
		if err == nil {
			s.tiles.Put(key, made)
		}
		return made, err
	})
	if err != nil {
		return Tile{}, err
	}
	made, ok := body.([]byte)
	if !ok {
		return Tile{}, errors.New("tile of another type")
	}
	return Tile{Body: made, Version: version}, nil
}

// known keeps the parameters a layer reads, without empty values, so that
// strangers' parameters neither reach SQL nor multiply the cache.
func known(filter url.Values, names []string) url.Values {
	kept := url.Values{}
	for name, values := range filter {
		if !slices.Contains(names, name) {
			continue
		}
		for _, v := range values {
			if v != "" {
				kept.Add(name, v)
			}
		}
	}
	return kept
}

func (r TileRequest) key(version int64) string {
	return r.Tenant.String() + "/" + r.Layer + "/" + r.Scope + "/" + strconv.FormatInt(version, 10) + "/" +
		strconv.FormatUint(uint64(r.Z), 10) + "/" + strconv.FormatUint(uint64(r.X), 10) + "/" +
		strconv.FormatUint(uint64(r.Y), 10) + "?" + r.Filter.Encode()
}

// render makes a tile: points from zoom 14 on, counts further out.
func (s *Tileset) render(ctx context.Context, layer Layer, r TileRequest, version int64) ([]byte, error) {
	b, err := s.block(ctx, layer, r, version)
	if err != nil {
		return nil, err
	}
	if r.Z <= tile.CountZoom {
		return tile.Gzip(b.cells(r))
	}
	return tile.Gzip(b.points(r, layer.Describe().Attributes))
}
