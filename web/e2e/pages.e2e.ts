import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// Every kind of page that the story does not pass through, as whoever may see
// it: axe in both themes at both widths, no sideways scrolling, no fault in the
// console. A module's page joins the list of its reader.

type Stop = [name: string, path: string, status?: number]

const open: Stop[] = [
  ['platform-home', '/'],
  ['town-home', '/vitre/'],
  ['trees-filtered', '/ales/arbres?essence=celtis-australis'],
  ['trees-none', '/ales/arbres?q=introuvable'],
  ['catalogue', '/ales/donnees'],
  ['catalogue-none', '/ales/donnees?q=introuvable'],
  ['dataset-preview', '/ales/donnees/arbres/apercu'],
  ['dataset-versions', '/ales/donnees/arbres/versions'],
  ['dataset-version', '/ales/donnees/arbres/versions/1'],
  ['dataset-api', '/ales/donnees/arbres/api'],
  ['geographic-api', '/ales/ogc/'],
  ['geographic-collections', '/ales/ogc/collections?f=html'],
  ['geographic-items', '/ales/ogc/collections/arbres/items?f=html'],
  ['help', '/aide'],
  ['help-trees', '/ales/aide/trees'],
  ['help-imports', '/ales/aide/imports'],
  ['api', '/api'],
  ['accessibility', '/ales/accessibilite'],
  ['legal', '/mentions-legales'],
  ['privacy', '/donnees-personnelles'],
  ['sign-in', '/connexion'],
  ['offline', '/hors-ligne'],
  ['gallery', '/_galerie'],
  ['lost', '/nulle/part', 404],
  ['lost-in-town', '/ales/nulle/part', 404],
]

const admin: Stop[] = [
  ['desk-trees', '/ales/espace/arbres'],
  ['desk-tree', '/ales/espace/arbres/1'],
  ['desk-tree-edit', '/ales/espace/arbres/1/modifier'],
  ['desk-dataset', '/ales/espace/donnees/arbres'],
  ['desk-upcoming', '/ales/espace/donnees/arbres/publier/changements'],
  ['activity', '/ales/espace/activite'],
  ['members', '/ales/espace/membres'],
  ['tokens', '/ales/espace/jetons'],
  ['settings', '/ales/espace/parametres'],
  ['account', '/compte'],
  ['followed-addresses', '/ales/espace/imports/suivis'],
  ['forbidden', '/bayonne/espace/', 403],
]

const supervisor: Stop[] = [
  ['supervisor-home', '/'],
  ['supervisor-workspace', '/ales/espace/'],
]

let browser: Browser

beforeAll(async () => { browser = await launch() })
afterAll(async () => { await browser.close() })

describe.each(widths)('every page at %i pixels', width => {
  test.each([
    ['nobody', '', open], ['the administrator of a town', 'admin@ales.demo', admin], ['the supervisor', 'bdt@demo', supervisor],
  ])('as %s', async (_, email, stops) => {
    const visitor = await Visitor.open(browser, width)
    if (email) await visitor.signIn(email, '/compte')
    for (const [name, path, status] of stops) {
      await visitor.goto(path, status)
      await visitor.sound(name)
    }
    await visitor.close()
  }, 600_000)
})

test.each(widths)('the longest names of communes fit at %i pixels', async width => {
  const visitor = await Visitor.open(browser, width)
  for (const path of ['/ales/', '/ales/arbres', '/ales/donnees']) {
    await visitor.goto(path)
    await visitor.page.locator('.masthead-town').evaluate(name => {
      name.textContent = 'Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson'
      name.classList.add('masthead-town-long')
    })
    const overflow = await visitor.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect.soft(overflow, path).toBeLessThanOrEqual(0)
  }
  await visitor.close()
})

test('the keyboard alone reaches the content, opens the menu and gives the focus back', async () => {
  const visitor = await Visitor.open(browser, 1440)
  const { page } = visitor
  await visitor.signIn('agent@ales.demo', '/ales/espace/')
  await page.reload()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
  const menu = page.locator('details.account')
  await menu.locator('summary').focus()
  await page.keyboard.press('Enter')
  expect(await menu.evaluate((m: HTMLDetailsElement) => m.open)).toBe(true)
  await page.keyboard.press('Escape')
  expect(await menu.evaluate((m: HTMLDetailsElement) => m.open)).toBe(false)
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY')
  await visitor.close()
})

test('paper shows the words and leaves out what one presses', async () => {
  const visitor = await Visitor.open(browser, 1440, { colorScheme: 'dark' })
  const { page } = visitor
  await visitor.goto('/ales/')
  await page.emulateMedia({ media: 'print' })
  await expect.poll(() => page.locator('h1').isVisible()).toBe(true)
  for (const part of ['.canopy', '.masthead-nav', '.masthead-tools', '.footer', '.hero .btn']) {
    expect(await page.locator(part).first().isVisible(), part).toBe(false)
  }
  const ink = await page.locator('h1').evaluate(h => getComputedStyle(h).color)
  expect(ink, 'dark ink on white paper').toBe('rgb(23, 33, 28)')
  await visitor.close()
})
