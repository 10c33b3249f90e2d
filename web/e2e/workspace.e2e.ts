import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

// The town's administrator makes the workspace the town's own, and residents see
// it at once: colour and welcome, a module off and on with its data kept, and a
// colleague invited for one module. Fécamp has several modules and no other
// journey.

let browser: Browser

beforeAll(async () => { browser = await launch() })
afterAll(async () => { await browser.close() })

test.each(widths)('the administrator configures the town, at %i pixels', async width => {
  const admin = await Visitor.open(browser, width)
  const { page } = admin
  await admin.signIn('admin@fecamp.demo', '/fecamp/espace/parametres')
  await admin.sound('settings-modules')
  await changePortal(admin, width)
  const trees = await treeCount()
  expect(trees).toBeGreaterThan(1000)
  await switchOff(admin, width)
  expect((await fetch(`${inject('baseURL')}/fecamp/arbres`)).status).toBe(404)
  await page.getByRole('link', { name: /Activer.*Patrimoine arboré/ }).click()
  await page.getByRole('button', { name: 'Activer ce module' }).click()
  await page.getByText('Le module est activé.').waitFor()
  expect(await treeCount()).toBe(trees)
  await invite(admin, width)
  await admin.goto('/fecamp/espace/webhooks')
  await admin.sound('settings-webhooks')
  await admin.goto('/fecamp/espace/activite')
  expect(await page.locator('#journal').innerText()).toMatch(/Module activé[\s\S]*Module désactivé[\s\S]*Textes du portail modifiés/)
  await admin.sound('settings-activity')
  await admin.close()
}, 180_000)

async function changePortal(admin: Visitor, width: number): Promise<void> {
  const { page } = admin
  const accent = width < 600 ? 'Vigne' : 'Lavande'
  await page.getByRole('navigation', { name: 'Paramètres' }).getByRole('link', { name: 'Portail public' }).click()
  await page.getByLabel('Mot d’accueil').fill(`Bienvenue à **Fécamp**, vue à ${width} pixels.\n\n- la mer\n- les arbres`)
  await page.getByText(accent, { exact: true }).click()
  await admin.sound('settings-portal')
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await page.getByText('C’est enregistré.').waitFor()
  await page.setInputFiles('input[type=file]', { name: 'logo.png', mimeType: 'image/png', buffer: await drawing(page) })
  await page.getByRole('button', { name: 'Envoyer le logo' }).click()
  await page.getByRole('img', { name: /Logo actuel/ }).waitFor()

  const resident = await Visitor.open(browser, width)
  await resident.goto('/fecamp/')
  await resident.maps()
  expect(await resident.page.locator('html').getAttribute('data-accent')).toBe(accent.toLowerCase())
  expect(await resident.page.locator('.welcome strong').innerText()).toBe('Fécamp')
  await expect.poll(() => resident.page.locator('.masthead-logo').evaluate(img => (img as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  await resident.sound('resident-welcome')
  await resident.close()
}

/** A small picture, drawn by the browser itself. */
async function drawing(page: Page): Promise<Buffer> {
  const data = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 160 })
    const pen = canvas.getContext('2d')
    if (pen) { pen.fillStyle = 'teal'; pen.fillRect(20, 20, 120, 120) }
    return canvas.toDataURL('image/png').split(',')[1] ?? ''
  })
  return Buffer.from(data, 'base64')
}

async function switchOff(admin: Visitor, width: number): Promise<void> {
  const { page } = admin
  await admin.goto('/fecamp/espace/parametres')
  await page.getByRole('link', { name: /Désactiver.*Patrimoine arboré/ }).click()
  await page.getByRole('heading', { level: 1, name: /Désactiver.*Patrimoine arboré/ }).waitFor()
  expect(await page.locator('main').innerText()).toMatch(/Aucune donnée n’est supprimée[\s\S]*arbres/)
  await admin.sound('settings-switch')
  await page.getByRole('button', { name: 'Désactiver ce module' }).click()
  await page.getByText('Ses données sont gardées.').first().waitFor()
  const resident = await Visitor.open(browser, width)
  await resident.goto('/fecamp/')
  expect(await resident.page.locator('a[href="/fecamp/arbres"]').count()).toBe(0)
  await resident.close()
}

async function invite(admin: Visitor, width: number): Promise<void> {
  const { page } = admin
  await admin.goto('/fecamp/espace/membres')
  await page.getByLabel('Adresse électronique').fill(`collegue-${width}@fecamp.demo`)
  await page.getByRole('checkbox', { name: /Responsable de module/ }).check()
  await page.getByRole('checkbox', { name: 'Patrimoine arboré' }).check()
  await page.getByRole('button', { name: 'Envoyer l’invitation' }).click()
  await page.getByText(`Invitation envoyée à collegue-${width}@fecamp.demo`).waitFor()
  await admin.sound('settings-members')
}

/** The number of trees of Fécamp, as the API tells everybody. */
async function treeCount(): Promise<number> {
  const answer = await fetch(`${inject('baseURL')}/api/v1/fecamp/arbres?limit=1`)
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as { total: number }
  return body.total
}
