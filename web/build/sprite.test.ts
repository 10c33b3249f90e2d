import { expect, it } from 'vitest'
import { iconsIn, symbol } from './sprite.ts'

it('finds the icons every kind of source names', () => {
  const source = `
    @Icon("leaf")
    @components.IconLabel("x", "Fermer")
    LinkProps{Label: "Suite", Icon: "map", After: "arrow-right"}
    iconOK = "circle-check" // icon
    Quote: "quote",  // icon
    'panLeft', icon: icon('arrow-left')
    @themeChoice("auto", "monitor", "Auto")
    Chip("En ligne", OK, "nothing")`
  expect(iconsIn(source).sort()).toEqual(['arrow-left', 'arrow-right', 'circle-check', 'leaf', 'map', 'monitor', 'quote', 'x'])
})

it('keeps the drawing of a lucide file and nothing of its style', () => {
  const svg = '<!-- @license -->\n<svg\n  stroke="currentColor"\n>\n  <path d="M1 1" />\n  <circle r="2" />\n</svg>\n'
  expect(symbol('leaf', svg)).toBe('<symbol id="leaf" viewBox="0 0 24 24"><path d="M1 1" /><circle r="2" /></symbol>')
})
