import type { DataDrivenPropertyValueSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { tileAddress, withQuery } from './address'
import { cellLayers, clusterId, clusterSource } from './clusters'
import { imageName, toneColor, type Palette } from './palette'
import type { Layer, MapProps, Place } from './props'

const pageFont = ['Hanken Grotesk Variable'] // drawn locally: no glyph server

/** Below this zoom a tile layer holds cells with a count, above it points. */
export const defaultCellZoom = 13

export interface StyleInput {
  props: MapProps
  palette: Palette
  query: string
  origin: string
  base: StyleSpecification | null // the fetched base map, null for the neutral one
}

/** The whole style: base, places, data, selection, in that order. */
export function buildStyle(input: StyleInput): StyleSpecification {
  const { base } = input
  const font = base?.glyphs ? firstFont(base) : pageFont
  return {
    ...(base ?? {}),
    version: 8,
    sources: { ...(base?.sources ?? {}), ...placeSources(input), ...dataSources(input), selection: emptySource() },
    layers: [
      ...(base ? base.layers : neutralBase(input.palette)),
      ...placeLayers(input, font),
      ...(input.props.layers ?? []).flatMap((l) => dataLayers(l, input.palette, font)),
      ...selectionLayers(input.palette),
    ],
  }
}

function emptySource(): SourceSpecification {
  return { type: 'geojson', data: { type: 'FeatureCollection', features: [] } }
}

/** A base map that has its own glyphs only draws the fonts it serves. */
export function firstFont(base: StyleSpecification): string[] {
  for (const layer of base.layers) {
    const font = layer.type === 'symbol' ? layer.layout?.['text-font'] : undefined
    if (Array.isArray(font) && font.every((f) => typeof f === 'string')) return font as string[]
  }
  return pageFont
}

function neutralBase(palette: Palette): LayerSpecification[] {
  return [{ id: 'ground', type: 'background', paint: { 'background-color': palette.sunken } }]
}

function placeSources({ props }: StyleInput): Record<string, SourceSpecification> {
  const own = features((props.places ?? []).filter((p) => p.own))
  const others = features((props.places ?? []).filter((p) => !p.own))
  return {
    town: { type: 'geojson', data: own, ...(props.credit ? { attribution: props.credit } : {}) },
    neighbours: { type: 'geojson', data: others },
    outside: { type: 'geojson', data: mask(own) },
  }
}

function features(places: Place[]): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: places.flatMap((p) =>
      p.outline ? [{ type: 'Feature', properties: { name: p.name }, geometry: p.outline }] : [],
    ),
  }
}

const world: GeoJSON.Position[] = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]

/** Everything but the town, to veil what is outside it. */
export function mask(own: GeoJSON.FeatureCollection): GeoJSON.FeatureCollection {
  const holes = own.features.flatMap((f) => {
    if (f.geometry.type === 'Polygon') return f.geometry.coordinates.slice(0, 1)
    if (f.geometry.type === 'MultiPolygon') return f.geometry.coordinates.flatMap((p) => p.slice(0, 1))
    return []
  })
  if (holes.length === 0) return { type: 'FeatureCollection', features: [] }
  const geometry: GeoJSON.Polygon = { type: 'Polygon', coordinates: [world, ...holes] }
  return { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry }] }
}

function placeLayers({ palette, base }: StyleInput, font: string[]): LayerSpecification[] {
  const layers: LayerSpecification[] = []
  if (base) {
    layers.push({ id: 'outside', type: 'fill', source: 'outside', paint: { 'fill-color': palette.background, 'fill-opacity': 0.55 } })
  } else {
    layers.push(
      { id: 'neighbours-fill', type: 'fill', source: 'neighbours', paint: { 'fill-color': palette.background } },
      { id: 'neighbours-line', type: 'line', source: 'neighbours', paint: { 'line-color': palette.line, 'line-width': 1 } },
      { id: 'town-fill', type: 'fill', source: 'town', paint: { 'fill-color': palette.surface } },
    )
  }
  layers.push({ id: 'town-line', type: 'line', source: 'town', layout: { 'line-join': 'round' }, paint: { 'line-color': palette.brand, 'line-width': 2.5 } })
  if (!base) {
    layers.push({
      id: 'neighbours-name', type: 'symbol', source: 'neighbours',
      layout: { 'text-field': ['get', 'name'], 'text-font': font, 'text-size': 13 },
      paint: { 'text-color': palette.ink2, 'text-halo-color': palette.background, 'text-halo-width': 1.5 },
    })
  }
  return layers
}

function dataSources({ props, query, origin }: StyleInput): Record<string, SourceSpecification> {
  const sources: Record<string, SourceSpecification> = {}
  for (const layer of props.layers ?? []) {
    if (layer.kind === 'tiles') {
      sources[layer.id] = {
        type: 'vector', tiles: [tileAddress(layer.tiles ?? '', query, origin)],
        minzoom: layer.minZoom ?? 8, maxzoom: layer.maxZoom ?? 16, bounds: padded(props.bounds),
      }
      sources[clusterId(layer)] = clusterSource()
    } else {
      sources[layer.id] = { type: 'geojson', data: layer.data ?? withQuery(layer.url ?? '', query), promoteId: 'id' }
    }
  }
  return sources
}

/** Tiles are only asked for where the town may have things. */
function padded([west, south, east, north]: MapProps['bounds']): [number, number, number, number] {
  const x = (east - west) * 0.25
  const y = (north - south) * 0.25
  return [west - x, south - y, east + x, north + y]
}

function dataLayers(layer: Layer, palette: Palette, font: string[]): LayerSpecification[] {
  if (layer.kind === 'areas') return areaLayers(layer, palette, font)
  const below = (layer.cellZoom ?? defaultCellZoom) + 1
  const cells = layer.kind === 'tiles' ? cellLayers(layer, below, palette, font) : []
  return [...cells, pointLayer(layer, palette), ...(layer.text ? [textLayer(layer, palette, font)] : [])]
}

/** What is written beside each point: colour alone says nothing. */
function textLayer(layer: Layer, palette: Palette, font: string[]): LayerSpecification {
  return {
    id: `${layer.id}-text`, type: 'symbol', source: layer.id,
    layout: {
      'text-field': ['to-string', ['get', layer.text ?? '']], 'text-font': font, 'text-size': 14,
      'text-anchor': 'top', 'text-offset': [0, 0.7], 'text-optional': true,
    },
    paint: { 'text-color': palette.ink, 'text-halo-color': palette.surface, 'text-halo-width': 1.8 },
  }
}

/** Areas let the ground through; what is written in them repeats the colour. */
function areaLayers(layer: Layer, palette: Palette, font: string[]): LayerSpecification[] {
  const cases = (layer.classes ?? []).flatMap((c) => [c.value, toneColor(palette, c.tone)])
  const color = ['match', ['to-string', ['get', layer.property ?? '']], ...cases, palette.ink2] as unknown as DataDrivenPropertyValueSpecification<string>
  const layers: LayerSpecification[] = [
    { id: `${layer.id}-areas`, type: 'fill', source: layer.id, paint: { 'fill-color': color, 'fill-opacity': 0.78 } },
    { id: `${layer.id}-edges`, type: 'line', source: layer.id, paint: { 'line-color': palette.surface, 'line-width': 1 } },
  ]
  if (layer.text) {
    layers.push({
      id: `${layer.id}-text`, type: 'symbol', source: layer.id, minzoom: 11.5,
      layout: { 'text-field': ['to-string', ['get', layer.text]], 'text-font': font, 'text-size': 12 },
      paint: { 'text-color': '#10201a', 'text-halo-color': 'rgb(255 255 255 / 85%)', 'text-halo-width': 1.4 },
    })
  }
  return layers
}

function pointLayer(layer: Layer, palette: Palette): LayerSpecification {
  const tiles = layer.kind === 'tiles'
  const common = {
    id: `${layer.id}-points`, source: layer.id,
    ...(tiles ? { 'source-layer': 'points', minzoom: (layer.cellZoom ?? defaultCellZoom) + 1 } : {}),
  }
  if (layer.property && layer.classes?.length) {
    return {
      ...common, type: 'symbol',
      layout: {
        'icon-image': classImage(layer), 'icon-allow-overlap': true, 'icon-ignore-placement': true,
        'icon-size': layer.text ? 1.1 : ['interpolate', ['linear'], ['zoom'], 11, 0.55, 14, 0.8, 18, 1.2], // few enough to be read
      },
    }
  }
  return {
    ...common, type: 'circle',
    paint: {
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 2.5, 14, 4.5, 18, 9],
      'circle-color': palette.brand, 'circle-stroke-color': palette.surface, 'circle-stroke-width': 1.5,
    },
  }
}

/** The image of a point's class; a plain circle for a value no class has. */
function classImage(layer: Layer): DataDrivenPropertyValueSpecification<string> {
  const cases = (layer.classes ?? []).flatMap((c) => [c.value, imageName(c.shape, c.tone)])
  const match = ['match', ['to-string', ['get', layer.property ?? '']], ...cases, imageName('circle', '')]
  return match as unknown as DataDrivenPropertyValueSpecification<string>
}

function selectionLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: 'selection-halo', type: 'circle', source: 'selection',
      paint: { 'circle-radius': 17, 'circle-color': palette.brand, 'circle-opacity': 0.22 },
    },
    {
      id: 'selection-ring', type: 'circle', source: 'selection',
      paint: { 'circle-radius': 10, 'circle-color': palette.brand, 'circle-stroke-color': palette.surface, 'circle-stroke-width': 3 },
    },
  ]
}

/** The layers a click may hit, points before cells. */
export function hitLayers(layers: Layer[]): string[] {
  return layers.flatMap((l) => {
    if (l.kind === 'areas') return [`${l.id}-areas`]
    return [`${l.id}-points`, ...(l.kind === 'tiles' ? [`${l.id}-cells`] : [])]
  })
}
