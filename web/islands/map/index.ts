import 'maplibre-gl/dist/maplibre-gl.css'
import './map.css'
import {
  AttributionControl, type GeoJSONSource, Map as MapLibre, type MapGeoJSONFeature, type MapMouseEvent,
  NavigationControl, ScaleControl, setWorkerUrl, type StyleSpecification, type VectorTileSource,
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import type { FiltersChanged } from '../filters'
import { detailAddress, tileAddress, withQuery } from './address'
import { fetchBase } from './base'
import { regroup } from './clusters'
import { locale, PanControl, spriteAddress } from './controls'
import { Detail } from './detail'
import { drawImage, parseImageName, readPalette, toneColor, type Palette } from './palette'
import type { Layer, MapProps } from './props'
import { buildStyle, hitLayers } from './style'

setWorkerUrl(workerUrl) // a file of our own origin: the CSP has no blob:

/** Mounts a map in el; what cannot be shown is said, and the list stays. */
export function mount(el: HTMLElement, props: MapProps): void {
  try {
    new TownMap(el, props)
  } catch (cause) {
    console.error('map', cause)
    say(el, props.words.noWebGL)
  }
}

function say(el: HTMLElement, sentence: string): void {
  const status = document.getElementById(`${el.id}-etat`)
  if (status) status.textContent = sentence
}

class TownMap {
  private readonly map: MapLibre
  private readonly detail: Detail
  private layers: Layer[] // those shown: all of the map, or the one chosen
  private palette: Palette
  private base: StyleSpecification | null = null
  private query: string
  private marked: [number, number] | null = null
  private readonly images = new Set<string>()

  constructor(
    private readonly el: HTMLElement,
    private readonly props: MapProps,
  ) {
    this.layers = chosen(props.layers ?? [], choiceOf(el))
    this.query = props.query
    this.palette = readPalette(el)
    const fallback = el.querySelector<HTMLElement>('[data-fallback]')
    this.map = new MapLibre({
      container: el, bounds: props.bounds, fitBoundsOptions: { padding: 28 }, style: this.style(),
      attributionControl: false, cooperativeGestures: true, locale: locale(props), pitchWithRotate: false,
      dragRotate: false, maxZoom: 20,
    })
    fallback?.remove()
    const sprite = spriteAddress(document)
    this.detail = new Detail(panelOf(el), props.words, sprite, () => this.deselect())
    this.addControls(sprite)
    this.listen()
    void this.loadBase()
  }

  private style(): StyleSpecification {
    const { layers, palette, query, base } = this
    return buildStyle({ props: { ...this.props, layers }, palette, query, base, origin: location.origin })
  }

  private addControls(sprite: string): void {
    this.map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
    this.map.addControl(new PanControl(this.props, sprite))
    this.map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left')
    // On a phone the buttons at the bottom leave no room to read who drew the map.
    const room = this.el.clientWidth >= 480
    this.map.addControl(new AttributionControl({ compact: true }), room ? 'bottom-left' : 'top-left')
  }

  private listen(): void {
    const { map } = this
    map.on('idle', () => (this.el.dataset.ready = '1'))
    map.on('load', () => this.showMarker())
    map.on('sourcedata', (e) => e.isSourceLoaded && this.regroup(e.sourceId))
    map.on('moveend', () => this.layers.forEach((l) => this.regroup(l.id)))
    map.on('error', (e) => this.failed((e as { sourceId?: string }).sourceId))
    map.setMissingStyleImageResolver((name) => this.addImage(name))
    map.on('click', (e) => void this.click(e))
    map.on('mousemove', (e) => (map.getCanvas().style.cursor = this.hit(e) ? 'pointer' : ''))
    this.offerChoice()
    document.addEventListener('acv:theme', () => this.retheme())
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.retheme())
    document.addEventListener('acv:filters', (e) => this.follow((e as CustomEvent<FiltersChanged>).detail))
  }

  private offerChoice(): void {
    const choice = choiceOf(this.el)
    if (choice) this.tellSymbols()
    choice?.addEventListener('change', () => {
      this.layers = chosen(this.props.layers ?? [], choice)
      this.tellSymbols()
      this.detail.close()
      this.restyle()
    })
  }

  /** Only the symbols of the layer that is shown are told. */
  private tellSymbols(): void {
    const shown = this.layers.map((l) => l.id)
    const foot = document.getElementById(`${this.el.id}-apres`)
    for (const legend of foot?.querySelectorAll<HTMLElement>('[data-legend]') ?? []) {
      legend.hidden = !shown.includes(legend.dataset.legend ?? '')
    }
  }

  private regroup(source: string): void {
    const layer = this.layers.find((l) => l.id === source && l.kind === 'tiles')
    if (layer) regroup(this.map, layer)
  }

  private async loadBase(): Promise<void> {
    const { kind, style, attribution } = this.props.baseMap
    if (kind !== 'ign' || !style) return
    this.base = await fetchBase(style, attribution)
    if (this.base) this.restyle()
    else say(this.el, this.props.words.noBase)
  }

  /** Errors of our own sources and of the base map's are different news. */
  private failed(source: string | undefined): void {
    const ours = source === undefined || (this.props.layers ?? []).some((l) => l.id === source)
    say(this.el, ours ? this.props.words.failed : this.props.words.noBase)
  }

  private addImage(name: string): void {
    const symbol = parseImageName(name)
    if (!symbol) return
    const image = drawImage(symbol.shape, toneColor(this.palette, symbol.tone), this.palette.ink2, 2)
    if (this.map.hasImage(name)) this.map.updateImage(name, image)
    else this.map.addImage(name, image, { pixelRatio: 2 })
    this.images.add(name)
  }

  /** A new style starts with empty groups and selection: both are filled again. */
  private restyle(): void {
    delete this.el.dataset.ready
    this.map.once('idle', () => {
      for (const layer of this.layers) this.regroup(layer.id)
      this.mark(this.marked)
    })
    this.map.setStyle(this.style())
  }

  private retheme(): void {
    this.palette = readPalette(this.el)
    this.restyle()
    for (const name of this.images) this.addImage(name)
  }

  /** The list and the map show the same selection. */
  private follow(change: FiltersChanged): void {
    if (change.form !== this.props.queryForm || change.query === this.query) return
    this.query = change.query
    this.detail.close()
    delete this.el.dataset.ready
    for (const layer of this.layers) {
      const source = this.map.getSource(layer.id)
      if (layer.kind === 'tiles') (source as VectorTileSource).setTiles([tileAddress(layer.tiles ?? '', this.query, location.origin)])
      else if (layer.url) (source as GeoJSONSource).setData(withQuery(layer.url, this.query))
    }
  }

  private hit(e: MapMouseEvent): MapGeoJSONFeature | undefined {
    const reach = 6 // pixels around the pointer: fingers are not precise
    const { x, y } = e.point
    const layers = hitLayers(this.layers).filter((id) => this.map.getLayer(id))
    return this.map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers })[0]
  }

  private async click(e: MapMouseEvent): Promise<void> {
    if (this.props.pick) return this.pick(this.props.pick, e)
    const feature = this.hit(e)
    if (!feature) return this.detail.close()
    if (feature.layer.id.endsWith('-cells')) return this.enlarge(feature)
    const layer = this.layers.find((l) => l.id === feature.source)
    if (layer) await this.select(layer, feature, placeOf(feature, e))
  }

  /** Writes the chosen place in the form, about ten centimetres exact. */
  private pick(fields: { lon: string; lat: string }, e: MapMouseEvent): void {
    const { lng, lat } = e.lngLat
    fill(fields.lon, lng)
    fill(fields.lat, lat)
    this.mark([lng, lat])
    say(this.el, `${this.props.words.picked} ${lat.toFixed(5).replace('.', ',')} ; ${lng.toFixed(5).replace('.', ',')}`)
  }

  private enlarge(cell: MapGeoJSONFeature): void {
    const count = new Intl.NumberFormat('fr-FR').format(Number(cell.properties.count))
    say(this.el, `${this.props.words.cell} ${count}`)
    this.map.easeTo({ center: pointOf(cell), zoom: this.map.getZoom() + 2 })
  }

  private async select(layer: Layer, feature: MapGeoJSONFeature, at: [number, number]): Promise<void> {
    this.mark(at)
    const address = layer.detail ? detailAddress(layer.detail, (feature.properties.id as string | undefined) ?? feature.id) : null
    let title = String(feature.properties[layer.name ?? ''] ?? layer.label)
    if (address) title = (await this.detail.load(address)) || title
    else this.detail.say(title)
    say(this.el, `${this.props.words.selected} ${title}`)
  }

  private mark(at: [number, number] | null): void {
    this.marked = at
    const source = this.map.getSource<GeoJSONSource>('selection')
    const features: GeoJSON.Feature[] = at ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: at } }] : []
    source?.setData({ type: 'FeatureCollection', features })
  }

  private deselect(): void {
    this.showMarker()
    say(this.el, '')
    this.map.getCanvas().focus({ preventScroll: true })
  }

  /** The thing the page is about, where it has one. */
  private showMarker(): void {
    const { marker } = this.props
    this.mark(marker ? [marker.lon, marker.lat] : null)
  }
}

function pointOf(feature: MapGeoJSONFeature): [number, number] {
  return (feature.geometry as GeoJSON.Point).coordinates as [number, number]
}

function fill(id: string, degrees: number): void {
  const field = document.getElementById(id)
  if (!(field instanceof HTMLInputElement)) return
  field.value = degrees.toFixed(6).replace('.', ',')
  field.dispatchEvent(new Event('change', { bubbles: true }))
}

/** The radios that say which layer the map shows, null when it has no choice. */
function choiceOf(el: HTMLElement): HTMLFieldSetElement | null {
  return document.querySelector<HTMLFieldSetElement>(`#${CSS.escape(el.id)}-choix`)
}

function chosen(all: Layer[], choice: HTMLFieldSetElement | null): Layer[] {
  const id = choice?.querySelector<HTMLInputElement>(':checked')?.value
  return id === undefined ? all : all.filter((l) => l.id === id)
}

/** Where what was clicked is: a point's own place, the pointer's in an area. */
function placeOf(feature: MapGeoJSONFeature, e: MapMouseEvent): [number, number] {
  return feature.geometry.type === 'Point' ? pointOf(feature) : [e.lngLat.lng, e.lngLat.lat]
}

function panelOf(el: HTMLElement): HTMLElement {
  return document.getElementById(`${el.id}-fiche`) ?? document.createElement('div')
}
