import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// The score of a dataset's sheet follows what is written, and each missing point
// leads to its field. Nothing is saved: other journeys find the sheet as it was.

const sheet = '/niort/espace/donnees/parcs-et-jardins'

let browser: Browser

beforeAll(async () => { browser = await launch() })
afterAll(async () => { await browser.close() })

test.each(widths)('the score follows the form, at %i pixels', async width => {
  const agent = await Visitor.open(browser, width)
  const { page } = agent
  await agent.signIn('agent@niort.demo', sheet)
  const scores = page.locator('#qualite .gauge-value')
  expect(await scores.allTextContents()).toEqual(['9', '405'])
  await page.locator('#keywords').fill('')
  await page.locator('#summary').fill('Les parcs.')
  await expect.poll(() => scores.allTextContents()).toEqual(['8', '375'])
  await expect.poll(() => page.locator('#annonce').innerText()).toContain('375 sur 405')
  if (width < 600) expect(await page.locator('#qualite-bref').innerText()).toContain('375/405')
  await page.locator('#qualite summary').click()
  await agent.sound('desk-quality')
  const keywords = page.locator('#criteres-mqa tr', { hasText: 'Mots-clés' })
  expect(await keywords.innerText()).toContain('0/30')

  await page.locator('#qualite .quality-steps li', { hasText: 'Mots-clés' }).getByRole('link').click()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('keywords')
  await page.keyboard.type('parc, jardin')
  await expect.poll(() => scores.allTextContents()).toEqual(['8', '405'])
  expect(await keywords.innerText(), 'what was unfolded stays so').toContain('30/30')
  await page.locator('#summary').fill('Les parcs, jardins et squares ouverts au public, avec leur surface, leur quartier et leurs équipements, relevés par le service des espaces verts.')
  await expect.poll(() => scores.allTextContents()).toEqual(['9', '405'])

  await agent.goto(sheet)
  expect(await page.locator('#keywords').inputValue(), 'nothing was kept').toContain('fraîcheur')
  await agent.goto('/niort/donnees/parcs-et-jardins')
  await page.locator('#qualite summary').click()
  await agent.sound('dataset-quality')
  await agent.close()
}, 120_000)

test('without a script, a button scores the form', async () => {
  const agent = await Visitor.open(browser, 390, { javaScriptEnabled: false })
  const { page } = agent
  await agent.signIn('agent@niort.demo', sheet)
  await page.locator('#keywords').fill('')
  await page.getByRole('button', { name: 'Calculer le score sans enregistrer' }).click()
  expect(await page.locator('#qualite .gauge-value').allTextContents()).toEqual(['9', '375'])
  expect(await page.locator('#qualite').innerText()).toContain('pas encore enregistrées')
  expect(await page.locator('#keywords').inputValue(), 'what was written stays').toBe('')
  await agent.close()
}, 60_000)
