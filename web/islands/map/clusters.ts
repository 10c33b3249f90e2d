import type { GeoJSONSource, GeoJSONSourceSpecification, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import type { Palette } from './palette'
import type { Layer } from './props'

/**
 * Low-zoom tiles hold counts on a fine grid. Shown as they are, circles cover
 * each other; grouped again by what fits on the screen, each has room for its
 * number, and numbers still add up to the truth.
 */
export function clusterSource(): GeoJSONSourceSpecification {
  return {
    type: 'geojson', data: collection([]), cluster: true, clusterRadius: 44, clusterMaxZoom: 16,
    clusterProperties: { count: ['+', ['get', 'count']] },
  }
}

/** The id of the source that groups a layer's cells. */
export function clusterId(layer: Layer): string {
  return `${layer.id}-clusters`
}

/** A faint dot per cell, then the groups: area and depth say how many. */
export function cellLayers(layer: Layer, below: number, palette: Palette, font: string[]): LayerSpecification[] {
  const source = clusterId(layer)
  return [
    {
      id: `${layer.id}-grain`, type: 'circle', source: layer.id, 'source-layer': 'cells', maxzoom: below,
      paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, 0.8, 13, 2.4], 'circle-color': palette.brand, 'circle-opacity': 0.35 },
    },
    {
      id: `${layer.id}-cells`, type: 'circle', source, maxzoom: below, layout: { 'circle-sort-key': ['get', 'count'] },
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['sqrt', ['get', 'count']], 1, 9, 10, 16, 32, 24, 100, 32],
        'circle-color': ['step', ['get', 'count'], palette.brand, 200, palette.brandStrong],
        'circle-opacity': ['interpolate', ['linear'], ['get', 'count'], 1, 0.78, 100, 0.92],
        'circle-stroke-color': palette.surface, 'circle-stroke-width': 2,
      },
    },
    {
      id: `${layer.id}-counts`, type: 'symbol', source, maxzoom: below, filter: ['>', ['get', 'count'], 1],
      layout: {
        'text-field': ['number-format', ['get', 'count'], { locale: 'fr' }], 'text-font': font, 'text-size': 12,
        'text-allow-overlap': true, 'text-ignore-placement': true,
      },
      paint: { 'text-color': palette.onBrand },
    },
  ]
}

/** Groups again the cells of the tiles on screen. */
export function regroup(map: MapLibre, layer: Layer): void {
  const groups = map.getSource<GeoJSONSource>(clusterId(layer))
  if (!groups) return
  const cells = map.querySourceFeatures(layer.id, { sourceLayer: 'cells' })
  void groups.setData(collection(distinct(cells)))
}

/**
 * Tiles of two zooms may be on screen for a moment, and a cell on a border in
 * two tiles: a place counts once.
 */
export function distinct(cells: Array<Pick<GeoJSON.Feature, 'geometry' | 'properties'>>): GeoJSON.Feature[] {
  const seen = new Map<string, GeoJSON.Feature>()
  for (const { geometry, properties } of cells) {
    if (geometry.type !== 'Point') continue
    const key = geometry.coordinates.map((c) => c.toFixed(6)).join()
    seen.set(key, { type: 'Feature', geometry, properties: { count: Number(properties?.count ?? 1) } })
  }
  return [...seen.values()]
}

function collection(features: GeoJSON.Feature[]): GeoJSON.FeatureCollection {
  return { type: 'FeatureCollection', features }
}
