import type { StyleSpecification } from 'maplibre-gl'
import { describe, expect, it } from 'vitest'
import type { Palette } from './palette'
import type { Layer, MapProps } from './props'
import { buildStyle, firstFont, hitLayers, mask, type StyleInput } from './style'

const palette: Palette = {
  background: 'bg', surface: 'surface', sunken: 'sunken', ink: 'ink', ink2: 'ink2', line: 'line',
  brand: 'brand', brandStrong: 'strong', onBrand: 'on', tones: { ok: 'green' },
}

const square: GeoJSON.Polygon = { type: 'Polygon', coordinates: [[[4, 44], [4.1, 44], [4.1, 44.1], [4, 44]]] }

const trees: Layer = { id: 'arbres', label: 'Arbres', kind: 'tiles', tiles: '/ales/tiles/{z}/{y}/{x}' }
const rows: Layer = {
  id: 'lignes', label: 'Lignes', kind: 'geojson', url: '/apercu.geojson', property: 'verdict',
  classes: [{ value: 'created', label: 'Nouveaux', shape: 'circle', tone: 'ok' }],
}

function input(layers: Layer[] | null, more: Partial<StyleInput> = {}): StyleInput {
  const props = {
    bounds: [4, 44, 4.1, 44.1], places: [{ name: 'Alès', outline: square, own: true }, { name: 'Voisine', outline: square }],
    layers, baseMap: {}, query: '', queryForm: '', title: 'Carte', words: {},
  } as unknown as MapProps
  return { props, palette, query: '', origin: 'https://acv.example', base: null, ...more }
}

const ids = (style: StyleSpecification) => style.layers.map((l) => l.id)

describe('the neutral style', () => {
  it('needs no network of its own: no glyphs, no sprite', () => {
    const style = buildStyle(input([]))
    expect(style.glyphs).toBeUndefined()
    expect(style.sprite).toBeUndefined()
    expect(ids(style)[0]).toBe('ground')
  })

  it('accepts a page without layers or places', () => {
    const empty = input(null)
    empty.props.places = null
    expect(() => buildStyle(empty)).not.toThrow()
  })

  it('draws data over places and the selection over all', () => {
    const order = ids(buildStyle(input([trees])))
    expect(order.indexOf('town-line')).toBeLessThan(order.indexOf('arbres-cells'))
    expect(order.at(-1)).toBe('selection-ring')
  })
})

describe('a tile layer', () => {
  it('asks for tiles with the page’s filters, of the page’s origin', () => {
    const source = buildStyle(input([trees], { query: 'etat=bon' })).sources.arbres
    expect(source).toMatchObject({ type: 'vector', tiles: ['https://acv.example/ales/tiles/{z}/{y}/{x}?etat=bon'] })
  })

  it('shows cells up to zoom 13 and points above', () => {
    const layers = buildStyle(input([trees])).layers
    const limits = (id: string) => layers.find((l) => l.id === id)
    expect(limits('arbres-cells')).toMatchObject({ maxzoom: 14 })
    expect(limits('arbres-points')).toMatchObject({ minzoom: 14, 'source-layer': 'points' })
  })
})

describe('classes', () => {
  it('give each value its shape, and a circle to a value without class', () => {
    const layer = buildStyle(input([rows])).layers.find((l) => l.id === 'lignes-points')
    expect(layer?.type).toBe('symbol')
    expect(layer?.layout).toMatchObject({
      'icon-image': ['match', ['to-string', ['get', 'verdict']], 'created', 'acv:circle:ok', 'acv:circle:'],
    })
  })
})

describe('over a base map', () => {
  const base: StyleSpecification = {
    version: 8, glyphs: 'https://base/{fontstack}/{range}.pbf', sources: { plan: { type: 'vector', tiles: [] } },
    layers: [{ id: 'roads', type: 'symbol', source: 'plan', layout: { 'text-font': ['Source Sans'] } }],
  }

  it('keeps the base below, veils what is outside the town, and hides no data', () => {
    const order = ids(buildStyle(input([trees], { base })))
    expect(order[0]).toBe('roads')
    expect(order).toContain('outside')
    expect(order).toContain('arbres-cells')
    expect(order).not.toContain('town-fill')
  })

  it('writes with a font the base serves', () => {
    expect(firstFont(base)).toEqual(['Source Sans'])
    const counts = buildStyle(input([trees], { base })).layers.find((l) => l.id === 'arbres-counts')
    expect(counts?.layout).toMatchObject({ 'text-font': ['Source Sans'] })
  })
})

it('veils the world but the town, each part of it', () => {
  const parts: GeoJSON.MultiPolygon = { type: 'MultiPolygon', coordinates: [square.coordinates, square.coordinates] }
  const veil = mask({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: parts }] })
  expect((veil.features[0]?.geometry as GeoJSON.Polygon).coordinates).toHaveLength(3)
  expect(mask({ type: 'FeatureCollection', features: [] }).features).toHaveLength(0)
})

it('tries points before cells under the pointer', () => {
  expect(hitLayers([trees, rows])).toEqual(['arbres-points', 'arbres-cells', 'lignes-points'])
})

describe('areas', () => {
  const cells: Layer = {
    id: 'mailles', label: 'Mailles', kind: 'areas', url: '/mailles.geojson', property: 'classe', text: 'n',
    classes: [{ value: '0', label: '1 à 4', shape: 'square', tone: 'ok' }],
  }

  it('are filled by class, and say their number', () => {
    const style = buildStyle(input([cells]))
    expect(ids(style)).toEqual(expect.arrayContaining(['mailles-areas', 'mailles-edges', 'mailles-text']))
    expect(JSON.stringify(style.layers.find((l) => l.id === 'mailles-areas'))).toContain('"0","green"')
    expect(ids(style)).not.toContain('mailles-points')
  })

  it('can be touched', () => {
    expect(hitLayers([cells])).toEqual(['mailles-areas'])
  })
})
