import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

type Theme = 'light' | 'dark'

/** The tokens of one block, as colours of one theme; what is no pair of colours is left out. */
function tokens(selector: string, theme: Theme): Record<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('\n}', start))
  const pairs = [...block.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\);/g)]
  return Object.fromEntries(pairs.map(([, name, light, dark]) => [name as string, (theme === 'light' ? light : dark) as string]))
}

/** The ground of heroes, one colour in both themes. */
function deep(selector: string): string {
  const start = css.indexOf(`${selector} {`)
  return /--deep: (#[0-9a-f]{6});/.exec(css.slice(start, css.indexOf('\n}', start)))?.[1] ?? ''
}

function luminance(hex: string): number {
  const full = hex.length === 4 ? `#${[...hex.slice(1)].map((c) => c + c).join('')}` : hex
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(full.slice(i, i + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const accents = [...css.matchAll(/\[data-accent="(\w+)"\]/g)].map((m) => m[1] as string)

const texts: Array<[string, string]> = [
  ['ink', 'background'], ['ink', 'surface'], ['ink', 'sunken'], ['ink-2', 'background'], ['ink-2', 'surface'], ['ink-2', 'sunken'],
  ['link', 'background'], ['link', 'surface'], ['focus', 'background'], ['on-ground', 'ground'], ['on-ground-2', 'ground'],
  ...['heat', 'data', 'nature', 'ok', 'warning', 'danger'].flatMap((t): Array<[string, string]> => [
    [t, 'background'], [t, 'surface'], [t, `${t}-soft`], ['ink', `${t}-soft`],
  ]),
  ...[1, 2, 3, 4, 5, 6].map((n): [string, string] => [`on-cat-${n}`, `cat-${n}`]),
]

const brands: Array<[string, string]> = [
  ['brand', 'background'], ['brand', 'surface'], ['brand', 'sunken'], ['brand', 'brand-soft'], ['brand-strong', 'brand-soft'],
  ['brand-strong', 'surface'], ['on-brand', 'brand'], ['on-brand', 'brand-strong'], ['ink-2', 'brand-soft'],
]

describe.each<Theme>(['light', 'dark'])('%s theme', (theme) => {
  const base = tokens(':root', theme)

  it.each([...texts, ...brands])('text %s on %s reaches 4.5', (ink, ground) => {
    expect(contrast(base[ink] as string, base[ground] as string)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['control'])('borders of controls (%s) reach 3', (border) => {
    for (const ground of ['background', 'surface']) {
      expect(contrast(base[border] as string, base[ground] as string)).toBeGreaterThanOrEqual(3)
    }
  })

  it.each([1, 2, 3, 4, 5, 6])('category %i reaches 3 on the surface', (n) => {
    expect(contrast(base[`cat-${n}`] as string, base.surface as string)).toBeGreaterThanOrEqual(3)
  })

  it.each(accents)('accent %s keeps every contrast of the brand', (accent) => {
    const all = { ...base, ...tokens(`[data-accent="${accent}"]`, theme) }
    for (const [ink, ground] of brands) {
      expect(contrast(all[ink] as string, all[ground] as string), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }
  })
})

it.each([':root', ...accents.map((a) => `[data-accent="${a}"]`)])('the dark palette can be read on the deep ground of %s', (selector) => {
  const all = { ...tokens(':root', 'dark'), ...tokens(selector, 'dark') }
  for (const ink of ['ink', 'ink-2', 'brand', 'brand-strong', 'link', 'focus']) {
    expect(contrast(all[ink] as string, deep(selector)), `${ink} on deep`).toBeGreaterThanOrEqual(4.5)
  }
})

it('has the accents that Go knows, and no other', () => {
  const go = readFileSync(new URL('../layout/shell.go', import.meta.url), 'utf8')
  const list = /var Accents = \[\]string\{([^}]*)\}/.exec(go)?.[1] ?? ''
  expect(accents).toEqual([...list.matchAll(/"(\w+)"/g)].map((m) => m[1]))
  expect(accents).toHaveLength(8)
})
