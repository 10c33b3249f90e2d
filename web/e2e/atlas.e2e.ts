import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// Bayonne's need: an atlas from a partner's file, completed by hand and opened
// to everybody. The file is GeoNature's demonstration export; it lies in the
// Alps, which the page says. Fécamp's: its trees and its atlas in one town, from
// the file of a European bioblitz.
const folder = resolve(import.meta.dirname, '../../../shared/data/atlas')
const geonature = resolve(folder, 'observations_geonature_dev.tsv')
const bioblitz = resolve(folder, 'dwc_bioblitz_occurrence.csv')

let browser: Browser

beforeAll(async () => { browser = await launch() })
afterAll(async () => { await browser.close() })

describe.skipIf(!existsSync(geonature))('Bayonne, from a partner’s file to the species page and back', () => {
  test.each(widths)('at %i pixels', async width => {
    const agent = await Visitor.open(browser, width)
    const before = await around('bayonne')
    await agent.signIn('agent@bayonne.demo', '/bayonne/espace/')
    const address = await load(agent, 'bayonne', geonature, 'nom_cite')
    expect(await around('bayonne')).toBe(before + 991)
    await agent.goto('/bayonne/espace/biodiversite')
    await agent.sound('atlas-desk')
    const record = await enter(agent)
    await publish(agent)
    await residentLooks(width)
    await agent.signInAgain('agent@bayonne.demo', record)
    await agent.page.getByRole('button', { name: /supprimer cette observation/i }).click()
    await agent.page.getByRole('button', { name: /supprimer pour de bon/i }).click()
    await agent.page.waitForURL(/\/espace\/biodiversite$/)
    await takeBack(agent, 'bayonne', address, before)
    await agent.close()
  }, 400_000)
})

describe.skipIf(!existsSync(bioblitz))('Fécamp, trees and atlas in one town', () => {
  test.each(widths)('at %i pixels', async width => {
    const agent = await Visitor.open(browser, width)
    const before = await around('fecamp')
    await agent.signIn('agent@fecamp.demo', '/fecamp/espace/')
    const address = await load(agent, 'fecamp', bioblitz, 'scientificName')
    expect(await around('fecamp')).toBeGreaterThan(before)
    await hiddenFromResidents(agent, width)
    await agent.goto('/fecamp/arbres')
    await agent.maps()
    await agent.page.getByRole('link', { name: /liste/i }).first().click()
    await agent.page.locator('main table a[href*="/arbres/"]').first().click()
    await agent.page.locator('h1').waitFor()
    await agent.maps()
    await agent.sound('fecamp-tree')
    await takeBack(agent, 'fecamp', address, before)
    await agent.close()
  }, 400_000)
})

/** The records outside a town's outline, as the API tells everybody. */
async function around(town: string): Promise<number> {
  const answer = await fetch(`${inject('baseURL')}/api/v1/${town}/biodiversite`)
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as { observations_autour: number }
  return body.observations_autour
}

/** Brings a file in, looks at what is wrong with its rows, and loads the others. */
async function load(agent: Visitor, town: string, file: string, heading: string): Promise<string> {
  const { page } = agent
  await agent.goto(`/${town}/espace/imports`)
  const target = page.locator('input[name=target][value="atlas/occurrences"]')
  if (await target.getAttribute('type') === 'radio') await target.check()
  await page.setInputFiles('input[type=file]', file)
  await page.getByRole('button', { name: /envoyer|analyser|continuer/i }).first().click()
  await page.waitForURL(/\/espace\/imports\/[0-9a-f-]{36}/)
  const address = new URL(page.url()).pathname
  await page.locator('main table').getByText(heading, { exact: true }).first().waitFor()
  await agent.sound(`${town}-columns`)
  await page.getByRole('button', { name: /vérifier le fichier/i }).first().click()
  await page.locator('#bilan').waitFor({ timeout: 90_000 })
  await agent.maps()
  expect(await page.locator('main').innerText()).toMatch(/lignes? \d/i)
  await agent.sound(`${town}-preview`)
  await withoutRejected(page)
  await page.getByRole('button', { name: /^charger/i }).first().click()
  await page.locator('#resultat').waitFor({ timeout: 90_000 })
  return address
}

/** Gives the person's word to go on without the rows at fault. */
async function withoutRejected(page: Page): Promise<void> {
  const word = page.locator('main input[type=checkbox][name="sans_rejets"], main input[type=checkbox][name="skip_rejected"]').first()
  if (await word.count()) await word.check()
}

/** Enters a record by touching the map, with a photograph; gives its page. */
async function enter(agent: Visitor): Promise<string> {
  const { page } = agent
  await agent.goto('/bayonne/espace/biodiversite/nouvelle')
  await agent.maps()
  await agent.sound('atlas-form')
  await page.locator('#taxon').fill('herisson')
  await expect.poll(() => page.locator('#taxon-choix option').first().getAttribute('value')).toMatch(/Hérisson/)
  await page.locator('#taxon').fill('Hérisson d’Europe')
  await page.locator('.map-canvas canvas').click()
  await expect.poll(() => page.locator('#latitude').inputValue()).toMatch(/^43,\d+/)
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await page.waitForURL(/\/espace\/biodiversite\/\d+$/)
  await agent.maps()
  await page.locator('details:has(#description) > summary').click()
  await page.setInputFiles('input[type=file]', { name: 'herisson.png', mimeType: 'image/png', buffer: await drawing(page) })
  await page.locator('#description').fill('Un hérisson sous une haie')
  await page.locator('#auteur').fill('Service des espaces verts')
  await page.locator('input[name=diffusion]').check()
  await page.getByRole('button', { name: /ajouter/i }).last().click()
  await page.getByAltText('Un hérisson sous une haie').waitFor()
  await agent.sound('atlas-record')
  return new URL(page.url()).pathname
}

/** A picture, drawn by the browser. */
async function drawing(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 320
    canvas.height = 240
    const paper = canvas.getContext('2d')
    paper?.fillRect(20, 20, 200, 100)
    return canvas.toDataURL('image/png').split(',')[1] ?? ''
  })
  return Buffer.from(base64, 'base64')
}

/** The administrator publishes the atlas as open data. */
async function publish(agent: Visitor): Promise<void> {
  const { page } = agent
  await agent.signInAgain('admin@bayonne.demo', '/bayonne/espace/donnees')
  await page.getByRole('link', { name: /publier/i }).first().click()
  await agent.publish()
}

async function residentLooks(width: number): Promise<void> {
  const resident = await Visitor.open(browser, width)
  const { page } = resident
  await resident.goto('/bayonne/biodiversite')
  await resident.maps()
  await resident.sound('atlas-town')
  await resident.goto('/bayonne/biodiversite/especes?q=stenobothrus')
  await resident.sound('atlas-species')
  await page.locator('main a[href*="/biodiversite/especes/"]').first().click()
  await page.locator('h1').waitFor()
  expect(await page.locator('h1').innerText()).toMatch(/Stenobothrus/)
  await resident.maps()
  await resident.sound('atlas-sheet')
  await resident.goto('/bayonne/biodiversite/especes?q=herisson')
  await page.locator('main a[href*="/biodiversite/especes/"]').first().click()
  await page.getByAltText('Un hérisson sous une haie').waitFor()
  await resident.goto('/bayonne/donnees/biodiversite')
  const archive = await page.getByRole('link', { name: /Darwin Core/i }).first().getAttribute('href')
  const answer = await fetch(new URL(archive ?? '', inject('baseURL')))
  expect(answer.status).toBe(200)
  const zip = Buffer.from(await answer.arrayBuffer())
  expect(zip.subarray(0, 2).toString()).toBe('PK')
  for (const name of ['meta.xml', 'eml.xml', 'occurrence.txt']) expect(zip.includes(name), name).toBe(true)
  await resident.close()
}

/** What everybody may know of the peregrine falcon in Fécamp, the time of the answer left out. */
async function falcon(): Promise<string> {
  const answer = await fetch(`${inject('baseURL')}/api/v1/fecamp/biodiversite/especes/2938`)
  return `${answer.status} ${(await answer.text()).replace(/"(mise_a_jour|instance|request_id)":"[^"]*"/g, '')}`
}

/** A record shows to everybody until the agent hides it; then nothing tells that it is there. */
async function hiddenFromResidents(agent: Visitor, width: number): Promise<void> {
  const { page } = agent
  const before = await falcon()
  await agent.goto('/fecamp/espace/biodiversite/nouvelle')
  await agent.maps()
  await page.locator('#taxon').fill('Faucon pèlerin')
  await page.locator('.map-canvas canvas').click()
  await expect.poll(() => page.locator('#latitude').inputValue()).toMatch(/^49,\d+/)
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await page.waitForURL(/\/espace\/biodiversite\/\d+$/)
  const record = new URL(page.url()).pathname
  expect(await falcon()).not.toBe(before)
  await agent.goto(record + '/modifier')
  await page.locator('#sensibilite').selectOption('4')
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await page.waitForURL(/\/espace\/biodiversite\/\d+$/)
  expect(await page.locator('main').innerText()).toMatch(/Non montrée/i)
  expect(await falcon()).toBe(before)
  const resident = await Visitor.open(browser, width)
  await resident.goto('/fecamp/biodiversite')
  await resident.maps()
  await resident.sound('fecamp-atlas')
  await resident.close()
  await page.getByRole('button', { name: /supprimer cette observation/i }).click()
  await page.getByRole('button', { name: /supprimer pour de bon/i }).click()
  await page.waitForURL(/\/espace\/biodiversite$/)
}

async function takeBack(agent: Visitor, town: string, address: string, before: number): Promise<void> {
  await agent.goto(address + '/retirer')
  await agent.page.getByRole('button', { name: /retirer|annuler/i }).first().click()
  await expect.poll(() => around(town), { timeout: 90_000, interval: 500 }).toBe(before)
}
