import type { Shape } from './props'

/** The colours a map uses, as the page's theme gives them. */
export interface Palette {
  background: string
  surface: string
  sunken: string
  ink: string
  ink2: string
  line: string
  brand: string
  brandStrong: string
  onBrand: string
  tones: Record<string, string>
}

const thermal = ['chaleur-3', 'chaleur-5', 'chaleur-7']
const zones = [...Array.from({ length: 10 }, (_, i) => `lcz-${i + 1}`), ...'abcdefg'.split('').map((c) => `lcz-${c}`)]
const tones = [
  'brand', 'heat', 'data', 'nature', 'ok', 'warning', 'danger',
  ...['canopee', 'fraicheur'].flatMap((ramp) => [2, 3, 4, 5, 6].map((step) => `${ramp}-${step}`)),
  ...thermal, ...zones,
]

/**
 * Reads the tokens as colours. A custom property holds light-dark(…) unresolved;
 * only a real property gives the colour of the current theme.
 */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement('span')
  probe.hidden = true
  host.append(probe)
  const read = (token: string) => {
    probe.style.color = `var(--${token})`
    return getComputedStyle(probe).color
  }
  const palette: Palette = {
    background: read('background'), surface: read('surface'), sunken: read('sunken'),
    ink: read('ink'), ink2: read('ink-2'), line: read('line'),
    brand: read('brand'), brandStrong: read('brand-strong'), onBrand: read('on-brand'),
    tones: Object.fromEntries(tones.map((t) => [t, read(t)])),
  }
  probe.remove()
  return palette
}

/** The colour of a tone; the neutral one is ink. */
export function toneColor(palette: Palette, tone: string): string {
  return palette.tones[tone] ?? palette.ink2
}

/** The outlines of the shapes in a box of 16, the same as Go's MapSymbol. */
const outlines: Record<Shape, string> = {
  circle: 'M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12Z',
  square: 'M2.5 2.5h11v11h-11Z',
  triangle: 'M8 1.8 14.6 13.8H1.4Z',
  diamond: 'M8 1 15 8 8 15 1 8Z',
  cross: 'M5.6 1.6h4.8v4h4v4.8h-4v4H5.6v-4h-4V5.6h4Z',
}

/** The name of a symbol's image, and what it is drawn from. */
export function imageName(shape: Shape, tone: string): string {
  return `acv:${shape}:${tone}`
}

/** Shape and tone of an image name of ours; null for others. */
export function parseImageName(name: string): { shape: Shape; tone: string } | null {
  const [prefix, shape, tone = ''] = name.split(':')
  if (prefix !== 'acv' || !shape || !(shape in outlines)) return null
  return { shape: shape as Shape, tone }
}

/** Draws a symbol, with a rim that stands out (3:1) from the base in both themes: tones of a scale do not all. */
export function drawImage(shape: Shape, fill: string, rim: string, scale: number): ImageData {
  const size = 18 * scale
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const pen = canvas.getContext('2d')
  if (!pen) return new ImageData(size, size)
  pen.scale(scale, scale)
  pen.translate(1, 1)
  const path = new Path2D(outlines[shape])
  pen.lineWidth = 2.4
  pen.strokeStyle = rim
  pen.stroke(path)
  pen.fillStyle = fill
  pen.fill(path)
  return pen.getImageData(0, 0, size, size)
}
