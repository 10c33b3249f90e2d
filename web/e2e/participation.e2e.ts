import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// What residents do with a town's data beside reading them, and what its agents do
// then: a question and its answer, a réutilisation, news, arguments and a decision;
// a file followed at its address, whose versions are compared; and
// pages shown inside another site's.

const roofs = '/niort/donnees/toitures-solaires-municipales'
const debates = '/niort/espace/donnees/questions-collectives'

/** What stands at the followed address; a journey changes it. */
let taps = ''
let browser: Browser
let site: Server
let root = ''

beforeAll(async () => {
  browser = await launch()
  site = createServer((request, answer) => {
    const csv = request.url?.endsWith('.csv')
    answer.writeHead(200, { 'Content-Type': csv ? 'text/csv; charset=utf-8' : 'text/html; charset=utf-8' })
    answer.end(csv ? taps : framing(new URL(request.url ?? '/', root).searchParams.get('code') ?? ''))
  })
  await new Promise<void>(done => site.listen(0, '127.0.0.1', done))
  root = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
})
afterAll(async () => {
  site.close()
  await browser.close()
})

/** A page of another site, with what its author pasted. */
function framing(code: string): string {
  return `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Un journal</title><h1>Un journal</h1>${code}</html>`
}

/** The demonstration publishes its datasets while the first tests run. */
async function published(): Promise<void> {
  await expect.poll(async () => (await fetch(new URL(roofs, inject('baseURL')))).status, { timeout: 60_000 }).toBe(200)
}

/** Sends a form of residents: they take three seconds at least to write. */
async function send(resident: Visitor, form: string): Promise<void> {
  const { page } = resident
  await resident.sound(form)
  await page.waitForTimeout(3_200)
  await page.getByRole('button', { name: /^(Envoyer|Suivre)$/ }).click()
  await page.waitForLoadState()
}

test.each(widths)('a resident asks, declares and follows; the agent answers; at %i pixels', async width => {
  const resident = await Visitor.open(browser, width)
  const { page } = resident
  await published()
  await resident.goto(roofs)
  const served = await page.locator('section[aria-labelledby=servi]').innerText()
  expect(served).toContain('Une décision a suivi')
  await page.getByRole('link', { name: 'Poser une question' }).first().click()
  const question = `Les toits plats comptent-ils à ${width} mètres ?`
  await page.locator('#title').fill(question)
  await page.locator('#body').fill('Pour notre école.')
  await send(resident, 'question-form')
  await page.getByText('Merci, c’est envoyé').waitFor()

  await resident.goto(roofs)
  await page.getByRole('link', { name: 'Déclarer une réutilisation' }).first().click()
  await page.locator('input[name=choice]').first().check()
  await page.locator('#title').fill(`Le soleil de Niort ${width}`)
  await page.locator('#url').fill('https://soleil.example/')
  await page.locator('#body').fill('Une affiche pour les écoles.')
  await page.locator('#name').fill('Atelier')
  await send(resident, 'use-form')
  await page.getByText('Merci, c’est envoyé').waitFor()

  await resident.goto(roofs)
  await page.getByRole('link', { name: 'Suivre par courriel' }).first().click()
  await page.locator('#email').fill(`lea-${width}@habitants.example`)
  await send(resident, 'follow-form')
  await page.getByText('Regardez votre boîte').waitFor()

  await resident.signIn('agent@niort.demo', '/niort/espace/contributions')
  await resident.sound('contributions-queue')
  await page.getByRole('link', { name: question }).click()
  await page.locator('#answer').fill('Oui, dès vingt mètres carrés.')
  await page.getByRole('button', { name: 'Répondre et clore' }).click()
  await page.waitForLoadState()
  await resident.goto(`${roofs}/questions`)
  expect(await page.locator('main').innerText()).toContain('Oui, dès vingt mètres carrés.')
  await resident.sound('questions')
  await resident.goto('/niort/donnees/reutilisations')
  await resident.sound('uses')
  await resident.close()
}, 120_000)

test.each(widths)('a collective question is asked, argued and decided, at %i pixels', async width => {
  const agent = await Visitor.open(browser, width)
  const { page } = agent
  await agent.signIn('agent@niort.demo', `${debates}/nouvelle`)
  await page.locator('#title').fill(`Des panneaux sur l’école ${width} ?`)
  await page.locator('#lead').fill('Quatre écoles attendent.')
  await page.getByLabel(/Toitures solaires/).first().check()
  await page.getByRole('button', { name: 'Enregistrer' }).first().click()
  await page.getByRole('button', { name: 'Publier' }).click()
  await page.getByText('La question est publiée.').waitFor()
  const form = page.url()

  const resident = await Visitor.open(browser, width)
  await resident.goto(new URL(form).pathname.replace('/espace', ''))
  await resident.page.getByRole('link', { name: 'Donner un argument' }).click()
  await resident.page.getByLabel('Plutôt pour').check()
  await resident.page.locator('#body').fill(`Les enfants verraient l’énergie se faire, à ${width}.`)
  await send(resident, 'argument-form')
  await resident.page.getByText('Merci, c’est envoyé').waitFor()
  await resident.close()

  await agent.goto('/niort/espace/contributions?type=opendata.argument')
  await page.locator('.contribution-title a').first().click()
  await page.getByRole('button', { name: 'Accepter' }).click()
  await page.waitForLoadState()
  await agent.goto(new URL(form).pathname)
  await page.locator('#answer').fill('La charpente le permet.')
  await page.locator('#answered_as').fill('Inès Caron, économe de flux')
  await page.locator('#decision').fill('L’école est équipée en 2027.')
  await agent.sound('debate-form')
  await page.getByRole('button', { name: 'Enregistrer' }).first().click()
  await page.getByText('La question est enregistrée.').waitFor()
  await agent.goto(new URL(form).pathname.replace('/espace', ''))
  const text = await page.locator('main').innerText()
  for (const said of ['L’école est équipée en 2027.', 'Inès Caron', `à ${width}.`]) expect(text).toContain(said)
  await agent.maps()
  await agent.sound('debate-decided')
  await agent.close()
}, 120_000)

test.each(widths)('a followed file and its versions compared, at %i pixels', async width => {
  const agent = await Visitor.open(browser, width)
  const { page } = agent
  const slug = `bornes-suivies-${width}`
  taps = 'numero;nom;debit\n1;Borne A;3\n2;Borne B;5\n'
  await agent.signIn('agent@niort.demo', '/niort/espace/donnees')
  await page.getByRole('link', { name: 'Importer un tableau' }).click()
  await page.locator('summary').filter({ hasText: 'depuis une adresse' }).click()
  await page.getByLabel('Adresse du fichier').fill(`${root}/${slug}.csv`)
  await page.getByRole('button', { name: 'Lire cette adresse' }).click()
  await page.getByLabel('Titre du jeu de données').fill(`Bornes suivies ${width}`)
  await page.getByRole('button', { name: /vérifier le fichier/i }).click()
  await page.locator('#bilan').waitFor()
  await page.getByRole('button', { name: /^charger/i }).click()
  await page.locator('#resultat').waitFor()
  await page.locator('#suivre').getByRole('button', { name: 'Suivre cette adresse' }).click()
  await page.waitForURL(/\/imports\/suivis\//)
  await agent.sound('watch')
  const watch = new URL(page.url()).pathname
  await agent.goto(`/niort/espace/donnees/${slug}/publier`)
  await agent.publish()

  taps = 'numero;nom;debit\n1;Borne A;4\n3;Borne C;2\n'
  await agent.goto(watch)
  await page.getByRole('button', { name: 'Vérifier maintenant' }).click()
  await expect.poll(() => page.locator('#suivi-etat').innerText(), { timeout: 20_000 }).toContain('Chargé')
  await agent.goto(`/niort/espace/donnees/${slug}/publier`)
  await agent.publish()
  await agent.goto(`/niort/donnees/${slug}/versions`)
  await page.getByRole('link', { name: /depuis la version 1/ }).click()
  const changes = await page.locator('main').innerText()
  for (const said of ['Borne B', 'Borne C']) expect(changes).toContain(said)
  await agent.sound('versions-compared')
  await agent.close()
}, 120_000)

test.each(widths)('another site shows what the portal gives, at %i pixels', async width => {
  const reader = await Visitor.open(browser, width)
  const { page } = reader
  await reader.goto(roofs)
  const codes = page.locator('textarea[readonly]')
  const pasted = await codes.evaluateAll(list => list.map(code => (code as HTMLTextAreaElement).value))
  expect(pasted.length).toBeGreaterThanOrEqual(4)
  await page.locator('.embed summary').first().click()
  await reader.sound('embed-codes')
  await page.goto(`${root}/?code=${encodeURIComponent(pasted.join('\n'))}`)
  for (const frame of page.frames().slice(1)) await frame.getByRole('heading', { level: 1 }).waitFor()
  expect(page.frames()).toHaveLength(1 + pasted.length)
  expect(await reader.context.cookies()).toEqual([])
  for (const code of pasted) {
    const path = new URL(/src="([^"]+)"/.exec(code)?.[1] ?? '').pathname
    await reader.goto(path)
    await reader.sound(`embed-${path.split('/')[3] ?? ''}`)
  }
  await reader.goto('/niort/integrer/indicateurs/puissance-solaire-sur-les-toits-municipaux')
  await reader.sound('embed-indicator')
  await reader.goto('/niort/integrer/jeux/inconnu', 404)
  await reader.sound('embed-missing')
  for (const narrow of [200, 320]) {
    await page.setViewportSize({ width: narrow, height: 480 })
    await reader.goto('/niort/integrer/indicateurs/puissance-solaire-sur-les-toits-municipaux')
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect.soft(overflow, `a frame of ${narrow} pixels scrolls sideways`).toBeLessThanOrEqual(0)
  }
  await reader.close()
}, 120_000)
