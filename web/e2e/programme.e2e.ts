import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, Visitor, widths } from './browser'

let browser: Browser

beforeAll(async () => { browser = await launch() })
afterAll(async () => { await browser.close() })

/** A photograph of one colour, drawn in the page: no file of anybody's. */
async function photograph(visitor: Visitor): Promise<Buffer> {
  const address = await visitor.page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 1200
    canvas.height = 800
    const pen = canvas.getContext('2d')!
    pen.fillStyle = '#3a7d57'
    pen.fillRect(0, 0, 1200, 800)
    return canvas.toDataURL('image/jpeg')
  })
  return Buffer.from(address.split(',')[1]!, 'base64')
}

describe('an editor’s sheet, from the draft to the public', () => {
  test.each(widths)('at %i pixels', async width => {
    const title = `Vitré compte ses stations (${width})`
    const editor = await Visitor.open(browser, width)
    const { page } = editor
    await editor.signIn('odf@demo', '/redaction')
    await editor.sound('newsroom')
    await page.getByLabel('Titre').fill(title)
    await page.getByRole('button', { name: 'Commencer' }).click()
    await page.waitForURL(/\/redaction\/[0-9a-f-]{36}$/)
    const desk = new URL(page.url()).pathname
    await page.getByLabel('Promesse').fill('Savoir où la ville chauffe.')
    await page.getByLabel('Thème').selectOption('heat')
    await page.getByLabel('Vitré', { exact: true }).check()
    await page.locator('form:has(#promise)').getByRole('button', { name: 'Enregistrer' }).click()
    await page.getByText('nouvelle version').waitFor()
    for (const href of await page.locator('.block-title a').evaluateAll(links => links.map(a => a.getAttribute('href')!))) {
      await editor.goto(href)
      await page.getByLabel('Texte').fill('Quelques **mots** sur cette partie.')
      await page.getByRole('button', { name: 'Enregistrer' }).click()
      await page.waitForURL(url => url.pathname === desk)
    }
    await page.getByRole('link', { name: 'Choisir l’image' }).click()
    await page.getByLabel('Description').fill('Un carré vert')
    await page.getByLabel('Crédit').fill('Image d’essai, domaine public')
    await page.setInputFiles('input[type=file]', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await photograph(editor) })
    await editor.sound('newsroom-picture')
    await page.getByRole('button', { name: 'Envoyer l’image' }).click()
    await page.waitForURL(url => url.pathname === desk)
    await editor.sound('newsroom-desk')
    await editor.goto(`${desk}/apercu`)
    await editor.sound('sheet-preview')
    await editor.goto(`${desk}/versions/2`)
    await editor.sound('sheet-difference')
    await editor.goto(desk)
    await page.getByRole('button', { name: 'Soumettre' }).first().click()
    await page.getByRole('dialog').or(page.locator('[popover]:popover-open')).getByRole('button', { name: 'Soumettre' }).click()
    await page.getByText('Le texte est soumis.').waitFor()

    await editor.signInAgain('admin@vitre.demo', '/vitre/espace/cas-usages')
    await editor.sound('town-sheets')
    await page.getByRole('link', { name: title }).click()
    await editor.sound('town-sheet')
    await page.getByRole('button', { name: 'Valider' }).first().click()
    await page.locator('[popover]:popover-open').getByRole('button', { name: 'Valider' }).click()
    await page.getByText('validé au nom de la ville').waitFor()

    await editor.signInAgain('odf2@demo', desk)
    await page.getByRole('button', { name: 'Publier' }).first().click()
    await page.locator('[popover]:popover-open').getByRole('button', { name: 'Publier' }).click()
    await page.getByText('Le texte est public.').waitFor()

    const reader = await Visitor.open(browser, width, true)
    await reader.goto('/cas-usages?ville=vitre')
    await reader.sound('sheets')
    await reader.page.getByRole('link', { name: title }).click()
    await reader.page.getByRole('heading', { level: 1, name: title }).waitFor()
    expect(await reader.page.locator('.story-picture img').first().getAttribute('alt')).toBe('Un carré vert')
    await reader.sound('sheet')
    await reader.close()
    await editor.close()
  }, 240_000)
})

describe('a supervisor’s round', () => {
  test.each(widths)('at %i pixels', async width => {
    const town = await Visitor.open(browser, width)
    await town.signIn('admin@niort.demo', '/niort/espace/experience')
    await town.sound('experiment')
    await town.page.getByText('Écrire dans le journal').click()
    await town.page.locator('#note-text').fill(`Atelier avec les services (${width})`)
    await town.page.locator('details[open]').getByRole('button', { name: 'Enregistrer' }).click()
    await town.page.getByText('C’est enregistré.').waitFor()
    await town.close()

    const supervisor = await Visitor.open(browser, width)
    const { page } = supervisor
    await supervisor.signIn('bdt@demo', '/programme')
    await supervisor.sound('portfolio')
    await page.locator('#resultats').getByRole('link', { name: 'Niort' }).click()
    await page.getByRole('heading', { level: 1, name: 'Niort' }).waitFor()
    await page.getByText(`Atelier avec les services (${width})`).waitFor()
    expect(await page.locator('main form').count()).toBe(0)
    await supervisor.sound('portfolio-town')
    const answer = await page.request.get('/programme/export.xlsx')
    expect(answer.status()).toBe(200)
    expect((await answer.body()).subarray(0, 2).toString()).toBe('PK')
    await supervisor.close()
  }, 120_000)
})
