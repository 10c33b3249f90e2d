/** What the page gives the map: components.MapProps of Go, as JSON. */
export interface MapProps {
  bounds: [number, number, number, number] // west, south, east, north
  places: Place[] | null
  layers: Layer[] | null
  baseMap: { kind?: string; style?: string; attribution?: string }
  query: string
  queryForm: string
  title: string
  credit?: string
  pick?: { lon: string; lat: string } // ids of the fields a click fills
  marker?: { lon: number; lat: number; label: string }
  words: Record<Word, string>
}

export type Word =
  | 'canvas' | 'zoomIn' | 'zoomOut' | 'north' | 'home' | 'attribution'
  | 'pan' | 'panLeft' | 'panRight' | 'panUp' | 'panDown'
  | 'scroll' | 'scrollMac' | 'touch'
  | 'selected' | 'picked' | 'cell' | 'close' | 'loading'
  | 'failed' | 'noBase' | 'noWebGL' | 'noDetail'

export interface Place {
  name: string
  outline?: GeoJSON.Polygon | GeoJSON.MultiPolygon
  own?: boolean
}

export type Shape = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross'

export interface PointClass {
  value: string
  label: string
  shape: Shape
  tone: string
}

export interface Layer {
  id: string
  label: string
  kind: 'tiles' | 'geojson' | 'areas'
  tiles?: string
  cellZoom?: number
  minZoom?: number
  maxZoom?: number
  url?: string
  data?: GeoJSON.FeatureCollection
  property?: string
  classes?: PointClass[]
  detail?: string
  name?: string
  text?: string
}
