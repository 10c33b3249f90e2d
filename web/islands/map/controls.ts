import type { ControlPosition, IControl, Map as MapLibre } from 'maplibre-gl'
import type { MapProps, Word } from './props'

const step = 120 // pixels a pan button moves the map by

interface Move {
  word: Word
  icon: string
  by: [number, number]
}

const moves: Move[] = [
  { word: 'panLeft', icon: icon('arrow-left'), by: [-step, 0] },
  { word: 'panUp', icon: icon('arrow-up'), by: [0, -step] },
  { word: 'panDown', icon: icon('arrow-down'), by: [0, step] },
  { word: 'panRight', icon: icon('arrow-right'), by: [step, 0] },
]

/** Names an icon so that the sprite holds it. */
function icon(name: string): string {
  return name
}

/** Buttons that do what dragging does (WCAG 2.5.7), and one back to the whole town. */
export class PanControl implements IControl {
  private readonly group = document.createElement('div')

  constructor(
    private readonly props: MapProps,
    private readonly sprite: string,
  ) {}

  onAdd(map: MapLibre): HTMLElement {
    this.group.className = 'maplibregl-ctrl maplibregl-ctrl-group map-pan'
    this.group.setAttribute('role', 'group')
    this.group.setAttribute('aria-label', this.props.words.pan)
    for (const move of moves) {
      this.group.append(this.button(move.word, move.icon, () => map.panBy(move.by)))
    }
    this.group.append(this.button('home', icon('house'), () => map.fitBounds(this.props.bounds, { padding: 28 })))
    return this.group
  }

  onRemove(): void {
    this.group.remove()
  }

  getDefaultPosition(): ControlPosition {
    return 'bottom-right'
  }

  private button(word: Word, name: string, act: () => void): HTMLButtonElement {
    const b = document.createElement('button')
    b.type = 'button'
    b.title = this.props.words[word]
    b.setAttribute('aria-label', this.props.words[word])
    b.append(svgIcon(this.sprite, name))
    b.addEventListener('click', act)
    return b
  }
}

/** An icon of the page's sprite. */
export function svgIcon(sprite: string, name: string): SVGSVGElement {
  const ns = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(ns, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(ns, 'use')
  use.setAttribute('href', `${sprite}#${name}`)
  svg.append(use)
  return svg
}

/** The sprite's address, taken from an icon the page already shows. */
export function spriteAddress(root: ParentNode): string {
  return root.querySelector('svg.icon use')?.getAttribute('href')?.split('#')[0] ?? ''
}

/** MapLibre's own words, in the page's language. */
export function locale({ title, words }: MapProps): Record<string, string> {
  return {
    'Map.Title': `${title} : ${words.canvas}`,
    'NavigationControl.ZoomIn': words.zoomIn,
    'NavigationControl.ZoomOut': words.zoomOut,
    'NavigationControl.ResetBearing': words.north,
    'AttributionControl.ToggleAttribution': words.attribution,
    'Popup.Close': words.close,
    'CooperativeGesturesHandler.WindowsHelpText': words.scroll,
    'CooperativeGesturesHandler.MacHelpText': words.scrollMac,
    'CooperativeGesturesHandler.MobileHelpText': words.touch,
  }
}
