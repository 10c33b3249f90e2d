import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// What Niort asked for: an agent drops a workbook, publishes it, follows a figure
// toward a goal and tells a story that a resident reads on a phone; and drops a
// CSV as another public body gives it, which becomes a page with its map.
const nodes = resolve(import.meta.dirname, '../../../shared/data/opendata/cotes-darmor-fibre-noeuds.csv')

let browser: Browser
let folder: string

beforeAll(async () => {
  browser = await launch()
  folder = mkdtempSync(join(tmpdir(), 'acvdata-portal-'))
})
afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a workbook, from the file to a story', () => {
  test.each(widths)('at %i pixels', async width => {
    const agent = await Visitor.open(browser, width)
    const title = `Jardins suivis ${width}`
    const slug = `jardins-suivis-${width}`
    await bringIn(agent, await workbook(), title)
    await publish(agent, slug)
    await drawChart(agent, slug)
    await follow(agent, slug, width)
    await tell(agent, slug, width)
    await agent.close()
    await read(slug, width)
  }, 300_000)
})

describe.skipIf(!existsSync(nodes))('a department’s file, as it is, from the drop to a resident (needs ../shared/data/opendata)', () => {
  test.each(widths)('at %i pixels', async width => {
    const agent = await Visitor.open(browser, width)
    const title = `Nœuds de fibre ${width}`
    const slug = `noeuds-de-fibre-${width}`
    await bringIn(agent, nodes, title)
    await publish(agent, slug)
    await agent.close()
    await find(slug, title)
  }, 300_000)
})

/** A resident on a phone finds the file's page, its map, its rows and both downloads. */
async function find(slug: string, title: string): Promise<void> {
  const resident = await Visitor.open(browser, widths[0])
  const { page } = resident
  await resident.goto('/niort/donnees?q=fibre')
  await page.getByRole('link', { name: title }).first().click()
  await page.waitForURL(new RegExp(`/niort/donnees/${slug}$`))
  await resident.maps()
  await resident.sound('portal-file')
  expect(await page.locator('main').innerText()).toMatch(/732\slignes/)
  await resident.goto(`/niort/donnees/${slug}/lignes`)
  await page.getByRole('table').first().waitFor()
  await resident.sound('portal-file-rows')
  await resident.close()
  await given(slug)
}

/** What is downloaded is what came in, at the place that the file's own geometry says. */
async function given(slug: string): Promise<void> {
  const address = `${inject('baseURL')}/niort/donnees/${slug}/export`
  const csv = await (await fetch(`${address}.csv`)).text()
  expect(csv.trimEnd().split('\n')).toHaveLength(733)
  expect(csv).toContain('RUE DE GUINGAMP D32')
  const answer = await fetch(`${address}.geojson`)
  const { features } = (await answer.json()) as { features: { geometry: { coordinates: [number, number] } }[] }
  expect(features).toHaveLength(732)
  expect(features[0]?.geometry.coordinates[0]).toBeCloseTo(-3.298213, 5)
  expect(features[0]?.geometry.coordinates[1]).toBeCloseTo(48.62453, 5)
}

/** A real workbook: what the platform itself gives of the town's parks. */
async function workbook(): Promise<string> {
  const address = `${inject('baseURL')}/niort/donnees/parcs-et-jardins/export.xlsx`
  await expect.poll(async () => (await fetch(address)).status, { timeout: 60_000, interval: 500 }).toBe(200)
  const file = join(folder, 'parcs.xlsx')
  writeFileSync(file, Buffer.from(await (await fetch(address)).arrayBuffer()))
  return file
}

async function bringIn(visitor: Visitor, file: string, title: string): Promise<void> {
  const { page } = visitor
  await visitor.signIn('agent@niort.demo', '/niort/espace/')
  await visitor.goto('/niort/espace/donnees')
  await visitor.sound('portal-datasets')
  await page.getByRole('link', { name: 'Importer un tableau' }).click()
  await page.setInputFiles('input[type=file]', file)
  await page.getByRole('button', { name: 'Envoyer le fichier' }).click()
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}/)
  await page.getByLabel('Titre du jeu de données').fill(title)
  await page.getByLabel('Thème').selectOption('land')
  await visitor.sound('portal-columns')
  await page.getByRole('button', { name: /vérifier le fichier/i }).click()
  await page.locator('#bilan').waitFor({ timeout: 90_000 })
  await visitor.sound('portal-preview')
  await page.getByRole('button', { name: /^charger/i }).click()
  await page.locator('#resultat').waitFor({ timeout: 90_000 })
}

async function publish(agent: Visitor, slug: string): Promise<void> {
  await agent.goto(`/niort/espace/donnees/${slug}/publier`)
  await agent.publish()
}

async function drawChart(agent: Visitor, slug: string): Promise<void> {
  const { page } = agent
  await agent.goto(`/niort/espace/donnees/${slug}`)
  await page.getByLabel('Titre du graphique').fill('Surface par quartier')
  await page.getByLabel('Regrouper par').selectOption('quartier')
  await page.getByLabel('Mesure', { exact: true }).selectOption('sum')
  await page.getByLabel('Colonne mesurée').selectOption('surface')
  await page.getByRole('button', { name: 'Ajouter le graphique' }).click()
  await page.getByText('Le graphique est ajouté.').waitFor()
  await agent.sound('portal-edit')
}

async function follow(agent: Visitor, slug: string, width: number): Promise<void> {
  const { page } = agent
  await agent.goto('/niort/espace/donnees/indicateurs/nouveau')
  await page.getByLabel('Nom de l’indicateur').fill(`Surface suivie ${width}`)
  await page.getByLabel('Unité').fill('m²')
  await page.getByLabel('Thème').selectOption('land')
  await page.getByLabel('Calculée depuis un tableau').check()
  await page.getByLabel('Tableau', { exact: true }).selectOption(slug)
  await page.getByLabel('Calcul', { exact: true }).selectOption('sum')
  await page.getByLabel('Colonne mesurée').selectOption(`${slug}:surface`)
  await page.getByLabel('Objectif chiffré').fill('2 000 000')
  await agent.sound('portal-indicator-form')
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click()
  await page.getByText('L’indicateur est enregistré.').waitFor()
}

async function tell(agent: Visitor, slug: string, width: number): Promise<void> {
  const { page } = agent
  await agent.goto('/niort/espace/donnees/recits/nouveau')
  await page.getByLabel('Titre').fill(`Nos jardins ${width}`)
  await page.getByLabel('Texte', { exact: true }).fill('## Des jardins partout\n\nIls **rafraîchissent** la ville.')
  for (const kind of ['figure', 'chart', 'map', 'photo']) {
    await page.getByLabel('Bloc à ajouter').selectOption(kind)
    await page.getByRole('button', { name: 'Ajouter ce bloc' }).click()
    await page.getByText('Le récit est enregistré.').waitFor()
  }
  await page.locator('[name="b1.ref"]').selectOption(`opendata.surface-suivie-${width}`)
  await page.locator('[name="b2.ref"]').selectOption(`${slug}/g1`)
  await page.locator('[name="b3.ref"]').selectOption(slug)
  await agent.sound('portal-story-form')
  await illustrate(agent, width)
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click()
  await page.getByText('Le récit est enregistré.').waitFor()
  await page.getByRole('button', { name: 'Publier le récit' }).click()
  await page.getByText('Le récit est publié.').waitFor()
}

/** A picture taken there and then: the agent's own screen. */
async function illustrate(agent: Visitor, width: number): Promise<void> {
  const { page } = agent
  const file = join(folder, `photo-${width}.png`)
  await page.screenshot({ path: file })
  await page.getByRole('button', { name: 'Choisir la photographie' }).click()
  await page.getByLabel('Description de l’image').fill('Les allées d’un jardin, vues du pont')
  await page.getByLabel('Auteur ou crédit').fill('Service des espaces verts')
  await agent.sound('portal-photo')
  await page.setInputFiles('input[type=file]', file)
  await page.getByRole('button', { name: 'Envoyer la photographie' }).click()
  await page.getByText('La photographie est dans le récit.').waitFor()
  await agent.sound('portal-story-photo')
}

async function read(slug: string, width: number): Promise<void> {
  const resident = await Visitor.open(browser, width)
  const { page } = resident
  await resident.goto('/niort/donnees')
  await resident.sound('portal')
  await resident.goto(`/niort/donnees/${slug}`)
  await resident.maps()
  await resident.sound('portal-dataset')
  await resident.goto(`/niort/donnees/${slug}/lignes?tri=surface&sens=desc`)
  await page.getByRole('table').first().waitFor()
  await resident.sound('portal-rows')
  await resident.goto(`/niort/donnees/indicateurs/surface-suivie-${width}`)
  await resident.sound('portal-indicator')
  await resident.goto('/niort/donnees/themes/land')
  await resident.maps()
  await resident.sound('portal-theme')
  await resident.goto(`/niort/donnees/recits/nos-jardins-${width}`)
  await resident.maps()
  const story = await page.locator('main').innerText()
  expect(story).toContain('Des jardins partout')
  expect(story).toContain('Surface par quartier')
  expect(story).toMatch(/Photographie\s:\sService des espaces verts/)
  const photo = page.getByRole('img', { name: 'Les allées d’un jardin, vues du pont' })
  await photo.scrollIntoViewIfNeeded()
  await expect.poll(() => photo.evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth > 0)).toBe(true)
  expect(story).toMatch(/Objectif\s:\s2\s000\s000/)
  await resident.sound('portal-story')
  await resident.close()
}
