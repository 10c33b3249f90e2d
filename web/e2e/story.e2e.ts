import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// The main job of the platform, on a real inventory, at both widths: a person
// imports, looks, publishes, and takes it all back. The file is the public
// inventory of Saint-Quentin; it lies outside Alès, which the page says.
const file = resolve(import.meta.dirname, '../../../shared/data/trees/saint-quentin_wgs84_7409.csv')

let browser: Browser

beforeAll(async () => { browser = await launch() })
afterAll(async () => { await browser.close() })

describe.skipIf(!existsSync(file))('an inventory, from the file to the public and back', () => {
  test.each(widths)('at %i pixels', async width => {
    const agent = await Visitor.open(browser, width)
    const { page } = agent
    const before = await treeCount()

    await agent.signIn('agent@ales.demo', '/ales/espace/')
    await agent.sound('workspace')

    await agent.goto('/ales/espace/imports')
    await agent.sound('imports')
    await page.setInputFiles('input[type=file]', file)
    await page.getByRole('button', { name: /envoyer|analyser|continuer/i }).first().click()
    await page.waitForURL(/\/ales\/espace\/imports\/[0-9a-f-]{36}/)
    const address = new URL(page.url()).pathname
    await page.locator('main table').getByText('fk_nomtech', { exact: true }).first().waitFor()
    await agent.sound('import-columns')

    await page.getByRole('button', { name: /vérifier le fichier/i }).first().click()
    await page.locator('#bilan').waitFor({ timeout: 90_000 })
    const preview = await page.locator('main').innerText()
    expect(preview).toMatch(/7\s409/)
    expect(preview).toMatch(/loin de la commune|hors de la commune|hors de la ville|commune/i)
    await agent.maps()
    await agent.sound('import-preview')

    await page.getByRole('button', { name: /^charger/i }).first().click()
    await page.locator('#resultat').waitFor({ timeout: 90_000 })
    await agent.sound('import-result')
    expect(await treeCount()).toBe(before + 7409)

    await publishAndLook(agent)
    await residentLooks(width, before + 7409)
    await anotherTownSeesNothing(address, width)
    await operatorSeesTheJob(width)

    await agent.goto(address + '/retirer')
    await agent.sound('import-undo')
    await page.getByRole('button', { name: /retirer|annuler/i }).first().click()
    await expect.poll(treeCount, { timeout: 90_000, interval: 500 }).toBe(before)
    await agent.close()
  }, 300_000)
})

/** The number of trees of Alès, as the API tells everybody. */
async function treeCount(): Promise<number> {
  const answer = await fetch(`${inject('baseURL')}/api/v1/ales/arbres?limit=1`)
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as { total: number }
  return body.total
}

async function publishAndLook(agent: Visitor): Promise<void> {
  const { page } = agent
  await agent.signInAgain('admin@ales.demo', '/ales/espace/donnees')
  await agent.sound('datasets')
  await page.getByRole('link', { name: /publier/i }).first().click()
  await agent.publish()
  await agent.sound('dataset-published')
}

async function residentLooks(width: number, trees: number): Promise<void> {
  const resident = await Visitor.open(browser, width)
  const { page } = resident
  await resident.goto('/ales/')
  await resident.maps()
  await resident.sound('resident-town')
  await resident.goto('/ales/arbres')
  await resident.maps()
  expect((await page.locator('main').innerText()).replace(/\s/g, '')).toContain(String(trees))
  await resident.sound('resident-trees')
  await page.locator('main a[href*="/ales/arbres/"]').first().click()
  await page.locator('h1').waitFor()
  await resident.sound('resident-tree')
  await resident.goto('/ales/arbres/chiffres')
  await resident.sound('resident-figures')
  await resident.goto('/ales/donnees/arbres')
  await resident.sound('resident-dataset')
  for (const [format, type] of [['csv', 'text/csv'], ['geojson', 'application/geo+json']] as const) {
    const answer = await fetch(`${inject('baseURL')}/ales/donnees/arbres/export.${format}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain(type)
  }
  const catalogue = await (await fetch(`${inject('baseURL')}/ales/catalog.ttl`)).text()
  expect(catalogue).toContain('dcat:Dataset')
  expect(catalogue).toContain('/ales/donnees/arbres')
  await resident.close()
}

async function anotherTownSeesNothing(address: string, width: number): Promise<void> {
  const stranger = await Visitor.open(browser, width)
  await stranger.signIn('agent@bayonne.demo', '/bayonne/espace/')
  for (const path of ['/ales/espace/', '/ales/espace/imports', address]) {
    const answer = await stranger.page.goto(path)
    expect(answer?.status(), path).toBe(403)
  }
  expect(await stranger.page.locator('body').innerText()).not.toContain('saint-quentin')
  await stranger.close()
}

async function operatorSeesTheJob(width: number): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 900 } })
  const page = await context.newPage()
  await page.goto(`${inject('adminURL')}/jobs/jobs?state=completed`)
  await page.getByText('imports.commit').first().waitFor({ timeout: 20_000 })
  await context.close()
}
