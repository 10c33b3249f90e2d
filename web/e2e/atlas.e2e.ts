import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// Bayonne's need: an atlas from a partner's file. The file is GeoNature's
// demonstration export; it lies in the Alps, which the page says.
const file = resolve(import.meta.dirname, '../../../shared/data/atlas/observations_geonature_dev.tsv')

let browser: Browser

beforeAll(async () => { browser = await launch() })
afterAll(async () => { await browser.close() })

describe.skipIf(!existsSync(file))('an atlas, from a partner’s file to the species page and back', () => {
  test.each(widths)('at %i pixels', async width => {
    const agent = await Visitor.open(browser, width)
    const { page } = agent
    const before = await around()
    await agent.signIn('agent@bayonne.demo', '/bayonne/espace/')
    await agent.goto('/bayonne/espace/imports')
    const target = page.getByLabel(/observations naturalistes/i).first()
    if (await target.count()) await target.check({ force: true }).catch(() => undefined)
    await page.setInputFiles('input[type=file]', file)
    await page.getByRole('button', { name: /envoyer|analyser|continuer/i }).first().click()
    await page.waitForURL(/\/bayonne\/espace\/imports\/[0-9a-f-]{36}/)
    const address = new URL(page.url()).pathname
    await page.locator('main table').getByText('nom_cite', { exact: true }).first().waitFor()
    await agent.sound('atlas-columns')
    await page.getByRole('button', { name: /vérifier le fichier/i }).first().click()
    await page.locator('#bilan').waitFor({ timeout: 90_000 })
    expect(await page.locator('main').innerText()).toMatch(/991/)
    await agent.sound('atlas-preview')
    await page.getByRole('button', { name: /^charger/i }).first().click()
    await page.locator('#resultat').waitFor({ timeout: 90_000 })
    expect(await around()).toBe(before + 991)

    await agent.goto('/bayonne/espace/biodiversite')
    await agent.sound('atlas-desk')
    await enter(agent)
    await residentLooks(width)

    await agent.goto(address + '/retirer')
    await page.getByRole('button', { name: /retirer|annuler/i }).first().click()
    await expect.poll(around, { timeout: 90_000, interval: 500 }).toBe(before)
    await agent.close()
  }, 300_000)
})

/** The records outside Bayonne, as the API tells everybody. */
async function around(): Promise<number> {
  const answer = await fetch(`${inject('baseURL')}/api/v1/bayonne/biodiversite`)
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as { observations_autour: number }
  return body.observations_autour
}

/** Enters a record by touching the map, and takes it away again. */
async function enter(agent: Visitor): Promise<void> {
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
  await agent.sound('atlas-record')
  await page.getByRole('button', { name: /supprimer cette observation/i }).click()
  await page.getByRole('button', { name: /supprimer pour de bon/i }).click()
  await page.waitForURL(/\/espace\/biodiversite$/)
}

async function residentLooks(width: number): Promise<void> {
  const resident = await Visitor.open(browser, width, true)
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
  await resident.close()
}
